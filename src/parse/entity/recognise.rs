//! Recognition: the best labels of each region.

use super::feature::{Region, Scan, Sink, Views};
use super::label::{LABELS, Label, Part, follows, meaning};
use super::lexicon::Lexicon;
use super::memory::{self, Memory, Place};
use crate::article::{Article, EntityType};
use crate::parse::model::{Memo, Reader, Table, Writer};
use std::{io, ops::Range, sync::LazyLock};

/// Scores of one token: the labels', padded to whole vectors.
pub const WIDTH: usize = 24;

/// Weights of a feature: those of the first labelling, then those of the second.
pub const ROW: usize = 2 * WIDTH;

/// What is earned by a step from one label to the next, in units of the weights; forbidden ones are far below.
pub type Steps = [[i16; LABELS]; LABELS];

/// What was learned.
pub struct Model {
    pub lexicon: Lexicon,
    pub table: Table<ROW>,
    /// Of the first and of the second labelling.
    pub steps: [Steps; 2],
}

/// Less than any sequence can earn, more than an overflow.
pub const NEVER: i16 = -20_000;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let packed = include_bytes!("../model/entities.bin");
    // The model is part of the program; a program with a damaged one was never tested.
    Reader::open(packed).and_then(|mut r| Model::read(&mut r)).expect("the model compiled in is whole")
});

impl Model {
    /// The model that is compiled in.
    pub fn get() -> &'static Model {
        &MODEL
    }

    pub fn read(from: &mut Reader) -> io::Result<Model> {
        let lexicon = Lexicon::read(from)?;
        let mut steps = [[[NEVER; LABELS]; LABELS]; 2];
        for steps in &mut steps {
            for (before, row) in steps.iter_mut().enumerate() {
                for (next, step) in row.iter_mut().enumerate() {
                    let weight = from.u16()? as i16;
                    if follows(next as Label, before as Label) {
                        *step = weight;
                    }
                }
            }
        }
        Ok(Model { lexicon, steps, table: Table::read(from)? })
    }

    pub fn write(&self, to: &mut Writer) {
        self.lexicon.write(to);
        self.steps.iter().flatten().flatten().for_each(|&s| to.u16(s as u16));
        self.table.write(to);
    }

    /// The names in an article: token ranges and types, in order. `scratch` is of this model.
    pub fn names(&self, article: &Article, scratch: &mut Scratch) -> Vec<(Range<usize>, EntityType)> {
        scratch.clear();
        let Scratch { views, first, second, single, decoders, regions, places, labels, scores, memory } = scratch;
        let mut scan = Scan::new(article, &self.lexicon, views);
        scan.regions(regions);
        regions.retain(|r| !scan.is_opening(r));
        for region in &*regions {
            scan.look(region);
            let from = places.len();
            decoders[0].scores.clear();
            for i in 0..region.tokens.len() {
                let mut sum = Sum { table: &self.table, memo: first, single, scores: [0i16; ROW] };
                scan.features(i, &mut sum);
                let sum = sum.scores();
                decoders[0].scores.push(std::array::from_fn(|l| sum[l]));
                scores.push(std::array::from_fn::<i16, WIDTH, _>(|l| sum[WIDTH + l]));
                places.push(scan.place(i));
            }
            labels.extend_from_slice(decoders[0].best());
            memory.add(&places[from..], &labels[from..]);
        }
        let mut names = Vec::new();
        let mut seen = Vec::new();
        let mut at = 0;
        for region in &*regions {
            let here = at..at + region.tokens.len();
            at = here.end;
            memory.look(&places[here.clone()], &labels[here.clone()], &mut seen);
            decoders[1].scores.clear();
            for (i, &scores) in scores[here].iter().enumerate() {
                let mut sum = Sum { table: &self.table, memo: second, single, scores };
                memory::features(&seen, i, &mut sum);
                decoders[1].scores.push(sum.scores());
            }
            spans(decoders[1].best(), region.tokens.start, &mut names);
        }
        names
    }
}

