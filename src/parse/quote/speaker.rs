//! Who speaks: from a quotation and its cue to the words that name the speaker.

use std::ops::Range;

use crate::article::EntityType;

use super::extract::Draft;
use super::lexicon::Class;
use super::view::{Sign, View};

/// The tokens that name the speaker of a quotation, and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub tokens: Range<usize>,
    pub confidence: f32,
}

/// The speaker's mention beside a cue, if one is named there.
pub fn beside(view: &View, draft: &Draft) -> Option<Named> {
    let cue = draft.cue.clone()?;
    let unit = &view.units[view.unit[cue.start] as usize];
    let inside = |i: usize| draft.parts.iter().any(|p| p.contains(&i));
    let free = |i: usize| i >= unit.start && i < unit.end && view.region_at(i).is_none() && !inside(i);
    // Before the cue: over adverbs and auxiliaries to the nearest noun.
    let mut i = cue.start;
    while i > unit.start && free(i - 1) && view.is(i - 1, Class::AUXILIARY) | view.is(i - 1, Class::ADVERB) {
        i -= 1;
    }
    if cue.len() == 1 && i > unit.start && free(i - 1) && !view.is(i - 1, Class::CONJUNCTION) {
        let mut head = i - 1;
        if view.sign(head) == Sign::Comma {
            // "Bill Sims, the city's director of works, said"
            let back = (unit.start..head)
                .rev()
                .take(24)
                .take_while(|&k| free(k))
                .filter(|&k| view.sign(k) == Sign::Comma)
                .last();
            head = back.filter(|&k| k > unit.start).map_or(head - 1, |k| k - 1);
        }
        if free(head) && view.sign(head) == Sign::Word {
            return Some(Named { tokens: phrase(view, unit.start, head), confidence: 0.9 });
        }
    }
    // After the cue: "said Symone Sanders".
    let mut k = cue.end;
    while k < unit.end && view.is(k, Class::DETERMINER) {
        k += 1;
    }
    if free(k) && view.sign(k) == Sign::Word && !view.is(k, Class::PREPOSITION) {
        let mut end = k + 1;
        while end < unit.end
            && free(end)
            && view.sign(end) == Sign::Word
            && end < k + 6
            && !view.is(end, Class::PREPOSITION)
            && !view.is(end, Class::CONJUNCTION)
        {
            end += 1;
        }
        return Some(Named { tokens: cue.end..end, confidence: 0.85 });
    }
    None
}

/// The noun phrase that ends with this token: a name whole, a noun with what stands before it up to its determiner.
fn phrase(view: &View, low: usize, head: usize) -> Range<usize> {
    if let Some(m) = view.mention[head].checked_sub(1) {
        let span = view.article.mentions[m as usize].span;
        let tokens = view.article.tokens.within(span);
        return tokens;
    }
    if view.is(head, Class::PRONOUN) {
        return head..head + 1;
    }
    let mut start = head;
    while start > low && head - start < 6 {
        let k = start - 1;
        if view.sign(k) != Sign::Word
            || view.region_at(k).is_some()
            || view.is(k, Class(Class::PREPOSITION.0 | Class::CONJUNCTION.0 | Class::AUXILIARY.0 | Class::CUE.0))
        {
            break;
        }
        start = k;
        if view.is(k, Class::DETERMINER) {
            break;
        }
    }
    start..head + 1
}

/// The person or organization of the last mention in these tokens, if any.
pub fn entity_in(view: &View, tokens: Range<usize>) -> Option<u32> {
    tokens.rev().find_map(|i| {
        let m = view.article.mentions.get((view.mention[i] as usize).checked_sub(1)?)?;
        matches!(m.kind, EntityType::Person | EntityType::Organization).then_some(m.entity)
    })
}
