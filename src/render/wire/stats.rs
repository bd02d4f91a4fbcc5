//! `newsdex.stats/1` and `newsdex.check/1`: what an index holds, and whether it is whole.

use serde::Serialize;

use crate::index::{check, stats};

/// The schema of [`Stats`].
pub const STATS: &str = "newsdex.stats/1";
/// The schema of [`Check`].
pub const CHECK: &str = "newsdex.check/1";

#[derive(Serialize)]
pub struct Stats<'a> {
    pub schema: &'static str,
    pub index: String,
    pub articles: u64,
    pub words: u64,
    pub quotes: u64,
    pub files: u64,
    /// The first and last day of publication.
    pub first: Option<String>,
    pub last: Option<String>,
    pub undated: u64,
    pub sources: Vec<Named<'a>>,
    pub sections: Vec<Named<'a>>,
    pub languages: Vec<Named<'a>>,
    pub segments: u64,
    /// Deleted articles that are still on the disk.
    pub deleted: u64,
    pub disk: Vec<Bytes<'a>>,
}

#[derive(Serialize)]
pub struct Named<'a> {
    pub name: &'a str,
    pub articles: u64,
}

#[derive(Serialize)]
pub struct Bytes<'a> {
    pub kind: &'a str,
    pub bytes: u64,
}

#[derive(Serialize)]
pub struct Check<'a> {
    pub schema: &'static str,
    pub index: String,
    pub articles: u64,
    pub unfinished: u64,
    pub faults: u64,
    /// The first of them.
    pub examples: &'a [String],
}

impl<'a> Stats<'a> {
    pub fn new(folder: &std::path::Path, s: &'a stats::Stats) -> Self {
        let named = |list: &'a [(String, u64)]| list.iter().map(|(name, n)| Named { name, articles: *n }).collect();
        let day = |key: u64| format!("{:04}-{:02}-{:02}", key / 10_000, key / 100 % 100, key % 100);
        Stats {
            schema: STATS,
            index: folder.display().to_string(),
            articles: s.articles,
            words: s.words,
            quotes: s.quotes,
            files: s.files,
            first: s.published.map(|(first, _)| day(first)),
            last: s.published.map(|(_, last)| day(last)),
            undated: s.undated,
            sources: named(&s.sources),
            sections: named(&s.sections),
            languages: named(&s.languages),
            segments: s.segments,
            deleted: s.deleted,
            disk: s.disk.iter().map(|(kind, bytes)| Bytes { kind, bytes: *bytes }).collect(),
        }
    }
}

impl<'a> Check<'a> {
    pub fn new(folder: &std::path::Path, report: &'a check::Report) -> Self {
        Check {
            schema: CHECK,
            index: folder.display().to_string(),
            articles: report.articles,
            unfinished: report.of_unfinished_files,
            faults: report.faults,
            examples: &report.examples,
        }
    }
}
