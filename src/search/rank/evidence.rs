//! What tells the best articles apart beyond how often they have which words.
//!
//! - *lede*: news says the main thing first: words of the query at the top of an article;
//! - *passage*: words of the query close together, in the best stretch of the article;
//! - *pairs*: words that stand together in the query and in the article;
//! - *length*: of two articles with the same words the shorter one;
//! - *company*: articles on one event use different words for it; an article that reads like others among the best is
//!   likelier to be on the event. Only for queries of several words: two words rarely name an event, and their answer
//!   must be quick. A mean over the nearest, weighted by likeness, keeps it from drifting to the most typical.
//!
//! Each is a sum of inverse document frequencies, as the score of words is, so that one weight for each serves archives
//! of any size. The weights were found on three sets at once; tests/bench/README.md has the table.

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::fieldnorm::FieldNormReader;

use super::Candidate;
use crate::article::Article;
use crate::article::fold::fold;
use crate::index::Reader;
use crate::search::engine::positions::Positions;
use crate::search::engine::{Bm25, K1, Segment};
use crate::search::expand::Stemming;
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
/// Neighbours in the query that are neighbours in the article, and that are near.
const SIDE_BY_SIDE: f32 = 0.85;
const NEARBY: f32 = 0.1;
const NEARBY_SPAN: u32 = 8;
const PAIRS_HALF: f32 = 1.2;
/// For each doubling of the length about 0.15.
const LENGTH: f32 = -0.22;

const COMPANY: f32 = 0.5;
/// Queries of fewer words do without.
const COMPANY_QUERY: usize = 4;
/// How many of the best articles are compared, how many words of each, and how many neighbours count.
const COMPANY_ARTICLES: usize = 50;
const COMPANY_WORDS: u32 = 300;
const NEIGHBOURS: usize = 10;
/// The likeness, in all, at which neighbours count half: few and distant ones prove little.
const DOUBT: f32 = 0.3;

/// Adds the evidence to the scores.
pub(super) fn add(
    plan: &Plan,
    segments: &[Segment],
    bm25: &Bm25,
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
        let compared = list.len().min(COMPANY_ARTICLES);
        company(segments, bm25, readers, &mut list[..compared])?;
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
            Node::All | Node::Not(_) | Node::Filter(_) | Node::Range { .. } | Node::Present(_) => {}
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
        let score = list[i].score + positional(plan, words, &positions.doc, length);
        list[i].set_score(score);
    }
    Ok(())
}

