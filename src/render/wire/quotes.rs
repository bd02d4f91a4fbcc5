//! `newsdex.quote/1`: quotes as answers.

use serde::Serialize;

use super::{Head, Offsets, Quote, Span, Words};
use crate::search::quotes::{Quoted, Quotes as Answer};

/// The schema of [`QuoteHit`].
pub const QUOTE: &str = "newsdex.quote/1";
/// The schema of [`Quotes`].
pub const QUOTES: &str = "newsdex.quotes/1";

/// A ranked quote. Offsets are into the article's text.
#[derive(Serialize)]
pub struct QuoteHit<'a> {
    pub schema: &'static str,
    pub rank: usize,
    pub score: f32,
    /// The speaker's name most likely means who was asked for, and no more.
    pub inferred: bool,
    pub article: Head<'a>,
    pub quote: Option<Quote<'a>>,
    /// The whole sentences that the quote stands in.
    pub context: Words<'a>,
    pub highlights: Vec<Span>,
    /// Other articles that have the same words of the same speaker.
    pub duplicates: Vec<Head<'a>>,
}

/// A whole answer. In `jsonl` it is the last line and `quotes` is left out.
#[derive(Serialize)]
pub struct Quotes<'a> {
    pub schema: &'static str,
    pub query: &'a str,
    pub understood: &'a str,
    /// How many quotes answer.
    pub total: u64,
    /// How many of them only by a speaker's name that is inferred.
    pub inferred: u64,
    /// How many articles match.
    pub articles: u64,
    pub at_least: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Vec<QuoteHit<'a>>>,
}

impl<'a> QuoteHit<'a> {
    pub fn new(hit: &'a Quoted) -> Self {
        let a = &*hit.article;
        let at = Offsets::new(&a.text);
        QuoteHit {
            schema: QUOTE,
            rank: hit.rank,
            score: hit.score,
            inferred: hit.inferred,
            article: Head::new(a),
            quote: hit.quote().map(|q| Quote::new(q, &a.text, &at)),
            context: Words::new(hit.context(), &a.text, &at),
            highlights: hit.highlights.iter().map(|&h| at.span(h)).collect(),
            duplicates: hit.others.iter().map(|article| Head::new(article)).collect(),
        }
    }
}

impl<'a> Quotes<'a> {
    /// The answer to `query` without its quotes.
    pub fn new(query: &'a str, answer: &'a Answer) -> Self {
        Quotes {
            schema: QUOTES,
            query,
            understood: &answer.understood,
            total: answer.total,
            inferred: answer.inferred,
            articles: answer.articles,
            at_least: answer.at_least,
            quotes: None,
        }
    }
}
