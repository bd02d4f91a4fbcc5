//! The wire format: the versioned types that `json`, `jsonl` and the libraries of others see.
//!
//! Domain types are free to change; these are not. Every document opens with its `schema` (`newsdex.article/1`);
//! what is unknown is `null`, never left out and never invented; offsets are Unicode code points into the article's
//! `text`, end exclusive, so that `text[start:end]` in Python is the surface form. A test repeats the types with
//! unknown fields denied: a field that is added, dropped or renamed fails it until the schema's number is raised.
//!
//! The types borrow from what they show and are made by `new`, one linear pass over the text for its offsets. Reading
//! this format back is a matter of `read`, as for any other format.

mod article;
mod batch;
mod counts;
mod eval;
mod offsets;
mod quotes;
mod search;
mod stats;
mod verify;

pub use article::*;
pub use batch::*;
pub use counts::*;
pub use eval::*;
pub use offsets::Offsets;
pub use quotes::*;
pub use search::*;
pub use stats::*;
pub use verify::{Difference, Searched, Source, VERDICT, Verdict, Wording};

use std::io::{self, Write};

use serde::Serialize;

/// A range of code points, end exclusive.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Writes one document on a line of its own.
pub fn line(mut out: impl Write, document: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut out, document)?;
    out.write_all(b"\n")
}

/// A date as printed, with time and offset where they are known: `2021-06-02`, `2021-06-02T18:05:00+02:00`.
pub fn stamp(stamp: crate::article::Stamp) -> String {
    let mut out = stamp.date.to_string();
    if let Some(time) = stamp.time {
        out.push_str(&format!("T{time}"));
        if let Some(offset) = stamp.offset {
            let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
            match minutes {
                0 => out.push('Z'),
                _ => out.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)),
            }
        }
    }
    out
}

/// A probability in thousandths: more digits would claim more than the estimate holds.
pub(crate) fn probability(p: f32) -> f32 {
    (p * 1000.0).round() / 1000.0
}
