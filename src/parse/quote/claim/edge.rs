//! Where the content of a cue may start and end, and what stands there.
//!
//! On each side of the cue a few places are worth considering; each is described by the words around it, by what
//! stands between it and the cue, and by what it leaves of the sentence.

use std::ops::Range;

use super::{Edge, Lister, MOST, bucket, mix};
use crate::article::EntityType;
use crate::parse::quote::lexicon::{Class, key_of};
use crate::parse::quote::view::Sign;

impl Lister<'_, '_> {
    fn edge(&mut self, edges: &mut Vec<Edge>, at: usize, describe: impl Fn(&mut Self)) {
        if edges.len() < MOST && edges.iter().all(|e| e.at != at) {
            describe(self);
            let list = self.out.list();
            edges.push(Edge { at, list });
        }
    }

    pub(super) fn right_starts(&mut self) -> Vec<Edge> {
        let mut edges = Vec::with_capacity(MOST);
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

    pub(super) fn right_ends(&mut self) -> Vec<Edge> {
        let mut edges = Vec::with_capacity(MOST);
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

    pub(super) fn left_ends(&mut self) -> Vec<Edge> {
        let mut edges = Vec::with_capacity(MOST);
        let low = self.low;
        let mut i = self.cue.start;
        let mut commas = 0;
        // Where nobody can follow the verb, its subject stands before it: "…, its governor, Robin Haas, said."
        let ends = self.cue.end >= self.high || self.view.sign(self.cue.end) == Sign::Stop;
        let alone = self.view.is(i, Class::CUE) && (ends || self.view.is(i, Class::ADDRESS));
        let mut subject = !alone;
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
                Sign::Comma if subject && !(alone && self.apposed(i)) => {
                    self.edge(&mut edges, i, |s| s.end_left(i, 2, commas));
                    commas += 1;
                }
                Sign::Dash | Sign::Stop if subject => {
                    self.edge(&mut edges, i, |s| s.end_left(i, 3, commas));
                    commas += 1;
                }
                Sign::Word => subject |= !self.view.adverb(i) && !self.view.is(i, Class::AUXILIARY),
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

    /// Whether a comma left of the cue stands inside the speaker: "Robin Haas, its governor, said", or the other way
    /// round.
    fn apposed(&self, comma: usize) -> bool {
        let v = self.view;
        let Some(before) = (self.low..comma).rev().take(8).find(|&i| v.sign(i) == Sign::Comma) else { return false };
        let last = (comma + 1..self.cue.start).find(|&i| v.sign(i) == Sign::Comma).unwrap_or(self.cue.start);
        let person = |i: usize| v.mention_at(i).is_some_and(|m| v.article.mentions[m].kind == EntityType::Person);
        let verb = Class(Class::AUXILIARY.0 | Class::CONJUNCTION.0);
        let role = |r: Range<usize>| {
            let plain = r.clone().all(|i| v.sign(i) == Sign::Word && !v.is(i, verb) && v.region_at(i).is_none());
            plain && r.len() <= 8 && !r.clone().any(person) && r.clone().any(|i| v.is(i, Class::ROLE))
        };
        let name = |r: Range<usize>| {
            !r.is_empty() && r.len() <= 6 && person(r.end - 1) && r.clone().all(|i| v.sign(i) == Sign::Word)
        };
        let (left, right) = (before + 1..comma, comma + 1..last);
        (name(left.clone()) && role(right.clone())) || (role(left) && name(right))
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

    pub(super) fn left_starts(&mut self) -> Vec<Edge> {
        let mut edges = Vec::with_capacity(MOST);
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
}
