//! Speech that only the layout tells: turns of a transcript, posts with their signature.
//!
//! An interview printed as `LAGARDE: We will …` or `Q: …` has no verb of speech and often no marks, and a turn may run
//! over paragraphs. Paragraphs are turns where labels alternate: at least three of them, one of them again, and few
//! paragraphs between that have none. A list of `Price: …` and `Place: …` is no transcript, for nothing there comes
//! again; nor is a story with a `READ MORE: …` here and there.
//!
//! A post that a page embeds ends with its author: `… — Orla Venn (@orlavenn) June 2, 2021`. Words and author stand in
//! one paragraph, and nothing else does.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::extract::Draft;
use super::lexicon::keys_of;
use super::view::{Sign, View};
use crate::article::EntityType;

/// The longest label of a turn, in tokens: "Sen. Elizabeth Warren (D-Mass.)" is longer than most.
const LABEL: usize = 8;
/// The fewest labelled paragraphs that make a transcript.
const TURNS: usize = 3;
/// How sure it is that a turn or a post is speech, and of its author.
const SURE: f32 = 0.9;
/// How far from the end of its paragraph a post's author begins, in tokens.
const SIGNATURE: usize = 24;

/// What the layout gives to speakers, in order.
pub fn drafts(view: &View) -> Vec<Draft> {
    let paragraphs = paragraphs(view);
    let mut out = turns(view, &paragraphs);
    if out.is_empty() {
        out = paragraphs.iter().filter_map(|p| post(view, p)).collect();
    }
    out
}

/// The tokens of each paragraph.
fn paragraphs(view: &View) -> Vec<Range<usize>> {
    view.units
        .chunk_by(|a, b| a.paragraph == b.paragraph)
        .map(|units| units[0].start..units[units.len() - 1].end)
        .collect()
}

fn turns(view: &View, paragraphs: &[Range<usize>]) -> Vec<Draft> {
    let mut labels: Vec<Option<Range<usize>>> = paragraphs.iter().map(|p| label(view, p)).collect();
    let marked = |p: &Range<usize>| view.sign(p.start) == Sign::Quote;
    let shouted = |l: &Range<usize>| l.clone().all(|i| !view.word(i).chars().any(char::is_lowercase));
    let key =
        |l: &Range<usize>| l.clone().fold(0u64, |h, i| h.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ view.keys[i] as u64);
    // A headline that opens with a name is no turn of the transcript below it, whose labels are written otherwise.
    let quoted = 2 * labels.iter().zip(paragraphs).filter(|(l, p)| l.is_some() && marked(p)).count()
        > labels.iter().flatten().count();
    let capitals: FxHashSet<u64> = labels.iter().flatten().filter(|l| shouted(l)).map(key).collect();
    for (l, p) in labels.iter_mut().zip(paragraphs) {
        *l = l.take().filter(|l| marked(p) == quoted && (shouted(l) || !capitals.contains(&key(l))));
    }
    let mut seen: FxHashMap<u64, usize> = FxHashMap::default();
    for label in labels.iter().flatten() {
        *seen.entry(key(label)).or_default() += 1;
    }
    if seen.len() < 2 || seen.values().sum::<usize>() < TURNS || seen.values().all(|&n| n == 1) {
        return Vec::new();
    }
    let first = labels.iter().position(Option::is_some).unwrap_or_default();
    let last = labels.iter().rposition(Option::is_some).unwrap_or_default();
    if 2 * labels.iter().flatten().count() < last + 1 - first {
        return Vec::new();
    }
    let mut out: Vec<Draft> = Vec::new();
    for (n, (label, paragraph)) in labels.into_iter().zip(paragraphs).enumerate() {
        match (label, out.last_mut()) {
            (Some(label), _) => {
                let colon = label.end;
                let marked = label.start > paragraph.start && view.sign(paragraph.end - 1) == Sign::Quote;
                let end = paragraph.end - marked as usize;
                if colon + 1 < end {
                    let words = colon + 1..end;
                    out.push(Draft {
                        parts: vec![words],
                        cue: Some(colon..colon + 1),
                        confidence: SURE,
                        by: Some(label),
                    });
                }
            }
            // Until the next label the same person goes on; what follows the last turn may be anything.
            (None, Some(turn)) if n < last && marked(paragraph) == quoted => turn.parts.push(paragraph.clone()),
            _ => {}
        }
    }
    out
}

