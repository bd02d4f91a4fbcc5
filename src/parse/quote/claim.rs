//! What a cue may introduce, and how likely each of it is.
//!
//! For each verb of speech outside quotation marks the possible contents are listed: stretches that start at one of a
//! few places right of it ("said *that*", "told reporters *…*", an opening mark, a colon) and end at one of a few
//! (the sentence's end, a comma, a closing mark), stretches left of it, and one of each. A linear model scores starts,
//! ends and pairs; a softmax over all, and over "introduces nothing", gives probabilities. Training sees the same lists.

use std::ops::Range;

use super::lexicon::{Class, key_of};
use super::linear::feature;
use super::view::{Sign, Unit, View};

/// How far from a cue its content may reach, in tokens: bounds the work that a cue can cause.
const REACH: usize = 200;
/// How many starts and ends are considered on each side.
const MOST: usize = 8;

/// A content that a cue may have: where it lies, and the features of its ends and of the whole.
#[derive(Clone, Debug)]
pub struct Claim {
    pub left: Option<Range<usize>>,
    pub right: Option<Range<usize>>,
    /// Which lists of [`Claims::lists`] hold its features.
    lists: [u16; 5],
}

impl Claim {
    pub fn parts(&self) -> impl Iterator<Item = Range<usize>> {
        [self.left.clone(), self.right.clone()].into_iter().flatten()
    }
}

/// All that a cue may introduce.
#[derive(Debug, Default)]
pub struct Claims {
    pub claims: Vec<Claim>,
    features: Vec<u32>,
    /// Ends of the lists in `features`; list 0 is empty.
    ends: Vec<u32>,
    /// What each list scores.
    sums: Vec<f32>,
    /// Counts over the tokens of the unit whose first token is `unit`, running.
    tallies: Vec<Tally>,
    unit: Option<usize>,
}

/// How many tokens of each sort stand before a token of a unit.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    marked: u32,
    bare: u32,
    verbs: u32,
    finite: u32,
    brackets: i32,
    cues: u32,
}

impl Claims {
    fn clear(&mut self) {
        self.claims.clear();
        self.features.clear();
        self.ends.clear();
        self.ends.push(0);
    }

    fn list(&mut self) -> u16 {
        self.ends.push(self.features.len() as u32);
        (self.ends.len() - 1) as u16
    }

    fn features_of(&self, list: u16) -> &[u32] {
        let list = list as usize;
        let start = if list == 0 { 0 } else { self.ends[list - 1] as usize };
        &self.features[start..self.ends[list] as usize]
    }

    /// The features of a claim, list by list.
    #[cfg(feature = "train")]
    pub fn features(&self, claim: &Claim) -> impl Iterator<Item = u32> {
        claim.lists.into_iter().flat_map(|l| self.features_of(l).iter().copied())
    }

    /// The score of each claim, given what a list of features scores.
    pub fn scores(&mut self, score: impl Fn(&[u32]) -> f32, out: &mut Vec<f32>) {
        let mut sums = std::mem::take(&mut self.sums);
        sums.clear();
        sums.extend((0..self.ends.len()).map(|l| score(self.features_of(l as u16))));
        out.clear();
        out.extend(self.claims.iter().map(|c| c.lists.iter().map(|&l| sums[l as usize]).sum::<f32>()));
        self.sums = sums;
    }

    /// Counts once a unit what its candidates ask again and again.
    fn count(&mut self, view: &View, unit: &Unit) {
        if self.unit == Some(unit.start) {
            return;
        }
        self.unit = Some(unit.start);
        self.tallies.clear();
        let mut t = Tally::default();
        self.tallies.push(t);
        for i in unit.start..unit.end {
            let marked = view.region_at(i).is_some();
            let class = view.classes[i];
            t.marked += marked as u32;
            t.bare += (!marked && view.sign(i) == Sign::Word) as u32;
            t.verbs += class.any(Class(Class::AUXILIARY.0 | Class::CUE.0)) as u32;
            t.finite += finite(view, i) as u32;
            t.cues += (!marked && class.any(Class::SPEECH)) as u32;
            t.brackets += (view.sign(i) == Sign::Open) as i32 - (view.sign(i) == Sign::Close) as i32;
            self.tallies.push(t);
        }
    }
}

