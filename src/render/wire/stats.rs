//! `newsdex.stats/2`, `newsdex.boilerplate/1`, `newsdex.check/1` and `newsdex.repair/1`: what an index holds, what its
//! outlets repeat, whether it is whole, and how it was mended.

use serde::Serialize;

use crate::index::{boilerplate, check, repair, stats};

/// The schema of [`Stats`].
pub const STATS: &str = "newsdex.stats/2";
/// The schema of [`Boilerplate`] and of [`Line`] where it stands alone.
pub const BOILERPLATE: &str = "newsdex.boilerplate/1";
/// The schema of [`Check`].
pub const CHECK: &str = "newsdex.check/1";
/// The schema of [`Repair`].
pub const REPAIR: &str = "newsdex.repair/1";

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
    /// Articles of files that were not read to their end.
    pub unfinished: u64,
    /// What is the matter at a glance.
    pub faults: &'a [String],
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

/// What a repair did, or would do.
#[derive(Serialize)]
pub struct Repair<'a> {
    pub schema: &'static str,
    pub index: String,
    /// Nothing was changed.
    pub dry_run: bool,
    pub mended: &'a [String],
    /// Articles indexed anew from the texts in the index.
    pub restored: u64,
    pub lost: Vec<Lost<'a>>,
    /// Lost articles of which not even the id is known.
    pub nameless: u64,
    /// Files that the next `index` reads again.
    pub again: &'a [String],
    /// Names and quotes were found anew in all articles.
    pub rebuilt: bool,
}

#[derive(Serialize)]
pub struct Lost<'a> {
    pub id: &'a str,
    pub file: Option<&'a str>,
}

impl<'a> Repair<'a> {
    pub fn new(folder: &std::path::Path, dry_run: bool, r: &'a repair::Repair) -> Self {
        Repair {
            schema: REPAIR,
            index: folder.display().to_string(),
            dry_run,
            mended: &r.mended,
            restored: r.restored,
            lost: r.lost.iter().map(|l| Lost { id: &l.id, file: l.file.as_deref() }).collect(),
            nameless: r.nameless,
            again: &r.again,
            rebuilt: r.models_lost,
        }
    }
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
            unfinished: s.unfinished,
            faults: &s.faults,
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