/// What one thread keeps from article to article: what words look like to a model and weigh in it, and buffers.
pub struct Scratch {
    views: Views,
    first: Memo<ROW>,
    second: Memo<WIDTH>,
    single: Vec<u32>,
    decoders: [Decoder; 2],
    /// Of one article: its regions, and of all their tokens the places, first labels, and scores so far of the second
    /// labelling.
    regions: Vec<Region>,
    places: Vec<Place>,
    labels: Vec<Label>,
    scores: Vec<[i16; WIDTH]>,
    memory: Memory,
}

impl Scratch {
    pub fn of(model: &Model) -> Scratch {
        // Half a megabyte and a quarter: they must leave room in the cache.
        let (first, second) = (Memo::new(12), Memo::new(12));
        let decoders = model.steps.each_ref().map(Decoder::new);
        let (regions, places, labels, scores) = Default::default();
        let (views, single, memory) = Default::default();
        Scratch { views, first, second, single, decoders, regions, places, labels, scores, memory }
    }
}

/// Tokens for which buffers are kept: a long article's are given back.
const KEPT: usize = 1 << 14;

impl Scratch {
    /// Forgets the last article.
    fn clear(&mut self) {
        self.single.clear();
        self.places.clear();
        self.places.shrink_to(KEPT);
        self.labels.clear();
        self.labels.shrink_to(KEPT);
        self.scores.clear();
        self.scores.shrink_to(KEPT);
        self.memory.clear(KEPT);
    }
}

/// Adds up what the features of one token weigh: the last labels of a row, as many as there are scores.
struct Sum<'m, const N: usize> {
    table: &'m Table<ROW>,
    memo: &'m mut Memo<N>,
    /// Features that are to be looked up together.
    single: &'m mut Vec<u32>,
    scores: [i16; N],
}

impl<const N: usize> Sum<'_, N> {
    fn scores(mut self) -> [i16; N] {
        self.table.add(self.single, &mut self.scores);
        self.single.clear();
        self.scores
    }
}

impl<const N: usize> Sink for Sum<'_, N> {
    #[inline(always)]
    fn group(&mut self, key: u64, features: impl Fn(&mut dyn FnMut(u32))) {
        self.memo.add(key, &mut self.scores, |scores| {
            let from = self.single.len();
            features(&mut |f| self.single.push(f));
            self.table.add(&mut self.single[from..], scores);
            self.single.truncate(from);
        });
    }

    #[inline(always)]
    fn one(&mut self, feature: u32) {
        self.single.push(feature);
    }
}

/// The names that the labels of a region say, its first token being `at`.
fn spans(labels: &[Label], at: usize, names: &mut Vec<(Range<usize>, EntityType)>) {
    let mut first = 0;
    for (i, &l) in labels.iter().enumerate() {
        match meaning(l) {
            Some((_, Part::First)) => first = i,
            Some((kind, Part::Last)) => names.push((at + first..at + i + 1, kind)),
            Some((kind, Part::Only)) => names.push((at + i..at + i + 1, kind)),
            _ => {}
        }
    }
}

/// Finds the best sequence of labels (Viterbi).
///
/// A score and the label before it are one number, the score in units of [`UNIT`]: the largest of these is the best
/// score with the first of the labels that lead to it.
struct Decoder {
    /// What is earned by the steps, in these units.
    steps: [[i32; WIDTH]; LABELS],
    /// The most that steps between the same labels differ.
    spread: i32,
    scores: Vec<[i16; WIDTH]>,
    back: Vec<[i32; WIDTH]>,
    labels: Vec<Label>,
}

const UNIT: i32 = 32;
/// The label before, taken from this, is what is below a unit.
const LAST: i32 = UNIT - 1;
/// A score that no sequence has, and one that is worse.
const NONE: i32 = -20_000_000 * UNIT;
const FORBIDDEN: i32 = -1_000_000_000;

