//! Markdown, with front matter where there is any.
//!
//! Read are front matter between `---` (as YAML) or `+++` (as TOML), of which only what archives use is understood:
//! `key: value`, quoted values, lists in brackets or a dash a line, folded text; nested tables are skipped. The keys
//! mean what they mean in JSON ([`super::fields`]). Then the text: paragraphs (hard-wrapped lines joined), headings,
//! block quotations, lists. The first heading of the first level is the headline if the front matter gives none.
//!
//! Marks of emphasis and code, links' addresses, pictures, footnote marks, HTML tags and rules go; the words stay.
//! Not read: tables are taken as lines of text.

use serde_json::{Map, Value};

use super::record::Documents;
use super::{encoding, entities, fields, sgml};
use crate::article::{Block, Body, ZoneKind};

pub fn detect(head: &[u8], name: &str) -> bool {
    [".md", ".markdown", ".mdown"].iter().any(|e| name.ends_with(e))
        || std::str::from_utf8(&head[..head.len().min(4096)]).is_ok_and(|head| front_matter(head).is_some())
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut notices = Vec::new();
    let text = encoding::decode(bytes, out.charset(), &mut notices);
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (front, body) = front_matter(&text).unwrap_or(("", &text));
    let mut raw = fields::metadata(&keys(front), out.mappings());
    let mut blocks = blocks(body);
    if raw.headline.is_none() && blocks.first().is_some_and(|b| b.level == 1) {
        raw.headline = Some(blocks.remove(0).text);
    }
    if blocks.is_empty() && raw.headline.is_none() {
        return out.problem("empty", "is empty");
    }
    if blocks.first().is_some_and(|b| b.level == 1 && Some(&b.text) == raw.headline.as_ref()) {
        blocks.remove(0);
    }
    raw.body = Body::Blocks(blocks.into_iter().map(|b| Block { kind: ZoneKind::Body, text: b.text }).collect());
    raw.notices = notices;
    out.document(raw);
}

/// What stands between the fences at the start, and what follows.
fn front_matter(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches('\u{feff}');
    let fence = ["---", "+++"].into_iter().find(|f| text.starts_with(f))?;
    let rest = text[fence.len()..].trim_start_matches([' ', '\r']).strip_prefix('\n')?;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        let end = at + line.len();
        if line.trim_end() == fence {
            let front = &rest[..at];
            let first = front.lines().find(|l| !l.trim().is_empty() && !l.starts_with('#'))?;
            return pair(first).is_some().then(|| (front, &rest[end..]));
        }
        at = end;
    }
    None
}

/// The key and value of a line that is not indented.
fn pair(line: &str) -> Option<(&str, &str)> {
    let at = line.find([':', '='])?;
    let key = line[..at].trim_end().trim_matches('"');
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    let opens = key.chars().next().is_some_and(char::is_alphabetic) && key.chars().all(word) && key.len() < 40;
    let value = &line[at + 1..];
    (opens && (value.is_empty() || line[at..].starts_with('=') || value.starts_with([' ', '\t'])))
        .then(|| (key, value.trim()))
}

fn keys(front: &str) -> Map<String, Value> {
    let mut found: Map<String, Value> = Map::new();
    let mut last: Option<String> = None;
    for line in front.lines().filter(|l| !l.trim_start().starts_with('#')) {
        if line.starts_with('[') {
            // A table of TOML: what follows is not the article's own.
            break;
        }
        let indented = line.starts_with([' ', '\t']) || line.starts_with("- ");
        if let Some((key, value)) = pair(line).filter(|_| !indented) {
            found.insert(key.to_owned(), scalar(value));
            last = Some(key.to_owned());
        } else if let Some(value) = last.as_ref().and_then(|key| found.get_mut(key)) {
            continue_with(value, line.trim());
        }
    }
    found
}

