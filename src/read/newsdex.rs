//! newsdex's own format, `newsdex.article/1`: what `parse` writes, read back without loss.
//!
//! All fields are optional but `text`; what is there is taken as it is and what is not is found by the parser, so that
//! the format also serves to hand over articles with their metadata and nothing else. Offsets are code points into
//! `text` and become bytes here; those that do not fit the text are left out, with a notice. `words` is derived and
//! `notices` are the last run's: neither is read.

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::record::Documents;
use crate::article::{
    Article, Body, DateFrom, Dateline, Entity, EntityType, Mention, Notice, Quote, QuoteKind, RawDocument, Resolved,
    Span, Speaker, Stamp, Zone, ZoneKind,
};

/// What every document of ours opens with.
const SCHEMA: &str = "newsdex.article/";

pub fn is_ours(object: &Map<String, Value>) -> bool {
    object.get("schema").and_then(Value::as_str).is_some_and(|s| s.starts_with(SCHEMA))
}

#[derive(Deserialize)]
struct Wire {
    schema: String,
    id: Option<String>,
    origin: Option<Origin>,
    url: Option<String>,
    source: Option<String>,
    headline: Option<String>,
    standfirst: Option<String>,
    byline: Option<Vec<String>>,
    dateline: Option<Date>,
    published: Option<String>,
    published_from: Option<String>,
    updated: Option<String>,
    section: Option<String>,
    topics: Option<Vec<String>>,
    places: Option<Vec<String>>,
    language: Option<String>,
    text: String,
    #[serde(default)]
    zones: Vec<Kinded>,
    #[serde(default)]
    paragraphs: Vec<Range>,
    #[serde(default)]
    sentences: Vec<Range>,
    #[serde(default)]
    quotes: Vec<Quoted>,
    #[serde(default)]
    mentions: Vec<Named>,
    #[serde(default)]
    entities: Vec<Known>,
}

#[derive(Deserialize)]
struct Origin {
    path: Option<String>,
    member: Option<String>,
    record: Option<u64>,
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct Date {
    place: Option<String>,
    date: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
struct Range {
    start: usize,
    end: usize,
}

#[derive(Deserialize)]
struct Kinded {
    kind: String,
    #[serde(flatten)]
    range: Range,
}

#[derive(Deserialize)]
struct Quoted {
    kind: String,
    parts: Vec<Range>,
    paragraph: Option<u32>,
    cue: Option<Range>,
    confidence: Option<f32>,
    speaker: Option<Spoken>,
}

#[derive(Deserialize)]
struct Spoken {
    name: Option<String>,
    mention: Option<Range>,
    role: Option<String>,
    affiliation: Option<String>,
    resolved: Option<String>,
    confidence: Option<f32>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "type")]
    kind: String,
    #[serde(flatten)]
    range: Range,
    entity: Option<String>,
}

#[derive(Deserialize)]
struct Known {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    mentions: Option<u32>,
    #[serde(default)]
    variants: Vec<String>,
}

pub fn read(object: Map<String, Value>, mut notices: Vec<Notice>, out: &mut Documents) {
    let wire: Wire = match serde_json::from_value(Value::Object(object)) {
        Ok(wire) => wire,
        Err(e) => return out.problem("bad-article", format!("is no {SCHEMA}1: {e}")),
    };
    if wire.schema != format!("{SCHEMA}1") {
        return out.problem("other-version", format!("is a {}; this newsdex reads {SCHEMA}1", wire.schema));
    }
    let mut at = Points::new(&wire.text);
    let mut article = Article {
        zones: zones(&wire, &mut at),
        paragraphs: wire.paragraphs.iter().filter_map(|r| at.span(*r)).collect(),
        sentences: wire.sentences.iter().filter_map(|r| at.span(*r)).collect(),
        quotes: wire.quotes.iter().filter_map(|q| quote(q, &mut at)).collect(),
        ..Article::default()
    };
    names(&wire, &mut at, &mut article);
    if at.misses > 0 {
        let what = format!("{} quotes, names or zones do not fit the text and were left out", at.misses);
        notices.push(Notice::new("bad-offsets", what));
    }
    article.id = wire.id.clone().unwrap_or_default();
    article.url.clone_from(&wire.url);
    article.source.clone_from(&wire.source);
    article.byline = wire.byline.clone().unwrap_or_default();
    article.dateline = wire
        .dateline
        .as_ref()
        .map(|d| Dateline { place: d.place.clone(), date: d.date.as_deref().and_then(|d| d.parse().ok()) });
    article.published = wire.published.as_deref().and_then(stamp);
    article.published_from = wire.published_from.as_deref().and_then(DateFrom::from_name);
    article.updated = wire.updated.as_deref().and_then(stamp);
    article.section.clone_from(&wire.section);
    article.topics = wire.topics.clone().unwrap_or_default();
    article.places = wire.places.clone().unwrap_or_default();
    article.language.clone_from(&wire.language);
    article.text = wire.text;
    let raw = RawDocument {
        format: "newsdex",
        id: wire.id,
        url: wire.url,
        source: wire.source,
        headline: wire.headline,
        standfirst: wire.standfirst,
        byline: wire.byline.unwrap_or_default(),
        dateline: wire.dateline.and_then(|d| d.place),
        published: wire.published,
        updated: wire.updated,
        section: wire.section,
        topics: wire.topics.unwrap_or_default(),
        places: wire.places.unwrap_or_default(),
        language: wire.language,
        body: Body::Article(Box::new(article)),
        notices,
        ..RawDocument::default()
    };
    match wire.origin {
        // An article goes back to the file that it was first read from.
        Some(Origin { path: Some(path), member, record, sha256: Some(sha256) }) => {
            let origin = crate::article::Origin { collection: None, path, member, record: record.unwrap_or(1), sha256 };
            out.document_from(origin, raw);
        }
        _ => out.document(raw),
    }
}