impl Decoder {
    fn new(steps: &Steps) -> Decoder {
        let mut units = [[FORBIDDEN; WIDTH]; LABELS];
        let (mut least, mut most) = (i32::MAX, i32::MIN);
        for (a, b) in (0..LABELS).flat_map(|a| (0..LABELS).map(move |b| (a, b))) {
            if follows(b as Label, a as Label) {
                let step = i32::from(steps[a][b]);
                units[a][b] = step * UNIT;
                (least, most) = (least.min(step), most.max(step));
            }
        }
        let spread = (most - least) * UNIT;
        Decoder { steps: units, spread, scores: Vec::new(), back: Vec::new(), labels: Vec::new() }
    }

    /// The best labels for `scores`.
    fn best(&mut self) -> &[Label] {
        /// Labels at which a region, and before which a name, may end.
        const CLOSED: [usize; 11] = [0, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20];
        self.back.clear();
        let mut now = [NONE; WIDTH];
        now[0] = 0;
        for row in &self.scores {
            let mut next = [i32::MIN; WIDTH];
            let top = CLOSED.iter().map(|&l| now[l]).max().unwrap_or(NONE);
            // Names may follow one another: most labels before are too far behind to be the best for any.
            for before in CLOSED.into_iter().filter(|&l| now[l] >= top - self.spread) {
                let from = now[before] + LAST - before as i32;
                next.iter_mut().zip(&self.steps[before]).for_each(|(n, s)| *n = (*n).max(from + s));
            }
            // Inside a name only it goes on.
            for first in (1..LABELS).step_by(4) {
                let inner = first + 1;
                for label in [inner, inner + 1] {
                    let from = |before: usize| now[before] + LAST - before as i32 + self.steps[before][label];
                    next[label] = from(first).max(from(inner));
                }
            }
            self.back.push(next);
            for ((n, &s), &w) in now.iter_mut().zip(&next).zip(row) {
                *n = (s & !LAST) + i32::from(w) * UNIT;
            }
        }
        // A name ends with its region.
        let mut label = CLOSED.into_iter().max_by_key(|&l| now[l]).unwrap_or(0);
        self.labels.clear();
        self.labels.resize(self.scores.len(), 0);
        for (l, back) in self.labels.iter_mut().zip(&self.back).rev() {
            *l = label as Label;
            label = (LAST - (back[label] & LAST)) as usize;
        }
        &self.labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best labels, found by trying every step that is allowed.
    fn plain(steps: &Steps, scores: &[[i16; WIDTH]]) -> Vec<Label> {
        let mut now = [-20_000_000; LABELS];
        now[0] = 0;
        let mut back = Vec::new();
        for row in scores {
            let (mut next, mut from) = ([i32::MIN; LABELS], [0; LABELS]);
            for (a, b) in (0..LABELS).flat_map(|a| (0..LABELS).map(move |b| (a, b))) {
                let score = now[a] + i32::from(steps[a][b]);
                if follows(b as Label, a as Label) && score > next[b] {
                    (next[b], from[b]) = (score, a);
                }
            }
            now = std::array::from_fn(|l| next[l] + i32::from(row[l]));
            back.push(from);
        }
        let mut label = (0..LABELS).filter(|&l| follows(0, l as Label)).max_by_key(|&l| now[l]).unwrap();
        let mut labels: Vec<Label> = Vec::new();
        for from in back.iter().rev() {
            labels.push(label as Label);
            label = from[label];
        }
        labels.reverse();
        labels
    }

    proptest::proptest! {
        /// Small numbers, so that sequences tie often.
        #[test]
        fn labels_are_the_best(
            steps in proptest::collection::vec(-3i16..4, LABELS * LABELS),
            scores in proptest::collection::vec(-4i16..5, 0..12 * WIDTH),
        ) {
            let steps: Steps = std::array::from_fn(|a| std::array::from_fn(|b| steps[a * LABELS + b]));
            let mut decoder = Decoder::new(&steps);
            decoder.scores = scores.as_chunks::<WIDTH>().0.to_vec();
            let expected = plain(&steps, &decoder.scores);
            assert_eq!(decoder.best(), expected);
        }
    }
}