fn scalar(value: &str) -> Value {
    let inner = value.strip_prefix('[').and_then(|v| v.strip_suffix(']'));
    match (inner, value) {
        (Some(list), _) => Value::Array(list.split(',').map(|v| Value::String(unquoted(v))).collect()),
        (None, ">" | "|" | ">-" | "|-") => Value::String(String::new()),
        (None, value) => Value::String(unquoted(value)),
    }
}

/// A further line of a list, or of folded text.
fn continue_with(value: &mut Value, line: &str) {
    match (line.strip_prefix('-').map(str::trim), &mut *value) {
        (Some(item), Value::Array(list)) => list.push(Value::String(unquoted(item))),
        (Some(item), Value::String(s)) if s.is_empty() => *value = Value::Array(vec![Value::String(unquoted(item))]),
        // The name of an author given as a table: `- name: Ann Lee`.
        (_, Value::String(s)) if !line.contains(": ") || !s.is_empty() => {
            if !s.is_empty() {
                s.push(' ');
            }
            s.push_str(line);
        }
        _ => {}
    }
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    for mark in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(mark).and_then(|v| v.strip_suffix(mark)) {
            return match mark {
                '"' => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
                _ => inner.replace("''", "'"),
            };
        }
    }
    value.strip_prefix("name: ").map_or_else(|| value.to_owned(), unquoted)
}

struct Text {
    /// 0 for text, else that of the heading.
    level: usize,
    text: String,
}

/// The paragraphs of a body.
fn blocks(body: &str) -> Vec<Text> {
    let mut blocks: Vec<Text> = Vec::new();
    let mut open = String::new();
    let mut fenced = false;
    let close = |open: &mut String, level: usize, blocks: &mut Vec<Text>| {
        let text = inline(open.trim());
        open.clear();
        if !text.is_empty() {
            blocks.push(Text { level, text });
        }
    };
    for line in body.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            close(&mut open, 0, &mut blocks);
            continue;
        }
        if trimmed.is_empty() || (!fenced && is_definition(trimmed)) {
            close(&mut open, 0, &mut blocks);
            continue;
        }
        if fenced {
            open.push_str(line);
            open.push('\n');
            continue;
        }
        let level = trimmed.bytes().take_while(|b| *b == b'#').count();
        if (1..=6).contains(&level) && trimmed[level..].starts_with(' ') {
            close(&mut open, 0, &mut blocks);
            open.push_str(trimmed[level..].trim().trim_end_matches('#'));
            close(&mut open, level, &mut blocks);
            continue;
        }
        let ruled = |c: char| trimmed.len() >= 3 && trimmed.chars().all(|t| t == c || t == ' ');
        if !open.is_empty() && (ruled('=') || ruled('-')) {
            close(&mut open, if ruled('=') { 1 } else { 2 }, &mut blocks);
            continue;
        }
        if ruled('-') || ruled('*') || ruled('_') {
            close(&mut open, 0, &mut blocks);
            continue;
        }
        let (text, opens) = item(trimmed.trim_start_matches(['>', ' ']));
        if opens {
            close(&mut open, 0, &mut blocks);
        }
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(text);
    }
    close(&mut open, 0, &mut blocks);
    blocks
}

/// The text of a line without the mark of a list item, and whether there was one.
fn item(line: &str) -> (&str, bool) {
    for mark in ["- ", "* ", "+ "] {
        if let Some(text) = line.strip_prefix(mark) {
            return (text.trim_start(), true);
        }
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line.get(digits..) {
        // Two digits at most: "1987. That was the year" is a sentence.
        Some(rest) if (1..=2).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") ")) => {
            (rest[2..].trim_start(), true)
        }
        _ => (line, false),
    }
}

/// `[name]: address`, the other half of a link by reference.
fn is_definition(line: &str) -> bool {
    line.starts_with('[')
        && line
            .split_once("]: ")
            .is_some_and(|(_, to)| to.starts_with("http") || to.starts_with('<') || to.starts_with('/'))
}

