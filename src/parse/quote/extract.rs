//! From cues and quotation marks to quoted words.
//!
//! The contents that the cues of a sentence may have are weighed ([`claim`]); the likeliest are taken first, and none
//! that overlaps what is taken. Quotations that no cue claims are judged by their looks: speech, or a title, a
//! nickname, a word held at a distance.

use std::ops::Range;

use crate::article::EntityType;

use super::claim::{self, Claims};
use super::layout;
use super::lexicon::{Class, key_of, keys_of};
use super::linear::{Linear, feature};
use super::view::{Sign, View};

/// A quotation in the making: ranges of tokens.
#[derive(Clone, Debug)]
pub struct Draft {
    /// In order; quotation marks and outer punctuation still in place.
    pub parts: Vec<Range<usize>>,
    /// The cue's tokens.
    pub cue: Option<Range<usize>>,
    pub confidence: f32,
    /// Who speaks, where the layout says so: then the words are given as they are, with marks or without.
    pub by: Option<Range<usize>>,
}

/// A cue is taken from this probability on of introducing anything.
const CLAIMED: f32 = 0.6;
/// With quotation marks a lower one is enough, since somebody must have said what stands between them; so it is for the
/// plainest verbs, which hardly ever introduce nothing, though annotators pass over some.
const SURELY: f32 = 0.2;
/// Those.
const PLAIN: [u32; 5] = keys_of(["said", "says", "say", "told", "tells"]);
/// Where its likeliest content is taken by a surer cue, a cue is given another from this probability on.
const ANEW: f32 = 0.2;
/// A quotation without a cue is taken from this probability on.
const FLOATING: f32 = 0.5;

/// What is left of the confidence in a quotation without a cue: on held-out articles one in five is part of another or
/// no speech, however sure the model is.
const UNCUED: f32 = 0.8;

/// The quotations of an article, by first part, without overlap.
pub fn drafts(view: &View, model: &Linear) -> Vec<Draft> {
    let mut out: Vec<Draft> = layout::drafts(view);
    let mut taken = vec![false; view.tokens.len()];
    // Of cues, by their first token: whether they have their content.
    let mut done = vec![false; view.tokens.len()];
    let mut claimed = vec![false; view.regions.len()];
    for draft in &out {
        let start = draft.by.as_ref().map_or(draft.parts[0].start, |by| by.start.min(draft.parts[0].start));
        taken[start..draft.parts[draft.parts.len() - 1].end].fill(true);
    }
    let mut claims = Claims::default();
    let mut scores = Vec::new();
    let mut found: Vec<(f32, Draft)> = Vec::new();
    for unit in &view.units {
        found.clear();
        for cue in (unit.start..unit.end).filter_map(|i| claim::cue_at(view, i)) {
            let i = cue.start;
            if taken[i] {
                continue;
            }
            claim::list(view, unit, &cue, Some(model), &mut claims);
            claims.scores(|f| model.score(f), &mut scores);
            let Some((best, none)) = best(&scores) else { continue };
            let marked = claims.claims[best.0].parts().any(|p| p.clone().any(|t| view.region_at(t).is_some()));
            let reports = |p: Range<usize>| claim::reports(view, i, p);
            let plain = PLAIN.contains(&view.keys[i]);
            if none > 1.0 - if marked || plain { SURELY } else { CLAIMED }
                || (!marked && (unsaid(view, i) || !claims.claims[best.0].parts().any(reports)))
            {
                continue;
            }
            // Speech goes before what is a cue only beside marks: "encouraged them to see what he called ...".
            let weak = view.is(i, Class::MARKED) || view.is(i, Class::LABEL);
            let rank = 1.0 - none - if weak { 0.3 } else { 0.0 };
            for (index, score) in scores.iter().enumerate() {
                let confidence = best.1 * (score - scores[best.0]).exp();
                if index == best.0 || confidence >= ANEW {
                    let parts = claims.claims[index].parts().collect();
                    let draft = Draft { parts, cue: Some(cue.clone()), confidence, by: None };
                    found.push((if hands_on(view, &draft) { 0.0 } else { rank }, draft));
                }
            }
        }
        // Where the likeliest content of a cue is taken by a surer one, the next likely may be free.
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.confidence.total_cmp(&a.1.confidence)));
        for (_, draft) in found.drain(..) {
            // What stands between the parts is taken with them: no other quotation may lie there.
            let (Some(first), Some(last)) = (draft.parts.first(), draft.parts.last()) else { continue };
            let whole = first.start..last.end;
            let at = draft.cue.as_ref().map_or(0, |c| c.start);
            if done[at] || taken[whole.clone()].iter().any(|t| *t) {
                continue;
            }
            done[at] = true;
            taken[whole].fill(true);
            for p in &draft.parts {
                p.clone().filter_map(|t| view.region_at(t)).for_each(|r| claimed[r] = true);
            }
            out.push(draft);
        }
    }
    let mut features = Vec::new();
    for (r, region) in view.regions.iter().enumerate() {
        let unit = &view.units[view.unit[region.outer().start] as usize];
        if unit.points || claimed[r] || taken[region.outer()].iter().any(|t| *t) {
            continue;
        }
        looks(view, r, &mut features);
        let p = 1.0 / (1.0 + (-model.score(&features)).exp());
        if p >= FLOATING {
            out.push(Draft { parts: vec![region.outer()], cue: None, confidence: p * UNCUED, by: None });
        }
    }
    out.sort_by_key(|d| d.parts[0].start);
    layout::unrepeated(view, &mut out);
    out
}

