//! TREC SGML: the `<DOC>` files in which the TREC, NTCIR and Gigaword news collections are distributed.
//!
//! Each collection names its elements in its own way; read are those of AP, WSJ, FT, LA Times, FBIS, SJMN, AQUAINT,
//! Gigaword and NTCIR: the id (`DOCNO`, or the attribute `id`), the headline, date, dateline, byline, source, section,
//! and all `TEXT` elements, in paragraphs where they are marked. A document that gives no date but whose number holds
//! one (`APW19980601.0001`, `AP880212-0001`) was published then. Codes, page numbers and keywords are not read.

use super::record::Documents;
use super::sgml::{attribute, element, elements, without_tags};
use super::{encoding, entities};
use crate::article::{Block, Body, RawDocument, ZoneKind};

pub const END: &str = "</DOC>";

pub fn detect(head: &[u8]) -> bool {
    let head = &head[..head.len().min(4096)];
    let at = |mark: &str| memchr::memmem::find(head, mark.as_bytes());
    at("<DOC>").or(at("<DOC ")).is_some()
        && (at("<DOCNO>").or(at("<TEXT>")).or(at("<DOCID>")).or(at("<DOC id")).is_some())
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut raw = RawDocument::default();
    let doc = encoding::decode(bytes, out.charset(), &mut raw.notices);
    let Some(doc) = element(&doc, "DOC") else { return };
    let first = |names: &[&str]| names.iter().find_map(|n| field(doc.inner, n));
    let attribute = attribute(doc.attributes, "id").map(str::to_owned);
    raw.id = first(&["DOCNO"]).or(attribute).or_else(|| first(&["DOCID"]));
    raw.headline = first(&["HEADLINE", "HEAD", "HL", "TI", "TITLE", "H3"]);
    raw.published = first(&["DATE", "DATE_TIME", "DATE1", "PUBDATE"]).or_else(|| date_in(raw.id.as_deref()?));
    raw.dateline = first(&["DATELINE", "DL"]);
    raw.byline = first(&["BYLINE", "AUTHOR"]).into_iter().collect();
    // "WALL STREET JOURNAL (J), PAGE 16"
    raw.source = first(&["SOURCE", "SO", "PUB"]).map(|s| s.split([',', '(']).next().unwrap_or(&s).trim().to_owned());
    raw.section = first(&["SECTION"]);
    raw.language = first(&["LANGUAGE", "LANG"]);
    let mut texts: Vec<&str> = elements(doc.inner, "LP").iter().map(|e| e.inner).collect();
    texts.extend(elements(doc.inner, "TEXT").iter().map(|e| e.inner));
    let paragraphs = texts.iter().any(|t| element(t, "P").is_some());
    raw.body = if paragraphs {
        let blocks = texts.iter().flat_map(|t| paragraphs_of(t)).collect();
        Body::Blocks(blocks)
    } else {
        Body::Plain(texts.iter().map(|t| plain(t)).collect::<Vec<_>>().join("\n\n"))
    };
    out.document(raw);
}

/// Split at the start tags: end tags are often left out.
fn paragraphs_of(text: &str) -> Vec<Block> {
    let mut parts = vec![0];
    for mark in ["<P>", "<p>"] {
        parts.extend(text.match_indices(mark).map(|(at, _)| at));
    }
    parts.sort_unstable();
    parts.push(text.len());
    let texts = parts.windows(2).map(|w| plain(&text[w[0]..w[1]]).trim().to_owned());
    texts.filter(|t| !t.is_empty()).map(|text| Block { kind: ZoneKind::Body, text }).collect()
}

fn plain(text: &str) -> String {
    entities::resolve(&without_tags(text))
}

fn field(text: &str, name: &str) -> Option<String> {
    let inner = plain(element(text, name)?.inner);
    let inner = inner.split_whitespace().collect::<Vec<_>>().join(" ");
    (!inner.is_empty()).then_some(inner)
}

/// The date in a document's number, as `YYYY-MM-DD`.
fn date_in(id: &str) -> Option<String> {
    let start = id.find(|c: char| c.is_ascii_digit())?;
    let digits: String = id[start..].chars().take_while(char::is_ascii_digit).collect();
    let digits = match digits.len() {
        8 => digits,
        6 if id[..start].chars().all(|c| c.is_ascii_alphabetic()) && start > 0 => format!("19{digits}"),
        _ => return None,
    };
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?);
    let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (1900..2100).contains(&date.year()).then(|| date.to_string())
}