/// A place where content may start or end, with its list of features.
#[derive(Clone, Copy)]
struct Edge {
    at: usize,
    list: u16,
}

/// The tokens of the cue that starts at this token, if one does.
pub fn cue_at(view: &View, i: usize) -> Option<Range<usize>> {
    if view.region_at(i).is_some() || view.units[view.unit[i] as usize].points {
        return None;
    }
    const ACCORDING: u32 = key_of("according");
    const TO: u32 = key_of("to");
    const PER: u32 = key_of("per");
    match view.keys[i] {
        ACCORDING if view.keys.get(i + 1) == Some(&TO) => return Some(i..i + 2),
        PER if i > 0 && view.sign(i - 1) == Sign::Comma => return Some(i..i + 1),
        _ => {}
    }
    if view.sign(i) == Sign::Colon {
        // "Name: ..."
        let named = i > 0 && (view.mention_at(i - 1).is_some() || view.capital(i - 1) || view.noun(i - 1));
        return named.then_some(i..i + 1);
    }
    if !view.is(i, Class::CUE) {
        return None;
    }
    let noun = Class(Class::DETERMINER.0 | Class::PREPOSITION.0);
    if view.is(i, Class::NOUN_TOO) && i > 0 && view.is(i - 1, noun) && !view.is(i - 1, Class::PRONOUN) {
        return None;
    }
    Some(i..i + 1)
}

/// Lists what the cue may introduce.
pub fn list(view: &View, unit: &Unit, cue: &Range<usize>, out: &mut Claims) {
    out.clear();
    out.count(view, unit);
    // A cue only beside quotation marks, and there are none.
    if marked_only(view, cue) && out.tallies.last().is_none_or(|t| t.marked == 0) {
        return;
    }
    let low = unit.start.max(cue.start.saturating_sub(REACH));
    let high = unit.end.min(cue.end + REACH);
    let mut lister = Lister { view, unit, cue: cue.clone(), low, high, out };
    lister.run();
}

fn marked_only(view: &View, cue: &Range<usize>) -> bool {
    view.classes[cue.start].0 & Class::CUE.0 == Class::MARKED.0
}

struct Lister<'a, 'v> {
    view: &'a View<'v>,
    unit: &'a Unit,
    cue: Range<usize>,
    low: usize,
    high: usize,
    out: &'a mut Claims,
}

/// Whether a token looks like a verb that has a subject, and so makes a clause.
fn finite(view: &View, i: usize) -> bool {
    let cue = view.is(i, Class::CUE) && view.is(i, Class::FINITE) && !view.is(i, Class::NOUN_TOO);
    cue || view.is(i, Class(Class::AUXILIARY.0 | Class::VERB.0))
}

/// Whether a content without quotation marks is a clause: reported speech. What is none names a matter, not what was
/// said of it ("denied the request"), unless the verb needs no clause ("called it a mistake").
pub fn reports(view: &View, cue: usize, content: Range<usize>) -> bool {
    let clause = ["say", "says", "said", "saying", "according"].map(key_of);
    view.is(cue, Class::LABEL)
        || clause.contains(&view.keys[cue])
        || view.keys[content.start] == const { key_of("to") }
        || view.keys.get(content.start.wrapping_sub(1)) == Some(&const { key_of("that") })
        || content.into_iter().any(|i| finite(view, i))
}

/// Two values as one.
fn mix(a: u32, b: u32) -> u32 {
    a.wrapping_mul(0x9e37_79b1).rotate_left(13) ^ b
}

/// A small number's bucket.
fn bucket(n: usize) -> u32 {
    match n {
        0..=6 => n as u32,
        7..=9 => 7,
        10..=14 => 8,
        15..=24 => 9,
        25..=49 => 10,
        _ => 11,
    }
}

