//! Which articles come first.
//!
//! All matching articles are scored by their words (BM25 over groups); the best of them are then looked at more
//! closely ([`evidence`]). The order is one and fixed: how many are looked at does not depend on how many are asked
//! for, paging walks the order, ties break by id.
//!
//! What can be chosen beside it: words alone ([`Rank::Bm25`]), newer articles lifted ([`recency`]), and words of the
//! first answer asked as well ([`feedback`]). None of these changes what matches.

mod company;
mod evidence;
mod feedback;
mod recency;

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::engine::{self, Bm25, Segment};
use super::plan::Plan;
use super::request::{Rank, Ranking, Sort};
use crate::index::Reader;
use recency::Recency;

/// An article in the order of the answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    /// Index into all segments.
    pub segment: usize,
    pub doc: DocId,
    pub score: f32,
    /// What the score is made of.
    pub parts: Parts,
    /// How much of the other parts recency adds to them.
    lift: f32,
    /// It matches only by names that are inferred.
    pub inferred: bool,
    /// What it is sorted by, largest first.
    key: u32,
    /// The place of its id among those of its segment.
    id: u64,
}

/// The parts of a score: their sum is the score, but for rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Parts {
    /// Words, phrases and what else was asked, by frequency and rarity.
    pub words: f32,
    pub lede: f32,
    pub passage: f32,
    pub pairs: f32,
    pub length: f32,
    pub aboutness: f32,
    pub company: f32,
    pub recency: f32,
}

impl Parts {
    /// By name, in order; what says nothing is left out.
    pub fn list(&self) -> Vec<(&'static str, f32)> {
        let Parts { words, lede, passage, pairs, length, aboutness, company, recency } = *self;
        let beside = [
            ("lede", lede),
            ("passage", passage),
            ("pairs", pairs),
            ("length", length),
            ("aboutness", aboutness),
            ("company", company),
            ("recency", recency),
        ];
        std::iter::once(("words", words)).chain(beside.into_iter().filter(|(_, part)| *part != 0.0)).collect()
    }

    fn timeless(&self) -> f32 {
        self.words + self.lede + self.passage + self.pairs + self.length + self.aboutness + self.company
    }
}

/// The matching articles.
#[derive(Debug, Default)]
pub(super) struct Ranked {
    pub total: u64,
    /// The first of them, in order.
    pub list: Vec<Candidate>,
}

/// What is ranked, and how.
#[derive(Clone, Copy)]
pub(super) struct Ranker<'a> {
    pub segments: &'a [Segment<'a>],
    pub readers: &'a [Reader],
    pub bm25: &'a Bm25,
    pub sort: Sort,
    pub ranking: Ranking,
    /// How many are given back.
    pub keep: usize,
}

