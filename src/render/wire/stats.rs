//! `newsdex.stats/1`, `newsdex.boilerplate/1` and `newsdex.check/1`: what an index holds, what its outlets repeat, and
//! whether it is whole.

use serde::Serialize;

use crate::index::{boilerplate, check, stats};

/// The schema of [`Stats`].
pub const STATS: &str = "newsdex.stats/1";
/// The schema of [`Boilerplate`] and of [`Line`] where it stands alone.
pub const BOILERPLATE: &str = "newsdex.boilerplate/1";
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

/// The lines that the outlets of an index repeat.
#[derive(Serialize)]
pub struct Boilerplate<'a> {
    pub schema: &'static str,
    pub index: String,
    pub lines: Vec<Line<'a>>,
}

/// A line that an outlet repeats.
#[derive(Serialize)]
pub struct Line<'a> {
    /// Only where the line stands alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<&'static str>,
    pub source: Option<&'a str>,
    /// Where it stands: a site or a source; `null` for articles that tell neither.
    pub outlet: Option<&'a str>,
    pub line: &'a str,
    /// How many articles have it, of how many that the outlet published meanwhile.
    pub articles: u32,
    pub among: u32,
    /// Ids of some.
    pub examples: &'a [String],
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

impl<'a> Boilerplate<'a> {
    pub fn new(folder: &std::path::Path, learned: &'a boilerplate::Boilerplate) -> Self {
        let lines = learned.lines().iter().map(|line| Line::new(line, false)).collect();
        Boilerplate { schema: BOILERPLATE, index: folder.display().to_string(), lines }
    }
}

impl<'a> Line<'a> {
    pub fn new(line: &'a boilerplate::Line, alone: bool) -> Self {
        let known = |name: &'a str| Some(name).filter(|name| !name.is_empty());
        Line {
            schema: alone.then_some(BOILERPLATE),
            source: known(&line.source),
            outlet: known(&line.outlet),
            line: &line.printed,
            articles: line.articles,
            among: line.among,
            examples: &line.examples,
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
