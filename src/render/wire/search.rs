//! What `search` prints: `newsdex.passage/1` or `newsdex.hit/1` for each hit, and `newsdex.search/1` around them.

use serde::Serialize;

use super::{Mention, Offsets, Quote, Span, stamp};
use crate::article;
use crate::search::facet::breakdown::Breakdown;
use crate::search::{self, By};

/// The schema of [`PassageHit`].
pub const PASSAGE: &str = "newsdex.passage/1";
/// The schema of [`ArticleHit`].
pub const HIT: &str = "newsdex.hit/1";
/// The schema of [`Search`].
pub const SEARCH: &str = "newsdex.search/1";

/// A hit of either kind.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Hit<'a> {
    Passage(Box<PassageHit<'a>>),
    Article(Box<ArticleHit<'a>>),
}

/// A ranked passage.
#[derive(Serialize)]
pub struct PassageHit<'a> {
    pub schema: &'static str,
    pub rank: usize,
    pub score: f32,
    /// It matches only because a name most likely means who was asked for.
    pub inferred: bool,
    pub article: Head<'a>,
    #[serde(flatten)]
    pub passage: Passage<'a>,
    /// Other printings of the article, with its best passage only.
    pub duplicates: Vec<Printing<'a>>,
    pub explanation: Option<Explanation>,
}

/// A ranked article with its best passages.
#[derive(Serialize)]
pub struct ArticleHit<'a> {
    pub schema: &'static str,
    pub rank: usize,
    pub score: f32,
    /// It matches only because a name most likely means who was asked for.
    pub inferred: bool,
    pub article: Head<'a>,
    /// Everything that matched in the article.
    pub highlights: Vec<Span>,
    pub passages: Vec<ScoredPassage<'a>>,
    /// Other printings of the article.
    pub duplicates: Vec<Printing<'a>>,
    pub explanation: Option<Explanation>,
}

#[derive(Serialize)]
pub struct ScoredPassage<'a> {
    pub score: f32,
    #[serde(flatten)]
    pub passage: Passage<'a>,
}

/// Another article that carries the same copy, and how it differs from the one that is shown.
#[derive(Serialize)]
pub struct Printing<'a> {
    pub id: &'a str,
    pub headline: Option<&'a str>,
    pub source: Option<&'a str>,
    pub published: Option<String>,
    pub url: Option<&'a str>,
    pub difference: Difference,
}

/// Of the text without headline, byline and the like.
#[derive(Serialize)]
pub struct Difference {
    /// Whether the headline is another.
    pub headline: bool,
    /// Words that only the other printing has, and that only the one shown has.
    pub added: usize,
    pub cut: usize,
    /// The share of the shorter one's text that both have.
    pub shared: f32,
}

/// The article that a hit is in.
#[derive(Serialize)]
pub struct Head<'a> {
    pub id: &'a str,
    pub headline: Option<&'a str>,
    pub source: Option<&'a str>,
    pub published: Option<String>,
    pub url: Option<&'a str>,
    pub byline: &'a [String],
}

/// Whole paragraphs. Offsets are into the article's text, those of the highlights, quotes and entities too.
#[derive(Serialize)]
pub struct Passage<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
    /// The number of its first paragraph in the article, from 0.
    pub paragraph: usize,
    pub highlights: Vec<Span>,
    pub quotes: Vec<Quote<'a>>,
    pub entities: Vec<Mention<'a>>,
}

/// The parts of a score by name, in order.
pub type Explanation = serde_json::Map<String, serde_json::Value>;

/// A whole answer. In `jsonl` it is the last line, the hits are the lines before it and `hits` is left out.
#[derive(Serialize)]
pub struct Search<'a> {
    pub schema: &'static str,
    /// As it was typed.
    pub query: &'a str,
    /// As it was understood.
    pub understood: &'a str,
    /// How many articles match.
    pub total: u64,
    /// How many of them only because of names that are inferred.
    pub inferred: u64,
    /// Whether there may be more.
    pub at_least: bool,
    pub took_ms: f64,
    pub parts: Vec<Part<'a>>,
    /// `null` unless asked for.
    pub facets: Option<Vec<Facet<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hits: Option<Vec<Hit<'a>>>,
}

/// How many of the matching articles have which value.
#[derive(Serialize)]
pub struct Facet<'a> {
    /// `source`, `section`, `language`, `year`, `month`, `person`, `organization`, `place`, `group`, `speaker`.
    pub facet: &'static str,
    /// The most frequent first; years and months in their order.
    pub values: Vec<FacetValue<'a>>,
    /// How many more values there are.
    pub more: u64,
    /// Articles without a value; of time, without a certain date.
    pub without: u64,
}

