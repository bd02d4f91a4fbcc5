//! Reuters-21578: the SGML in which Reuters' stories of 1987 are distributed.
//!
//! Read are the title, dateline, author, date, body, topics and places; `NEWID` gives the id (`reuters21578-1`).
//! Exchanges, companies, people and organisations are not read: newsdex finds names itself. A story that was not
//! processed (`TYPE="UNPROC"`) has no title and body of their own: all its text is the body. A flash (`TYPE="BRIEF"`)
//! has a title only; the filler that the distribution puts there instead of a body ("Blah blah blah.") is left out.
//! The source is Reuters if the line of codes in `UNKNOWN` names no other service.
//!
//! Format: David D. Lewis, "Reuters-21578 text categorization test collection", README, 1997.

use super::record::Documents;
use super::sgml::{attribute, element, elements};
use super::{encoding, entities};
use crate::article::{Body, RawDocument};

pub const END: &str = "</REUTERS>";

/// What stands in for the body of a flash.
const FILLER: &str = "Blah blah blah.";

pub fn detect(head: &[u8]) -> bool {
    memchr::memmem::find(&head[..head.len().min(4096)], b"<REUTERS ").is_some()
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut raw = RawDocument::default();
    let story = encoding::decode(bytes, out.charset(), &mut raw.notices);
    let attributes = element(&story, "REUTERS").map_or("", |e| e.attributes);
    let number = attribute(attributes, "NEWID");
    raw.published = field(&story, "DATE");
    raw.topics = list(&story, "TOPICS");
    raw.places = list(&story, "PLACES");
    let service = field(&story, "UNKNOWN")
        .and_then(|codes| Some(codes.rsplit_once('\x1f')?.1.split_whitespace().next()?.to_owned()));
    if service.is_none_or(|s| "reuter".contains(&s)) {
        raw.source = Some("Reuters".into());
        raw.id = number.map(|n| format!("reuters21578-{n}"));
    } else {
        raw.id = number.map(str::to_owned);
    }
    let Some(text) = element(&story, "TEXT") else {
        return out.problem("no-text", "is a story without a TEXT element");
    };
    raw.headline = field(text.inner, "TITLE");
    raw.dateline = field(text.inner, "DATELINE");
    raw.byline = field(text.inner, "AUTHOR").into_iter().collect();
    let body = match element(text.inner, "BODY") {
        Some(body) => entities::resolve(body.inner),
        // What is left of the text.
        None => {
            let mut rest = text.inner.to_owned();
            for name in ["AUTHOR", "DATELINE", "TITLE"] {
                if let Some(e) = element(&rest, name) {
                    rest.replace_range(e.start..e.end, "");
                }
            }
            let rest = entities::resolve(&rest);
            let said = rest.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '*');
            if said == FILLER { String::new() } else { rest }
        }
    };
    // The teleprinter's start and end of text, which frame nearly every story.
    raw.body = Body::Plain(body.trim_matches(['\x02', '\x03', ' ', '\n', '\r']).to_owned());
    out.document(raw);
}

fn field(text: &str, name: &str) -> Option<String> {
    let inner = entities::resolve(element(text, name)?.inner);
    let inner = inner.trim();
    (!inner.is_empty()).then(|| inner.to_owned())
}

fn list(text: &str, name: &str) -> Vec<String> {
    let Some(list) = element(text, name) else { return Vec::new() };
    elements(list.inner, "D").iter().map(|d| entities::resolve(d.inner.trim())).collect()
}
