//! The documents of answers, said a second time, and answers over two printings of the sample article held against
//! them.

use newsdex::article::{Article, QuoteKind};
use newsdex::index::{Entry, FileKey, Index, Options, Reader};
use newsdex::render::wire;
use newsdex::search::facet::breakdown::{Kind, breakdown};
use newsdex::search::facet::{self, Question as Count};
use newsdex::search::selection::Selection;
use newsdex::search::similar::similar;
use newsdex::search::timeline::{Unit, timeline};
use newsdex::search::verify::{Claim, verify};
use newsdex::search::{By, Request, quotes, search, syntax};
use serde::{Deserialize, Serialize};

use super::article::{Mention, Quote, Span, Words};
use super::{is_as_promised, sample};

macro_rules! promised {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $kind:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name { $($(#[$attribute])* $field: $kind),+ }
    )+};
}

promised! {
    Head {
        id: String,
        headline: Option<String>,
        source: Option<String>,
        published: Option<String>,
        url: Option<String>,
        byline: Vec<String>,
    }
    /// `newsdex.passage/1`.
    PassageHit {
        schema: String,
        rank: usize,
        score: f32,
        inferred: bool,
        article: Head,
        text: String,
        start: usize,
        end: usize,
        paragraph: usize,
        highlights: Vec<Span>,
        quotes: Vec<Quote>,
        entities: Vec<Mention>,
        duplicates: Vec<Printing>,
        explanation: Option<serde_json::Map<String, serde_json::Value>>,
    }
    /// `newsdex.hit/1`.
    ArticleHit {
        schema: String,
        rank: usize,
        score: f32,
        inferred: bool,
        article: Head,
        highlights: Vec<Span>,
        passages: Vec<Passage>,
        duplicates: Vec<Printing>,
        explanation: Option<serde_json::Map<String, serde_json::Value>>,
    }
    Passage {
        score: f32,
        text: String,
        start: usize,
        end: usize,
        paragraph: usize,
        highlights: Vec<Span>,
        quotes: Vec<Quote>,
        entities: Vec<Mention>,
    }
    Printing {
        id: String,
        headline: Option<String>,
        source: Option<String>,
        published: Option<String>,
        url: Option<String>,
        difference: Difference,
    }
    Difference {
        headline: bool,
        added: usize,
        cut: usize,
        shared: f32,
    }
    /// `newsdex.search/1`.
    Search {
        schema: String,
        query: String,
        understood: String,
        total: u64,
        inferred: u64,
        at_least: bool,
        took_ms: f64,
        parts: Vec<Part>,
        facets: Option<Vec<Facet>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        hits: Option<Vec<serde_json::Value>>,
    }
    Part {
        text: String,
        articles: u64,
        words: Vec<Word>,
        expanded: usize,
        at_least: bool,
        spelled_like: Vec<String>,
    }
    Word {
        word: String,
        articles: u64,
    }
    Facet {
        facet: String,
        values: Vec<FacetValue>,
        more: u64,
        without: u64,
    }
    FacetValue {
        value: String,
        articles: u64,
    }
    /// `newsdex.quote/1`.
    QuoteHit {
        schema: String,
        rank: usize,
        score: f32,
        inferred: bool,
        article: Head,
        quote: Option<Quote>,
        context: Words,
        highlights: Vec<Span>,
        duplicates: Vec<Head>,
    }
    /// `newsdex.quotes/1`.
    Quotes {
        schema: String,
        query: String,
        understood: String,
        total: u64,
        inferred: u64,
        articles: u64,
        at_least: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        quotes: Option<Vec<QuoteHit>>,
    }
    /// `newsdex.entity/1`.
    EntityCount {
        schema: String,
        name: String,
        r#type: Option<String>,
        articles: u64,
        inferred: u64,
        quotes: u64,
        first: Option<String>,
        last: Option<String>,
        association: Option<f64>,
        over: Option<Vec<Counted>>,
    }
    Counted {
        start: String,
        articles: u64,
    }
    /// `newsdex.entities/1`.
    EntityCounts {
        schema: String,
        query: String,
        articles: u64,
        names: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        entities: Option<Vec<EntityCount>>,
    }
    /// `newsdex.bucket/1`.
    Bucket {
        schema: String,
        label: String,
        start: String,
        articles: u64,
        archive: u64,
        share: f64,
    }
    /// `newsdex.timeline/1`.
    Timeline {
        schema: String,
        query: String,
        unit: String,
        articles: u64,
        inferred: u64,
        undated: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        buckets: Option<Vec<Bucket>>,
    }
    /// `newsdex.verdict/1`.
    Verdict {
        schema: String,
        claim: String,
        ruling: String,
        speaker: Option<Speaker>,
        wordings: Vec<Wording>,
        searched: Searched,
        cut: bool,
    }
    Speaker {
        confirmed: bool,
        others: Vec<String>,
    }
    Wording {
        ruling: String,
        agreement: f32,
        source: Source,
        differences: Vec<Run>,
        others: Vec<Source>,
        at_least: bool,
    }
    Source {
        article: Head,
        text: String,
        start: usize,
        end: usize,
        context: String,
        quote: Option<Quote>,
    }
    Run {
        kind: String,
        claim: Option<String>,
        text: Option<String>,
        marked: Option<bool>,
    }
    Searched {
        articles: u64,
        first: Option<String>,
        last: Option<String>,
    }
    /// `newsdex.similar/1`.
    Similar {
        schema: String,
        article: Head,
        duplicates: Vec<Neighbour>,
        related: Vec<Neighbour>,
    }
    Neighbour {
        score: f32,
        article: Head,
        names: Vec<String>,
        shared: f32,
        copies: usize,
    }
}

/// Two printings of the sample article.
fn archive() -> (Reader, Article) {
    let (article, _) = sample();
    let copy = Article { id: "a-2".into(), source: Some("Another".into()), ..article.clone() };
    let index = Index::in_ram().expect("an index");
    let mut writer = index.writer(Options { threads: 1, memory: 0 }).expect("a writer");
    for a in [&article, &copy] {
        writer.replace(Entry::new(a, FileKey::of(&a.id), writer.fields())).expect("written");
    }
    writer.commit().expect("committed");
    (index.reader().expect("a reader"), article)
}

#[test]
fn hits_are_as_promised() {
    let (reader, _) = archive();
    let readers = [reader];
    for by in [By::Passage, By::Article] {
        let request = Request { by, explain_query: true, ..Request::parse("nobody hurt").expect("a query") };
        let answer = search(&readers, &request).expect("an answer");
        assert_eq!((answer.total, answer.hits.len(), answer.hits[0].printings.len()), (2, 1, 1));
        let hit = wire::Hit::new(&answer.hits[0], by);
        match by {
            By::Passage => is_as_promised::<PassageHit>(&hit, "newsdex.passage/1"),
            By::Article => is_as_promised::<ArticleHit>(&hit, "newsdex.hit/1"),
        }
        let among = Selection::matching(&readers, &request.query, &request.filters).expect("a selection");
        let counts = breakdown(&among, &[Kind::Source, Kind::Person], 1, false).expect("counts");
        let facets = Some(counts.iter().map(wire::Facet::new).collect());
        let all = wire::Search { facets, hits: Some(vec![hit]), ..wire::Search::new("nobody hurt", &answer) };
        is_as_promised::<Search>(&all, "newsdex.search/1");
        is_as_promised::<Search>(&wire::Search::new("nobody hurt", &answer), "newsdex.search/1");
    }
}

#[test]
fn quotes_are_as_promised() {
    let (reader, _) = archive();
    let question = quotes::Question {
        query: syntax::parse("hurt").expect("a query"),
        filters: Default::default(),
        speaker: None,
        about: None,
        kinds: vec![QuoteKind::Direct],
        sort: Default::default(),
        duplicates: Default::default(),
        boilerplate: false,
        limit: None,
        offset: 0,
    };
    let answer = quotes::quotes(&[reader], &question).expect("an answer");
    let hits: Vec<_> = answer.list.iter().map(wire::QuoteHit::new).collect();
    assert!(!hits.is_empty());
    hits.iter().for_each(|hit| is_as_promised::<QuoteHit>(hit, "newsdex.quote/1"));
    let all = wire::Quotes { quotes: Some(hits), ..wire::Quotes::new("hurt", &answer) };
    is_as_promised::<Quotes>(&all, "newsdex.quotes/1");
    is_as_promised::<Quotes>(&wire::Quotes::new("hurt", &answer), "newsdex.quotes/1");
}

#[test]
fn counts_are_as_promised() {
    let (reader, _) = archive();
    let all = [Selection::all(&reader)];
    let facets = facet::entities(&all, &Count { over: Some(Unit::Year), ..Count::default() }).expect("counts");
    let names: Vec<_> = facets.list.iter().map(wire::EntityCount::new).collect();
    assert_eq!(names.len(), 2);
    names.iter().for_each(|name| is_as_promised::<EntityCount>(name, "newsdex.entity/1"));
    let counts = wire::EntityCounts { entities: Some(names), ..wire::EntityCounts::new("", &facets) };
    is_as_promised::<EntityCounts>(&counts, "newsdex.entities/1");

    let over = timeline(&all, Some(Unit::Month)).expect("counts");
    let buckets: Vec<_> = over.buckets.iter().map(|b| wire::Bucket::new(b, over.unit)).collect();
    assert_eq!(buckets.len(), 1);
    buckets.iter().for_each(|bucket| is_as_promised::<Bucket>(bucket, "newsdex.bucket/1"));
    is_as_promised::<Timeline>(&wire::Timeline::new("", &over), "newsdex.timeline/1");
    let counts = wire::Timeline { buckets: Some(buckets), ..wire::Timeline::new("", &over) };
    is_as_promised::<Timeline>(&counts, "newsdex.timeline/1");
}

#[test]
fn verdicts_are_as_promised() {
    let (reader, _) = archive();
    for (words, ruling) in [
        ("nobody was hurt", "verbatim"),
        ("nobody was hurt and nothing was stolen", "altered"),
        ("quite another thing", "not found"),
    ] {
        let claim = Claim { words: words.into(), speaker: Some("Brandt".into()), others: 2 };
        let verdict = verify(&claim, &[Selection::all(&reader)]).expect("a verdict");
        assert_eq!(verdict.ruling.name(), ruling, "{words}");
        is_as_promised::<Verdict>(&wire::Verdict::new(words, &verdict), "newsdex.verdict/1");
    }
}

#[test]
fn neighbours_are_as_promised() {
    let (reader, article) = archive();
    let similar = similar(&article, &[Selection::all(&reader)], 10).expect("an answer");
    assert_eq!(similar.duplicates.len(), 1);
    is_as_promised::<Similar>(&wire::Similar::new(&article, &similar), "newsdex.similar/1");
}