#[derive(Serialize)]
pub struct FacetValue<'a> {
    pub value: &'a str,
    pub articles: u64,
}

impl<'a> Facet<'a> {
    pub fn new(b: &'a Breakdown) -> Self {
        let value = |(value, articles): &'a (String, u64)| FacetValue { value, articles: *articles };
        Facet { facet: b.kind.name(), values: b.values.iter().map(value).collect(), more: b.more, without: b.without }
    }
}

/// What a part of the query matches by itself.
#[derive(Serialize)]
pub struct Part<'a> {
    pub text: &'a str,
    pub articles: u64,
    pub words: Vec<Word<'a>>,
    pub expanded: usize,
    pub at_least: bool,
    pub spelled_like: &'a [String],
}

#[derive(Serialize)]
pub struct Word<'a> {
    pub word: &'a str,
    pub articles: u64,
}

impl<'a> Hit<'a> {
    pub fn new(hit: &'a search::Hit, by: By) -> Self {
        let a = &*hit.article;
        let at = Offsets::new(&a.text);
        let explanation = (!hit.explanation.is_empty())
            .then(|| hit.explanation.iter().map(|(name, part)| ((*name).to_owned(), (*part).into())).collect());
        let duplicates = hit.printings.iter().map(Printing::new).collect();
        match (by, hit.passages.first()) {
            (By::Passage, Some(passage)) => Hit::Passage(Box::new(PassageHit {
                schema: PASSAGE,
                rank: hit.rank,
                score: hit.score,
                inferred: hit.inferred,
                article: Head::new(a),
                passage: Passage::new(passage, a, &at),
                duplicates,
                explanation,
            })),
            _ => Hit::Article(Box::new(ArticleHit {
                schema: HIT,
                rank: hit.rank,
                score: hit.score,
                inferred: hit.inferred,
                article: Head::new(a),
                highlights: hit.highlights.iter().map(|&h| at.span(h)).collect(),
                passages: hit
                    .passages
                    .iter()
                    .map(|p| ScoredPassage { score: p.score, passage: Passage::new(p, a, &at) })
                    .collect(),
                duplicates,
                explanation,
            })),
        }
    }
}

impl<'a> Printing<'a> {
    fn new(p: &'a search::Printing) -> Self {
        let d = p.difference;
        Printing {
            id: &p.id,
            headline: p.headline.as_deref(),
            source: p.source.as_deref(),
            published: p.published.map(stamp),
            url: p.url.as_deref(),
            difference: Difference {
                headline: d.headline,
                added: d.added,
                cut: d.cut,
                shared: super::probability(d.shared),
            },
        }
    }
}

impl<'a> Head<'a> {
    pub fn new(a: &'a article::Article) -> Self {
        Head {
            id: &a.id,
            headline: a.headline(),
            source: a.source.as_deref(),
            published: a.published.map(stamp),
            url: a.url.as_deref(),
            byline: &a.byline,
        }
    }
}

impl<'a> Passage<'a> {
    fn new(p: &search::Passage, a: &'a article::Article, at: &Offsets) -> Self {
        let Span { start, end } = at.span(p.span);
        let mentions = a.mentions.get(p.mentions(a)).unwrap_or_default();
        Passage {
            text: p.span.of(&a.text),
            start,
            end,
            paragraph: p.paragraph,
            highlights: p.highlights.iter().map(|&h| at.span(h)).collect(),
            quotes: p.quotes(a).filter_map(|i| a.quotes.get(i)).map(|q| Quote::new(q, &a.text, at)).collect(),
            entities: mentions.iter().map(|m| Mention::new(m, a, at)).collect(),
        }
    }
}

impl<'a> Search<'a> {
    /// The answer to `query` without its hits.
    pub fn new(query: &'a str, answer: &'a search::Answer) -> Self {
        Search {
            schema: SEARCH,
            query,
            understood: &answer.understood,
            total: answer.total,
            inferred: answer.inferred,
            at_least: answer.at_least,
            took_ms: (answer.took.as_secs_f64() * 1e6).round() / 1e3,
            parts: answer.parts.iter().map(Part::new).collect(),
            facets: None,
            hits: None,
        }
    }
}

impl<'a> Part<'a> {
    fn new(p: &'a search::Part) -> Self {
        Part {
            text: &p.text,
            articles: p.articles,
            words: p.words.iter().map(|(word, articles)| Word { word, articles: *articles }).collect(),
            expanded: p.expanded,
            at_least: p.at_least,
            spelled_like: &p.spelled_like,
        }
    }
}
