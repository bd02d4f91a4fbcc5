//! `tests/suite/verify`: claims against a few articles, to the ruling and what differs.
//!
//! Lines `? WORDS` are claims; the articles stand before them, written as in `tests/suite/search`. The output gives for
//! each claim the ruling, the article and speaker, and the words: equal ones bare, `[-left out-]`, `(…left out, and
//! shown…)`, `{+put in+}`, `<claimed|printed>`, `/what the article says between/`; for what was not found, how much was
//! searched.

use std::fmt::Write as _;

use newsdex::search::selection::Selection;
use newsdex::search::verify::compare::Piece;
use newsdex::search::verify::{Claim, verify};

pub fn area(input: &str) -> String {
    let (articles, claims): (Vec<&str>, Vec<&str>) = input.lines().partition(|l| !l.starts_with("? "));
    let reader = super::search::reader(&articles.join("\n"));
    let selections = [Selection::all(&reader)];
    let mut out = String::new();
    for words in claims.iter().map(|c| c.trim_start_matches("? ")) {
        let claim = Claim { words: words.to_string(), speaker: None, others: 0 };
        let verdict = verify(&claim, &selections).expect("a verdict");
        write!(out, "? {words}\n  {}", verdict.ruling.name()).unwrap();
        let searched = verdict.searched;
        let day = |d: Option<jiff::civil::Date>| d.map_or("-".to_string(), |d| d.to_string());
        let Some(w) = verdict.wordings.first() else {
            writeln!(out, " in {} articles, {} to {}", searched.articles, day(searched.first), day(searched.last))
                .unwrap();
            continue;
        };
        let text = &w.source.article.text;
        let piece = |p: &Piece| match *p {
            Piece::Equal { text: t, .. } => t.of(text).to_string(),
            Piece::Replaced { claim: c, text: t } => format!("<{}|{}>", c.of(words), t.of(text)),
            Piece::Omitted { text: t, marked: false } => format!("[-{}-]", t.of(text)),
            Piece::Omitted { text: t, marked: true } => format!("(…{}…)", t.of(text)),
            Piece::Added { claim: c } => format!("{{+{}+}}", c.of(words)),
            Piece::Interrupted { text: t } => format!("/{}/", t.of(text).trim()),
        };
        let pieces: Vec<String> = w.source.alignment.pieces.iter().map(piece).collect();
        writeln!(out, ": {}, {}: {}", w.source.article.id, w.source.speaker().unwrap_or("-"), pieces.join(" "))
            .unwrap();
    }
    out
}
