//! Recognition: the best labels of each region.

use super::feature::{Features, Scan};
use super::label::{LABELS, Label, Part, follows, meaning};
use super::lexicon::Lexicon;
use super::memory::Memory;
use crate::article::{Article, EntityType};
use crate::parse::model::{Reader, Table, Writer};
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

    /// The names in an article: token ranges and types, in order.
    pub fn names(&self, article: &Article) -> Vec<(Range<usize>, EntityType)> {
        let mut scan = Scan::new(&article.text, &article.tokens, &article.sentences, &self.lexicon);
        let mut features = Features::default();
        let mut decoder = Decoder::new();
        let mut memory = Memory::default();
        // Of all regions: their tokens' words, first labels, and scores so far of the second labelling.
        let mut regions = scan.regions();
        regions.retain(|r| !scan.is_opening(r));
        let (mut words, mut labels, mut scores) = (Vec::new(), Vec::new(), Vec::new());
        for region in &regions {
            scan.features(region, &mut features);
            decoder.scores.clear();
            let mut from = 0;
            for &end in &features.ends {
                let mut row = [0i16; ROW];
                for &f in &features.list[from..end as usize] {
                    self.table.add(f, &mut row);
                }
                decoder.scores.push(std::array::from_fn(|l| row[l]));
                scores.push(std::array::from_fn::<i16, WIDTH, _>(|l| row[WIDTH + l]));
                from = end as usize;
            }
            decoder.best(&self.steps[0]);
            memory.add(&features.words, &decoder.labels);
            words.extend_from_slice(&features.words);
            labels.extend_from_slice(&decoder.labels);
        }
        let mut names = Vec::new();
        let mut at = 0;
        for region in &regions {
            let n = region.tokens.len();
            let (words, labels) = (&words[at..at + n], &labels[at..at + n]);
            decoder.scores.clear();
            for i in 0..n {
                let mut row = [0i16; ROW];
                memory.features(words, labels, i, |f| self.table.add(f, &mut row));
                decoder.scores.push(std::array::from_fn(|l| scores[at + i][l] + row[WIDTH + l]));
            }
            decoder.best(&self.steps[1]);
            spans(&decoder.labels, region.tokens.start, &mut names);
            at += n;
        }
        names
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
struct Decoder {
    /// The steps that are allowed.
    pairs: Vec<(Label, Label)>,
    scores: Vec<[i16; WIDTH]>,
    back: Vec<[Label; LABELS]>,
    labels: Vec<Label>,
}

impl Decoder {
    fn new() -> Decoder {
        let all = (0..LABELS as Label).flat_map(|a| (0..LABELS as Label).map(move |b| (a, b)));
        let pairs = all.filter(|&(before, next)| follows(next, before)).collect();
        Decoder { pairs, scores: Vec::new(), back: Vec::new(), labels: Vec::new() }
    }

    fn best(&mut self, steps: &Steps) {
        let n = self.scores.len();
        self.labels.clear();
        self.labels.resize(n, 0);
        self.back.clear();
        let never = i32::from(NEVER) * 1000;
        let mut now = [never; LABELS];
        now[0] = 0;
        for row in &self.scores {
            let mut next = [never; LABELS];
            let mut from = [0; LABELS];
            for &(before, label) in &self.pairs {
                let s = now[before as usize] + i32::from(steps[before as usize][label as usize]);
                if s > next[label as usize] {
                    next[label as usize] = s;
                    from[label as usize] = before;
                }
            }
            for (s, &w) in next.iter_mut().zip(row) {
                *s += i32::from(w);
            }
            self.back.push(from);
            now = next;
        }
        // A name ends with its region.
        let last = (0..LABELS as Label).filter(|&l| follows(0, l)).max_by_key(|&l| now[l as usize]);
        let mut label = last.unwrap_or(0);
        for i in (0..n).rev() {
            self.labels[i] = label;
            label = self.back[i][label as usize];
        }
    }
}
