//! Nexis: LexisNexis Academic's layout of the years to 2018, and that of Nexis Uni and Nexis Advance since.
//!
//! ```text
//! 1 of 20 DOCUMENTS                         Harbour deal ends strike
//!                                           The Tarn Courier
//! The Tarn Courier                          June 2, 2021 Wednesday
//!                                           Late Edition
//! June 2, 2021 Wednesday                    Copyright 2021 Tarn Press All Rights Reserved
//! Late Edition                              Section: NEWS; Pg. 1
//!                                           Length: 312 words
//! Harbour deal ends strike                  Byline: By Ann Lee
//!                                           Body
//! BYLINE: By ANN LEE
//!                                           The strike is over. …
//! SECTION: NEWS; Pg. 1
//!                                           Classification
//! LENGTH: 312 words
//!                                           Language: ENGLISH
//! The strike is over. …                     Load-Date: June 2, 2021
//!
//! LOAD-DATE: June 2, 2021                   End of Document
//! ```
//!
//! Read are headline, outlet, date, byline, section, dateline, highlight, language, address, subjects and places, the
//! body, and the texts under pictures. Their percentages, pages and editions are left out.

use super::{Line, block, breaks_off, is_copyright, is_date, paragraphs};
use crate::article::{Body, RawDocument, ZoneKind};

const CLOSES: &str = "End of Document";

/// Labels that stand before the body, and those behind it.
const BEFORE: &[&str] =
    &["byline", "section", "length", "dateline", "highlight", "headline", "series", "column", "edition"];
const AFTER: &[&str] = &[
    "acc-no",
    "city",
    "classification",
    "company",
    "correction-date",
    "country",
    "document-type",
    "geographic",
    "graphic",
    "industry",
    "journal-code",
    "language",
    "load-date",
    "notes",
    "organization",
    "person",
    "publication-type",
    "state",
    "subject",
    "ticker",
    "url",
];

pub fn is_mark(line: &str) -> bool {
    line == CLOSES || opens(line)
}

/// `1 of 20 DOCUMENTS`, `Dokument 1 von 20` is not known.
fn opens(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().take(5).collect();
    let number = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit());
    matches!(words[..], [n, "of", of, "DOCUMENTS" | "DOCUMENT"] if number(n) && number(of))
}

pub fn articles(lines: &[Line]) -> Option<Vec<RawDocument>> {
    // What any article may quote is no proof: every download also says how long its articles are.
    let long =
        lines.iter().any(|l| label(l.text).is_some_and(|(name, value)| name == "length" && value.ends_with("words")));
    if !long {
        return None;
    }
    let old = lines.iter().any(|l| opens(l.text));
    if !old && !lines.iter().any(|l| l.text == CLOSES) {
        return None;
    }
    let mut all = Vec::new();
    if old {
        let starts: Vec<usize> = (0..lines.len()).filter(|i| opens(lines[*i].text)).collect();
        for (i, start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).copied().unwrap_or(lines.len());
            all.extend(article(&lines[start + 1..end]));
        }
        return Some(all);
    }
    let mut chunks = lines.split(|l| l.text == CLOSES).peekable();
    while let Some(chunk) = chunks.next() {
        let closed = chunks.peek().is_some();
        if let Some(mut raw) = article(chunk) {
            raw.notices.extend((!closed).then(breaks_off));
            all.push(raw);
        }
    }
    Some(all)
}

/// `BYLINE: By ANN LEE`: the label in lower case, and the rest of the line.
fn label(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    let fits = name.len() <= 20 && name.starts_with(|c: char| c.is_ascii_uppercase());
    let name = name.to_ascii_lowercase();
    let known = BEFORE.contains(&name.as_str()) || AFTER.contains(&name.as_str());
    (fits && known).then(|| (name, value.trim()))
}

