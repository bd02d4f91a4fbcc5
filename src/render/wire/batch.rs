//! `newsdex.rank/1` and `newsdex.similar/1`: articles in an order, without their text.

use serde::Serialize;

use super::Head;
use crate::search::batch::Row;
use crate::search::similar::{self, Near};

/// The schema of [`Rank`].
pub const RANK: &str = "newsdex.rank/1";
/// The schema of [`Similar`].
pub const SIMILAR: &str = "newsdex.similar/1";

/// An article in the answer to a topic of a batch.
#[derive(Serialize)]
pub struct Rank<'a> {
    pub schema: &'static str,
    pub topic: &'a str,
    pub rank: usize,
    pub score: f32,
    pub article: &'a str,
    /// Where a passage stands in the article's text; `null` of a whole article.
    pub start: Option<usize>,
    pub end: Option<usize>,
}

impl<'a> Rank<'a> {
    pub fn new(topic: &'a str, rank: usize, row: &'a Row) -> Self {
        let place = row.passage.as_ref();
        let (start, end) = (place.map(|p| p.start), place.map(|p| p.end));
        Rank { schema: RANK, topic, rank, score: row.score, article: &row.article, start, end }
    }
}

/// What else there is on the subject of an article.
#[derive(Serialize)]
pub struct Similar<'a> {
    pub schema: &'static str,
    pub article: Head<'a>,
    /// Other printings of the same copy, the earliest first.
    pub duplicates: Vec<Neighbour<'a>>,
    /// The nearest first.
    pub related: Vec<Neighbour<'a>>,
}

#[derive(Serialize)]
pub struct Neighbour<'a> {
    pub score: f32,
    pub article: Head<'a>,
    /// Names that both have.
    pub names: &'a [String],
    /// The share of the shorter one's text that the other has too.
    pub shared: f32,
    /// Other printings that were left out.
    pub copies: usize,
}

impl<'a> Similar<'a> {
    pub fn new(article: &'a crate::article::Article, similar: &'a similar::Similar) -> Self {
        Similar {
            schema: SIMILAR,
            article: Head::new(article),
            duplicates: similar.duplicates.iter().map(Neighbour::new).collect(),
            related: similar.related.iter().map(Neighbour::new).collect(),
        }
    }
}

impl<'a> Neighbour<'a> {
    fn new(near: &'a Near) -> Self {
        Neighbour {
            score: near.score,
            article: Head::new(&near.article),
            names: &near.names,
            shared: super::probability(near.shared),
            copies: near.copies,
        }
    }
}