/// Whether an outlet only hands on what a person said: "the Courier reported that Orla Venn said ...". Then the words
/// are the person's, if they can be told apart.
fn hands_on(view: &View, draft: &Draft) -> bool {
    let (Some(cue), [content]) = (&draft.cue, draft.parts.as_slice()) else { return false };
    let outlet = const { keys_of(["report", "reports", "reported", "reporting"]) }.contains(&view.keys[cue.start]);
    let person = |i: usize| view.mention_at(i).is_some_and(|m| view.article.mentions[m].kind == EntityType::Person);
    let opening = content.start..content.end.min(content.start + 12);
    let verb = |i: &usize| {
        view.is(*i, Class::SPEECH) && view.is(*i, Class::FINITE) && !view.is(*i, Class::NOUN_TOO) && !person(*i)
    };
    outlet && opening.clone().find(verb).is_some_and(|v| (opening.start..v).any(person))
}

/// Whether the verb says that something was not said: "declined to say why", "wouldn't tell".
fn unsaid(view: &View, cue: usize) -> bool {
    let denies = const { keys_of(["deny", "denied", "denies"]) };
    let before = cue.saturating_sub(4).max(view.units[view.unit[cue] as usize].start);
    let group = Class(Class::AUXILIARY.0 | Class::ADVERB.0 | Class::NEGATION.0);
    !denies.contains(&view.keys[cue])
        && (before..cue)
            .rev()
            .take_while(|&i| view.is(i, group) || view.keys[i] == const { key_of("to") })
            .any(|i| view.is(i, Class::NEGATION))
}

/// The likeliest candidate with its probability, and the probability of none, which scores 0.
pub fn best(scores: &[f32]) -> Option<((usize, f32), f32)> {
    let (index, &top) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let shift = top.max(0.0);
    let total: f32 = (-shift).exp() + scores.iter().map(|s| (s - shift).exp()).sum::<f32>();
    Some(((index, (top - shift).exp() / total), (-shift).exp() / total))
}

/// What a quotation without a cue looks like.
pub fn looks(view: &View, r: usize, out: &mut Vec<u32>) {
    out.clear();
    let region = &view.regions[r];
    let (outer, inner) = (region.outer(), region.inner());
    let unit = &view.units[view.unit[outer.start] as usize];
    let words = inner.clone().filter(|&i| view.tokens[i].is_word()).count().min(40) as u32;
    let length = match words {
        0..=5 => words,
        6..=8 => 6,
        9..=14 => 7,
        _ => 8,
    };
    let last = view.sign(inner.end - 1) as u32;
    let starts = (outer.start == unit.start) as u32 + unit.first as u32;
    let ends = (outer.end >= unit.end) as u32;
    let capital = view.capital(inner.start) as u32;
    let key = |i: usize| if i < view.keys.len() { view.keys[i] } else { 0 };
    let sort = |i: usize| {
        if i < unit.start || i >= unit.end {
            1
        } else if view.sign(i) != Sign::Word {
            2 + view.sign(i) as u32
        } else {
            64 + view.classes[i].0
        }
    };
    let (before, after) = (outer.start.wrapping_sub(1), outer.end);
    let lower = inner.clone().filter(|&i| view.tokens[i].is_word() && !view.capital(i)).count().min(4) as u32;
    let pronoun =
        inner.clone().any(|i| matches!(view.word(i), "I" | "we" | "We" | "you" | "You" | "my" | "our" | "me" | "us"));
    let verbs = inner.clone().filter(|&i| view.is(i, Class::AUXILIARY)).take(3).count() as u32;
    let mut push = |t: u32, a: u32, b: u32| out.push(feature(200 + t, a, b));
    push(0, 0, 0);
    push(1, length, last);
    push(2, length, starts * 2 + ends);
    push(3, length, capital);
    push(4, lower, length);
    push(5, pronoun as u32, length);
    push(6, verbs, length);
    push(7, key(before), 0);
    push(8, sort(before), sort(before.wrapping_sub(1)));
    push(9, sort(after), key(after));
    push(10, sort(before), sort(after));
    push(11, region.closed() as u32, region.single() as u32);
    push(12, region.single() as u32, length);
    push(13, capital * 16 + last, starts * 2 + ends);
    push(14, key(before.wrapping_sub(1)), key(before));
    push(15, starts * 2 + ends, last);
}
