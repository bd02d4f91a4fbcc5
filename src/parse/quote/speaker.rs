//! Who speaks: from a cue to the words beside it that name the speaker.
//!
//! Names, pronouns and nouns of the cue's sentence that stand outside the quoted words are the candidates; a linear
//! model weighs them, and "nobody is named", by where they stand to the cue and what stands between. Training sees the
//! same candidates.

use std::ops::Range;

use crate::article::{EntityType, Kind, Quote, Speaker};

use super::lexicon::{Class, key_of, keys_of};
use super::linear::{Linear, feature};
use super::view::{Sign, View};

/// The tokens that name the speaker of a quotation, and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub tokens: Range<usize>,
    pub confidence: f32,
}

/// How far from the cue its speaker is looked for, in tokens.
const REACH: usize = 60;

/// The candidates for one cue, with their features.
#[derive(Debug, Default)]
pub struct Candidates {
    /// What may name the speaker.
    pub tokens: Vec<Range<usize>>,
    features: Vec<u32>,
    /// Where each candidate's features end; the first list is that of nobody.
    ends: Vec<u32>,
}

impl Candidates {
    /// The features of nobody (0) and of each candidate (from 1).
    pub fn features(&self, n: usize) -> &[u32] {
        let start = if n == 0 { 0 } else { self.ends[n - 1] as usize };
        &self.features[start..self.ends[n] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

/// The words that name who speaks at this cue, if the model finds that any do; `candidates` is scratch space.
pub fn beside(
    view: &View,
    model: &Linear,
    cue: &Range<usize>,
    parts: &[Range<usize>],
    candidates: &mut Candidates,
) -> Option<Named> {
    if passive(view, cue) {
        return None;
    }
    list(view, cue, parts, candidates);
    let scores: Vec<f32> = (0..candidates.len()).map(|n| model.score(candidates.features(n))).collect();
    let (best, &top) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let total: f32 = scores.iter().map(|s| (s - top).exp()).sum();
    let tokens = candidates.tokens[best.checked_sub(1)?].clone();
    let unit = &view.units[view.unit[cue.start] as usize];
    let free = |i: usize| i < unit.end && view.region_at(i).is_none() && !parts.iter().any(|p| p.contains(&i));
    Some(Named { tokens: name_beside(view, &tokens, free).unwrap_or(tokens), confidence: 1.0 / total })
}

/// The name that stands in apposition to a common noun: "its secretary, Ines Holt", "counsel to the inquiry, Ines
/// Holt,".
fn name_beside(view: &View, noun: &Range<usize>, free: impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let head = noun.end - 1;
    if view.mention_at(head).is_some() || view.is(head, Class::PRONOUN) {
        return None;
    }
    let comma = (noun.end..noun.end + 9).take_while(|&i| free(i)).find(|&i| view.sign(i) != Sign::Word)?;
    let m = view.mention_at(comma + 1).filter(|_| view.sign(comma) == Sign::Comma && free(comma + 1))?;
    let end = (comma + 1..).take_while(|&i| view.mention_at(i) == Some(m)).last()? + 1;
    let kind = view.article.mentions[m].kind;
    let ends = !free(end) || matches!(view.sign(end), Sign::Comma | Sign::Stop);
    (ends && matches!(kind, EntityType::Person | EntityType::Organization)).then_some(comma + 1..end)
}

/// Whether a cue is said of the hearer: "was asked", "when asked", "Asked whether", with no "by" to name the speaker.
fn passive(view: &View, cue: &Range<usize>) -> bool {
    let unit = &view.units[view.unit[cue.start] as usize];
    if !view.is(cue.start, Class::FINITE)
        || (cue.end..unit.end.min(cue.end + 12)).any(|i| view.keys[i] == const { key_of("by") })
    {
        return false;
    }
    let Some(before) = (unit.start..cue.start).rev().find(|&i| !view.adverb(i)) else {
        return view.is(cue.start, Class::ADDRESS);
    };
    let being = const { keys_of(["was", "were", "been", "being", "is", "are", "be"]) }.contains(&view.keys[before]);
    let asked = view.is(cue.start, Class::ADDRESS)
        && const { keys_of(["when", "if", "once", "while"]) }.contains(&view.keys[before]);
    being || asked
}

/// Lists the candidates for the speaker at a cue whose quoted words are `parts`.
pub fn list(view: &View, cue: &Range<usize>, parts: &[Range<usize>], out: &mut Candidates) {
    out.tokens.clear();
    out.features.clear();
    out.ends.clear();
    let unit = &view.units[view.unit[cue.start] as usize];
    let low = unit.start.max(cue.start.saturating_sub(REACH));
    let high = unit.end.min(cue.end + REACH);
    let free = |i: usize| view.region_at(i).is_none() && !cue.contains(&i) && !parts.iter().any(|p| p.contains(&i));
    let mut subject = cue.start;
    while subject > low && free(subject - 1) && (view.is(subject - 1, Class::AUXILIARY) || view.adverb(subject - 1)) {
        subject -= 1;
    }
    let mut i = low;
    while i < high {
        let number = view.tokens[i].kind == Kind::Number && view.mention_at(i).is_none();
        if !free(i) || view.sign(i) != Sign::Word || number {
            i += 1;
            continue;
        }
        let start = i;
        if let Some(m) = view.mention_at(i) {
            while i + 1 < high && view.mention_at(i + 1) == Some(m) && free(i + 1) {
                i += 1;
            }
            // "a Superior Court of Norland judge": the name says which.
            if !(i + 1 < high && free(i + 1) && view.noun(i + 1) && view.mention_at(i + 1).is_none()) {
                out.tokens.push(start..i + 1);
            }
        } else if names_next(view, i) {
            // "coach Ken Hitchcock": the name stands for both.
        } else if view.is(i, Class::PRONOUN) {
            out.tokens.push(i..i + 1);
        } else if view.noun(i)
            || (i + 1 == subject && !view.is(i, Class::TIME))
            || (i >= cue.end && i < cue.end + 6 && ends_phrase(view, i, high))
        {
            out.tokens.push(phrase(view, low.max(if i >= cue.end { cue.end } else { low }), i));
        }
        i += 1;
    }
    let scan = Scan { view, unit: unit.start..unit.end, cue, parts, subject };
    scan.nobody(out);
    for n in 0..out.tokens.len() {
        scan.candidate(n, out);
    }
}

/// Whether a noun or title belongs to the name of a person that follows: "chief engineer Ruben Haas".
fn names_next(view: &View, i: usize) -> bool {
    let stop = Class(Class::PREPOSITION.0 | Class::CONJUNCTION.0 | Class::AUXILIARY.0 | Class::DETERMINER.0);
    let plain = |k: usize| view.sign(k) == Sign::Word && view.region_at(k).is_none() && !view.is(k, stop);
    let person = |k: usize| view.mention_at(k).is_some_and(|m| view.article.mentions[m].kind == EntityType::Person);
    let next = (i + 1..i + 4).take_while(|&k| plain(k)).find(|&k| person(k));
    // "media company Tarn Group".
    let organization = |k: usize| {
        plain(k) && view.mention_at(k).is_some_and(|m| view.article.mentions[m].kind == EntityType::Organization)
    };
    let body = view.is(i, Class::BODY) && view.mention_at(i).is_none() && organization(i + 1);
    view.noun(i) && (body || next.is_some_and(|n| (i + 1..n).all(|k| view.noun(k))))
}

/// Whether a common noun that ends here could be all of a speaker: what follows is no part of it.
fn ends_phrase(view: &View, i: usize, high: usize) -> bool {
    let stop =
        Class(Class::PREPOSITION.0 | Class::CONJUNCTION.0 | Class::AUXILIARY.0 | Class::TIME.0 | Class::DETERMINER.0);
    let small = Class(stop.0 | Class::ADVERB.0);
    !view.is(i, small) && !view.adverb(i) && (i + 1 >= high || view.sign(i + 1) != Sign::Word || view.is(i + 1, stop))
}

/// The noun phrase that ends with this token: a noun with what stands before it up to its determiner.
fn phrase(view: &View, low: usize, head: usize) -> Range<usize> {
    let stop = Class(Class::PREPOSITION.0 | Class::CONJUNCTION.0 | Class::AUXILIARY.0 | Class::PRONOUN.0);
    let mut start = head;
    while start > low && head - start < 8 {
        let k = start - 1;
        // "a Boston-based engineer" is one phrase.
        if view.word(k) == "-" && k > low && !view.tokens[k].spaced && !view.tokens[start].spaced {
            start = k - 1;
            continue;
        }
        // A name is one word: "a Superior Court of Norland judge".
        if view.mention_at(k).is_some() && view.mention_at(k) == view.mention_at(start) {
            start = k;
            continue;
        }
        let determiner = view.is(k, Class::DETERMINER);
        let verb = view.is(k, Class::CUE) && !view.is(k, Class::NOUN_TOO);
        if view.sign(k) != Sign::Word || view.region_at(k).is_some() || (!determiner && (view.is(k, stop) || verb)) {
            break;
        }
        start = k;
        if determiner && !(k > low && view.is(k - 1, Class::DETERMINER)) {
            break;
        }
    }
    start..head + 1
}

struct Scan<'a, 'v> {
    view: &'a View<'v>,
    unit: Range<usize>,
    cue: &'a Range<usize>,
    parts: &'a [Range<usize>],
    /// Where the cue's verb group starts.
    subject: usize,
}

impl Scan<'_, '_> {
    fn key(&self, i: usize) -> u32 {
        if self.unit.contains(&i) { self.view.keys[i] } else { 1 }
    }

    fn sort(&self, i: usize) -> u32 {
        if self.unit.contains(&i) { self.view.sort(i) } else { 1 }
    }

    /// Where the quoted words stand to the cue.
    fn pattern(&self) -> u32 {
        let left = self.parts.iter().any(|p| p.end <= self.cue.start) as u32;
        let right = self.parts.iter().any(|p| p.start >= self.cue.end) as u32;
        left + 2 * right
    }

    fn nobody(&self, out: &mut Candidates) {
        let v = self.view;
        let cue = self.key(self.cue.start);
        let mut push = |t: u32, a: u32, b: u32| out.features.push(feature(300 + t, a, b));
        let before = self.subject.wrapping_sub(1);
        push(0, 0, 0);
        push(1, cue, 0);
        push(2, self.key(before), 0);
        push(3, self.sort(before), v.classes[self.cue.start].0);
        push(4, self.sort(self.cue.end), self.pattern());
        push(5, cue, self.sort(self.cue.end));
        push(6, self.key(self.cue.start.wrapping_sub(1)), 0);
        push(7, (self.subject == self.unit.start) as u32, self.pattern());
        push(8, self.key(self.cue.end), 0);
        push(9, cue, self.key(self.cue.start.wrapping_sub(1)));
        out.ends.push(out.features.len() as u32);
    }

    fn candidate(&self, n: usize, out: &mut Candidates) {
        let v = self.view;
        let tokens = out.tokens[n].clone();
        let head = tokens.end - 1;
        let cue = self.key(self.cue.start);
        let left = tokens.end <= self.cue.start;
        let side = left as u32;
        let between =
            if left { tokens.end..self.subject.max(tokens.end) } else { self.cue.end..tokens.start.max(self.cue.end) };
        let kind = match v.mention_at(head) {
            Some(m) => 1 + v.article.mentions[m].kind as u32,
            None if v.is(head, Class::PRONOUN) => v.keys[head],
            None => 16 + (v.classes[head].0 & Class::NOUN.0),
        };
        let gap = between.len().min(12) as u32;
        // How far it is over what may stand between a subject and its verb: words, commas, clauses, others' verbs.
        let (mut commas, mut bits, mut others) = (0u32, 0u32, 0u32);
        let mut i = between.start;
        while i < between.end {
            match v.sign(i) {
                Sign::Comma => commas += 1,
                Sign::Word => {}
                Sign::Quote => bits |= 1,
                _ => bits |= 2,
            }
            if v.region_at(i).is_some() {
                bits |= 1;
            } else {
                let class = v.classes[i];
                bits |= 4 * class.any(Class::PREPOSITION) as u32;
                bits |= 8 * class.any(Class::CONJUNCTION) as u32;
                bits |= 16 * class.any(Class(Class::CUE.0 | Class::AUXILIARY.0)) as u32;
                bits |= 32 * (class.any(Class::PRONOUN) && !class.any(Class::DETERMINER)) as u32;
            }
            if v.mention_at(i).is_some() && (i == between.start || v.mention_at(i) != v.mention_at(i - 1)) {
                others += 1;
            }
            i += 1;
        }
        let commas = commas.min(3);
        let shape = (bits * 4 + commas) * 4 + others.min(3);
        // How many candidates stand nearer to the cue on this side.
        let nearer = out.tokens.iter().filter(|t| {
            if left {
                t.start >= tokens.end && t.end <= self.cue.start
            } else {
                t.start >= self.cue.end && t.end <= tokens.start
            }
        });
        let nearer = nearer.count().min(5) as u32;
        let form = v.classes[self.cue.start].0 & (Class::BASE.0 | Class::FINITE.0 | Class::ING.0);
        let pattern = self.pattern();
        let before = tokens.start.wrapping_sub(1);
        let after = tokens.end;
        // Between the quoted words and the cue.
        let inside = left && self.parts.iter().any(|p| p.end <= tokens.start && p.end <= self.cue.start);
        let mut push = |t: u32, a: u32, b: u32| out.features.push(feature(320 + t, a, b));
        push(0, kind, side);
        push(1, gap, side);
        push(2, shape, side);
        push(3, self.key(before), side);
        push(4, self.key(after), side);
        push(5, cue, side * 16 + gap.min(2));
        push(6, pattern * 2 + side, gap.min(3));
        push(7, inside as u32, pattern * 2 + side);
        push(8, nearer, side * 4 + pattern);
        push(9, (tokens.start == self.unit.start) as u32, side);
        push(10, form, side * 8 + nearer);
        push(11, v.keys[head], side);
        push(12, kind, gap.min(3) * 2 + side);
        push(13, self.sort(after), side * 16 + gap);
        push(14, self.sort(before), kind);
        push(15, cue, nearer * 2 + side);
        push(16, shape, self.sort(after));
        push(17, self.key(self.subject.wrapping_sub(1)), nearer * 2 + side);
        push(18, form, shape * 2 + side);
        push(19, pattern * 2 + side, shape);
        push(20, (tokens.start == self.unit.start) as u32, shape * 2 + side);
        push(21, kind, nearer * 2 + side);
        push(22, self.key(self.cue.start.wrapping_sub(1)), side * 8 + nearer);
        out.ends.push(out.features.len() as u32);
    }
}

/// How sure it is that a quotation without a cue belongs to whom the sentence before it is about.
const AROUND: f32 = 0.7;
/// How sure it is that a quotation without a cue belongs to who spoke before.
const CARRIED: f32 = 0.8;

/// For a quotation without a cue: the subject of the sentence before it in its paragraph, if that quotes nobody.
pub fn around(view: &View, quote: &Range<usize>) -> Option<Named> {
    let unit = view.unit[quote.start] as usize;
    let own = &view.units[unit];
    // In the sentence itself, before the quotation; else in the sentence before.
    let scope = if quote.start > own.start {
        own.start..quote.start
    } else {
        let before = view.units.get(unit.checked_sub(1)?)?;
        if before.paragraph != own.paragraph {
            return None;
        }
        before.start..before.end
    };
    if scope.clone().any(|i| view.region_at(i).is_some()) {
        return None;
    }
    let subject = scope.into_iter().take(REACH).find(|&i| {
        let person = |m: usize| view.article.mentions[m].kind == EntityType::Person;
        match view.mention_at(i) {
            Some(m) => person(m),
            None => view.is(i, Class::PRONOUN) && matches!(view.word(i), "He" | "he" | "She" | "she"),
        }
    })?;
    let end = match view.mention_at(subject) {
        Some(m) => (subject..own.end).take_while(|&i| view.mention_at(i) == Some(m)).last()? + 1,
        None => subject + 1,
    };
    Some(Named { tokens: subject..end, confidence: AROUND })
}

/// How sure it is that a quotation belongs to whom it is signed by.
const SIGNED: f32 = 0.9;

/// For a quotation without a cue: the person after a dash, with nothing or a comma behind the name: "…" — Orla Venn,
/// mayor.
pub fn signed(view: &View, quote: &Range<usize>) -> Option<Named> {
    let dash = quote.end;
    let paragraph = |i: usize| view.unit.get(i).map(|&u| view.units[u as usize].paragraph);
    let m = view.mention_at(dash + 1).filter(|_| view.sign(dash) == Sign::Dash)?;
    let end = (dash + 1..).take_while(|&i| view.mention_at(i) == Some(m)).last()? + 1;
    let here = paragraph(quote.start);
    let stands = paragraph(dash + 1) == here && (paragraph(end) != here || view.sign(end) == Sign::Comma);
    let person = view.article.mentions[m].kind == EntityType::Person;
    (stands && person).then_some(Named { tokens: dash + 1..end, confidence: SIGNED })
}

/// For a quotation without a cue: the speaker of the quotation before, if little stands between.
pub fn carried(view: &View, before: &Quote, quote: &Range<usize>) -> Option<Speaker> {
    let paragraph = view.units[view.unit[quote.start] as usize].paragraph;
    let last = view.article.paragraph_at(before.span().end.saturating_sub(1)) as u32;
    let speaker = before.speaker.clone().filter(|_| paragraph - last <= 2)?;
    Some(Speaker { confidence: speaker.confidence.min(CARRIED), mention: None, ..speaker })
}
