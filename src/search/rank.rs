//! Which articles come first.
//!
//! All matching articles are scored by their words (BM25 over groups); the best of them are then looked at more
//! closely ([`evidence`]). The order is one and fixed: how many are looked at does not depend on how many are asked
//! for, paging walks the order, ties break by id.

mod evidence;

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::engine::{self, Bm25, Segment};
use super::plan::Plan;
use super::request::{Rank, Sort};
use crate::index::Reader;

/// An article in the order of the answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    /// Index into all segments.
    pub segment: usize,
    pub doc: DocId,
    pub score: f32,
    /// What it is sorted by, largest first.
    key: u32,
    /// The place of its id among those of its segment.
    id: u64,
}

/// The matching articles.
#[derive(Debug, Default)]
pub(super) struct Ranked {
    pub total: u64,
    /// The first of them, in order.
    pub list: Vec<Candidate>,
}

/// Finds all matching articles, and ranks the first `keep`.
pub(super) fn rank(
    plan: &Plan,
    segments: &[Segment],
    bm25: &Bm25,
    sort: Sort,
    rank: Rank,
    keep: usize,
    readers: &[Reader],
) -> Result<Ranked, super::Error> {
    let depth = if sort == Sort::Relevance && rank == Rank::Default { keep.max(RERANKED) } else { keep };
    let mut ranked = Ranked::default();
    let mut bm25 = bm25.clone();
    bm25.typed = if rank == Rank::Default { evidence::TYPED } else { 0.0 };
    let bm25 = &bm25;
    for segment in segments {
        let fast = segment.reader.fast_fields();
        let name = |field| segment.reader.schema().get_field_name(field);
        let ids = fast.str(name(segment.fields.id))?;
        let dates = fast.column_opt::<u64>(name(segment.fields.published))?;
        let mut heap: BinaryHeap<Reverse<(u32, Reverse<u64>, DocId)>> = BinaryHeap::new();
        let mut scores: Vec<(DocId, f32)> = Vec::new();
        engine::run(plan, segment, bm25, sort == Sort::Relevance, |doc, score| {
            ranked.total += 1;
            let date = || dates.as_ref().and_then(|d| d.first(doc)).unwrap_or(0) as u32;
            let key = match sort {
                // Scores are not negative: their bits stand in their order.
                Sort::Relevance => score.max(0.0).to_bits(),
                Sort::Newest => date(),
                Sort::Oldest => match date() {
                    0 => 0,
                    date => u32::MAX - date,
                },
            };
            if heap.len() >= depth && heap.peek().is_none_or(|Reverse((least, ..))| key < *least) {
                return;
            }
            let id = ids.as_ref().and_then(|c| c.ords().first(doc)).unwrap_or(u64::MAX);
            heap.push(Reverse((key, Reverse(id), doc)));
            if heap.len() > depth {
                heap.pop();
            }
            if sort == Sort::Relevance {
                scores.push((doc, score));
            }
        })?;
        for Reverse((key, Reverse(id), doc)) in heap {
            let score = match scores.binary_search_by_key(&doc, |(doc, _)| *doc) {
                Ok(i) => scores[i].1,
                Err(_) => 0.0,
            };
            ranked.list.push(Candidate { segment: segment.index, doc, score, key, id });
        }
    }
    let closely = sort == Sort::Relevance && rank == Rank::Default;
    if !closely || ranked.list.len() > RERANKED {
        order(&mut ranked.list, segments)?;
    }
    ranked.list.truncate(depth);
    if closely {
        let best = RERANKED.min(ranked.list.len());
        evidence::add(plan, segments, bm25, readers, &mut ranked.list[..best])?;
        order(&mut ranked.list[..best], segments)?;
        settle(&mut ranked.list, best);
    }
    ranked.list.truncate(keep);
    Ok(ranked)
}

/// Gives what was not looked at closely scores below what was, in their own order.
fn settle(list: &mut [Candidate], best: usize) {
    let Some(least) = list[..best].last().map(|c| c.score) else { return };
    let Some(first) = list.get(best).map(|c| c.score) else { return };
    let scale = if first > least && first > 0.0 { least / first } else { 1.0 };
    for candidate in &mut list[best..] {
        candidate.set_score(candidate.score * scale);
    }
}

impl Candidate {
    /// The same evidence added up in another order must not tell two copies apart: scores are rounded to a few parts
    /// in a hundred thousand.
    pub(super) fn set_score(&mut self, score: f32) {
        self.key = (score.max(0.0).to_bits() + 0x40) & !0x7f;
        self.score = f32::from_bits(self.key);
    }
}

/// How many of the best articles are looked at more closely.
const RERANKED: usize = 100;

/// Sorts by key, ties by id.
fn order(list: &mut [Candidate], segments: &[Segment]) -> Result<(), super::Error> {
    list.sort_unstable_by_key(|c| Reverse(c.key));
    let mut ids = Ids::new(segments);
    for tied in list.chunk_by_mut(|a, b| a.key == b.key).filter(|tied| tied.len() > 1) {
        let mut named = Vec::with_capacity(tied.len());
        for candidate in tied.iter() {
            named.push((ids.of(candidate)?, candidate.clone()));
        }
        named.sort_by(|a, b| natural(&a.0, &b.0).then_with(|| (a.1.segment, a.1.doc).cmp(&(b.1.segment, b.1.doc))));
        tied.iter_mut().zip(named).for_each(|(slot, (_, candidate))| *slot = candidate);
    }
    Ok(())
}

/// Ids as people order them: numbers in them by their value (`story-9` before `story-10`).
fn natural(a: &str, b: &str) -> Ordering {
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let (mut x, mut y) = (a, b);
    while let (Some(c), Some(d)) = (x.chars().next(), y.chars().next()) {
        let (m, n) = (digits(x), digits(y));
        let (left, right) = if m > 0 && n > 0 {
            let (u, v) = (x[..m].trim_start_matches('0'), y[..n].trim_start_matches('0'));
            match u.len().cmp(&v.len()).then_with(|| u.cmp(v)) {
                Ordering::Equal => (m, n),
                unequal => return unequal,
            }
        } else if c == d {
            (c.len_utf8(), d.len_utf8())
        } else {
            return c.cmp(&d);
        };
        (x, y) = (&x[left..], &y[right..]);
    }
    x.len().cmp(&y.len()).then_with(|| a.cmp(b))
}

/// The ids of articles as the index's columns have them; a segment's column is opened once.
pub(super) struct Ids<'a> {
    segments: &'a [Segment<'a>],
    columns: FxHashMap<usize, Option<StrColumn>>,
}

impl<'a> Ids<'a> {
    pub fn new(segments: &'a [Segment<'a>]) -> Self {
        Ids { segments, columns: FxHashMap::default() }
    }

    pub fn of(&mut self, candidate: &Candidate) -> Result<String, super::Error> {
        let mut id = String::new();
        let Some(segment) = self.segments.get(candidate.segment) else { return Ok(id) };
        let column = match self.columns.entry(candidate.segment) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let name = segment.reader.schema().get_field_name(segment.fields.id);
                new.insert(segment.reader.fast_fields().str(name)?)
            }
        };
        if let Some(column) = column {
            column.ord_to_str(candidate.id, &mut id)?;
        }
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_as_people_do() {
        let mut ids = ["story-10", "story-9", "b", "a10b", "a9b", "a09b", "", "10", "9", "é"];
        ids.sort_by(|a, b| natural(a, b));
        assert_eq!(ids, ["", "9", "10", "a09b", "a9b", "a10b", "b", "story-9", "story-10", "é"]);
    }
}
