//! `newsdex.verdict/1`: whether somebody said so.

use serde::Serialize;

use super::{Head, Offsets, Quote, Span};
use crate::search::verify::compare::Piece;
use crate::search::verify::{self, Attribution};

/// The schema of [`Verdict`].
pub const VERDICT: &str = "newsdex.verdict/1";

#[derive(Serialize)]
pub struct Verdict<'a> {
    pub schema: &'static str,
    pub claim: &'a str,
    /// `verbatim`, `in parts`, `altered` or `not found`.
    pub ruling: &'static str,
    /// `null` unless a speaker was asked for and something found.
    pub speaker: Option<Speaker<'a>>,
    /// The closest first.
    pub wordings: Vec<Wording<'a>>,
    pub searched: Searched,
    /// Whether only the beginning of the claim was compared.
    pub cut: bool,
}

/// Whether the one who is said to have said so did.
#[derive(Serialize)]
pub struct Speaker<'a> {
    pub confirmed: bool,
    /// Whom articles have say it instead.
    pub others: &'a [String],
}

#[derive(Serialize)]
pub struct Wording<'a> {
    pub ruling: &'static str,
    /// The share of the claim's words that are equal.
    pub agreement: f32,
    pub source: Source<'a>,
    /// The claim against the text, run by run.
    pub differences: Vec<Difference<'a>>,
    pub others: Vec<Source<'a>>,
    /// Whether there are more of the others.
    pub at_least: bool,
}

/// A place that has the words. Offsets are into the article's text.
#[derive(Serialize)]
pub struct Source<'a> {
    pub article: Head<'a>,
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
    pub context: &'a str,
    pub quote: Option<Quote<'a>>,
}

/// A run of words with one fate: `equal`, `replaced`, `omitted`, `added` or `interrupted`.
#[derive(Serialize)]
pub struct Difference<'a> {
    pub kind: &'static str,
    pub claim: Option<&'a str>,
    pub text: Option<&'a str>,
    /// Whether an ellipsis of the claim shows the omission.
    pub marked: Option<bool>,
}

#[derive(Serialize)]
pub struct Searched {
    pub articles: u64,
    pub first: Option<String>,
    pub last: Option<String>,
}

impl<'a> Verdict<'a> {
    pub fn new(claim: &'a str, v: &'a verify::Verdict) -> Self {
        Verdict {
            schema: VERDICT,
            claim,
            ruling: v.ruling.name(),
            speaker: v.attribution.as_ref().map(|attribution| Speaker {
                confirmed: *attribution == Attribution::Confirmed,
                others: match attribution {
                    Attribution::Others(names) => names,
                    Attribution::Confirmed | Attribution::Unattributed => &[],
                },
            }),
            wordings: v.wordings.iter().map(|w| Wording::new(claim, w)).collect(),
            searched: Searched {
                articles: v.searched.articles,
                first: v.searched.first.map(|d| d.to_string()),
                last: v.searched.last.map(|d| d.to_string()),
            },
            cut: v.cut,
        }
    }
}

impl<'a> Wording<'a> {
    fn new(claim: &'a str, w: &'a verify::Wording) -> Self {
        let text = w.source.article.text.as_str();
        let difference = |piece: &Piece| {
            let (kind, claimed, printed, marked) = match piece {
                Piece::Equal { claim, text } => ("equal", Some(claim), Some(text), None),
                Piece::Replaced { claim, text } => ("replaced", Some(claim), Some(text), None),
                Piece::Omitted { text, marked } => ("omitted", None, Some(text), Some(*marked)),
                Piece::Added { claim } => ("added", Some(claim), None, None),
                Piece::Interrupted { text } => ("interrupted", None, Some(text), None),
            };
            Difference { kind, claim: claimed.map(|s| s.of(claim)), text: printed.map(|s| s.of(text)), marked }
        };
        Wording {
            ruling: w.ruling.name(),
            agreement: super::probability(w.source.alignment.agreement()),
            source: Source::new(&w.source),
            differences: w.source.alignment.pieces.iter().map(difference).collect(),
            others: w.others.iter().map(Source::new).collect(),
            at_least: w.at_least,
        }
    }
}

impl<'a> Source<'a> {
    fn new(s: &'a verify::Source) -> Self {
        let a = &*s.article;
        let at = Offsets::new(&a.text);
        let Span { start, end } = at.span(s.alignment.text);
        Source {
            article: Head::new(a),
            text: s.alignment.text.of(&a.text),
            start,
            end,
            context: s.context().of(&a.text),
            quote: s.quote.and_then(|q| a.quotes.get(q)).map(|q| Quote::new(q, &a.text, &at)),
        }
    }
}
