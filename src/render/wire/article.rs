//! `newsdex.article/1`: what `parse` prints, and what is read back without loss.

use serde::Serialize;

use super::{Offsets, Span, probability, stamp};
use crate::article::{self, Notice as ArticleNotice};

/// The schema of [`Article`].
pub const ARTICLE: &str = "newsdex.article/1";

#[derive(Serialize)]
pub struct Article<'a> {
    pub schema: &'static str,
    pub id: &'a str,
    pub origin: Origin<'a>,
    pub url: Option<&'a str>,
    pub source: Option<&'a str>,
    pub headline: Option<&'a str>,
    pub standfirst: Option<&'a str>,
    pub byline: &'a [String],
    pub dateline: Option<Dateline<'a>>,
    pub published: Option<String>,
    pub published_from: Option<&'static str>,
    pub updated: Option<String>,
    pub section: Option<&'a str>,
    pub topics: &'a [String],
    pub places: &'a [String],
    pub language: Option<&'a str>,
    pub words: u32,
    pub text: &'a str,
    pub zones: Vec<Zone>,
    pub paragraphs: Vec<Span>,
    pub sentences: Vec<Span>,
    pub quotes: Vec<Quote<'a>>,
    pub mentions: Vec<Mention<'a>>,
    pub entities: Vec<Entity<'a>>,
    pub notices: Vec<Notice<'a>>,
    /// What a query matched, where one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highlights: Option<Vec<Span>>,
}

#[derive(Serialize)]
pub struct Origin<'a> {
    pub path: &'a str,
    pub member: Option<&'a str>,
    pub record: u64,
    pub sha256: &'a str,
}

#[derive(Serialize)]
pub struct Dateline<'a> {
    pub place: Option<&'a str>,
    pub date: Option<String>,
}

#[derive(Serialize)]
pub struct Zone {
    pub kind: &'static str,
    pub start: usize,
    pub end: usize,
}

#[derive(Serialize)]
pub struct Quote<'a> {
    pub kind: &'static str,
    /// The quoted words: several parts are joined by a space.
    pub text: String,
    pub parts: Vec<Span>,
    pub paragraph: u32,
    pub cue: Option<Words<'a>>,
    pub confidence: f32,
    pub speaker: Option<Speaker<'a>>,
}

/// Words at a place.
#[derive(Serialize)]
pub struct Words<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
}

#[derive(Serialize)]
pub struct Speaker<'a> {
    pub name: Option<&'a str>,
    pub mention: Option<Words<'a>>,
    pub role: Option<&'a str>,
    pub affiliation: Option<&'a str>,
    pub resolved: &'static str,
    pub confidence: f32,
}

#[derive(Serialize)]
pub struct Mention<'a> {
    pub text: &'a str,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub start: usize,
    pub end: usize,
    /// The `name` of one of the article's entities.
    pub entity: Option<&'a str>,
}

#[derive(Serialize)]
pub struct Entity<'a> {
    pub name: &'a str,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub mentions: u32,
    pub variants: &'a [String],
}

#[derive(Serialize)]
pub struct Notice<'a> {
    pub code: &'a str,
    pub message: &'a str,
}

impl<'a> Article<'a> {
    pub fn new(a: &'a article::Article, notices: &'a [ArticleNotice]) -> Self {
        let at = Offsets::new(&a.text);
        Article {
            schema: ARTICLE,
            id: &a.id,
            origin: Origin {
                path: &a.origin.path,
                member: a.origin.member.as_deref(),
                record: a.origin.record,
                sha256: &a.origin.sha256,
            },
            url: a.url.as_deref(),
            source: a.source.as_deref(),
            headline: a.headline(),
            standfirst: a.standfirst(),
            byline: &a.byline,
            dateline: a
                .dateline
                .as_ref()
                .map(|d| Dateline { place: d.place.as_deref(), date: d.date.map(|d| d.to_string()) }),
            published: a.published.map(stamp),
            published_from: a.published_from.map(|f| f.name()),
            updated: a.updated.map(stamp),
            section: a.section.as_deref(),
            topics: &a.topics,
            places: &a.places,
            language: a.language.as_deref(),
            words: a.tokens.words(),
            text: &a.text,
            zones: a
                .zones
                .iter()
                .map(|z| {
                    let Span { start, end } = at.span(z.span);
                    Zone { kind: z.kind.name(), start, end }
                })
                .collect(),
            paragraphs: a.paragraphs.iter().map(|&s| at.span(s)).collect(),
            sentences: a.sentences.iter().map(|&s| at.span(s)).collect(),
            quotes: a.quotes.iter().map(|q| Quote::new(q, &a.text, &at)).collect(),
            mentions: a.mentions.iter().map(|m| Mention::new(m, a, &at)).collect(),
            entities: a
                .entities
                .iter()
                .map(|e| Entity { name: &e.name, kind: e.kind.name(), mentions: e.mentions, variants: &e.variants })
                .collect(),
            notices: notices.iter().map(|n| Notice { code: &n.code, message: &n.message }).collect(),
            highlights: None,
        }
    }

    /// With what a query matched in it.
    pub fn highlighted(self, matched: Option<&[article::Span]>) -> Self {
        let spans = |spans: &[article::Span]| {
            let at = Offsets::new(self.text);
            spans.iter().map(|&span| at.span(span)).collect()
        };
        Article { highlights: matched.map(spans), ..self }
    }
}

impl<'a> Quote<'a> {
    pub fn new(q: &'a article::Quote, text: &'a str, at: &Offsets) -> Self {
        Quote {
            kind: q.kind.name(),
            text: q.parts.iter().map(|p| p.of(text)).collect::<Vec<_>>().join(" "),
            parts: q.parts.iter().map(|&p| at.span(p)).collect(),
            paragraph: q.paragraph,
            cue: q.cue.map(|s| Words::new(s, text, at)),
            confidence: probability(q.confidence),
            speaker: q.speaker.as_ref().map(|s| Speaker {
                name: s.name.as_deref(),
                mention: s.mention.map(|m| Words::new(m, text, at)),
                role: s.role.as_deref(),
                affiliation: s.affiliation.as_deref(),
                resolved: s.resolved.name(),
                confidence: probability(s.confidence),
            }),
        }
    }
}

impl<'a> Words<'a> {
    pub fn new(span: article::Span, text: &'a str, at: &Offsets) -> Self {
        let Span { start, end } = at.span(span);
        Words { text: span.of(text), start, end }
    }
}

impl<'a> Mention<'a> {
    pub fn new(m: &article::Mention, a: &'a article::Article, at: &Offsets) -> Self {
        let Span { start, end } = at.span(m.span);
        Mention {
            text: m.span.of(&a.text),
            kind: m.kind.name(),
            start,
            end,
            entity: a.entities.get(m.entity as usize).map(|e| e.name.as_str()),
        }
    }
}