fn positional(plan: &Plan, words: &[usize], doc: &Doc, length: f32) -> f32 {
    let weight = |leaf: usize| plan.leaves[leaf].idf * plan.leaves[leaf].weight;
    let mut places: Vec<(u32, usize)> = Vec::new();
    let mut score = LENGTH * length.max(1.0).ln();
    for (w, &leaf) in words.iter().enumerate() {
        let at = &doc.leaves[leaf];
        places.extend(at.iter().map(|&p| (p, w)));
        if let Some(&first) = at.first() {
            score += LEDES.iter().filter(|(most, _)| first < *most).map(|(_, n)| n * weight(leaf)).sum::<f32>();
        }
        let n = at.partition_point(|&p| p < OPENING_WORDS) as f32;
        score += OPENING * weight(leaf) * (K1 + 1.0) * n / (n + K1);
    }
    places.sort_unstable();
    for (span, n) in PASSAGES {
        score += n * best_window(&places, span, words.len(), |w| weight(words[w]));
    }
    let mut content = plan.sequence.iter().copied().filter(|&leaf| plan.leaves[leaf].weight >= 1.0);
    if let Some(mut a) = content.next() {
        for b in content {
            if a != b {
                let (ordered, close) = together(&doc.leaves[a], &doc.leaves[b]);
                let n = SIDE_BY_SIDE * ordered / (ordered + PAIRS_HALF) + NEARBY * close / (close + PAIRS_HALF);
                score += n * (weight(a) + weight(b)) / 2.0;
            }
            a = b;
        }
    }
    score
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

/// How often the second word follows the first at once, and how often one is near the other.
fn together(first: &[u32], second: &[u32]) -> (f32, f32) {
    let (mut ordered, mut close) = (0.0, 0.0);
    for &p in first {
        let next = second.partition_point(|&q| q <= p);
        if let Some(&q) = second.get(next) {
            ordered += if q - p == 1 { 1.0 } else { 0.0 };
            close += if q - p < NEARBY_SPAN { 1.0 } else { 0.0 };
        }
        if let Some(&q) = next.checked_sub(1).and_then(|i| second.get(i)) {
            close += if q < p && p - q < NEARBY_SPAN { 1.0 } else { 0.0 };
        }
    }
    (ordered, close)
}

/// Moves each score towards those of the articles that read like it.
fn company(
    segments: &[Segment],
    bm25: &Bm25,
    readers: &[Reader],
    list: &mut [Candidate],
) -> Result<(), crate::search::Error> {
    let stemming = Stemming::new(["en"]);
    let mut weights = Weights { segments, bm25, stemming, known: FxHashMap::default(), stems: FxHashMap::default() };
    let mut vectors = Vec::with_capacity(list.len());
    for candidate in list.iter() {
        let segment = &segments[candidate.segment];
        let article = readers[segment.owner].article(segment.address(candidate.doc))?;
        vectors.push(weights.vector(&article)?);
    }
    let top = list.iter().map(|c| c.score).fold(0.0, f32::max);
    let mut scores = Vec::with_capacity(list.len());
    for (i, candidate) in list.iter().enumerate() {
        let others = (0..list.len()).filter(|&j| j != i);
        let mut near: Vec<(f32, f32)> = others.map(|j| (likeness(&vectors[i], &vectors[j]), list[j].score)).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(NEIGHBOURS);
        let sum: f32 = near.iter().map(|n| n.0).sum();
        let mean = near.iter().map(|n| n.0 * n.1).sum::<f32>() / (sum + DOUBT);
        scores.push(candidate.score + COMPANY * mean.min(top));
    }
    list.iter_mut().zip(scores).for_each(|(c, score)| c.set_score(score));
    Ok(())
}

/// Stems with their weights, sorted, of length one together.
type Vector = Vec<(u32, f32)>;

/// The cosine of two vectors.
fn likeness(a: &Vector, b: &Vector) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.0.cmp(&y.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += x.1 * y.1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum
}

/// Numbers stems and weighs them by how rare the written word is.
struct Weights<'a> {
    segments: &'a [Segment<'a>],
    bm25: &'a Bm25,
    stemming: Stemming,
    /// Written words and stems: the number of the stem and its inverse document frequency.
    known: FxHashMap<String, (u32, f32)>,
    stems: FxHashMap<String, (u32, f32)>,
}

impl Weights<'_> {
    fn vector(&mut self, article: &Article) -> Result<Vector, crate::search::Error> {
        let mut counts: FxHashMap<u32, f32> = FxHashMap::default();
        let text = &article.text;
        let mut idf: FxHashMap<u32, f32> = FxHashMap::default();
        for token in article.tokens.iter().filter(|t| t.is_word()).take_while(|t| t.word < COMPANY_WORDS) {
            let (stem, weight) = self.weigh(token.term(text))?;
            *counts.entry(stem).or_default() += 1.0;
            idf.insert(stem, weight);
        }
        let mut vector: Vector = counts
            .into_iter()
            .map(|(stem, n)| (stem, (1.0 + n.ln()) * idf.get(&stem).copied().unwrap_or_default()))
            .collect();
        let length = vector.iter().map(|(_, w)| w * w).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        vector.iter_mut().for_each(|(_, w)| *w /= length);
        vector.sort_unstable_by_key(|(stem, _)| *stem);
        Ok(vector)
    }

    fn weigh(&mut self, word: &str) -> Result<(u32, f32), crate::search::Error> {
        if let Some(known) = self.known.get(word) {
            return Ok(*known);
        }
        let folded = fold(word);
        let stem = self.stemming.stem(&folded);
        let next = self.stems.len() as u32;
        let entry = match self.stems.get(&stem) {
            Some(entry) => *entry,
            None => {
                let mut articles = 0;
                for segment in self.segments {
                    let inverted = segment.reader.inverted_index(segment.fields.text)?;
                    // As written or in small letters, whichever is the more common: near enough for a weight.
                    let small = inverted.terms().get(&folded)?.map_or(0, |info| info.doc_freq);
                    let written = inverted.terms().get(word)?.map_or(0, |info| info.doc_freq);
                    articles += small.max(written);
                }
                let entry = (next, self.bm25.idf(articles as f32));
                self.stems.insert(stem, entry);
                entry
            }
        };
        self.known.insert(word.to_string(), entry);
        Ok(entry)
    }
}
