//! What a query says, part by part, each with its place in what was typed.

use jiff::civil::Date;

use crate::article::Span;

/// A part of a query and the bytes of the query that say it.
#[derive(Clone, Debug)]
pub struct Node {
    pub span: Span,
    pub expr: Expr,
}

/// Spans are where a thing was said, not what was said: two readings are equal if they mean the same.
impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.expr == other.expr
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Nothing was asked: every article.
    All,
    /// Parts side by side, at least two. Single words are ranked together; everything else must hold.
    List(Vec<Node>),
    /// At least two parts, all of which must hold.
    And(Vec<Node>),
    /// At least two parts, one of which must hold.
    Or(Vec<Node>),
    Not(Box<Node>),
    /// `+`: a word that must be there.
    Must(Box<Node>),
    /// Two things by their distance: `a NEAR/5 b`. Negated: `a` where no `b` is that close.
    Near {
        op: Near,
        negated: bool,
        left: Box<Node>,
        right: Box<Node>,
    },
    Term(Term),
    /// Words written without a space between them (`Covid-19`): neighbours, or one word.
    Joined(Vec<Term>),
    /// Between quotation marks.
    Phrase(Phrase),
    /// `headline:cocoa`, `said:(rise OR cut)`, `person:"Jane Doe"`.
    In(Field, Box<Node>),
    /// `person:=Doe`: a name in exactly this form.
    Whole(String),
    /// `first:50(…)`: within the first so many words of the article.
    First(u32, Box<Node>),
    /// `atleast:3(…)`: in so many places of the article.
    AtLeast(u32, Box<Node>),
    Date(DateRange),
    Words(CountRange),
    Has(Has),
}

/// One word as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// The word and its relatives: other case, accents, endings, spelling.
    Word(String),
    /// As written.
    Exact(String),
    /// `*` is any number of characters, `?` is one. Folded when it is matched, as the words are.
    Wild(String),
    /// Spelled alike: within so many edits, by default one up to five letters and two above.
    Fuzzy(String, Option<u8>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// `None` is any one word (`"root * migration"`); never first or last.
    pub items: Vec<Option<Term>>,
    /// How many further words may stand between them in all.
    pub slop: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Near {
    /// Within so many words, in any order; neighbours are within one.
    Near(u32),
    /// The same, in this order.
    Before(u32),
    Sentence,
    Paragraph,
}

/// What stands before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    // Parts of the text.
    Headline,
    Body,
    // What was understood of it.
    Said,
    Speaker,
    Cue,
    Entity,
    Person,
    Organization,
    Place,
    Group,
    Misc,
    // What it was filed under.
    Byline,
    Source,
    Section,
    Topic,
    Language,
    Url,
    Domain,
    Id,
}

impl Field {
    pub const ALL: &'static [(&'static str, Field)] = &[
        ("headline", Field::Headline),
        ("body", Field::Body),
        ("said", Field::Said),
        ("speaker", Field::Speaker),
        ("cue", Field::Cue),
        ("entity", Field::Entity),
        ("person", Field::Person),
        ("organization", Field::Organization),
        ("place", Field::Place),
        ("group", Field::Group),
        ("misc", Field::Misc),
        ("byline", Field::Byline),
        ("source", Field::Source),
        ("section", Field::Section),
        ("topic", Field::Topic),
        ("language", Field::Language),
        ("url", Field::Url),
        ("domain", Field::Domain),
        ("id", Field::Id),
    ];

    pub fn name(self) -> &'static str {
        Field::ALL.iter().find(|(_, f)| *f == self).map_or("", |(name, _)| name)
    }

    pub fn from_name(name: &str) -> Option<Field> {
        Field::ALL.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
    }

    /// Whether the value is text like any other, to be found within a part of the article.
    pub fn is_text(self) -> bool {
        matches!(self, Field::Headline | Field::Body | Field::Said)
    }

    /// Whether the value is a name at positions of the text.
    pub fn is_name(self) -> bool {
        use Field::*;
        matches!(self, Speaker | Cue | Entity | Person | Organization | Place | Group | Misc)
    }

    /// Whether the value is taken as it stands, up to the next space.
    pub fn is_raw(self) -> bool {
        matches!(self, Field::Url | Field::Domain | Field::Id)
    }
}

/// Days of publication, both ends inclusive; at least one is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateRange {
    pub since: Option<Date>,
    pub until: Option<Date>,
}

/// Numbers, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountRange {
    pub least: u64,
    pub most: u64,
}

/// What an article can have or lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    Quotes,
    Headline,
    Standfirst,
    Caption,
    Date,
    Source,
    Section,
    Language,
}

crate::article::names!(Has {
    Quotes = "quotes", Headline = "headline", Standfirst = "standfirst", Caption = "caption", Date = "date",
    Source = "source", Section = "section", Language = "language",
});
