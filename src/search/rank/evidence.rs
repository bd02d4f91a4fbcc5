//! What tells the best articles apart beyond how often they have which words.
//!
//! - *lede*: news says the main thing first: words of the query at the top of an article;
//! - *passage*: words of the query close together, in the best stretch of the article;
//! - *pairs*: words that stand together in the query and in the article; function words too, if side by side, for
//!   titles are made of turns of phrase ("fight back");
//! - *length*: of two articles with the same words the shorter one;
//! - *aboutness*: how much of what sets an article apart from the others was asked ([`company`]);
//! - *company*: articles on one event use different words for it; an article that reads like the better ones is
//!   likelier to be on the event ([`company`]). Only for queries of several words: two words rarely name an event, and
//!   their answer must be quick.
//!
//! Each is a sum of inverse document frequencies, as the score of words is, so that one weight for each serves archives
//! of any size. The weights were found on three sets at once; tests/bench/README.md has the table.

use rustc_hash::FxHashSet;
use tantivy::fieldnorm::FieldNormReader;

use super::{Candidate, Parts, company};
use crate::index::Reader;
use crate::search::engine::positions::Positions;
use crate::search::engine::{K1, Segment};
use crate::search::interval::Doc;
use crate::search::plan::{Needs, Node, Plan};

/// What words exactly as typed count beside all their forms.
pub(super) const TYPED: f32 = 0.55;

/// Different words of the query among the first so many words of the article, and what they count.
const LEDES: [(u32, f32); 2] = [(60, 0.27), (150, 0.66)];
/// The same in the best window of so many words.
const PASSAGES: [(u32, f32); 2] = [(30, 0.62), (80, 0.18)];
/// The first words scored like an article of their own.
const OPENING_WORDS: u32 = 100;
const OPENING: f32 = 0.44;
/// Neighbours in the query that stand so in the article too, and that are near.
const SIDE_BY_SIDE: f32 = 0.85;
const NEARBY: f32 = 0.1;
/// Two neighbours, one of them a function word, that stand so anywhere in the article: at their full rarity.
const TURN: f32 = 1.75;
const NEARBY_SPAN: u32 = 8;
const PAIRS_HALF: f32 = 1.2;
/// For each doubling of the length about 0.15.
const LENGTH: f32 = -0.22;

/// Queries of fewer words are answered without company.
const COMPANY_QUERY: usize = 4;

/// Adds the evidence to the scores.
pub(super) fn add(
    plan: &Plan,
    segments: &[Segment],
    readers: &[Reader],
    list: &mut [Candidate],
) -> Result<(), crate::search::Error> {
    let words = scored(plan);
    if words.is_empty() || list.len() < 2 {
        return Ok(());
    }
    near(plan, segments, &words, list)?;
    if plan.sequence.len() >= COMPANY_QUERY {
        list.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| (a.segment, a.id).cmp(&(b.segment, b.id))));
        let asked: Vec<&str> = words.iter().map(|&leaf| plan.leaves[leaf].text.as_str()).collect();
        let rarity = words.iter().map(|&leaf| plan.leaves[leaf].idf).sum();
        company::add(&asked, rarity, segments, readers, list)?;
    }
    Ok(())
}

/// The leaves of the text that count for the score, each once.
fn scored(plan: &Plan) -> Vec<usize> {
    fn collect(plan: &Plan, node: &Node, out: &mut FxHashSet<usize>) {
        match node {
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|p| collect(plan, p, out)),
            Node::Optional(inner) => collect(plan, inner, out),
            Node::Leaf(i) => _ = out.insert(*i),
            Node::Positional(i) => out.extend(&plan.positional[*i].leaves),
            Node::All | Node::Among(_) | Node::Not(_) | Node::Filter(_) | Node::Range { .. } | Node::Present(_) => {}
        }
    }
    let mut out = FxHashSet::default();
    collect(plan, &plan.root, &mut out);
    let mut out: Vec<_> = out.into_iter().filter(|&i| plan.leaves[i].weight > 0.0).collect();
    out.sort_unstable();
    out
}

