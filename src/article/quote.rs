//! Who said what.

use super::{Span, names};

/// One quotation: the words, how they are given, and who speaks.
///
/// Quotes of one article stand in the order of their first part and do not overlap; the parts of one quote are in
/// order, and no other quote lies between them. The index relies on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    pub kind: QuoteKind,
    /// The quoted words without the marks: several where the cue interrupts them ("…," she said, "…") or where the
    /// quote runs over paragraphs. Never empty.
    pub parts: Vec<Span>,
    /// The paragraph of the first part.
    pub paragraph: u32,
    /// The word that announces the quote ("said", "according to").
    pub cue: Option<Span>,
    /// The probability that this is a quotation.
    pub confidence: f32,
    /// `None` where the text does not say who speaks.
    pub speaker: Option<Speaker>,
}

impl Quote {
    /// From the first quoted word to the last.
    pub fn span(&self) -> Span {
        match (self.parts.first(), self.parts.last()) {
            (Some(a), Some(b)) => a.cover(*b),
            _ => Span::default(),
        }
    }
}

/// Confidences are this many parts of one: finer than any of them means, and what the index keeps, so that an article
/// reads the same from the index as from its file.
pub const CONFIDENCES: f32 = 1000.0;

/// A probability to the precision of [`CONFIDENCES`].
pub fn confidence(p: f32) -> f32 {
    (p.clamp(0.0, 1.0) * CONFIDENCES).round() / CONFIDENCES
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuoteKind {
    /// The words stand between marks.
    Direct,
    /// Some of the words stand between marks.
    Mixed,
    /// Reported without marks.
    Indirect,
}

/// Who is made to speak by a quote.
#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    /// The fullest form that this article gives this speaker; `None` if it gives no name.
    pub name: Option<String>,
    /// The nearest span that names the speaker: a name, a role, a pronoun.
    pub mention: Option<Span>,
    /// As given: "chief spokesperson".
    pub role: Option<String>,
    pub affiliation: Option<String>,
    pub resolved: Resolved,
    /// The probability that this is the speaker.
    pub confidence: f32,
    /// The speaker among the article's entities.
    pub entity: Option<u32>,
}

/// How the mention leads to the speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolved {
    Named,
    Pronoun,
    Role,
    /// "The two leaders".
    Collective,
    /// "Officials", "a person familiar with the matter".
    Anonymous,
}

names!(QuoteKind { Direct = "direct", Mixed = "mixed", Indirect = "indirect" });
names!(Resolved {
    Named = "named", Pronoun = "pronoun", Role = "role", Collective = "collective", Anonymous = "anonymous",
});