impl Ranker<'_> {
    /// Finds all articles that match a plan, and ranks the first of them.
    pub fn rank(&self, plan: &mut Plan) -> Result<Ranked, super::Error> {
        let first = self.pass(plan)?;
        // Asked again for more of the same list, the plan has its words.
        if !self.ranking.expand
            || !plan.feedback.is_empty()
            || self.sort != Sort::Relevance
            || !feedback::add(plan, self.segments, self.bm25, self.readers, &first.list)?
        {
            return Ok(first);
        }
        self.pass(plan)
    }

    /// Ranks by the plan as it is.
    fn pass(&self, plan: &Plan) -> Result<Ranked, super::Error> {
        let Ranker { segments, readers, sort, ranking, keep, .. } = *self;
        let closely = sort == Sort::Relevance && ranking.rank == Rank::Default;
        let depth = if closely { keep.max(RERANKED) } else { keep };
        let mut ranked = Ranked::default();
        let mut bm25 = self.bm25.clone();
        bm25.typed = if ranking.rank == Rank::Default { evidence::TYPED } else { 0.0 };
        let recency = match ranking.recency {
            Some(days) if sort == Sort::Relevance => Some(Recency::new(days, segments)?),
            _ => None,
        };
        for segment in segments {
            let fast = segment.reader.fast_fields();
            let name = |field| segment.reader.schema().get_field_name(field);
            let ids = fast.str(name(segment.fields.id))?;
            let dates = fast.column_opt::<u64>(name(segment.fields.published))?;
            let undated = fast.column_opt::<u64>(name(segment.fields.undated))?;
            let mut heap: BinaryHeap<Reverse<(u32, Reverse<u64>, DocId)>> = BinaryHeap::new();
            let mut scores: Vec<(DocId, f32)> = Vec::new();
            let date = |doc| dates.as_ref().and_then(|d| d.first(doc)).unwrap_or(0);
            let lift = |doc| match &recency {
                Some(recency) if undated.as_ref().is_none_or(|c| c.first(doc).is_none()) => recency.lift(date(doc)),
                _ => 0.0,
            };
            // Whatever is below so many of the segments before is not among the first.
            let floor = nth_key(&mut ranked.list, depth);
            engine::run(plan, segment, &bm25, sort == Sort::Relevance, |doc, score| {
                ranked.total += 1;
                let key = match sort {
                    // Scores are not negative: their bits stand in their order.
                    Sort::Relevance => (score * (1.0 + lift(doc))).max(0.0).to_bits(),
                    Sort::Newest => date(doc) as u32,
                    Sort::Oldest => match date(doc) as u32 {
                        0 => 0,
                        date => u32::MAX - date,
                    },
                };
                let full = heap.len() >= depth && heap.peek().is_none_or(|Reverse((least, ..))| key < *least);
                if full || key < floor {
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
                let words = match scores.binary_search_by_key(&doc, |(doc, _)| *doc) {
                    Ok(i) => scores[i].1,
                    Err(_) => 0.0,
                };
                let lift = lift(doc);
                let parts = Parts { words, recency: words * lift, ..Parts::default() };
                let score = words * (1.0 + lift);
                let segment = segment.index;
                ranked.list.push(Candidate { segment, doc, score, parts, lift, inferred: false, key, id });
            }
        }
        // What is looked at more closely is ordered afterwards.
        let settled = if closely { RERANKED } else { 0 };
        order(&mut ranked.list, segments, settled..depth)?;
        ranked.list.truncate(depth);
        if closely {
            let best = RERANKED.min(ranked.list.len());
            evidence::add(plan, segments, readers, &mut ranked.list[..best])?;
            order(&mut ranked.list[..best], segments, 0..keep)?;
            settle(&mut ranked.list, best);
        }
        ranked.list.truncate(keep);
        Ok(ranked)
    }
}

/// The key of the `nth` of a list, counted from one, by key; zero if it is shorter.
fn nth_key(list: &mut [Candidate], nth: usize) -> u32 {
    match nth.checked_sub(1) {
        Some(i) if i < list.len() => list.select_nth_unstable_by_key(i, |c| Reverse(c.key)).1.key,
        _ => 0,
    }
}

/// Gives what was not looked at closely scores below what was, in their own order.
fn settle(list: &mut [Candidate], best: usize) {
    let Some(least) = list[..best].last().map(|c| c.score) else { return };
    let Some(first) = list.get(best).map(|c| c.score) else { return };
    let scale = if first > least && first > 0.0 { least / first } else { 1.0 };
    for candidate in &mut list[best..] {
        candidate.parts.words *= scale;
        candidate.sum();
    }
}

impl Candidate {
    /// The same evidence, weighed differently as a whole.
    pub(super) fn weigh(&mut self, weight: f32) {
        let Parts { words, lede, passage, pairs, length, aboutness, company, .. } = &mut self.parts;
        [words, lede, passage, pairs, length, aboutness, company].into_iter().for_each(|part| *part *= weight);
        self.sum();
    }

    /// Adds the parts up. The same evidence added up in another order must not tell two copies apart: scores are
    /// rounded to a few parts in a hundred thousand.
    fn sum(&mut self) {
        let timeless = self.parts.timeless().max(0.0);
        self.parts.recency = timeless * self.lift;
        self.key = ((timeless + self.parts.recency).to_bits() + 0x40) & !0x7f;
        self.score = f32::from_bits(self.key);
    }
}

/// How many of the best articles are looked at more closely.
const RERANKED: usize = 100;

/// Sorts by key, ties by id: those that reach into these places or across their first. Ids are read from the disk, and
/// copies tie by the dozen, so that the order of places that nobody sees is left open.
fn order(list: &mut [Candidate], segments: &[Segment], places: Range<usize>) -> Result<(), super::Error> {
    list.sort_unstable_by_key(|c| Reverse(c.key));
    let mut ids = Ids::new(segments);
    let mut end = 0;
    for tied in list.chunk_by_mut(|a, b| a.key == b.key) {
        let start = end;
        end += tied.len();
        if tied.len() < 2 || end <= places.start || start >= places.end {
            continue;
        }
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
