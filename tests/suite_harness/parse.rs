//! `tests/suite/parse`: a document, as it was found, to what is understood of it.
//!
//! The input opens with lines `@field value` (`@headline`, `@byline`, `@published`, …; `@block KIND text` for bodies in
//! blocks); the rest is the body, `\e`-style escapes (`\t`, `\r`, `\u{…}`, `\s` for a space at a line's end) resolved.
//! The output shows metadata that were found, each paragraph with its zones in brackets, sentences apart by ` | `, and
//! the notices' codes.

use std::fmt::Write as _;

use newsdex::article::{Article, Block, Body, RawDocument, Span, ZoneKind};
use newsdex::parse::parse;

pub fn area(input: &str) -> String {
    let mut raw = RawDocument::default();
    let mut blocks = Vec::new();
    let mut rest = input;
    while let Some(line) = rest.lines().next().filter(|l| l.starts_with('@')) {
        rest = rest[line.len()..].strip_prefix('\n').unwrap_or_default();
        let (key, value) = line[1..].split_once(' ').unwrap_or((&line[1..], ""));
        let value = unescape(value);
        match key {
            "id" => raw.id = Some(value),
            "url" => raw.url = Some(value),
            "source" => raw.source = Some(value),
            "headline" => raw.headline = Some(value),
            "standfirst" => raw.standfirst = Some(value),
            "byline" => raw.byline.push(value),
            "dateline" => raw.dateline = Some(value),
            "published" => raw.published = Some(value),
            "updated" => raw.updated = Some(value),
            "section" => raw.section = Some(value),
            "language" => raw.language = Some(value),
            "modified" => raw.modified = Some(value.parse().expect("a timestamp")),
            "path" => (raw.origin.path, raw.format) = (value, "text"),
            "collection" => raw.origin.collection = Some(value),
            "block" => {
                let (kind, text) = value.split_once(' ').expect("a kind and a text");
                blocks.push(Block { kind: ZoneKind::from_name(kind).expect("a kind"), text: text.into() });
            }
            _ => panic!("no field {key}"),
        }
    }
    raw.body = match blocks.is_empty() {
        true => Body::Plain(unescape(rest.strip_suffix('\n').unwrap_or(rest))),
        false => Body::Blocks(blocks),
    };
    let parsed = parse(raw);
    let mut out = String::new();
    metadata(&parsed.article, &mut out);
    for paragraph in &parsed.article.paragraphs {
        let _ = writeln!(out, "{}", show(&parsed.article, *paragraph));
    }
    for notice in &parsed.notices {
        let _ = writeln!(out, "! {}", notice.code);
    }
    out
}

fn metadata(article: &Article, out: &mut String) {
    if !article.byline.is_empty() {
        let _ = writeln!(out, "@byline {}", article.byline.join("; "));
    }
    if let Some(d) = &article.dateline {
        let date = d.date.map_or(String::new(), |d| format!(" {d}"));
        let _ = writeln!(out, "@dateline {}{date}", d.place.as_deref().unwrap_or("-"));
    }
    for (name, stamp, from) in
        [("published", article.published, article.published_from), ("updated", article.updated, None)]
    {
        if let Some(s) = stamp {
            let time = s.time.map_or(String::new(), |t| format!(" {t}"));
            let offset = s.offset.map_or(String::new(), |o| format!(" {o:+}"));
            let from = from.map_or(String::new(), |f| format!(" from {}", f.name()));
            let _ = writeln!(out, "@{name} {}{time}{offset}{from}", s.date);
        }
    }
}

/// A paragraph: `[kind]` where a zone other than the body starts, `[body]` where the body goes on behind one, ` | `
/// between sentences.
fn show(article: &Article, paragraph: Span) -> String {
    let mut out = String::new();
    let mut last = paragraph.start;
    let cut = |to: u32, sign: &str, last: &mut u32, out: &mut String| {
        out.push_str(article.text[*last as usize..to as usize].trim_end());
        out.push_str(sign);
        *last = to;
    };
    let mut marks: Vec<(u32, String)> = Vec::new();
    for zone in article.zones.iter().filter(|z| z.span.start >= paragraph.start && z.span.start < paragraph.end) {
        if zone.kind != ZoneKind::Body || zone.span.start > paragraph.start {
            let space = if zone.span.start > paragraph.start { " " } else { "" };
            marks.push((zone.span.start, format!("{space}[{}] ", zone.kind.name())));
        }
    }
    for sentence in article.sentences.iter().filter(|s| s.start > paragraph.start && s.start < paragraph.end) {
        if !marks.iter().any(|(at, _)| *at == sentence.start) {
            marks.push((sentence.start, " | ".into()));
        }
    }
    marks.sort();
    for (at, sign) in marks {
        cut(at, &sign, &mut last, &mut out);
    }
    cut(paragraph.end, "", &mut last, &mut out);
    out
}

/// Resolves `\t`, `\r`, `\s` (a space) and `\u{…}`.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (c, len) = match rest[at + 1..].chars().next() {
            Some('t') => ('\t', 2),
            Some('r') => ('\r', 2),
            Some('s') => (' ', 2),
            Some('u') => {
                let end = rest[at..].find('}').expect("a closing brace");
                let code = u32::from_str_radix(&rest[at + 3..at + end], 16).expect("a code point");
                (char::from_u32(code).expect("a character"), end + 1)
            }
            _ => ('\\', 1),
        };
        out.push(c);
        rest = &rest[at + len..];
    }
    out + rest
}
