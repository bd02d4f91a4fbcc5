//! Collapsing ranked articles: the same copy in several outlets or on several days is one answer.
//!
//! Each article brings the sketch of its text from a column; only what shares a hash of it is read and compared in
//! full. A copy is looked for among the [`WINDOW`] articles that are ranked behind the first of its group, wherever the
//! page begins or ends: so all pages walk one order, and only so much of the archive is held in mind, however long the
//! answer.

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::columnar::Column;

use super::Error;
use super::engine::Segment;
use super::rank::Candidate;
use crate::index::Reader;
use crate::index::sketch::Shingles;

/// How far behind the first of its group a copy is looked for.
pub const WINDOW: usize = 75;
/// How many articles beside the window are ranked for those that copies take from the page. With a page of ten that
/// makes a hundred, as many as are ranked closely anyway.
pub const SLACK: usize = 15;
/// A hash that more articles of a window share may belong to what a site repeats on every page: it takes several.
const MOST: usize = 50;
const SEVERAL: usize = 3;
/// Articles whose shingles are kept at a time.
const KEPT: usize = 256;

/// Groups ranked articles that carry the same copy: for each group its indices, in order of rank; groups in the order
/// of their first. `None` if the list, of which `complete` says whether it is the whole answer, is too short for
/// `wanted` groups.
pub(super) fn groups(
    list: &[Candidate],
    complete: bool,
    wanted: usize,
    segments: &[Segment],
    readers: &[Reader],
) -> Result<Option<Vec<Vec<usize>>>, Error> {
    let mut window = Window::open(list, segments, readers)?;
    let mut folded: FxHashSet<usize> = FxHashSet::default();
    let mut groups = Vec::new();
    for first in 0..list.len() {
        if groups.len() == wanted {
            break;
        }
        if folded.remove(&first) {
            continue;
        }
        let last = first + WINDOW;
        if last > list.len() && !complete {
            return Ok(None);
        }
        window.reach(first, last.min(list.len()));
        let mut group = vec![first];
        let mut at = 0;
        // Copies of copies too: each of the group proposes those that share a hash with it.
        let mut seen: FxHashSet<(usize, usize)> = FxHashSet::default();
        while let Some(&one) = group.get(at) {
            for other in window.alike(one) {
                let new = other > first && !group.contains(&other) && !folded.contains(&other);
                if new && seen.insert((one, other)) && window.same_copy(one, other)? {
                    group.push(other);
                }
            }
            at += 1;
        }
        folded.extend(&group[1..]);
        group.sort_unstable();
        groups.push(group);
    }
    Ok((groups.len() == wanted || complete).then_some(groups))
}

/// The sketches of a stretch of the list.
struct Window<'a> {
    list: &'a [Candidate],
    segments: &'a [Segment<'a>],
    readers: &'a [Reader],
    columns: Vec<Option<Column<u64>>>,
    /// Which of the list are in the window.
    start: usize,
    end: usize,
    having: FxHashMap<u32, Vec<usize>>,
    shingles: FxHashMap<usize, Shingles>,
}

impl<'a> Window<'a> {
    fn open(list: &'a [Candidate], segments: &'a [Segment<'a>], readers: &'a [Reader]) -> Result<Self, Error> {
        let column = |s: &Segment| {
            let name = s.reader.schema().get_field_name(s.fields.sketch);
            s.reader.fast_fields().column_opt(name)
        };
        let columns = segments.iter().map(column).collect::<tantivy::Result<_>>()?;
        let (having, shingles) = Default::default();
        Ok(Window { list, segments, readers, columns, start: 0, end: 0, having, shingles })
    }

    fn sketch(&self, i: usize) -> impl Iterator<Item = u32> + use<'_> {
        let candidate = &self.list[i];
        let column = self.columns.get(candidate.segment).and_then(Option::as_ref);
        column.into_iter().flat_map(|c| c.values_for_doc(candidate.doc)).map(|hash| hash as u32)
    }

    /// Moves the window.
    fn reach(&mut self, start: usize, end: usize) {
        for i in self.start..start {
            for hash in self.sketch(i).collect::<Vec<_>>() {
                if let Some(list) = self.having.get_mut(&hash) {
                    list.retain(|&j| j != i);
                    if list.is_empty() {
                        self.having.remove(&hash);
                    }
                }
            }
        }
        for i in self.end..end {
            for hash in self.sketch(i).collect::<Vec<_>>() {
                self.having.entry(hash).or_default().push(i);
            }
        }
        (self.start, self.end) = (start, end.max(self.end));
    }

    /// Those of the window that may be copies of one of them, in order: they share a hash that is not everywhere, or
    /// several.
    fn alike(&self, one: usize) -> Vec<usize> {
        let mut shared: FxHashMap<usize, usize> = FxHashMap::default();
        for list in self.sketch(one).filter_map(|hash| self.having.get(&hash)) {
            let counts = if list.len() <= MOST { SEVERAL } else { 1 };
            list.iter().for_each(|&other| *shared.entry(other).or_default() += counts);
        }
        let mut out: Vec<usize> = shared.into_iter().filter(|(_, n)| *n >= SEVERAL).map(|(other, _)| other).collect();
        out.sort_unstable();
        out
    }

    fn same_copy(&mut self, a: usize, b: usize) -> Result<bool, Error> {
        if self.shingles.len() > KEPT {
            self.shingles.clear();
        }
        for i in [a, b] {
            if !self.shingles.contains_key(&i) {
                let segment = &self.segments[self.list[i].segment];
                let article = self.readers[segment.owner].article(segment.address(self.list[i].doc))?;
                self.shingles.insert(i, Shingles::of(&article));
            }
        }
        Ok(self.shingles[&a].same_copy(&self.shingles[&b]))
    }
}