/// The evidence of positions.
fn near(
    plan: &Plan,
    segments: &[Segment],
    words: &[usize],
    list: &mut [Candidate],
) -> Result<(), crate::search::Error> {
    // Cursors go forward: articles in the order of their numbers, segment by segment.
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_unstable_by_key(|&i| (list[i].segment, list[i].doc));
    let mut open: Option<(usize, Positions, FieldNormReader)> = None;
    for i in order {
        let (at, doc) = (list[i].segment, list[i].doc);
        if open.as_ref().is_none_or(|(segment, ..)| *segment != at) {
            let segment = &segments[at];
            let leaves = words.iter().copied();
            let positions =
                Positions::open(plan, leaves, Needs::default(), segment.index, segment.reader, segment.fields)?;
            open = Some((at, positions, segment.reader.get_fieldnorms_reader(segment.fields.text)?));
        }
        let Some((_, positions, norms)) = &mut open else { continue };
        positions.load(doc);
        let length = norms.fieldnorm(doc) as f32;
        positional(plan, words, &positions.doc, length, &mut list[i].parts);
        list[i].sum();
    }
    Ok(())
}

fn positional(plan: &Plan, words: &[usize], doc: &Doc, length: f32, parts: &mut Parts) {
    let weight = |leaf: usize| plan.leaves[leaf].idf * plan.leaves[leaf].weight;
    let mut places: Vec<(u32, usize)> = Vec::new();
    parts.length = LENGTH * length.max(1.0).ln();
    for (w, &leaf) in words.iter().enumerate() {
        let at = &doc.leaves[leaf];
        places.extend(at.iter().map(|&p| (p, w)));
        if let Some(&first) = at.first() {
            parts.lede += LEDES.iter().filter(|(most, _)| first < *most).map(|(_, n)| n * weight(leaf)).sum::<f32>();
        }
        let n = at.partition_point(|&p| p < OPENING_WORDS) as f32;
        parts.lede += OPENING * weight(leaf) * (K1 + 1.0) * n / (n + K1);
    }
    places.sort_unstable();
    for (span, n) in PASSAGES {
        parts.passage += n * best_window(&places, span, words.len(), |w| weight(words[w]));
    }
    for pair in plan.sequence.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let turn = plan.leaves[a].weight.min(plan.leaves[b].weight) < 1.0;
        if turn && a != b && follows(&doc.leaves[a], &doc.leaves[b]) {
            parts.pairs += TURN * (plan.leaves[a].idf + plan.leaves[b].idf) / 2.0;
        }
    }
    // Neighbours but for function words: as many may stand between them in the article as in the query.
    let content = |(_, leaf): &(usize, &usize)| plan.leaves[**leaf].weight >= 1.0;
    let mut content = plan.sequence.iter().enumerate().filter(content).map(|(i, &leaf)| (i, leaf));
    if let Some((mut i, mut a)) = content.next() {
        for (j, b) in content {
            if a != b {
                let (ordered, close) = together(&doc.leaves[a], &doc.leaves[b], (j - i) as u32);
                let n = SIDE_BY_SIDE * ordered / (ordered + PAIRS_HALF) + NEARBY * close / (close + PAIRS_HALF);
                parts.pairs += n * (weight(a) + weight(b)) / 2.0;
            }
            (i, a) = (j, b);
        }
    }
}

/// The most that different words weigh within so many words of the article.
fn best_window(places: &[(u32, usize)], span: u32, words: usize, weight: impl Fn(usize) -> f32) -> f32 {
    let mut counts = vec![0u32; words];
    let (mut best, mut now, mut first) = (0f32, 0f32, 0);
    for &(p, w) in places {
        counts[w] += 1;
        if counts[w] == 1 {
            now += weight(w);
        }
        while let Some(&(old, v)) = places.get(first)
            && p - old >= span
        {
            counts[v] -= 1;
            if counts[v] == 0 {
                now -= weight(v);
            }
            first += 1;
        }
        best = best.max(now);
    }
    best
}

/// Whether the second word ever stands right behind the first.
fn follows(first: &[u32], second: &[u32]) -> bool {
    first.iter().any(|p| second.binary_search(&(p + 1)).is_ok())
}

/// How often the second word follows the first within so many steps, and how often one is near the other.
fn together(first: &[u32], second: &[u32], steps: u32) -> (f32, f32) {
    let (mut ordered, mut close) = (0.0, 0.0);
    for &p in first {
        let next = second.partition_point(|&q| q <= p);
        if let Some(&q) = second.get(next) {
            ordered += if q - p <= steps { 1.0 } else { 0.0 };
            close += if q - p < NEARBY_SPAN { 1.0 } else { 0.0 };
        }
        if let Some(&q) = next.checked_sub(1).and_then(|i| second.get(i)) {
            close += if q < p && p - q < NEARBY_SPAN { 1.0 } else { 0.0 };
        }
    }
    (ordered, close)
}
