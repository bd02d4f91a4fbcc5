//! Evidence of articles for one another.
//!
//! Articles on one event share words with each other that the question lacks. So each of the best articles moves
//! towards the scores of those that read most like it (regularised scores: Diaz 2005). It holds back in three ways.
//! What counts is how much better than the list the neighbours are: what is typical of the list does not rise for
//! being typical. It is a mean over the nearest, weighted by likeness, and not a sum: a crowd proves no more than a few.
//! And few and distant neighbours prove little.
//!
//! Likeness is the cosine of word vectors that are weighed *within the list*: of articles on one telephone, its name
//! says nothing and its price much. So nothing but the stored texts is read.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

use super::Candidate;
use crate::article::Article;
use crate::article::fold::fold_char;
use crate::index::Reader;
use crate::search::engine::Segment;

/// What company counts.
const COMPANY: f32 = 1.0;
/// How many neighbours count.
const NEIGHBOURS: usize = 10;
/// The likeness, in all, at which neighbours count half.
const DOUBT: f32 = 0.3;
/// How many words of each article are compared.
const WORDS: u32 = 600;
/// Words that begin with the same letters are alike: about as good as stems, and nothing is allocated.
const LETTERS: usize = 6;

/// Adds the evidence to the scores.
pub(super) fn add(
    segments: &[Segment],
    readers: &[Reader],
    list: &mut [Candidate],
) -> Result<(), crate::search::Error> {
    let mut counts = Vec::with_capacity(list.len());
    for candidate in list.iter() {
        let segment = &segments[candidate.segment];
        let article = readers[segment.owner].article(segment.address(candidate.doc))?;
        counts.push(words(&article));
    }
    let likeness = Likeness::of(&counts);
    let scores: Vec<f32> = list.iter().map(|c| c.parts.timeless()).collect();
    let mean = scores.iter().sum::<f32>() / scores.len().max(1) as f32;
    for (i, candidate) in list.iter_mut().enumerate() {
        let others = (0..scores.len()).filter(|&j| j != i);
        let mut near: Vec<(f32, f32)> = others.map(|j| (likeness.between(i, j), scores[j] - mean)).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(NEIGHBOURS);
        let sum: f32 = near.iter().map(|n| n.0).sum();
        candidate.parts.company = COMPANY * near.iter().map(|n| n.0 * n.1).sum::<f32>() / (sum + DOUBT);
        candidate.sum();
    }
    Ok(())
}

/// The words of an article by their first letters, with how often they occur.
fn words(article: &Article) -> FxHashMap<u64, f32> {
    let mut counts = FxHashMap::default();
    for token in article.tokens.iter().filter(|t| t.is_word()).take_while(|t| t.word < WORDS) {
        *counts.entry(beginning(token.term(&article.text))).or_default() += 1.0;
    }
    counts
}

fn beginning(word: &str) -> u64 {
    let (mut hasher, mut left) = (FxHasher::default(), LETTERS);
    for c in word.chars() {
        if left == 0 {
            break;
        }
        fold_char(c, &mut |c| {
            if left > 0 {
                hasher.write_u32(c.into());
                left -= 1;
            }
        });
    }
    hasher.finish()
}

/// The cosines of all pairs.
struct Likeness {
    articles: usize,
    table: Vec<f32>,
}

impl Likeness {
    fn of(counts: &[FxHashMap<u64, f32>]) -> Likeness {
        let articles = counts.len();
        let mut entries: Vec<(u64, usize, f32)> =
            counts.iter().enumerate().flat_map(|(i, c)| c.iter().map(move |(&w, &n)| (w, i, 1.0 + n.ln()))).collect();
        // In order, so that sums come out the same each time.
        entries.sort_unstable_by_key(|&(word, article, _)| (word, article));
        let mut lengths = vec![0f32; articles];
        for shared in entries.chunk_by_mut(|a, b| a.0 == b.0) {
            let rarity = (1.0 + (articles as f32 + 0.5) / (shared.len() as f32 + 0.5)).ln();
            for (_, article, weight) in shared {
                *weight *= rarity;
                lengths[*article] += *weight * *weight;
            }
        }
        let mut table = vec![0f32; articles * articles];
        for shared in entries.chunk_by(|a, b| a.0 == b.0) {
            for (n, &(_, i, a)) in shared.iter().enumerate() {
                let row = &mut table[i * articles..(i + 1) * articles];
                shared[n + 1..].iter().for_each(|&(_, j, b)| row[j] += a * b);
            }
        }
        for i in 0..articles {
            for j in i + 1..articles {
                let length = (lengths[i] * lengths[j]).sqrt();
                let cosine = if length > 0.0 { table[i * articles + j] / length } else { 0.0 };
                (table[i * articles + j], table[j * articles + i]) = (cosine, cosine);
            }
        }
        Likeness { articles, table }
    }

    fn between(&self, i: usize, j: usize) -> f32 {
        self.table[i * self.articles + j]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testing::article;

    #[test]
    fn likeness_is_of_what_tells_the_list_apart() {
        let texts = [
            "The Quill phone has a gold case at a price of nine thousand crowns",
            "A gold case for the Quill phone: price nine thousand crowns",
            "The Quill phone has a battery that lasts a day, testers found",
            "",
        ];
        let counts: Vec<_> = texts.iter().map(|t| words(&article("a", t))).collect();
        let likeness = Likeness::of(&counts);
        assert!(likeness.between(0, 1) > 2.0 * likeness.between(0, 2));
        assert_eq!(likeness.between(0, 1), likeness.between(1, 0));
        assert_eq!(likeness.between(0, 3), 0.0);
    }

    #[test]
    fn forms_of_a_word_begin_alike() {
        assert_eq!(beginning("Canadian"), beginning("canadians"));
        assert_eq!(beginning("O'Neill"), beginning("ONEILL"));
        assert_ne!(beginning("port"), beginning("ports"));
    }
}