/// The label of a turn that opens a paragraph: a name or capitals before a colon, `Q` or `A`.
fn label(view: &View, paragraph: &Range<usize>) -> Option<Range<usize>> {
    // A transcript that is quoted opens each turn with a mark.
    let marked = view.sign(paragraph.start) == Sign::Quote;
    let start = paragraph.start + marked as usize;
    let colon = (start..paragraph.end.min(start + LABEL + 1)).find(|&i| view.sign(i) == Sign::Colon)?;
    let label = start..colon;
    let words = label.clone().filter(|&i| view.sign(i) == Sign::Word);
    let shouted = |i: usize| view.word(i).chars().all(|c| !c.is_lowercase()) && view.capital(i);
    let person = |i: usize| view.mention_at(i).is_some_and(|m| view.article.mentions[m].kind == EntityType::Person);
    let named = words.clone().all(|i| shouted(i) || person(i));
    let points = view.units[view.unit[start] as usize].points;
    (words.count() > 0 && named && !points && (marked || view.region_at(start).is_none())).then_some(label)
}

/// The post that a paragraph is.
fn post(view: &View, paragraph: &Range<usize>) -> Option<Draft> {
    let low = paragraph.end.saturating_sub(SIGNATURE).max(paragraph.start);
    let at = (low..paragraph.end).rev().find(|&i| view.word(i) == "@" && i > low && view.sign(i - 1) == Sign::Open)?;
    let dash = (low..at).rev().find(|&i| view.sign(i) == Sign::Dash)?;
    let by = dash + 1..at - 1;
    // Links and pictures at the end are no words of it.
    let link =
        |i: &usize| matches!(view.word(*i), "pic" | "https" | "http") || view.word(*i).starts_with("pic.twitter");
    let end = (paragraph.start..dash).find(link).unwrap_or(dash);
    let words = (paragraph.start..end).filter(|&i| view.tokens[i].is_word()).count();
    if by.is_empty() || by.len() > LABEL || words < 3 || view.region_at(at).is_some() {
        return None;
    }
    let post = paragraph.start..end;
    Some(Draft { parts: vec![post], cue: None, confidence: SURE, by: Some(by) })
}

/// Leaves out floating quotations that only repeat words of another: a display of them beside the text is no second
/// one.
pub fn unrepeated(view: &View, drafts: &mut Vec<Draft>) {
    /// How many words must be the same.
    const WORDS: usize = 4;
    let words = |d: &Draft| -> Vec<u32> {
        d.parts.iter().flat_map(|p| p.clone()).filter(|&i| view.tokens[i].is_word()).map(|i| view.keys[i]).collect()
    };
    let displayed = |d: &Draft| {
        let unit = view.unit[d.parts[0].start] as usize;
        d.cue.is_none() && d.by.is_none() && view.units[unit].first && d.parts[0].start == view.units[unit].start
    };
    if !drafts.iter().any(&displayed) {
        return;
    }
    // The openings of sentences and parts of what is cued, by their first words.
    let mut known: FxHashMap<[u32; WORDS], (usize, usize)> = FxHashMap::default();
    let lists: Vec<Vec<u32>> = drafts.iter().map(words).collect();
    for (d, (draft, list)) in drafts.iter().zip(&lists).enumerate() {
        if draft.cue.is_some() {
            for (at, four) in list.windows(WORDS).enumerate() {
                if let Ok(four) = four.try_into() {
                    known.entry(four).or_insert((d, at));
                }
            }
        }
    }
    let repeats = |d: usize| {
        let list = &lists[d];
        let Some(&(other, at)) = list.first_chunk::<WORDS>().and_then(|four| known.get(four)) else { return false };
        lists[other][at..].starts_with(list)
    };
    let keep: Vec<bool> = (0..drafts.len()).map(|d| !(displayed(&drafts[d]) && repeats(d))).collect();
    let mut keep = keep.into_iter();
    drafts.retain(|_| keep.next().unwrap_or(true));
}

/// Whether the label of a turn is a question's or an answer's, which names nobody.
pub fn is_anonymous(view: &View, label: &Range<usize>) -> bool {
    label.len() <= 2
        && const { keys_of(["q", "a", "question", "answer", "interviewer"]) }.contains(&view.keys[label.start])
}
