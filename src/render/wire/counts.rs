//! `newsdex.entity/1` and `newsdex.timeline/1`: counts of names, and over time.

use serde::Serialize;

use crate::search::facet::{Facet, Facets};
use crate::search::timeline::{self, Unit};

/// The schema of [`EntityCount`].
pub const ENTITY: &str = "newsdex.entity/1";
/// The schema of [`EntityCounts`].
pub const ENTITIES: &str = "newsdex.entities/1";
/// The schema of [`Bucket`].
pub const BUCKET: &str = "newsdex.bucket/1";
/// The schema of [`Timeline`].
pub const TIMELINE: &str = "newsdex.timeline/1";

/// One name, counted over the matching articles.
#[derive(Serialize)]
pub struct EntityCount<'a> {
    pub schema: &'static str,
    pub name: &'a str,
    #[serde(rename = "type")]
    pub kind: Option<&'static str>,
    pub articles: u64,
    /// How many of these only name what most likely means it.
    pub inferred: u64,
    pub quotes: u64,
    pub first: Option<String>,
    pub last: Option<String>,
    /// The log-likelihood ratio of appearing together, where that was asked for.
    pub association: Option<f64>,
    /// `null` unless asked for.
    pub over: Option<Vec<Count>>,
}

#[derive(Serialize)]
pub struct Count {
    /// The first day of the day, week, month or year.
    pub start: String,
    pub articles: u64,
}

/// All that was counted. In `jsonl` it is the last line and `entities` is left out.
#[derive(Serialize)]
pub struct EntityCounts<'a> {
    pub schema: &'static str,
    pub query: &'a str,
    /// How many articles match.
    pub articles: u64,
    /// How many names they have, listed or not.
    pub names: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<EntityCount<'a>>>,
}

impl<'a> EntityCount<'a> {
    pub fn new(f: &'a Facet) -> Self {
        let over = f.over.iter().map(|(start, articles)| Count { start: start.to_string(), articles: *articles });
        EntityCount {
            schema: ENTITY,
            name: &f.name,
            kind: f.kind.map(|k| k.name()),
            articles: f.articles,
            inferred: f.inferred,
            quotes: f.quotes,
            first: f.first.map(|d| d.to_string()),
            last: f.last.map(|d| d.to_string()),
            association: f.association,
            over: (!f.over.is_empty()).then(|| over.collect()),
        }
    }
}

impl<'a> EntityCounts<'a> {
    /// The counts for `query` without the names.
    pub fn new(query: &'a str, facets: &'a Facets) -> Self {
        EntityCounts { schema: ENTITIES, query, articles: facets.articles, names: facets.names, entities: None }
    }
}

/// A day, week, month or year.
#[derive(Serialize)]
pub struct Bucket {
    pub schema: &'static str,
    /// `2021-06-02`, `2021-W22`, `2021-06`, `2021`.
    pub label: String,
    pub start: String,
    pub articles: u64,
    /// How many articles the archive has then.
    pub archive: u64,
    pub share: f64,
}

/// All that was counted. In `jsonl` it is the last line and `buckets` is left out.
#[derive(Serialize)]
pub struct Timeline<'a> {
    pub schema: &'static str,
    pub query: &'a str,
    pub unit: &'static str,
    pub articles: u64,
    /// How many of them only because of names that are inferred.
    pub inferred: u64,
    /// How many of them have no certain date and are in no bucket.
    pub undated: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buckets: Option<Vec<Bucket>>,
}

impl Bucket {
    pub fn new(bucket: &timeline::Bucket, unit: Unit) -> Self {
        Bucket {
            schema: BUCKET,
            label: unit.label(bucket.start),
            start: bucket.start.to_string(),
            articles: bucket.articles,
            archive: bucket.archive,
            share: (bucket.share() * 1e6).round() / 1e6,
        }
    }
}

impl<'a> Timeline<'a> {
    /// The counts for `query` without the buckets.
    pub fn new(query: &'a str, timeline: &timeline::Timeline) -> Self {
        Timeline {
            schema: TIMELINE,
            query,
            unit: timeline.unit.name(),
            articles: timeline.articles,
            inferred: timeline.inferred,
            undated: timeline.undated,
            buckets: None,
        }
    }
}