impl Lister<'_, '_> {
    fn run(&mut self) {
        let common = self.common();
        let starts_right = self.right_starts();
        let ends_right = self.right_ends();
        let ends_left = self.left_ends();
        let starts_left = if ends_left.is_empty() { Vec::new() } else { self.left_starts() };
        let marked_only = marked_only(self.view, &self.cue);
        let mut best_pairs: [Vec<(Range<usize>, u16, u16)>; 2] = [Vec::new(), Vec::new()];
        for s in &starts_right {
            for e in ends_right.iter().filter(|e| e.at > s.at) {
                if self.crosses(s.at, e.at) {
                    continue;
                }
                let marks = self.marks(s.at..e.at);
                if marks == 0 && (marked_only || self.names(s.at..e.at)) {
                    continue;
                }
                let pair = self.pair(1, s.at..e.at, marks);
                self.out.claims.push(Claim {
                    left: None,
                    right: Some(s.at..e.at),
                    lists: [common, s.list, e.list, pair, 0],
                });
                if (self.view.sign(s.at - 1) != Sign::Word || self.view.region_at(s.at).is_some())
                    && e.at + 1 >= self.unit.end
                {
                    best_pairs[1].push((s.at..e.at, s.list, e.list));
                }
            }
        }
        for e in &ends_left {
            for s in starts_left.iter().filter(|s| s.at < e.at) {
                if self.crosses(s.at, e.at) {
                    continue;
                }
                let marks = self.marks(s.at..e.at);
                if marked_only && marks == 0 {
                    continue;
                }
                let pair = self.pair(2, s.at..e.at, marks);
                self.out.claims.push(Claim {
                    left: Some(s.at..e.at),
                    right: None,
                    lists: [common, s.list, e.list, pair, 0],
                });
                if best_pairs[0].len() < 6 {
                    best_pairs[0].push((s.at..e.at, s.list, e.list));
                }
            }
        }
        best_pairs[1].truncate(4);
        let [lefts, rights] = best_pairs;
        for (l, ls, le) in &lefts {
            for (r, rs, re) in &rights {
                let pair = self.both(l.clone(), r.clone());
                // The edges' own lists are those of one-sided claims; the pair's list sets off what they miss.
                let edges = self.join(&[*ls, *le, *rs, *re]);
                self.out.claims.push(Claim {
                    left: Some(l.clone()),
                    right: Some(r.clone()),
                    lists: [common, edges, pair, 0, 0],
                });
            }
        }
    }

    /// Some lists as one.
    fn join(&mut self, lists: &[u16]) -> u16 {
        for &l in lists {
            let start = if l == 0 { 0 } else { self.out.ends[l as usize - 1] as usize };
            let end = self.out.ends[l as usize] as usize;
            self.out.features.extend_from_within(start..end);
        }
        self.out.list()
    }

    fn key(&self, i: usize) -> u32 {
        if i < self.unit.start || i >= self.unit.end { 1 } else { self.view.keys[i] }
    }

    fn sort(&self, i: usize) -> u32 {
        if i < self.unit.start || i >= self.unit.end { 1 } else { self.view.sort(i) }
    }

    fn push(&mut self, template: u32, a: u32, b: u32) {
        self.out.features.push(feature(template, a, b));
    }

    /// What holds of the cue whatever it introduces.
    fn common(&mut self) -> u16 {
        let (c, e) = (self.cue.start, self.cue.end);
        let word = self.view.keys[c];
        let mut before = c;
        while before > self.unit.start && self.view.is(before - 1, Class(Class::ADVERB.0 | Class::AUXILIARY.0)) {
            before -= 1;
        }
        let before = before.wrapping_sub(1);
        self.push(1, word, 0);
        self.push(2, self.key(c.wrapping_sub(1)), 0);
        self.push(3, word, self.key(c.wrapping_sub(1)));
        self.push(4, self.sort(before), 0);
        self.push(5, self.sort(before), self.view.classes[c].0);
        self.push(6, word, self.sort(e));
        self.push(7, self.key(e), 0);
        self.push(8, self.sort(c.wrapping_sub(1)), self.sort(e));
        self.push(9, self.key(before), 0);
        self.push(10, self.key(c.wrapping_sub(2)), self.key(c.wrapping_sub(1)));
        self.push(11, self.sort(before.wrapping_sub(1)), self.sort(before));
        self.push(12, word, self.sort(before));
        self.push(13, (c == self.unit.start) as u32, self.view.classes[c].0);
        self.push(14, word, mix(self.sort(before), self.sort(e)));
        self.push(15, word, mix(self.sort(e), self.sort(e + 1)));
        self.out.list()
    }

