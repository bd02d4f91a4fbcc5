//! From cues and quotation marks to quoted words.
//!
//! Within a sentence each verb of speech outside quotation marks is asked what it introduces: the quotation beside it,
//! the clause after it ("said that …"), the clause before it ("…, he said"), or both halves of a clause that it
//! interrupts. Quotations that no verb claims are taken as floating quotes if they look like speech and not like a
//! title, a nickname or a word held at a distance.

use std::ops::Range;

use super::lexicon::{Class, key};
use super::view::{Sign, Unit, View};

/// A quotation in the making: ranges of tokens.
#[derive(Clone, Debug)]
pub struct Draft {
    /// In order; quotation marks and outer punctuation still in place.
    pub parts: Vec<Range<usize>>,
    /// The cue's tokens.
    pub cue: Option<Range<usize>>,
    pub confidence: f32,
}

/// How far from a cue its clause may reach, in tokens: bounds the work a cue can cause.
const REACH: usize = 160;

/// The quotations of an article, by first part, without overlap.
pub fn drafts(view: &View) -> Vec<Draft> {
    let mut out: Vec<Draft> = Vec::new();
    let mut taken = vec![false; view.tokens.len()];
    let mut claimed = vec![false; view.regions.len()];
    for unit in &view.units {
        for i in unit.start..unit.end {
            if view.region_at(i).is_some() {
                continue;
            }
            let Some(cue) = cue_at(view, i) else { continue };
            let Some(draft) = claim(view, unit, cue) else { continue };
            if draft.parts.iter().any(|p| taken[p.clone()].iter().any(|t| *t)) {
                continue;
            }
            for p in &draft.parts {
                taken[p.clone()].fill(true);
                p.clone().filter_map(|t| view.region_at(t)).for_each(|r| claimed[r] = true);
            }
            out.push(draft);
        }
    }
    for (r, region) in view.regions.iter().enumerate() {
        if !claimed[r] && !taken[region.outer()].iter().any(|t| *t) && floats(view, r) {
            out.push(Draft { parts: vec![region.outer()], cue: None, confidence: 0.8 });
        }
    }
    out.sort_by_key(|d| d.parts[0].start);
    out
}

/// The tokens of the cue that starts at this token.
fn cue_at(view: &View, i: usize) -> Option<Range<usize>> {
    if view.keys[i] == key("according") && view.keys.get(i + 1) == Some(&key("to")) {
        return Some(i..i + 2);
    }
    if !view.is(i, Class::CUE) || view.is(i, Class::ATTITUDE) {
        return None;
    }
    if view.is(i, Class::NOUN_TOO) && i > 0 && (view.is(i - 1, Class::DETERMINER) || view.is(i - 1, Class::PREPOSITION))
    {
        return None;
    }
    Some(i..i + 1)
}

/// What a cue introduces.
fn claim(view: &View, unit: &Unit, cue: Range<usize>) -> Option<Draft> {
    let low = unit.start.max(cue.start.saturating_sub(REACH));
    let high = unit.end.min(cue.end + REACH);
    let draft = |parts, confidence| Some(Draft { parts, cue: Some(cue.clone()), confidence });
    if cue.len() == 2 {
        if cue.start == unit.start {
            let comma = (cue.end..high).find(|&i| view.sign(i) == Sign::Comma)?;
            return draft(vec![comma + 1..unit.end], 0.8);
        }
        return draft(vec![low..cue.start], 0.85);
    }
    let left = (low..cue.start).rev().take(24).find_map(|i| view.region_at(i));
    let right = (cue.end..high).take(24).find_map(|i| view.region_at(i));
    let ends_left = left.is_some_and(|r| {
        let r = &view.regions[r];
        let last = r.inner().end - 1;
        let after = r.outer().end;
        matches!(view.sign(last), Sign::Comma | Sign::Stop | Sign::Dash)
            || matches!(view.sign(after), Sign::Comma | Sign::Dash)
            || after + 4 > cue.start
    });
    if let Some(l) = left.filter(|_| ends_left) {
        let region = &view.regions[l];
        let start = if region.outer().start <= unit.start + 1 || view.sign(region.inner().end - 1) != Sign::Comma {
            region.outer().start
        } else {
            low
        };
        let mut parts = vec![start..region.outer().end];
        if let Some(r) = right
            && view.sign(view.regions[r].outer().start - 1) == Sign::Comma
        {
            parts.push(view.regions[r].outer());
        }
        return draft(parts, 0.95);
    }
    if let Some(r) = right {
        let region = &view.regions[r];
        let before = region.outer().start - 1;
        if before < cue.end || matches!(view.sign(before), Sign::Comma | Sign::Colon) {
            return draft(vec![region.outer()], 0.9);
        }
    }
    // A clause before: "…, he said." needs a comma and little after the cue.
    let comma = (low..cue.start).rev().take(14).find(|&i| view.sign(i) == Sign::Comma);
    let ends = |i: usize| i >= unit.end || matches!(view.sign(i), Sign::Stop | Sign::Comma) || view.is(i, Class::TIME);
    let after_ends = ends(cue.end) || view.is(cue.end, Class::PREPOSITION);
    if let Some(c) = comma
        && (after_ends || c + 1 == cue.start)
    {
        return draft(vec![low..c], 0.8);
    }
    if after_ends && !view.is(cue.end, Class::PREPOSITION) {
        return None;
    }
    let mut start = cue.end;
    let that = (cue.end..high).take(10).find(|&i| view.keys[i] == key("that") || view.keys[i] == key("to"));
    if let Some(t) = that.filter(|&t| view.keys[t] == key("that")) {
        start = t + 1;
    } else if view.is(cue.start, Class::ADDRESS) {
        if let Some(t) = that {
            start = t;
        } else if view.is(start, Class::READER) || view.is(start, Class::PRONOUN) {
            start += 1;
        } else {
            return None;
        }
    } else if view.is(start, Class::PREPOSITION) {
        return None;
    }
    (start < unit.end).then_some(())?;
    let end = (start..high)
        .find(|&i| view.sign(i) == Sign::Comma && view.is(i + 1, Class::ING) && view.is(i + 1, Class::CUE))
        .unwrap_or(unit.end);
    draft(vec![start..end], 0.75)
}

/// Whether a quotation that no cue claims looks like speech.
fn floats(view: &View, r: usize) -> bool {
    let region = &view.regions[r];
    let words = region.inner().filter(|&i| view.tokens[i].is_word()).count();
    let last = region.inner().end - 1;
    words >= 5 && (view.sign(last) != Sign::Word || words >= 8) || words >= 3 && view.sign(last) == Sign::Stop
}
