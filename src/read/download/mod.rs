//! Downloads from press databases: Nexis and Factiva, many articles in one file.
//!
//! Both sell their articles as DOCX, RTF, HTML, PDF or text; what stands in them is the same: lines that say which
//! outlet, date, byline and section, the body, and a line that closes the article. So the formats give their lines, and
//! here they are told to be a download by the marks that no single article has, and cut:
//!
//! - [`nexis`]: `1 of 20 DOCUMENTS` opens an article (LexisNexis Academic) or `End of Document` closes it (Nexis Uni);
//! - [`factiva`]: `Document GRDN000020210602eh620001x` closes it.
//!
//! What stands before the first article and after the last (searches, lists of results) is left out. An article that
//! breaks off without its closing line is kept, with a notice.
//!
//! Not read: other databases (ProQuest, Europresse, wiso), lists of headlines without texts.

mod factiva;
mod nexis;

use jiff::Timestamp;

use super::record::Documents;
use crate::article::{Block, Body, Notice, RawDocument, ZoneKind};

/// A line of a download, without white space at its ends, never empty.
#[derive(Clone, Copy, Debug)]
pub struct Line<'t> {
    pub text: &'t str,
    /// Whether a paragraph begins with it.
    pub opens: bool,
}

/// The articles in a text, if it is a download.
pub fn articles(lines: &[Line]) -> Option<Vec<RawDocument>> {
    nexis::articles(lines).or_else(|| factiva::articles(lines))
}

/// The articles in a plain text, whose paragraphs are cut by blank lines.
pub fn articles_of(text: &str) -> Option<Vec<RawDocument>> {
    if !may_be(text.as_bytes()) {
        return None;
    }
    let mut opens = true;
    let mut lines = Vec::new();
    for line in text.lines() {
        // Indented lines open a paragraph in the oldest downloads.
        let line = line.trim_matches(['\u{c}', '\u{feff}', '\r']);
        let trimmed = line.trim();
        if trimmed.is_empty() {
            opens = true;
            continue;
        }
        lines.push(Line { text: trimmed, opens: opens || is_mark(trimmed) || line.starts_with("   ") });
        opens = is_mark(trimmed);
    }
    articles(&lines)
}

/// Whether the text holds what closes or opens articles: looked for before anything is cut, for most texts are no
/// download.
pub fn may_be(text: &[u8]) -> bool {
    let has = |mark: &str| memchr::memmem::find(text, mark.as_bytes()).is_some();
    let closed = |word: &str| {
        memchr::memmem::find_iter(text, word).any(|at| {
            let id = text.get(at + word.len()..).unwrap_or_default().trim_ascii_start();
            factiva::is_id(&id[..id.iter().take(40).take_while(|b| b.is_ascii_alphanumeric()).count()])
        })
    };
    has("End of Document") || has(" DOCUMENT") || factiva::DOCUMENT.iter().any(|word| closed(word))
}

fn is_mark(line: &str) -> bool {
    nexis::is_mark(line) || factiva::closes(line).is_some()
}

/// Hands the articles of a download over.
pub fn documents(articles: Vec<RawDocument>, notices: &[Notice], modified: Option<Timestamp>, out: &mut Documents) {
    for mut article in articles {
        article.modified = modified;
        article.notices.extend(notices.iter().cloned());
        // The digest is that of the article's own words: the file's says nothing of it.
        let mut bytes = article.headline.clone().unwrap_or_default();
        if let Body::Blocks(blocks) = &article.body {
            blocks.iter().for_each(|b| bytes.extend(["\n", &b.text]));
        }
        out.document_of(bytes.as_bytes(), article);
    }
}

/// The paragraphs of these lines.
fn paragraphs(lines: &[Line]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in lines {
        match all.last_mut().filter(|_| !line.opens) {
            Some(last) => {
                last.push(' ');
                last.push_str(line.text);
            }
            None => all.push(line.text.to_owned()),
        }
    }
    all
}

fn block(kind: ZoneKind, text: impl Into<String>) -> Block {
    Block { kind, text: text.into() }
}

fn breaks_off() -> Notice {
    Notice::new("broken-off", "the download breaks off before the article's closing line: the end may be missing")
}

/// Whether a line is a date and little else: "March 2, 2010 Tuesday", "2 June 2021", "2. Juni 2021 Mittwoch".
fn is_date(line: &str) -> bool {
    let words: Vec<&str> = line.split([' ', ',', '.']).filter(|w| !w.is_empty()).collect();
    let number =
        |w: &str, len: std::ops::RangeInclusive<usize>| len.contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit());
    let year = words.iter().any(|w| number(w, 4..=4) && (w.starts_with("19") || w.starts_with("20")));
    let month = |w: &str| crate::parse::date::month(w).is_some();
    let first = words.iter().take(2).any(|w| month(w) || number(w, 1..=2));
    line.len() <= 60 && (2..=9).contains(&words.len()) && year && first && words.iter().any(|w| month(w))
}

/// Whether a line claims the rights.
fn is_copyright(line: &str) -> bool {
    let low = line.to_lowercase();
    ["copyright", "(c) ", "(c)", "©", "all rights reserved", "alle rechte", "tous droits"]
        .iter()
        .any(|m| low.starts_with(m))
}