    fn edge(&mut self, edges: &mut Vec<Edge>, at: usize, describe: impl Fn(&mut Self)) {
        if edges.len() < MOST && edges.iter().all(|e| e.at != at) {
            describe(self);
            let list = self.out.list();
            edges.push(Edge { at, list });
        }
    }

    fn right_starts(&mut self) -> Vec<Edge> {
        let mut edges = Vec::new();
        let (from, high) = (self.cue.end, self.high);
        let mut i = from;
        let mut commas = 0;
        while i < high && i < from + 30 {
            let v = self.view;
            if let Some(r) = v.region_at(i) {
                let region = v.regions[r].outer();
                self.edge(&mut edges, region.start, |s| s.start_right(region.start, 1, commas));
                i = region.end;
                continue;
            }
            let near = i < from + 16;
            let k = v.keys[i];
            if i == from {
                self.edge(&mut edges, i, |s| s.start_right(i, 2, commas));
            }
            if near && k == const { key_of("that") } {
                self.edge(&mut edges, i + 1, |s| s.start_right(i + 1, 3, commas));
            } else if near && k == const { key_of("to") } {
                self.edge(&mut edges, i, |s| s.start_right(i, 4, commas));
            } else if near && (v.is(i, Class::CONJUNCTION)) {
                self.edge(&mut edges, i, |s| s.start_right(i, 5, commas));
            }
            match v.sign(i) {
                Sign::Comma => {
                    commas += 1;
                    self.edge(&mut edges, i + 1, |s| s.start_right(i + 1, 6, commas));
                }
                Sign::Colon => self.edge(&mut edges, i + 1, |s| s.start_right(i + 1, 7, commas)),
                _ => {}
            }
            if i < from + 8 {
                let hearer = Class(Class::READER.0 | Class::TIME.0 | Class::PRONOUN.0 | Class::NOUN.0);
                let ends_name = v.mention_at(i).is_some() && v.mention_at(i + 1) != v.mention_at(i);
                if ends_name || v.is(i, hearer) {
                    self.edge(&mut edges, i + 1, |s| s.start_right(i + 1, 8, commas));
                }
            }
            if v.sign(i) == Sign::Semicolon {
                break;
            }
            i += 1;
        }
        edges.retain(|e| e.at < high);
        edges
    }

    fn start_right(&mut self, at: usize, how: u32, commas: u32) {
        let word = self.view.keys[self.cue.start];
        let gap = bucket(at - self.cue.end);
        self.push(20, how, word);
        self.push(21, how, gap);
        self.push(22, self.key(at), how);
        self.push(23, self.sort(at), how);
        self.push(24, self.sort(at), self.sort(at + 1));
        self.push(25, self.key(at.wrapping_sub(1)), how);
        self.push(26, how, commas);
        self.push(27, self.sort(self.cue.end), gap * 16 + how);
        self.push(28, self.key(at), word);
        self.push(29, self.sort(at.wrapping_sub(1)), self.sort(at));
        self.push(30, self.key(at + 1), how);
        self.push(31, self.sort(at + 1), self.sort(at + 2));
        // Whether another verb stands between: the content would be somebody else's.
        let (a, b) = self.tally(&(self.cue.end..at));
        let verbs = b.verbs - a.verbs;
        self.push(32, verbs.min(3), how);
        self.push(33, how, (b.finite - a.finite).min(3));
        self.push(34, mix(self.sort(at), self.sort(at + 1)), self.sort(at + 2));
        self.push(35, mix(self.sort(at), self.sort(at + 1)), word);
    }

