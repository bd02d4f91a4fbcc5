//! Repair: the text as its author wrote it, once, before anything points into it.
//!
//! What a pipeline of scrapers, encodings and exports did to a text is undone here: UTF-8 that was read as
//! Windows-1252 ([`mojibake`]), character references that were left over, control and invisible characters, exotic
//! spaces and line separators, decomposed accents (to NFC). Lines and indents stay: they are evidence for
//! [`super::structure`]. What the author wrote stays too: quotation marks are not straightened, dashes not shortened,
//! nothing is transliterated, and text that is right is never touched (and not copied either).

mod entity;
mod mojibake;

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::article::Notice;

/// What was repaired in one document, with the first example.
#[derive(Debug, Default)]
pub struct Repairs {
    /// How many sequences.
    mojibake: u32,
    /// The first word that held one.
    example: Option<String>,
}

impl Repairs {
    /// At most one notice a document.
    pub fn notice(self) -> Option<Notice> {
        let from = self.example?;
        let to = mojibake::repair(Cow::Borrowed(&from), &mut Repairs::default());
        let count = match self.mojibake {
            1 => String::new(),
            n => format!(", {n} such sequences in all"),
        };
        Some(Notice::new("mojibake-repaired", format!("wrong encoding undone: {from:?} is {to:?}{count}")))
    }

    /// Notes a repaired sequence; `word` is asked for the first.
    fn mojibake<'t>(&mut self, word: impl FnOnce() -> &'t str) {
        self.mojibake += 1;
        self.example.get_or_insert_with(|| word().to_string());
    }
}

/// The repaired text. Line breaks come out as `\n`; tabs and runs of spaces are left to the layout.
pub fn text<'t>(raw: &'t str, repairs: &mut Repairs) -> Cow<'t, str> {
    // Several bytes at a time.
    if raw.as_bytes().chunks(64).all(|part| part.iter().fold(true, |plain, b| plain & is_plain(*b))) {
        return Cow::Borrowed(raw);
    }
    let decoded = entity::decode(raw);
    if decoded.is_ascii() {
        return characters(decoded);
    }
    // Composed before as well, for the sequences of wrong decoding may have been decomposed.
    compose(characters(mojibake::repair(compose(decoded), repairs)))
}

/// To NFC.
fn compose(text: Cow<str>) -> Cow<str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// One line of metadata: repaired, trimmed, white space single. `None` if nothing is left.
pub fn line(raw: &str, repairs: &mut Repairs) -> Option<String> {
    let text = text(raw, repairs);
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    (!out.is_empty()).then_some(out)
}

/// ASCII that needs no repair.
fn is_plain(b: u8) -> bool {
    matches!(b, b' '..=b'~' | b'\n' | b'\t') && b != b'&'
}

/// What one character becomes.
enum Fate {
    Keep,
    Become(&'static str),
}

fn fate(c: char) -> Fate {
    use Fate::*;
    match c {
        ' '..='~' | '\n' | '\t' => Keep,
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' => Become("\n"),
        '\u{2029}' => Become("\n\n"),
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Become(""),
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Become(" "),
        // Soft hyphen, zero-width space, word joiner, byte-order mark, and marks of direction. The joiners U+200C and
        // U+200D stay: Persian, Indic scripts and emoji spell with them.
        '\u{ad}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => Become(""),
        // Not characters.
        '\u{fdd0}'..='\u{fdef}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' => Become(""),
        _ => Keep,
    }
}

/// Drops and replaces single characters; `\r\n` and `\r` become `\n`.
fn characters(text: Cow<str>) -> Cow<str> {
    let keep = |c: char| c != '\r' && matches!(fate(c), Fate::Keep);
    let Some(first) = text.find(|c| !keep(c)) else { return text };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut chars = text[first..].chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' {
            if chars.peek() != Some(&'\n') {
                out.push('\n');
            }
            continue;
        }
        match fate(c) {
            Fate::Keep => out.push(c),
            Fate::Become(s) => out.push_str(s),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(raw: &str) -> String {
        text(raw, &mut Repairs::default()).into_owned()
    }

    #[test]
    fn characters_that_are_no_text() {
        for (raw, out) in [
            ("a\r\nb\rc\u{2028}d\u{2029}e", "a\nb\nc\nd\n\ne"),
            ("end\u{3}\u{0}", "end"),
            ("1\u{a0}000\u{2009}km\u{feff}", "1 000 km"),
            ("so\u{ad}cial\u{200b}", "social"),
            ("Andre\u{301}s", "Andrés"),
            ("AT&amp;T &ldquo;yes&rdquo; &#8212; &#x2014; &amp;quot;", "AT&T “yes” — — \""),
            ("R&D; AT&T &nosuch; & so", "R&D; AT&T &nosuch; & so"),
            ("“as ‘it’ is”", "“as ‘it’ is”"),
        ] {
            assert_eq!(clean(raw), out, "{raw:?}");
        }
    }

    #[test]
    fn right_text_is_not_copied() {
        for right in ["plain\n\ttext", "L’été, « à Noël », ÉTÉ…", "Łódź — żółć", "Привет, «мир»", "İstanbul’da ığdır"]
        {
            assert!(matches!(text(right, &mut Repairs::default()), Cow::Borrowed(_)), "{right}");
        }
    }
}
