//! Evidence of articles for one another.
//!
//! Articles on one event share words with each other that the question lacks. So each of the best articles moves
//! towards the scores of those that read most like it (regularised scores: Diaz 2005). It holds back in three ways.
//! What counts is how much better than the list the neighbours are: what is typical of the list does not rise for being
//! typical. It is a mean over the nearest, weighted by likeness, and not a sum: a crowd proves no more than a few. And
//! few and distant neighbours prove little.
//!
//! The question is held against each article in the same way (*aboutness*): words count by how often an article has
//! them, aboutness by how much else it has. An article that says what was asked and little more is likelier to be meant
//! than one that says it in passing.
//!
//! Likeness is the cosine of word vectors that are weighed *within the list*: of articles on one telephone, its name
//! says nothing and its price much. So nothing but the stored texts is read.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::Candidate;
use crate::article::Article;
use crate::article::fold::fold_char;
use crate::index::Reader;
use crate::search::engine::Segment;

/// What aboutness counts, beside the rarity of all words that were asked.
const ABOUTNESS: f32 = 1.5;
/// What company counts.
const COMPANY: f32 = 0.7;
/// How many neighbours count.
const NEIGHBOURS: usize = 10;
/// The likeness, in all, at which neighbours count half.
const DOUBT: f32 = 0.1;
/// How many words of each article are compared.
const WORDS: u32 = 600;
/// Words that begin with the same letters are alike: about as good as stems, and nothing is allocated.
const LETTERS: usize = 6;

/// Adds the evidence to the scores. `asked`: the different words of the question, with the sum of their inverse
/// document frequencies.
pub(super) fn add(
    asked: &[&str],
    rarity: f32,
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
    let question = asked.iter().map(|word| beginning(word)).collect();
    for (candidate, cosine) in list.iter_mut().zip(aboutness(&counts, &question)) {
        candidate.parts.aboutness = ABOUTNESS * rarity * cosine;
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

/// Which article has which word, and how much it tells of that article among the others; sorted by word.
fn weigh(counts: &[FxHashMap<u64, f32>]) -> Vec<(u64, usize, f32)> {
    let words = counts.iter().enumerate().flat_map(|(i, c)| c.iter().map(move |(&w, &n)| (w, i, 1.0 + n.ln())));
    let mut entries: Vec<_> = words.collect();
    // In order, so that sums come out the same each time.
    entries.sort_unstable_by_key(|&(word, article, _)| (word, article));
    for shared in entries.chunk_by_mut(|a, b| a.0 == b.0) {
        let rarity = rarity(shared.len(), counts.len());
        shared.iter_mut().for_each(|(.., weight)| *weight *= rarity);
    }
    entries
}

/// How rare a word is that stands in so many of the articles.
fn rarity(having: usize, articles: usize) -> f32 {
    (1.0 + (articles as f32 + 0.5) / (having as f32 + 0.5)).ln()
}

/// The cosine of each article with the question, each of whose words counts once.
fn aboutness(counts: &[FxHashMap<u64, f32>], question: &FxHashSet<u64>) -> Vec<f32> {
    let (mut products, mut lengths, mut length) = (vec![0f32; counts.len()], vec![0f32; counts.len()], 0.0);
    for shared in weigh(counts).chunk_by(|a, b| a.0 == b.0) {
        let asked = if question.contains(&shared[0].0) { rarity(shared.len(), counts.len()) } else { 0.0 };
        length += asked * asked;
        for &(_, article, weight) in shared {
            products[article] += weight * asked;
            lengths[article] += weight * weight;
        }
    }
    products.iter().zip(&lengths).map(|(&product, &other)| cosine(product, length, other)).collect()
}

/// The cosines of all pairs.
struct Likeness {
    articles: usize,
    table: Vec<f32>,
}

impl Likeness {
    fn of(counts: &[FxHashMap<u64, f32>]) -> Likeness {
        let articles = counts.len();
        let mut table = vec![0f32; articles * articles];
        let mut lengths = vec![0f32; articles];
        for shared in weigh(counts).chunk_by(|a, b| a.0 == b.0) {
            for (n, &(_, i, a)) in shared.iter().enumerate() {
                lengths[i] += a * a;
                let row = &mut table[i * articles..(i + 1) * articles];
                shared[n + 1..].iter().for_each(|&(_, j, b)| row[j] += a * b);
            }
        }
        for i in 0..articles {
            for j in i + 1..articles {
                let cosine = cosine(table[i * articles + j], lengths[i], lengths[j]);
                (table[i * articles + j], table[j * articles + i]) = (cosine, cosine);
            }
        }
        Likeness { articles, table }
    }

    fn between(&self, i: usize, j: usize) -> f32 {
        self.table[i * self.articles + j]
    }
}

/// Of two vectors, from their product and the squares of their lengths.
fn cosine(product: f32, a: f32, b: f32) -> f32 {
    let length = (a * b).sqrt();
    if length > 0.0 { product / length } else { 0.0 }
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
    fn an_article_is_about_what_it_says_beside_little_else() {
        let texts = [
            "Quill phone price",
            "Quill phone price was low, testers found, while its battery lasts a day and its case is gold",
            "testers found a battery",
            "",
        ];
        let counts: Vec<_> = texts.iter().map(|t| words(&article("a", t))).collect();
        let question = ["quill", "phone", "price", "unheard"].map(beginning).into_iter().collect();
        let about = aboutness(&counts, &question);
        assert!(about[0] > 0.99 && about[0] > 1.5 * about[1]);
        assert_eq!(about[2..], [0.0, 0.0]);
    }

    #[test]
    fn forms_of_a_word_begin_alike() {
        assert_eq!(beginning("Canadian"), beginning("canadians"));
        assert_eq!(beginning("O'Neill"), beginning("ONEILL"));
        assert_ne!(beginning("port"), beginning("ports"));
    }
}