/// The zones as given; where none are, the headline if the text opens with it, and the rest.
fn zones(wire: &Wire, at: &mut Points) -> Vec<Zone> {
    if !wire.zones.is_empty() {
        let zone = |z: &Kinded| Some(Zone { kind: ZoneKind::from_name(&z.kind)?, span: at.span(z.range)? });
        return wire.zones.iter().filter_map(zone).collect();
    }
    let text = wire.text.as_str();
    let Some(headline) = wire.headline.as_deref().filter(|h| !h.is_empty()) else { return Vec::new() };
    match text.strip_prefix(headline) {
        Some(body) if body.starts_with("\n\n") && body.len() > 2 => vec![
            Zone { kind: ZoneKind::Headline, span: Span::new(0, headline.len()) },
            Zone { kind: ZoneKind::Body, span: Span::new(headline.len() + 2, text.len()).trim(text) },
        ],
        _ => Vec::new(),
    }
}

fn quote(quoted: &Quoted, at: &mut Points) -> Option<Quote> {
    let parts: Vec<Span> = quoted.parts.iter().filter_map(|r| at.span(*r)).collect();
    if parts.is_empty() {
        return None;
    }
    let speaker = quoted.speaker.as_ref().map(|s| Speaker {
        name: s.name.clone(),
        mention: s.mention.and_then(|r| at.span(r)),
        role: s.role.clone(),
        affiliation: s.affiliation.clone(),
        resolved: s.resolved.as_deref().and_then(Resolved::from_name).unwrap_or(Resolved::Named),
        confidence: s.confidence.unwrap_or(1.0),
        entity: None,
    });
    Some(Quote {
        kind: QuoteKind::from_name(&quoted.kind)?,
        parts,
        paragraph: quoted.paragraph.unwrap_or_default(),
        cue: quoted.cue.and_then(|r| at.span(r)),
        confidence: quoted.confidence.unwrap_or(1.0),
        speaker,
    })
}

/// Entities, mentions that point to them by name, and speakers that are among them.
fn names(wire: &Wire, at: &mut Points, article: &mut Article) {
    let known = |k: &Known| {
        Some(Entity {
            name: k.name.clone(),
            kind: EntityType::from_name(&k.kind)?,
            mentions: k.mentions.unwrap_or_default(),
            variants: k.variants.clone(),
            gender: None,
            roles: Vec::new(),
        })
    };
    article.entities = wire.entities.iter().filter_map(known).collect();
    let (mut by_name, mut by_kind) = (FxHashMap::default(), FxHashMap::default());
    for (i, entity) in (0..).zip(&article.entities) {
        by_name.entry(entity.name.as_str()).or_insert(i);
        by_kind.entry((entity.name.as_str(), entity.kind)).or_insert(i);
    }
    // A mention may be of another type than its entity: "Latvian" is a group, Latvia a place.
    let place = |name: &str, kind: Option<EntityType>| -> Option<u32> {
        kind.and_then(|kind| by_kind.get(&(name, kind))).or_else(|| by_name.get(name)).copied()
    };
    let mention = |m: &Named| {
        let kind = EntityType::from_name(&m.kind)?;
        Some(Mention { span: at.span(m.range)?, kind, entity: place(m.entity.as_deref()?, Some(kind))? })
    };
    article.mentions = wire.mentions.iter().filter_map(mention).collect();
    let speakers: Vec<Option<u32>> =
        article.quotes.iter().map(|q| place(q.speaker.as_ref()?.name.as_deref()?, None)).collect();
    for (quote, entity) in article.quotes.iter_mut().zip(speakers) {
        if let Some(speaker) = &mut quote.speaker {
            speaker.entity = entity;
        }
    }
}

/// `2021-06-02`, `2021-06-02T18:05:00+02:00`: as the wire has it and nothing else.
fn stamp(written: &str) -> Option<Stamp> {
    let Some((date, time)) = written.split_once('T') else {
        return Some(Stamp { date: written.parse().ok()?, time: None, offset: None });
    };
    let date = date.parse().ok()?;
    let cut = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(cut);
    let offset = match zone.get(..1) {
        None => None,
        Some("Z") => Some(0),
        Some(sign) => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
            Some(if sign == "-" { -seconds } else { seconds })
        }
    };
    Some(Stamp { date, time: Some(time.parse().ok()?), offset })
}

/// Code points to bytes.
struct Points {
    /// The byte at each code point, and the end; empty where all is ASCII and both are the same.
    bytes: Vec<u32>,
    len: usize,
    /// Spans that did not fit.
    misses: usize,
}

impl Points {
    fn new(text: &str) -> Self {
        let mut bytes = Vec::new();
        if !text.is_ascii() {
            bytes.extend(text.char_indices().map(|(at, _)| at as u32));
            bytes.push(text.len() as u32);
        }
        Points { bytes, len: text.len(), misses: 0 }
    }

    fn at(&self, point: usize) -> Option<usize> {
        match self.bytes.is_empty() {
            true => (point <= self.len).then_some(point),
            false => self.bytes.get(point).map(|b| *b as usize),
        }
    }

    fn span(&mut self, range: Range) -> Option<Span> {
        match (self.at(range.start), self.at(range.end)) {
            (Some(start), Some(end)) if start <= end => Some(Span::new(start, end)),
            _ => {
                self.misses += 1;
                None
            }
        }
    }
}
