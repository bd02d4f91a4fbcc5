//! A query ready to be run: what [`compile`](super::compile) makes and the [`engine`](super::engine) runs.

use std::sync::Arc;

use tantivy::DocId;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;

use super::interval::Expr;

/// A query over all segments of all readers.
#[derive(Debug, Default)]
pub struct Plan {
    pub root: Node,
    pub leaves: Vec<Leaf>,
    pub positional: Vec<Positional>,
    /// Articles that [`Expr::Among`] names: for each set, segment by segment, their numbers in order.
    pub sets: Vec<Arc<[Vec<DocId>]>>,
    /// The words that are ranked together: leaves, or positional parts where a word is written in several.
    pub words: Vec<Node>,
    /// The bare words' leaves in the order in which they were typed, repetitions included.
    pub sequence: Vec<usize>,
    /// Leaves that count for the score of what matches, and are neither matched nor shown.
    pub feedback: Vec<usize>,
    /// A name was taken to be meant by others too: what matches by these alone is inferred.
    pub infers: bool,
    /// An expansion was capped: there may be more articles.
    pub at_least: bool,
}

impl Plan {
    /// How rare one word is, in whichever way it is written.
    pub fn idf(&self, word: &Node) -> f32 {
        match word {
            Node::Leaf(i) => self.leaves[*i].idf,
            Node::Positional(i) => self.positional[*i].idf,
            Node::Or(parts) => parts.iter().map(|part| self.idf(part)).fold(0.0, f32::max),
            _ => 0.0,
        }
    }
}

/// A group of dictionary entries of one field that counts as one word.
#[derive(Debug)]
pub struct Leaf {
    pub field: Field,
    /// For each segment: the entries.
    pub segments: Vec<Vec<Entry>>,
    pub text: String,
    /// Inverse document frequency, as BM25 has it.
    pub idf: f32,
    /// How much it counts for the score: one, less for function words, nothing for filters.
    pub weight: f32,
    /// The written words it stands for, the most frequent first, with how many articles hold each.
    pub expanded: Vec<(String, u64)>,
}

/// An entry of a segment's dictionary.
#[derive(Clone, Debug)]
pub struct Entry {
    pub info: TermInfo,
    /// It is the word as it was typed.
    pub typed: bool,
    /// It is two words that a hyphen joins: the position is the first's.
    pub compound: bool,
}

/// What must be checked at positions.
#[derive(Debug)]
pub struct Positional {
    pub expr: Expr,
    /// The leaves that occur in it, as often as they occur.
    pub leaves: Vec<usize>,
    pub needs: Needs,
    /// What one occurrence weighs in the score: as much as its words together.
    pub idf: f32,
}

/// Which parts of the layout must be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub sentences: bool,
    pub paragraphs: bool,
    pub zones: bool,
    pub quotes: bool,
    pub mentions: bool,
}

impl Needs {
    pub fn and(self, other: Needs) -> Needs {
        Needs {
            sentences: self.sentences || other.sentences,
            paragraphs: self.paragraphs || other.paragraphs,
            zones: self.zones || other.zones,
            quotes: self.quotes || other.quotes,
            mentions: self.mentions || other.mentions,
        }
    }
}

/// A condition on whole articles.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Node {
    #[default]
    All,
    And(Vec<Node>),
    /// Nothing, if it is empty.
    Or(Vec<Node>),
    Not(Box<Node>),
    /// Always true; counts for the score where it holds.
    Optional(Box<Node>),
    /// Must hold; does not count for the score.
    Filter(Box<Node>),
    /// An index into the plan's leaves.
    Leaf(usize),
    /// An index into the plan's positional parts.
    Positional(usize),
    /// A fast column of numbers, both ends inclusive; an article without a value is outside.
    Range {
        column: Field,
        least: u64,
        most: u64,
    },
    /// In one of the plan's sets.
    Among(usize),
    /// A fast column of strings has a value.
    Present(Field),
}

impl Node {
    pub fn and(parts: Vec<Node>) -> Node {
        Node::collect(parts, Node::And)
    }

    pub fn or(parts: Vec<Node>) -> Node {
        Node::collect(parts, Node::Or)
    }

    fn collect(mut parts: Vec<Node>, make: impl Fn(Vec<Node>) -> Node) -> Node {
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                make(parts)
            }
            None => make(parts),
        }
    }
}
