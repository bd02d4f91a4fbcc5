//! What a cue may introduce, and how likely each of it is.
//!
//! For each verb of speech outside quotation marks the possible contents are listed: stretches that start at one of a
//! few places right of it ("said *that*", "told reporters *…*", an opening mark, a colon) and end at one of a few (the
//! sentence's end, a comma, a closing mark), stretches left of it, and one of each. A linear model scores starts, ends
//! and pairs; a softmax over all, and over "introduces nothing", gives probabilities. Training sees the same lists.

mod edge;

use std::ops::Range;

use super::lexicon::{Class, key_of, keys_of};
use super::linear::{Linear, feature};
use super::view::{Sign, Unit, View};

/// How far from a cue its content may reach, in tokens: bounds the work that a cue can cause.
const REACH: usize = 200;
/// How many starts and ends are considered on each side.
const MOST: usize = 8;

/// How many of those are joined with one another when an article is read.
const LIKELIEST: usize = 4;

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
        // Of about so many features.
        self.features.reserve(1 << 11);
        self.ends.reserve(1 << 7);
        self.tallies.clear();
        self.tallies.reserve(unit.end - unit.start + 1);
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
    if !view.is(i, Class::CUE) || idiom(view, i) {
        return None;
    }
    if view.is(i, Class::NOUN_TOO) && i > 0 && !view.is(i - 1, Class::PRONOUN) {
        // "by saying", "to claim": verbs after all.
        let verb = view.is(i, Class::ING) || (view.keys[i - 1] == TO && view.is(i, Class::BASE));
        if view.is(i - 1, Class::DETERMINER) || (view.is(i - 1, Class::PREPOSITION) && !verb) {
            return None;
        }
    }
    Some(i..i + 1)
}

/// Whether a verb of speech says something else here: "pleaded guilty", "That said, …".
fn idiom(view: &View, i: usize) -> bool {
    let next = view.keys.get(i + 1).copied().unwrap_or_default();
    let plea = const { keys_of(["plead", "pleads", "pleaded", "pleading"]) }.contains(&view.keys[i])
        && const { keys_of(["guilty", "innocent", "not", "no"]) }.contains(&next);
    let said = view.keys[i] == const { key_of("said") }
        && view.sign(i + 1) == Sign::Comma
        && i.checked_sub(1).is_some_and(|k| {
            const { keys_of(["that", "having"]) }.contains(&view.keys[k])
                && view.units[view.unit[i] as usize].start == k
        });
    plea || said
}

/// Lists what the cue may introduce. With a model only the likeliest starts and ends are joined; training sees all.
pub fn list(view: &View, unit: &Unit, cue: &Range<usize>, model: Option<&Linear>, out: &mut Claims) {
    out.clear();
    out.count(view, unit);
    // A cue only beside quotation marks, and there are none.
    if marked_only(view, cue) && out.tallies.last().is_none_or(|t| t.marked == 0) {
        return;
    }
    let low = unit.start.max(cue.start.saturating_sub(REACH));
    let high = unit.end.min(cue.end + REACH);
    let mut lister = Lister { view, unit, cue: cue.clone(), low, high, model, out };
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
    model: Option<&'a Linear<'a>>,
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
    let clause = const { keys_of(["say", "says", "said", "saying", "according"]) };
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
        let [starts_right, ends_right] = [self.right_starts(), self.right_ends()].map(|edges| self.likeliest(edges));
        let ends_left = self.left_ends();
        let starts_left = if ends_left.is_empty() { Vec::new() } else { self.left_starts() };
        let [starts_left, ends_left] = [starts_left, ends_left].map(|edges| self.likeliest(edges));
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

    /// The edges that score best by themselves, in their order.
    fn likeliest(&self, mut edges: Vec<Edge>) -> Vec<Edge> {
        let Some(model) = self.model.filter(|_| edges.len() > LIKELIEST) else { return edges };
        let mut scores = [f32::NEG_INFINITY; MOST];
        for (score, e) in scores.iter_mut().zip(&edges) {
            *score = model.score(self.out.features_of(e.list));
        }
        let mut sorted = scores;
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let mut each = scores.iter();
        edges.retain(|_| each.next().is_some_and(|s| *s >= sorted[LIKELIEST - 1]));
        edges
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