    fn right_ends(&mut self) -> Vec<Edge> {
        let mut edges = Vec::new();
        let (from, high) = (self.cue.end, self.high);
        let last = self.stop(high);
        self.edge(&mut edges, last, |s| s.end_right(last, 1, 0));
        let mut i = from + 1;
        let (mut commas, mut conjunctions) = (0, 0);
        while i < last && edges.len() < MOST {
            let v = self.view;
            if let Some(r) = v.region_at(i) {
                let end = v.regions[r].outer().end;
                self.edge(&mut edges, end, |s| s.end_right(end, 2, commas));
                i = end.max(i + 1);
                continue;
            }
            match v.sign(i) {
                Sign::Comma => {
                    self.edge(&mut edges, i, |s| s.end_right(i, 3, commas));
                    commas += 1;
                }
                Sign::Semicolon | Sign::Dash | Sign::Colon | Sign::Open => {
                    self.edge(&mut edges, i, |s| s.end_right(i, 4, commas));
                }
                Sign::Word if v.is(i, Class::CONJUNCTION) && conjunctions < 4 && v.sign(i - 1) == Sign::Word => {
                    conjunctions += 1;
                    self.edge(&mut edges, i, |s| s.end_right(i, 5, commas));
                }
                _ => {}
            }
            i += 1;
        }
        edges
    }

    /// The end of the sentence without its last stop.
    fn stop(&self, high: usize) -> usize {
        let v = self.view;
        if high > self.cue.end && v.sign(high - 1) == Sign::Stop && v.region_at(high - 1).is_none() {
            high - 1
        } else {
            high
        }
    }

    fn end_right(&mut self, at: usize, how: u32, commas: u32) {
        let word = self.view.keys[self.cue.start];
        self.push(40, how, word);
        self.push(41, how, commas.min(4));
        self.push(42, self.key(at), self.key(at + 1));
        self.push(43, self.sort(at), self.sort(at + 1));
        self.push(44, self.key(at + 1), how);
        self.push(45, self.sort(at + 1), self.sort(at + 2));
        self.push(46, bucket(self.unit.end.saturating_sub(at)), how);
        self.push(47, bucket(at - self.cue.end), how);
        self.push(48, self.key(at), how);
        self.push(49, self.sort(at.wrapping_sub(1)), self.sort(at));
        // Whether a cue follows soon: who speaks may change here.
        let next =
            (at..self.unit.end.min(at + 8)).find(|&i| self.view.is(i, Class::CUE) && self.view.region_at(i).is_none());
        self.push(50, next.map_or(0, |n| 1 + (n - at) as u32), how);
        self.push(51, next.map_or(0, |n| self.view.keys[n]), how);
        self.push(52, mix(self.sort(at.wrapping_sub(1)), self.sort(at)), self.sort(at + 1));
        self.push(53, mix(self.sort(at), self.sort(at + 1)), self.sort(at + 2));
        // What is left of the sentence: a clause of its own, or an appendix.
        let (a, b) = self.tally(&(at..self.unit.end));
        self.push(54, mix(how, (b.finite - a.finite).min(2)), bucket(self.unit.end.saturating_sub(at)));
        self.push(55, mix(how, (b.finite - a.finite).min(2)), self.sort(at + 1));
    }

    fn left_ends(&mut self) -> Vec<Edge> {
        let mut edges = Vec::new();
        let low = self.low;
        let mut i = self.cue.start;
        let mut commas = 0;
        while i > low && i + 26 > self.cue.start {
            i -= 1;
            let v = self.view;
            if let Some(r) = v.region_at(i) {
                let region = v.regions[r].outer();
                self.edge(&mut edges, region.end, |s| s.end_left(region.end, 1, commas));
                i = region.start;
                commas += 10;
                continue;
            }
            match v.sign(i) {
                Sign::Comma => {
                    self.edge(&mut edges, i, |s| s.end_left(i, 2, commas));
                    commas += 1;
                }
                Sign::Dash | Sign::Stop => {
                    self.edge(&mut edges, i, |s| s.end_left(i, 3, commas));
                    commas += 1;
                }
                _ => {}
            }
            if edges.len() >= 5 {
                break;
            }
        }
        if self.cue.start > low && self.view.classes[self.cue.start].0 & Class::CUE.0 == 0 {
            let at = self.cue.start;
            self.edge(&mut edges, at, |s| s.end_left(at, 4, 0));
        }
        edges
    }

