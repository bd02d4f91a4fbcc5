//! What a reader hands to the parser: an article's parts as the format gives them, nothing understood yet.

use super::{Article, Notice, Origin, ZoneKind};

/// One document as it was found. Strings are decoded to Unicode and otherwise as the format has them: entities of the
/// markup resolved, but no repair, no trimming of agency credits, no interpretation of dates: that is `parse`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawDocument {
    pub origin: Origin,
    /// The name of the format that was read (`html`, `reuters-sgml`).
    pub format: &'static str,
    pub id: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    pub headline: Option<String>,
    pub standfirst: Option<String>,
    /// As printed, a string for each author field: "By Jane Doe and John Roe".
    pub byline: Vec<String>,
    pub dateline: Option<String>,
    /// The date of publication as the metadata print it.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub section: Option<String>,
    pub topics: Vec<String>,
    pub places: Vec<String>,
    /// As declared: `en-GB`, `English`.
    pub language: Option<String>,
    pub body: Body,
    /// When the file was last changed: the date of last resort, and the bound of all others.
    pub modified: Option<jiff::Timestamp>,
    /// What reading had to repair or could not use.
    pub notices: Vec<Notice>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Text whose layout is still to be understood: wrapped or not, with or without a headline on its first line.
    Plain(String),
    /// Paragraphs that the format tells apart, without their white space.
    Blocks(Vec<Block>),
    /// An article in newsdex's own format: taken as it is where it is whole, completed where it is not.
    Article(Box<Article>),
}

impl Default for Body {
    fn default() -> Self {
        Body::Plain(String::new())
    }
}

/// A paragraph whose role the format knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: ZoneKind,
    pub text: String,
}
