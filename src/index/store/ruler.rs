//! Spans, measured in what the text is made of.
//!
//! What points into a text begins and ends where a word or a sign does. Counted in these *atoms* (a run of letters and
//! digits, or one other character that is no white space) spans are a sixth as long as in bytes, and many need not be
//! written at all: paragraphs are what blank lines part, and a sentence can only end where white space follows a sign
//! or a line ends, so that one bit for each such place says which do. An article with a span that cuts an atom (it came
//! from elsewhere) is measured in bytes.
//!
//! Atoms are of the format: they are not the tokens of the index, which may change under a stored article.

use super::words::{Class, class_at, past};
use super::{Corrupt, Read};
use crate::article::Span;

/// What an article's spans are counted in.
#[derive(Debug)]
pub enum Ruler {
    Atoms(Vec<Span>),
    Bytes,
}

impl Ruler {
    pub fn atoms(text: &str) -> Ruler {
        let mut atoms = Vec::with_capacity(text.len() / 4);
        let mut at = 0;
        while let Some((first, mut end)) = class_at(text, at) {
            let start = at;
            if first != Class::Other {
                end = past(text, end, |class| class != Class::Other);
            }
            if first != Class::Other || !is_space(text.as_bytes()[start]) {
                atoms.push(Span::new(start, end));
            }
            at = end;
        }
        Ruler::Atoms(atoms)
    }

    /// Where a span begins and ends in this ruler's unit; `None` if it cannot be measured.
    pub fn measure(&self, span: Span) -> Option<(u32, u32)> {
        match self {
            Ruler::Atoms(atoms) => {
                let first = atoms.binary_search_by_key(&span.start, |a| a.start).ok()?;
                let last = first + atoms[first..].binary_search_by_key(&span.end, |a| a.end).ok()?;
                Some((first as u32, last as u32 + 1))
            }
            Ruler::Bytes => Some((span.start, span.end.max(span.start))),
        }
    }

    /// The span from `start` to `end`.
    pub fn span(&self, start: u32, end: u32) -> Read<Span> {
        match self {
            Ruler::Atoms(atoms) => {
                let first = atoms.get(start as usize).ok_or(Corrupt)?;
                let last = end.checked_sub(1).and_then(|n| atoms.get(n as usize)).ok_or(Corrupt)?;
                if last.end < first.start { Err(Corrupt) } else { Ok(Span { start: first.start, end: last.end }) }
            }
            Ruler::Bytes => Ok(Span { start, end }),
        }
    }

    /// The sentences of these paragraphs, if one ends wherever `ends` says so of a place where one may: it is asked of
    /// each, by the byte where the next would start.
    pub fn sentences(
        &self,
        text: &str,
        paragraphs: &[Span],
        mut ends: impl FnMut(u32) -> Read<bool>,
    ) -> Read<Vec<Span>> {
        let Ruler::Atoms(atoms) = self else { return Err(Corrupt) };
        let mut sentences = Vec::new();
        let mut rest = atoms.as_slice();
        for paragraph in paragraphs {
            rest = &rest[rest.partition_point(|a| a.start < paragraph.start)..];
            let (inside, after) = rest.split_at(rest.partition_point(|a| a.end <= paragraph.end));
            rest = after;
            let [first, .., last] = inside else {
                sentences.extend(inside);
                continue;
            };
            let mut start = first.start;
            for pair in inside.windows(2) {
                let (before, after) = (pair[0], pair[1]);
                if may_end(text, before, after) && ends(after.start)? {
                    sentences.push(Span { start, end: before.end });
                    start = after.start;
                }
            }
            sentences.push(Span { start, end: last.end });
        }
        Ok(sentences)
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a sentence may end between these two atoms.
fn may_end(text: &str, before: Span, after: Span) -> bool {
    before.end < after.start
        && (class_at(text, before.start as usize).is_some_and(|(class, _)| class == Class::Other)
            || text.as_bytes()[before.end as usize..after.start as usize].contains(&b'\n'))
}

/// The paragraphs that blank lines part.
pub fn paragraphs(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    text.split("\n\n").filter_map(move |p| {
        let start = at;
        at += p.len() + 2;
        (!p.is_empty()).then(|| Span::new(start, start + p.len()))
    })
}
