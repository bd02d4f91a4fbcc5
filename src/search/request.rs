//! What can be asked beside the query, and what comes back.

use std::sync::Arc;
use std::time::Duration;

use tantivy::DocAddress;

use super::duplicates::Difference;
use super::syntax::{self, DateRange, Node};
use crate::article::{Article, Span, Stamp};

/// A question: a query and everything that the command line's options say about its answer.
#[derive(Clone, Debug)]
pub struct Request {
    pub query: Node,
    pub filters: Filters,
    pub by: By,
    pub sort: Sort,
    pub duplicates: Duplicates,
    /// Whether boilerplate is a passage like any other.
    pub boilerplate: bool,
    pub ranking: Ranking,
    /// How many hits at most; `None` is all.
    pub limit: Option<usize>,
    /// How many hits to leave out first.
    pub offset: usize,
    /// The most passages shown of one article.
    pub per_article: usize,
    /// Whether each hit says how its score came about.
    pub explain: bool,
    /// Whether the answer says what each part of the query matches, even if something was found.
    pub explain_query: bool,
}

impl Request {
    /// The first ten passages for a query, by relevance.
    pub fn new(query: Node) -> Request {
        Request {
            query,
            filters: Filters::default(),
            by: By::default(),
            sort: Sort::default(),
            duplicates: Duplicates::default(),
            boilerplate: false,
            ranking: Ranking::default(),
            limit: Some(10),
            offset: 0,
            per_article: 2,
            explain: false,
            explain_query: false,
        }
    }

    /// As [`Request::new`], for a query as it is typed.
    pub fn parse(query: &str) -> Result<Request, syntax::Error> {
        syntax::parse(query).map(Request::new)
    }
}

/// What the matching articles must be besides. Values of one list are alternatives; the lists all hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filters {
    pub dates: DateRange,
    pub sources: Vec<String>,
    pub sections: Vec<String>,
    /// ISO 639-1 codes.
    pub languages: Vec<String>,
    pub persons: Vec<String>,
    pub organizations: Vec<String>,
    pub places: Vec<String>,
    pub speakers: Vec<String>,
    /// Leaves out articles in which a name is only inferred (see [`names`](crate::index::names)).
    pub certain: bool,
}

/// What is ranked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Each hit is one passage.
    #[default]
    Passage,
    /// Each hit is one article with its best passages.
    Article,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Relevance,
    /// By the civil date of publication; articles without a date come last either way.
    Newest,
    Oldest,
}

/// How articles are ranked for relevance, in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    pub rank: Rank,
    /// Whether words of the best articles are asked as well. What matches stays the same.
    pub expand: bool,
    /// Newer articles are lifted: the days in which the lift falls by half.
    pub recency: Option<u32>,
}

/// By which evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rank {
    /// All evidence.
    #[default]
    Default,
    /// Words alone: BM25 with k1 = 1.2 and b = 0.75.
    Bm25,
}

/// What becomes of articles that carry the same copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// They are one hit, where the best of them stands. Of those ranked by relevance the earliest printed is shown, of
    /// those in order of date the first in that order.
    #[default]
    Collapse,
    /// Each is a hit of its own.
    Show,
}

#[derive(Clone, Debug)]
pub struct Answer {
    /// How many articles match, duplicates and other pages included.
    pub total: u64,
    /// How many of them only because of names that are inferred.
    pub inferred: u64,
    /// A wildcard or the like stands for more words than were looked for: there may be more.
    pub at_least: bool,
    pub hits: Vec<Hit>,
    /// The query in its canonical spelling.
    pub understood: String,
    /// Filled if nothing was found or if asked for.
    pub parts: Vec<Part>,
    pub took: Duration,
}

/// One passage, or one article with its best passages.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Counted from 1, hits left out by `offset` included.
    pub rank: usize,
    pub score: f32,
    /// It matches only because a name most likely means who was asked for.
    pub inferred: bool,
    /// Which of the readers the article is in, and where.
    pub reader: usize,
    pub address: DocAddress,
    pub article: Arc<Article>,
    /// In the order of their score. By passage exactly one; by article, one at least unless the article has no text.
    pub passages: Vec<Passage>,
    /// Everything that matched in the whole article, headline included, in order, without overlap.
    pub highlights: Vec<Span>,
    /// The parts of the score, if asked for.
    pub explanation: Vec<(&'static str, f32)>,
    /// Other articles that carry the same copy, the earliest printed first; with the best passage of an article only.
    pub printings: Vec<Printing>,
}

/// Another printing of the copy that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Printing {
    pub id: String,
    pub headline: Option<String>,
    pub source: Option<String>,
    /// As printed on it: the file's date is none.
    pub published: Option<Stamp>,
    pub url: Option<String>,
    /// From the one that is shown.
    pub difference: Difference,
}

/// Whole paragraphs of an article that answer the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    pub score: f32,
    /// Bytes of the article's text.
    pub span: Span,
    /// The index of its first paragraph.
    pub paragraph: usize,
    /// What matched in it, in order, without overlap.
    pub highlights: Vec<Span>,
}

impl Passage {
    /// The indices of the article's quotes that touch the passage.
    pub fn quotes<'a>(&'a self, article: &'a Article) -> impl Iterator<Item = usize> + 'a {
        let touches = |parts: &[Span]| parts.iter().any(|part| part.overlaps(self.span));
        article.quotes.iter().enumerate().filter(move |(_, q)| touches(&q.parts)).map(|(i, _)| i)
    }

    /// The indices of the article's mentions in the passage.
    pub fn mentions(&self, article: &Article) -> std::ops::Range<usize> {
        let start = article.mentions.partition_point(|m| m.span.start < self.span.start);
        let end = article.mentions.partition_point(|m| m.span.start < self.span.end);
        start..end.max(start)
    }
}

/// A part of the query or a filter by itself: what `--explain-query` shows, and who is to blame if nothing is found.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// In the query; empty for a filter.
    pub span: Span,
    /// As understood: `wag*`, `--source Reuters`.
    pub text: String,
    /// How many articles it matches alone.
    pub articles: u64,
    /// The words it stands for, the most frequent first, bounded; with how many articles hold each.
    pub words: Vec<(String, u64)>,
    /// How many words it stands for, and whether there are more.
    pub expanded: usize,
    pub at_least: bool,
    /// Where it matches nothing: words of the archive that are spelled like it, the likeliest first.
    pub spelled_like: Vec<String>,
}

/// Why a question could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query means nothing where it stands: points into the query like an error of syntax.
    #[error(transparent)]
    Query(#[from] syntax::Error),
    #[error(transparent)]
    Postings(#[from] tantivy::TantivyError),
    #[error(transparent)]
    Index(#[from] crate::index::Error),
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::Postings(error.into())
    }
}
