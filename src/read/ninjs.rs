//! ninjs, the IPTC's news in JSON (versions 1 to 3), and the agencies' JSON that is like it: AP, Superdesk, BBC.
//!
//! Version 1 has `headline`, `byline`, `body_html`; from version 2 these are lists with roles and content types, read
//! by their main one. Read are items whose type is text, story or composite; a composite's own text, not its parts.
//! Pictures, films, sounds and events are passed over and said so. An item that carries a description in place of a
//! body is read with that, with a notice.

use serde_json::{Map, Value};

use super::html;
use crate::article::{Notice, RawDocument};

/// Whether an object is a ninjs item: it has an address, a type or a standard, and a version's time.
pub fn is_ninjs(object: &Map<String, Value>) -> bool {
    let has = |names: &[&str]| names.iter().any(|n| object.contains_key(*n));
    let standard = object.get("standard").and_then(|s| s.get("name")).and_then(Value::as_str);
    standard.is_some_and(|s| s.to_lowercase().contains("ninjs"))
        || (has(&["uri", "guid", "altids"])
            && has(&["versioncreated", "versionCreated", "version"])
            && has(&["type", "body_html", "body_text", "body_xhtml", "bodies", "headlines", "pubstatus"]))
}

/// The article; `Err` says what the item is instead of a text.
pub fn document(object: &Map<String, Value>) -> Result<RawDocument, String> {
    let get = |names: &[&str]| names.iter().find_map(|n| object.get(*n)).and_then(text);
    let kind = get(&["type"]).unwrap_or_else(|| "text".to_owned());
    if !matches!(kind.as_str(), "text" | "composite" | "story" | "article" | "news") {
        return Err(format!("is {} {kind} of ninjs, no text", if kind.starts_with(['a', 'e']) { "an" } else { "a" }));
    }
    let names = |keys: &[&str]| -> Vec<String> {
        let list = keys.iter().find_map(|k| object.get(*k)).and_then(Value::as_array);
        list.map(|l| l.iter().filter_map(|v| v.get("name").and_then(text).or_else(|| text(v))).collect())
            .unwrap_or_default()
    };
    let description = main(object.get("descriptions")).or_else(|| get(&["description_text", "description_html"]));
    let mut notices = Vec::new();
    let mut body = bodies(object);
    if body.is_empty()
        && let Some(description) = &description
    {
        notices.push(Notice::new("summary-only", "the item carries a description, not the full text"));
        body = paragraphs(description);
    }
    let headline = main(object.get("headlines")).or_else(|| get(&["headline", "title"]));
    if body.is_empty() {
        notices.push(Notice::new("no-text", "the item carries its metadata only; its text is elsewhere"));
    }
    if headline.is_none() && body.is_empty() {
        return Err("is a ninjs item without a headline and a text".to_owned());
    }
    let opening = body.join(" ");
    let standfirst = description.map(|d| paragraphs(&d).join(" ")).filter(|d| {
        let start: String = d.chars().take(60).collect();
        d.len() < 600 && !d.is_empty() && !opening.contains(start.trim_end_matches(['.', '…', ' ']))
    });
    let mut byline: Vec<String> = get(&["byline", "by"]).into_iter().collect();
    if byline.is_empty() {
        byline = object
            .get("authors")
            .and_then(Value::as_array)
            .map(|l| {
                l.iter()
                    .filter(|a| a.get("role").is_none_or(|r| r != "editor"))
                    .filter_map(|a| a.get("name").and_then(text))
                    .collect()
            })
            .unwrap_or_default();
    }
    Ok(RawDocument {
        format: "ninjs",
        id: get(&["guid", "uri", "id"]),
        url: get(&["url", "link", "uri"]).filter(|u| u.starts_with("http") && !u.contains('?')),
        source: get(&["source", "provider", "copyrightholder", "copyrightHolder"])
            .or_else(|| names(&["infosources", "infoSources", "infosource"]).into_iter().next()),
        headline,
        standfirst,
        byline,
        published: get(&["firstpublished", "firstcreated", "firstCreated", "versioncreated", "versionCreated"]),
        updated: get(&["versioncreated", "versionCreated", "contentcreated", "contentCreated"]),
        section: names(&["service", "services"]).into_iter().next(),
        topics: names(&["subject", "subjects"]),
        places: names(&["place", "places"]),
        dateline: get(&["dateline"]),
        language: get(&["language"]),
        body: html::blocks(body),
        notices,
        ..RawDocument::default()
    })
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(s) => s.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        _ => return None,
    };
    Some(text).filter(|t| !t.is_empty())
}

/// The main one of a list of values with roles.
fn main(list: Option<&Value>) -> Option<String> {
    let list = list?.as_array()?;
    let is = |v: &&Value, r: &str| v.get("role").and_then(Value::as_str).is_some_and(|role| role == r);
    let main = list.iter().find(|v| is(v, "main")).or_else(|| list.iter().find(|v| is(v, "text"))).or(list.first());
    main?.get("value").and_then(text)
}

/// The body, marked up where both are there.
fn bodies(object: &Map<String, Value>) -> Vec<String> {
    let single =
        ["body_html", "body_xhtml"].iter().filter_map(|k| object.get(*k)).filter_map(text).map(|b| html::fragment(&b));
    let plain = object.get("body_text").and_then(text).map(|b| paragraphs(&b));
    let listed = object.get("bodies").and_then(Value::as_array).into_iter().flatten();
    let mut listed: Vec<(u8, String)> = listed
        .filter_map(|b| {
            let kind = ["contentType", "contenttype"]
                .iter()
                .find_map(|k| b.get(*k))
                .and_then(Value::as_str)
                .unwrap_or_default();
            let order = match kind {
                k if k.contains("nitf") => return None,
                k if k.contains("html") => 0,
                _ => 1,
            };
            Some((order, b.get("value").and_then(text)?))
        })
        .collect();
    listed.sort_by_key(|(order, _)| *order);
    let listed = listed.into_iter().map(|(order, b)| if order == 0 { html::fragment(&b) } else { paragraphs(&b) });
    single.chain(plain).chain(listed).find(|b| !b.is_empty()).unwrap_or_default()
}

fn paragraphs(text: &str) -> Vec<String> {
    if html::is_markup(text) { html::fragment(text) } else { html::wrapped(text) }
}
