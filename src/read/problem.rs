//! What could not be read, where, why, and what to do about it.

use std::fmt;
use std::sync::Arc;

/// A file or record that gave no document, or not all of its documents.
///
/// It prints as one line: `dump.jsonl, line 17: is a list, not an object; skipped`. A problem never stops the run: all
/// that is good around it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem, stable and in kebab-case (`not-an-object`): summaries count by it.
    pub code: &'static str,
    /// The file as the user knows it; `-` for standard input.
    pub path: Arc<str>,
    /// The file inside an archive.
    pub member: Option<Arc<str>>,
    pub place: Option<Place>,
    /// What happened, as the end of a sentence that begins with the place.
    pub what: String,
    /// What the user can do about it, where there is something.
    pub advice: Option<&'static str>,
    /// Whether text that should have been read was lost, which the exit code tells. `false` for what is no article and
    /// was rightly passed over: a picture, a stylesheet, an event among the news items.
    pub lost: bool,
}

/// Where inside a file or member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Counted from 1.
    Record(u64),
    /// Counted from 1.
    Line(u64),
    /// Counted from 0.
    Byte(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Place::Record(n) => write!(f, "record {n}"),
            Place::Line(n) => write!(f, "line {n}"),
            Place::Byte(n) => write!(f, "byte {n}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(if &*self.path == "-" { "standard input" } else { &self.path })?;
        if let Some(member) = &self.member {
            write!(f, "!/{member}")?;
        }
        if let Some(place) = self.place {
            write!(f, ", {place}")?;
        }
        write!(f, ": {}", self.what)?;
        if let Some(advice) = self.advice {
            write!(f, "; {advice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
