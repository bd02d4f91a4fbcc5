//! Words of the first answer asked as well (relevance feedback), for who asks for it.
//!
//! A question names an event by a few words; the articles that answer it best use more. Words that many of the best
//! articles have in common, and few others, are added with little weight, and the ranking is made again. They count for
//! the score only: what matches, and what is highlighted, is what was asked.
//!
//! It knows when to hold back: where the best articles are on different things, they have no telling word in common,
//! and nothing is added.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Candidate;
use crate::article::fold::fold;
use crate::index::Reader;
use crate::search::compile;
use crate::search::engine::{Bm25, Segment};
use crate::search::expand::Stemming;
use crate::search::expand::function_words::is_function_word;
use crate::search::plan::Plan;

/// How many of the best articles are read, and how much of each.
const ARTICLES: usize = 10;
const ARTICLE_WORDS: u32 = 300;
/// How many of them must share a word.
const SHARED: usize = 5;
/// How many words are added at most.
const WORDS: usize = 10;
/// A word that every article of the first answer has counts so much beside one that was asked.
const WEIGHT: f32 = 0.2;
/// More common words say nothing: in one article of twenty.
const LEAST_IDF: f32 = 3.0;

/// Adds words to the plan; whether there are any.
pub(super) fn add(
    plan: &mut Plan,
    segments: &[Segment],
    bm25: &Bm25,
    readers: &[Reader],
    list: &[Candidate],
) -> Result<bool, crate::search::Error> {
    let stemming = Stemming::new(["en"]);
    let asked: FxHashSet<String> =
        plan.leaves.iter().flat_map(|l| &l.expanded).map(|(word, _)| stemming.stem(&fold(word))).collect();
    let mut shared: FxHashMap<String, (usize, String)> = FxHashMap::default();
    let best = &list[..list.len().min(ARTICLES)];
    for candidate in best {
        let segment = &segments[candidate.segment];
        let article = readers[segment.owner].article(segment.address(candidate.doc))?;
        let mut seen: FxHashMap<String, String> = FxHashMap::default();
        for token in article.tokens.iter().filter(|t| t.is_word()).take_while(|t| t.word < ARTICLE_WORDS) {
            let folded = fold(token.term(&article.text));
            if !is_function_word(&folded) {
                let stem = stemming.stem(&folded);
                let shorter = |known: &String| (known.len(), known) <= (folded.len(), &folded);
                if !seen.get(&stem).is_some_and(shorter) {
                    seen.insert(stem, folded);
                }
            }
        }
        for (stem, word) in seen.into_iter().filter(|(stem, _)| !asked.contains(stem)) {
            let entry = shared.entry(stem).or_insert_with(|| (0, word.clone()));
            entry.0 += 1;
            entry.1 = std::mem::take(&mut entry.1).min(word);
        }
    }
    let mut words: Vec<(usize, String)> = shared.into_values().filter(|(n, _)| *n >= SHARED).collect();
    words.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let weighed: Vec<(String, f32)> =
        words.into_iter().map(|(n, word)| (word, WEIGHT * n as f32 / best.len() as f32)).collect();
    compile::feedback(plan, &weighed, segments, bm25)?;
    let Plan { feedback, leaves, .. } = plan;
    feedback.retain(|&leaf| leaves[leaf].idf >= LEAST_IDF);
    let worth = |leaf: &usize| leaves[*leaf].idf * leaves[*leaf].weight;
    feedback.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.cmp(b)));
    feedback.truncate(WORDS);
    Ok(!feedback.is_empty())
}
