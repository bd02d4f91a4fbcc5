//! From a document as it was found to an article as it is understood.
//!
//! [`parse`] is total and deterministic: any document gives an article and notices, never a panic, and the same
//! document gives the same article wherever and whenever. It opens no file, asks no clock and knows no index.
//!
//! The phases, in order: the text is repaired (once, then frozen), its structure found (headline, paragraphs, what is
//! caption or boilerplate), cut into tokens and sentences; then names are recognised and joined ([`entity`]), and
//! quotes found and given their speakers ([`quote`]).

pub mod clean;
pub mod entity;
pub mod model;
pub mod quote;
pub mod sentence;
pub mod structure;

use crate::article::{Article, Notice, RawDocument, Tokens};
use clean::Repairs;

/// The models that articles are parsed with: an index keeps to one set of them. Raised whenever one gives other names or
/// quotes than before.
pub const MODELS: &str = "names 1, quotes 1";

/// An article, and what its user should know of how it came about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    pub article: Article,
    pub notices: Vec<Notice>,
}

/// Understands one document.
pub fn parse(raw: RawDocument) -> Parsed {
    let mut notices = raw.notices;
    let mut repairs = Repairs::default();
    let mut line = |s: Option<String>| s.and_then(|s| clean::line(&s, &mut repairs));
    let mut article = Article {
        id: line(raw.id).or_else(|| line(raw.url.clone())).unwrap_or_default(),
        url: line(raw.url),
        source: line(raw.source),
        section: line(raw.section),
        origin: raw.origin,
        ..Article::default()
    };
    let heading = structure::Heading {
        headline: line(raw.headline),
        standfirst: line(raw.standfirst),
        dateline: line(raw.dateline),
    };
    structure::arrange(heading, raw.body, &mut article, &mut repairs);
    article.tokens = Tokens::of(&article.text);
    article.sentences = sentence::cut(&article.text, &article.tokens, &article.paragraphs, &article.zones);
    entity::annotate(&mut article);
    quote::annotate(&mut article);
    notices.extend(repairs.notice());
    Parsed { article, notices }
}