/// The words of a paragraph without its marks.
fn inline(text: &str) -> String {
    let text = &sgml::without_tags(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '\\' if after.starts_with(|c: char| c.is_ascii_punctuation()) => {
                out.push_str(&after[..1]);
                rest = &after[1..];
            }
            '!' if after.starts_with('[') => match link(after) {
                Some((_, end)) => rest = &after[end..],
                None => {
                    out.push('!');
                    rest = after;
                }
            },
            '[' => match link(rest) {
                Some((label, end)) => {
                    if !label.starts_with('^') {
                        out.push_str(&inline(label));
                    }
                    rest = &rest[end..];
                }
                None => {
                    out.push('[');
                    rest = after;
                }
            },
            '*' | '_' | '`' | '~' => {
                let n = rest.bytes().take_while(|b| *b == c as u8).count();
                let (before, next) = (out.chars().next_back(), rest[n..].chars().next());
                let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
                // snake_case is a word, 2 * 3 a product, ~5 an estimate.
                let stays = (space(before) && space(next))
                    || (c == '_' && word(before) && word(next))
                    || (c == '~' && n != 2)
                    || n > 3;
                if stays {
                    out.push_str(&rest[..n]);
                }
                rest = &rest[n..];
            }
            c => {
                out.push(c);
                rest = after;
            }
        }
    }
    entities::resolve(&out)
}

/// `[label](address)`, `[label][reference]`, `[^1]` at the start of `text`: the label and the length.
fn link(text: &str) -> Option<(&str, usize)> {
    let close = balanced(text, '[', ']')?;
    let label = &text[1..close];
    let rest = &text[close + 1..];
    if rest.starts_with('(') {
        return balanced(rest, '(', ')').map(|end| (label, close + 1 + end + 1));
    }
    if rest.starts_with('[') {
        return balanced(rest, '[', ']').map(|end| (label, close + 1 + end + 1));
    }
    label.starts_with('^').then_some((label, close + 1))
}

/// Where the bracket that opens `text` closes. Links are short: what does not close soon is no link, so that a text
/// full of brackets is still read in linear time.
fn balanced(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices().take(2000) {
        match c {
            c if c == open => depth += 1,
            c if c == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        if depth > 8 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_words_stay() {
        for (written, meant) in [
            ("whose [report](https://a.example/x) settled *the* matter", "whose report settled the matter"),
            ("**What was said.** A.L., at 2 * 3", "What was said. A.L., at 2 * 3"),
            ("snake_case and _so_ \\*on\\*", "snake_case and so *on*"),
            ("a ![picture](x.jpg)b[^1] [sic] [x][1]", "a b [sic] x"),
            ("R&amp;D <b>bold</b> 1 < 2", "R&D bold 1 < 2"),
            ("[unclosed", "[unclosed"),
        ] {
            assert_eq!(inline(written), meant);
        }
    }

    #[test]
    fn front_matter_is_understood_as_far_as_archives_use_it() {
        let (front, body) = front_matter("---\ntitle: \"A: b\"\ntags: [x, y]\nauthors:\n  - Ann Lee\n  - name: Bo Ek\nlead: >\n  One\n  two.\n---\nText\n")
            .expect("front matter");
        let keys = keys(front);
        assert_eq!(
            Value::Object(keys).to_string(),
            r#"{"title":"A: b","tags":["x","y"],"authors":["Ann Lee","Bo Ek"],"lead":"One two."}"#
        );
        assert_eq!(body, "Text\n");
        // A rule is no fence.
        assert_eq!(front_matter("---\n\nIt was a dark night. He said\n\n---\n"), None);
    }

    #[test]
    fn paragraphs_headings_and_lists() {
        let blocks = blocks("One\ntwo.\n\n## Then\n> said\n\n- a\n- b\n\nTitle\n=====\n---\n[1]: http://x.example\n");
        let blocks: Vec<_> = blocks.iter().map(|b| (b.level, b.text.as_str())).collect();
        assert_eq!(blocks, [(0, "One two."), (2, "Then"), (0, "said"), (0, "a"), (0, "b"), (1, "Title")]);
    }
}
