//! The article: what newsdex knows of one piece of news.
//!
//! These are the types that every other part speaks. `read` makes a [`RawDocument`] from bytes, `parse` an [`Article`]
//! from that, `index` stores it, `search` finds it, `render` prints it. An article's `text` is repaired once, while it
//! is parsed, then frozen; every sentence, quote and name is a [`Span`] into it, so that what is shown can always be
//! traced to the exact words.
//!
//! The module holds what `parse` and `search` must agree on to the letter and nothing else: the one tokenisation
//! ([`Tokens`]) and the one folding of case and accents ([`fold`]). It does no IO, knows no file format, no index and
//! no wire format; the types are deliberately not `Serialize` (see [`crate::render::wire`]).

mod entity;
pub mod fold;
mod quote;
mod raw;
mod span;
mod token;

pub use entity::{Entity, EntityType, Gender, Mention};
pub use quote::{CONFIDENCES, Quote, QuoteKind, Resolved, Speaker, confidence};
pub use raw::{Block, Body, RawDocument};
pub use span::Span;
pub use token::{Kind, Shape, Token, Tokens};

use std::borrow::Cow;

/// The longest text of one article, in bytes. What is longer is cut here by `parse`, with a notice.
pub const MAX_TEXT: usize = 64 << 20;

/// One article as it was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// The input's own id, else the canonical URL, else path and record number.
    pub id: String,
    pub origin: Origin,
    pub url: Option<String>,
    /// The outlet, as readers know it ("Reuters", "Le Monde").
    pub source: Option<String>,
    /// The authors, as people's names.
    pub byline: Vec<String>,
    pub dateline: Option<Dateline>,
    pub published: Option<Stamp>,
    pub published_from: Option<DateFrom>,
    pub updated: Option<Stamp>,
    pub section: Option<String>,
    /// Subjects that the source filed the article under.
    pub topics: Vec<String>,
    /// Places that the source filed the article under (not those named in the text: see `mentions`).
    pub places: Vec<String>,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// The whole readable article in order: headline and standfirst where there are any, then the body. Paragraphs
    /// are separated by one blank line.
    pub text: String,
    /// What is what in `text`, in order, without overlap.
    pub zones: Vec<Zone>,
    pub paragraphs: Vec<Span>,
    pub sentences: Vec<Span>,
    /// The one tokenisation of `text`.
    pub tokens: Tokens,
    pub quotes: Vec<Quote>,
    pub mentions: Vec<Mention>,
    pub entities: Vec<Entity>,
}

impl Article {
    /// The span of the first zone of this kind.
    pub fn zone(&self, kind: ZoneKind) -> Option<Span> {
        self.zones.iter().find(|z| z.kind == kind).map(|z| z.span)
    }

    /// What the text is at this byte; `None` between zones.
    pub fn zone_at(&self, byte: u32) -> Option<ZoneKind> {
        let zone = self.zones.get(self.zones.partition_point(|z| z.span.end <= byte))?;
        (zone.span.start <= byte).then_some(zone.kind)
    }

    pub fn headline(&self) -> Option<&str> {
        self.zone(ZoneKind::Headline).map(|s| s.of(&self.text))
    }

    pub fn standfirst(&self) -> Option<&str> {
        self.zone(ZoneKind::Standfirst).map(|s| s.of(&self.text))
    }

    /// The index of the paragraph that holds this byte of the text: the last one that starts at or before it.
    pub fn paragraph_at(&self, byte: u32) -> usize {
        self.paragraphs.partition_point(|p| p.start <= byte).saturating_sub(1)
    }

    /// The index of the sentence that holds this byte of the text: the last one that starts at or before it.
    pub fn sentence_at(&self, byte: u32) -> usize {
        self.sentences.partition_point(|s| s.start <= byte).saturating_sub(1)
    }
}

/// Where an article came from: enough to find its bytes again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file or folder that the user named. `None` for articles read back from newsdex's own wire format.
    pub collection: Option<String>,
    /// The file, as given or found under the folder given; `-` for standard input.
    pub path: String,
    /// The file inside an archive; members of archives inside archives are joined with `!/`.
    pub member: Option<String>,
    /// The record within the file or member, counted from 1.
    pub record: u64,
    /// SHA-256 of the record's bytes as they were read, in lower-case hexadecimal.
    pub sha256: String,
}

/// The place and day that open a story from the wire: "PARIS, June 2 (Reuters) -".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dateline {
    pub place: Option<String>,
    pub date: Option<jiff::civil::Date>,
}

/// A point in time as printed: the civil date counts; time and zone are kept where they are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    pub date: jiff::civil::Date,
    pub time: Option<jiff::civil::Time>,
    /// Offset from UTC in seconds.
    pub offset: Option<i32>,
}

/// Where the date of publication was found, the most trustworthy first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateFrom {
    Metadata,
    /// The article's address: where it is on the Web, or the path of the file that it is.
    Url,
    Body,
    /// The file's own time: a fallback, left out of timelines.
    File,
}

/// A stretch of the text with one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    pub kind: ZoneKind,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZoneKind {
    Headline,
    Standfirst,
    Byline,
    Dateline,
    Body,
    Caption,
    Boilerplate,
}

/// Something about one document that its user should know: repaired, guessed, cut or unreadable.
///
/// `code` is stable and in kebab-case (`mojibake-repaired`); `message` says what happened in this document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub code: Cow<'static, str>,
    pub message: String,
}

impl Notice {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Notice { code: Cow::Borrowed(code), message: message.into() }
    }
}

/// The names of the variants of an enum, as they stand on the wire, in queries and in the index.
macro_rules! names {
    ($type:ty { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            pub const ALL: &'static [$type] = &[$(<$type>::$variant),+];

            pub fn name(self) -> &'static str {
                match self { $(<$type>::$variant => $name),+ }
            }

            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(<$type>::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use names;

names!(ZoneKind {
    Headline = "headline", Standfirst = "standfirst", Byline = "byline", Dateline = "dateline", Body = "body",
    Caption = "caption", Boilerplate = "boilerplate",
});
names!(DateFrom { Metadata = "metadata", Url = "url", Body = "body", File = "file" });
