//! `tests/suite/quote`: plain text to who says what.
//!
//! A line a quote: its kind; the speaker as `name < mention (how resolved; role; affiliation)`, `-` for what is not
//! known; the cue; and the quoted words, their parts apart by ` ... `.

use std::fmt::Write as _;

use newsdex::article::{Body, RawDocument, Speaker};
use newsdex::parse::parse;

pub fn area(input: &str) -> String {
    let body = Body::Plain(input.strip_suffix('\n').unwrap_or(input).to_string());
    let article = parse(RawDocument { body, language: Some("en".into()), ..RawDocument::default() }).article;
    let text = article.text.as_str();
    let mut out = String::new();
    for q in &article.quotes {
        let speaker = q.speaker.as_ref().map_or("-".to_string(), |s| show(s, text));
        let cue = q.cue.map_or("-", |c| c.of(text));
        let words: Vec<&str> = q.parts.iter().map(|p| p.of(text)).collect();
        let _ = writeln!(out, "{} | {speaker} | {cue} | {}", q.kind.name(), words.join(" ... "));
    }
    out
}

fn show(s: &Speaker, text: &str) -> String {
    let mut out = s.name.clone().unwrap_or_else(|| "-".into());
    if let Some(m) = s.mention {
        let _ = write!(out, " < {}", m.of(text));
    }
    let _ = write!(out, " ({}", s.resolved.name());
    for extra in [&s.role, &s.affiliation].into_iter().flatten() {
        let _ = write!(out, "; {extra}");
    }
    out + ")"
}