/// One article, without the lines that open and close it. `None` for what surrounds the articles.
fn article(lines: &[Line]) -> Option<RawDocument> {
    let is = |i: usize, names: &[&str]| {
        lines.get(i).and_then(|l| label(l.text)).is_some_and(|(name, _)| names.contains(&name.as_str()))
    };
    let first = (0..lines.len()).find(|i| is(*i, BEFORE))?;
    // The body follows the word, or the last of the labels that stand together.
    let named = (first..lines.len()).find(|i| lines[*i].text == "Body");
    let mut body = named.map_or(first, |at| at + 1);
    if named.is_none() {
        for i in first..lines.len() {
            let paragraph = |i: usize| lines[i].opens && !is(i, BEFORE);
            if paragraph(i) {
                break;
            }
            body = i + 1;
        }
    }
    let tail = (body..lines.len()).find(|i| {
        let text = lines[*i].text;
        let bare = named.is_some() && matches!(text, "Classification" | "Graphic" | "Notes" | "Correction");
        // In the old layout labels are capitals; a sentence of the body may begin "Person: ".
        let capital = text.split(':').next().is_some_and(|l| !l.bytes().any(|b| b.is_ascii_lowercase()));
        lines[*i].opens && (bare || (is(*i, AFTER) && (named.is_some() || capital)))
    });
    let tail = tail.unwrap_or(lines.len());
    let mut raw = RawDocument { format: "nexis", ..RawDocument::default() };
    front(&lines[..first], named.is_some(), &mut raw);
    let mut captions = Vec::new();
    let about = lines[first..named.unwrap_or(body)].iter().chain(&lines[tail..]);
    for text in paragraphs(&about.copied().collect::<Vec<_>>()) {
        match label(&text) {
            Some((name, value)) if !value.is_empty() => field(&name, value, &mut raw, &mut captions),
            _ => {}
        }
    }
    // The oldest downloads label it.
    let without_label = |p: String| p.strip_prefix("BODY:").map(|rest| rest.trim().to_owned()).unwrap_or(p);
    let words = paragraphs(&lines[body..tail]).into_iter().map(without_label).filter(|p| !p.is_empty());
    let mut blocks: Vec<_> = words.map(|p| block(ZoneKind::Body, p)).collect();
    blocks.extend(captions.into_iter().map(|c| block(ZoneKind::Caption, c)));
    raw.body = Body::Blocks(blocks);
    Some(raw)
}

/// What stands before the first label: outlet, date, edition and headline, in either order.
fn front(lines: &[Line], new: bool, raw: &mut RawDocument) {
    let lines: Vec<Line> = lines.iter().filter(|l| !is_copyright(l.text)).copied().collect();
    let dates = (0..lines.len()).filter(|i| is_date(lines[*i].text));
    let date = if new { dates.max() } else { dates.min() };
    let Some(date) = date else {
        raw.headline = paragraphs(&lines).pop();
        return;
    };
    raw.published = Some(lines[date].text.to_owned());
    let before = paragraphs(&lines[..date]);
    raw.source = before.last().cloned();
    // What stands in the date's paragraph, or alone after it, is the edition.
    let after: Vec<String> = {
        let rest = &lines[date + 1..];
        let edition = rest.iter().take_while(|l| !l.opens).count();
        paragraphs(&rest[edition..])
    };
    raw.headline = match before.len() {
        2.. if new || after.is_empty() => before.into_iter().rev().nth(1),
        _ => after.into_iter().next_back(),
    };
}

fn field(name: &str, value: &str, raw: &mut RawDocument, captions: &mut Vec<String>) {
    let list = || {
        let parts = value.split(';').map(|p| p.split(" (").next().unwrap_or(p).trim().to_owned());
        parts.filter(|p| !p.is_empty()).collect::<Vec<_>>()
    };
    match name {
        "byline" => raw.byline.push(value.to_owned()),
        "section" => raw.section = section(value),
        "dateline" => raw.dateline = Some(value.to_owned()),
        "highlight" => raw.standfirst = Some(value.to_owned()),
        "headline" => raw.headline = Some(value.to_owned()),
        "language" => raw.language = value.split([';', ',']).next().map(|l| l.trim().to_owned()),
        "url" => raw.url = Some(value.to_owned()),
        "subject" => raw.topics = list(),
        "geographic" => raw.places = list(),
        "graphic" => captions.push(value.to_owned()),
        _ => {}
    }
}

/// The name of a section among its pages and columns: `Section A; Column 0; Foreign Desk; Pg. 1`.
fn section(value: &str) -> Option<String> {
    let parts = || value.split(';').map(str::trim);
    let place = |p: &str| ["Pg", "Page", "Column", "Vol", "p."].iter().any(|m| p.starts_with(m));
    let letter = |p: &str| p.strip_prefix("Section ").is_some_and(|rest| rest.len() <= 2);
    let named = parts().find(|p| !p.is_empty() && !place(p) && !letter(p));
    named.or_else(|| parts().find(|p| letter(p))).map(str::to_owned)
}