    fn end_left(&mut self, at: usize, how: u32, commas: u32) {
        let c = self.cue.start;
        let word = self.view.keys[c];
        let gap = bucket(c - at);
        let inner = if how == 1 { self.view.sign(at.saturating_sub(2)) as u32 } else { 15 };
        self.push(60, how, word);
        self.push(61, how, gap);
        self.push(62, how, commas);
        self.push(63, how, inner);
        self.push(64, self.sort(at), self.sort(at + 1));
        self.push(65, self.sort(at + 1), self.sort(at + 2));
        self.push(66, self.sort(self.cue.end), how * 16 + gap);
        self.push(67, self.key(self.cue.end), how);
        self.push(68, self.key(at + 1), how);
        self.push(69, bucket(self.unit.end - self.cue.end), how);
        self.push(70, word, self.sort(self.cue.end));
        let that =
            (self.cue.end..self.high.min(self.cue.end + 10)).any(|i| self.view.keys[i] == const { key_of("that") });
        self.push(71, that as u32, how);
        self.push(72, self.sort(self.cue.end), self.sort(self.cue.end + 1));
        let (a, b) = self.tally(&(at..c));
        self.push(73, (b.verbs - a.verbs).min(3), how);
    }

    fn left_starts(&mut self) -> Vec<Edge> {
        let mut edges = Vec::new();
        let (low, c) = (self.low, self.cue.start);
        self.edge(&mut edges, low, |s| s.start_left(low, 1));
        let first = low;
        if self.view.is(first, Class(Class::CONJUNCTION.0 | Class::ADVERB.0)) && first + 1 < c {
            self.edge(&mut edges, first + 1, |s| s.start_left(first + 1, 2));
        }
        let mut i = c;
        while i > low && edges.len() < MOST {
            i -= 1;
            let v = self.view;
            if let Some(r) = v.region_at(i) {
                let start = v.regions[r].outer().start;
                if start < low {
                    // It began in a sentence before this one.
                    break;
                }
                self.edge(&mut edges, start, |s| s.start_left(start, 3));
                i = start;
                continue;
            }
            match v.sign(i) {
                Sign::Comma => self.edge(&mut edges, i + 1, |s| s.start_left(i + 1, 4)),
                Sign::Semicolon | Sign::Colon | Sign::Dash | Sign::Stop => {
                    self.edge(&mut edges, i + 1, |s| s.start_left(i + 1, 5));
                }
                Sign::Word if v.is(i, Class::CONJUNCTION) && i > low => {
                    self.edge(&mut edges, i + 1, |s| s.start_left(i + 1, 6));
                }
                _ => {}
            }
        }
        edges
    }

    fn start_left(&mut self, at: usize, how: u32) {
        let word = self.view.keys[self.cue.start];
        self.push(80, how, word);
        self.push(81, self.key(at), how);
        self.push(82, self.sort(at), how);
        self.push(83, self.key(at.wrapping_sub(1)), how);
        self.push(84, self.sort(at.wrapping_sub(2)), self.sort(at.wrapping_sub(1)));
        self.push(85, self.sort(at), self.sort(at + 1));
        self.push(86, bucket(at - self.low), how);
        self.push(87, self.key(at.wrapping_sub(1)), self.key(at));
        let (a, b) = self.tally(&(self.low..at));
        self.push(88, (b.cues > a.cues) as u32, how);
        self.push(89, mix(how, (b.finite - a.finite).min(2)), bucket(at - self.low));
        self.push(90, mix(self.sort(at), self.sort(at + 1)), self.sort(at + 2));
    }

    /// Whether a stretch starts or ends inside a quotation.
    fn crosses(&self, start: usize, end: usize) -> bool {
        let inside = |i: usize| self.view.region_at(i).is_some_and(|r| self.view.regions[r].outer().start < i);
        inside(start) || (end < self.unit.end && inside(end))
    }

    /// The counts at both ends of a stretch.
    fn tally(&self, range: &Range<usize>) -> (Tally, Tally) {
        let at = |i: usize| self.out.tallies[i - self.unit.start];
        (at(range.start), at(range.end))
    }

    /// Whether a stretch is a name and nothing else: who speaks, not what is said ("argued Orla Venn").
    fn names(&self, range: Range<usize>) -> bool {
        self.view.mention_at(range.start).is_some()
            && self.view.mention_at(range.start) == self.view.mention_at(range.end - 1)
    }

    /// How a stretch stands to quotation marks: none in it, marked throughout, or partly.
    fn marks(&self, range: Range<usize>) -> u32 {
        let (a, b) = self.tally(&range);
        match (b.marked > a.marked, b.bare > a.bare) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => 2,
        }
    }

    /// What holds of a stretch as a whole.
    fn pair(&mut self, side: u32, range: Range<usize>, marks: u32) -> u16 {
        let word = self.view.keys[self.cue.start];
        let v = self.view;
        let length = bucket(range.len());
        let key = side * 4 + marks;
        let (a, b) = self.tally(&range);
        let verbs = (b.verbs - a.verbs).min(2);
        let cues = (b.cues - a.cues).min(2);
        // Quotations beside the stretch that it leaves out.
        let beside =
            v.region_at(range.end).is_some() as u32 + 2 * v.region_at(range.start.wrapping_sub(1)).is_some() as u32;
        let first = v.region_at(range.start).is_some() as u32;
        let region_words = v.region_at(range.start).map_or(0, |r| v.regions[r].inner().len());
        self.push(100, key, length);
        self.push(101, key, word);
        self.push(102, key, verbs);
        self.push(103, key, (a.brackets != b.brackets) as u32);
        self.push(104, key, cues);
        self.push(105, key, beside);
        self.push(106, key * 2 + first, bucket(region_words));
        self.push(107, key * 2 + first, self.view.sign(range.end - 1) as u32);
        self.push(108, key, self.view.sign(range.end.min(v.tokens.len() - 1)) as u32);
        let before = self.sort(range.start.wrapping_sub(1));
        self.push(109, key, before);
        let finite = (b.finite - a.finite).min(2);
        self.push(110, key, mix(finite, length));
        self.push(111, mix(key, finite), word);
        self.push(112, mix(key, finite), mix(self.sort(range.start), self.sort(range.end + 1)));
        self.push(113, mix(key, self.key(range.start.wrapping_sub(1))), self.sort(range.end + 1));
        self.push(114, mix(key, finite), mix(self.sort(range.start), self.sort(range.start + 1)));
        self.out.list()
    }

    /// What holds of a content on both sides of its cue.
    fn both(&mut self, left: Range<usize>, right: Range<usize>) -> u16 {
        let (l, r) = (self.marks(left.clone()), self.marks(right.clone()));
        let word = self.view.keys[self.cue.start];
        self.push(120, l * 4 + r, 0);
        self.push(121, l * 4 + r, word);
        self.push(122, l * 4 + r, self.view.sign(right.start - 1) as u32);
        let last = self.view.sign(left.end.saturating_sub(2)) as u32;
        self.push(123, l * 4 + r, last);
        let mut first = right.start;
        if self.view.sign(first) == Sign::Quote {
            first += 1;
        }
        self.push(124, l * 4 + r, self.view.capital(first) as u32 * 16 + last);
        self.push(125, self.sort(first), l * 4 + r);
        self.push(126, bucket(left.len()), bucket(right.len()));
        self.out.list()
    }
}
