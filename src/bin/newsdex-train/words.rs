//! Words by the company they keep: vectors learned from unlabelled news, and clusters of them.
//!
//! Structured skip-grams with negative sampling (Mikolov et al. 2013; Ling et al. 2015, which keep one output vector
//! for each position beside the word), over words as folded by the index but told apart by their first letter's case:
//! "bush" and "Bush" keep other company. Words that only open sentences are counted as they are mostly written.
//! One thread, one seed: the same text gives the same vectors.
//!
//! Beside these stand the vectors that others learned from a thousand times as much text ([`wide`]): they know no case,
//! but names and words of countries of which the news at hand says little.

use crate::corpus;
use crate::crf::Random;
use anyhow::{Result, anyhow};
use newsdex::article::{Kind, Shape};
use newsdex::parse::entity::lexicon;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Words seen less often have no vector.
const SELDOM: u32 = 6;
/// Words on each side that are predicted.
const WINDOW: usize = 2;
pub const SIZE: usize = 48;

/// A word of the vocabulary.
pub struct Word {
    /// Its [`lexicon::key`].
    pub key: u32,
    /// Whether it begins with a capital.
    pub upper: bool,
    pub count: u32,
    /// How often it, with the other case taken together, has a capital inside of sentences, 1 to 7; 0 unknown.
    pub capital: u8,
    pub vector: [f32; SIZE],
}

/// Numbered words of all texts; 0 ends a sentence.
struct Stream {
    ids: Vec<u32>,
    keys: Vec<(u32, bool)>,
    counts: Vec<u32>,
    /// Capitalised and all occurrences inside of sentences, by key.
    inside: FxHashMap<u32, (u32, u32)>,
}

/// Reads the texts and learns.
pub fn learn(data: &Path, epochs: usize) -> Result<Vec<Word>> {
    let mut stream = read(data)?;
    let small = stream.counts.iter().filter(|&&c| c >= SELDOM).count();
    eprintln!("{} tokens, {} words, {small} of them seen {SELDOM} times", stream.ids.len(), stream.keys.len());
    // Renumber by frequency.
    let mut order: Vec<u32> = (1..stream.keys.len() as u32).filter(|&i| stream.counts[i as usize] >= SELDOM).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(stream.counts[i as usize]), stream.keys[i as usize]));
    let mut new = vec![u32::MAX; stream.keys.len()];
    new[0] = 0;
    for (n, &i) in order.iter().enumerate() {
        new[i as usize] = n as u32 + 1;
    }
    stream.ids.iter_mut().for_each(|i| *i = new[*i as usize]);
    stream.ids.retain(|&i| i != u32::MAX);
    let counts: Vec<u32> = std::iter::once(0).chain(order.iter().map(|&i| stream.counts[i as usize])).collect();
    let vectors = vectors(&stream.ids, &counts, epochs);
    let words = order.iter().enumerate().map(|(n, &i)| {
        let (key, upper) = stream.keys[i as usize];
        let (capital, all) = stream.inside.get(&key).copied().unwrap_or_default();
        let capital = if all < 3 { 0 } else { 1 + (f64::from(capital) / f64::from(all) * 6.0).round() as u8 };
        Word { key, upper, count: counts[n + 1], capital, vector: vectors[n + 1] }
    });
    Ok(words.collect())
}

fn read(data: &Path) -> Result<Stream> {
    let mut s = Stream { ids: Vec::new(), keys: vec![(0, false)], counts: vec![0], inside: FxHashMap::default() };
    let mut ids: FxHashMap<(u32, bool), u32> = FxHashMap::default();
    // (key, capital, opens a sentence); key 0 ends a sentence.
    let mut raw: Vec<(u32, bool, bool)> = Vec::new();
    corpus::plain(data, &mut |text| {
        let article = corpus::article("", text);
        for sentence in &article.sentences {
            let tokens = &article.tokens[article.tokens.within(*sentence)];
            let upper = tokens.iter().filter(|t| matches!(t.shape, Shape::Upper | Shape::Title)).count();
            let lower = tokens.iter().filter(|t| t.shape == Shape::Lower).count();
            // Headlines tell nothing of capitals.
            let plain = lower > upper;
            if tokens.len() < 3 || (!plain && upper > 3) {
                continue;
            }
            let mut opens = true;
            for t in tokens {
                let word = lexicon::token(&article.text, t);
                let capital = matches!(t.shape, Shape::Title | Shape::Upper | Shape::Mixed);
                raw.push((lexicon::key(word), capital, opens && t.kind == Kind::Word));
                if t.kind == Kind::Word && !opens {
                    let seen = s.inside.entry(lexicon::key(word)).or_default();
                    seen.0 += capital as u32;
                    seen.1 += 1;
                }
                // Opening quotation marks do not open anything but the sentence.
                opens &= t.kind == Kind::Mark;
            }
            raw.push((0, false, false));
        }
    })?;
    for (key, mut capital, opens) in raw {
        if key == 0 {
            s.ids.push(0);
            continue;
        }
        if opens && capital {
            let (upper, all) = s.inside.get(&key).copied().unwrap_or_default();
            capital = 2 * upper >= all;
        }
        let next = s.keys.len() as u32;
        let id = *ids.entry((key, capital)).or_insert(next);
        if id == next {
            s.keys.push((key, capital));
            s.counts.push(0);
        }
        s.counts[id as usize] += 1;
        s.ids.push(id);
    }
    Ok(s)
}

fn vectors(ids: &[u32], counts: &[u32], epochs: usize) -> Vec<[f32; SIZE]> {
    const NEGATIVES: usize = 5;
    const RATE: f32 = 0.03;
    let n = counts.len();
    let mut random = Random(0x0077_6f72_6473);
    let mut input: Vec<[f32; SIZE]> =
        (0..n).map(|_| std::array::from_fn(|_| (random.unit() - 0.5) / SIZE as f32)).collect();
    let mut output = vec![[0f32; SIZE]; n * 2 * WINDOW];
    // Negatives are drawn by frequency to the power of 3/4.
    let mut table = Vec::with_capacity(1 << 22);
    let total: f64 = counts.iter().map(|&c| f64::from(c).powf(0.75)).sum();
    for (i, &c) in counts.iter().enumerate() {
        let share = (f64::from(c).powf(0.75) / total * (1 << 22) as f64).ceil() as usize;
        table.extend(std::iter::repeat_n(i as u32, if i == 0 { 0 } else { share }));
    }
    // Frequent words are skipped at random.
    let all: f64 = counts.iter().map(|&c| f64::from(c)).sum();
    let keep: Vec<f32> = counts
        .iter()
        .map(|&c| {
            let f = f64::from(c.max(1)) / all / 3e-4;
            ((f.sqrt() + 1.0) / f).min(1.0) as f32
        })
        .collect();
    let steps = (ids.len() * epochs) as f32;
    let mut done = 0usize;
    for epoch in 0..epochs {
        for (at, &word) in ids.iter().enumerate() {
            done += 1;
            if word == 0 || random.unit() > keep[word as usize] {
                continue;
            }
            let rate = RATE * (1.0 - done as f32 / steps).max(1e-3);
            for k in 0..2 * WINDOW {
                let offset = if k < WINDOW { k as isize - WINDOW as isize } else { k as isize - WINDOW as isize + 1 };
                let Some(&context) = at.checked_add_signed(offset).and_then(|i| ids.get(i)) else { continue };
                // The end of a sentence is company too, but nothing beyond it.
                let between = if offset < 0 {
                    at.wrapping_add_signed(offset) + 1..at
                } else {
                    at + 1..at.wrapping_add_signed(offset)
                };
                if ids[between].contains(&0) {
                    continue;
                }
                let mut slope = [0f32; SIZE];
                let vector = input[word as usize];
                for m in 0..=NEGATIVES {
                    let (target, truth) = if m == 0 {
                        (context, 1.0)
                    } else {
                        (table[(random.next() % table.len() as u64) as usize], 0.0)
                    };
                    if m > 0 && target == context {
                        continue;
                    }
                    let out = &mut output[target as usize * 2 * WINDOW + k];
                    let dot: f32 = vector.iter().zip(&*out).map(|(a, b)| a * b).sum();
                    let g = (truth - 1.0 / (1.0 + (-dot).exp())) * rate;
                    for ((s, o), v) in slope.iter_mut().zip(out).zip(&vector) {
                        *s += g * *o;
                        *o += g * v;
                    }
                }
                input[word as usize].iter_mut().zip(&slope).for_each(|(v, s)| *v += s);
            }
        }
        eprintln!("  vectors: epoch {} of {epochs}", epoch + 1);
    }
    input
}

/// Clusters of vectors by direction (spherical k-means from a seeded start), the most frequent words first; numbers
/// from 1.
pub fn clusters<const N: usize>(vectors: &[[f32; N]], weights: &[f32], k: usize, rounds: usize) -> Vec<u16> {
    let unit = |v: &[f32; N]| {
        let n = v.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
        v.map(|x| x / n)
    };
    let vectors: Vec<[f32; N]> = vectors.iter().map(unit).collect();
    // The most frequent words are far from one another; take the centres from among them.
    let mut random = Random(0x6b6d);
    let mut starts: Vec<usize> = (0..vectors.len().min(12 * k)).collect();
    random.shuffle(&mut starts);
    let mut centres: Vec<[f32; N]> = starts.iter().take(k).map(|&i| vectors[i]).collect();
    let mut of = vec![0u16; vectors.len()];
    for _ in 0..rounds {
        for (o, v) in of.iter_mut().zip(&vectors) {
            let mut best = (f32::MIN, 0);
            for (c, centre) in centres.iter().enumerate() {
                let dot = dot(v, centre);
                if dot > best.0 {
                    best = (dot, c as u16);
                }
            }
            *o = best.1;
        }
        let mut sums = vec![[0f32; N]; k];
        for ((o, v), weight) in of.iter().zip(&vectors).zip(weights) {
            sums[*o as usize].iter_mut().zip(v).for_each(|(s, x)| *s += weight * x);
        }
        for (c, s) in centres.iter_mut().zip(&sums) {
            if s.iter().any(|&x| x != 0.0) {
                *c = unit(s);
            }
        }
    }
    of.iter().map(|&c| c + 1).collect()
}

/// The dot product, in eight sums that the processor can keep at once.
fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    let mut sums = [0f32; 8];
    let (a, b) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (x, y) in a.0.iter().zip(b.0) {
        for ((s, x), y) in sums.iter_mut().zip(x).zip(y) {
            *s += x * y;
        }
    }
    sums.iter().sum::<f32>() + a.1.iter().zip(b.1).map(|(x, y)| x * y).sum::<f32>()
}

/// Dimensions of the vectors that others learned.
pub const WIDE: usize = 50;
/// So many of their words are taken, the most frequent.
const MOST_WIDE: usize = 150_000;

/// Vectors that others learned from more text, in the format of GloVe: a word and its numbers a line, the most frequent
/// first. Words by their [`lexicon::key`]; of those that fold to the same the first.
pub fn wide(path: &Path) -> Result<(Vec<u32>, Vec<[f32; WIDE]>)> {
    let (mut keys, mut vectors, mut seen) = (Vec::new(), Vec::new(), FxHashSet::default());
    for line in BufReader::new(File::open(path)?).lines().take(MOST_WIDE) {
        let line = line?;
        let mut fields = line.split(' ');
        let word = fields.next().unwrap_or_default();
        let key = lexicon::key(lexicon::word(word));
        if !word.contains(char::is_alphabetic) || !seen.insert(key) {
            continue;
        }
        let numbers = fields.map(str::parse).collect::<Result<Vec<f32>, _>>()?;
        vectors.push(numbers.try_into().map_err(|_| anyhow!("{word} has not {WIDE} numbers"))?);
        keys.push(key);
    }
    Ok((keys, vectors))
}

/// Vectors as bytes, so that they need not be learned again.
pub fn save(words: &[Word], path: &Path) -> Result<()> {
    let mut bytes = Vec::new();
    for w in words {
        bytes.extend(w.key.to_le_bytes());
        bytes.extend([w.upper as u8, w.capital]);
        bytes.extend(w.count.to_le_bytes());
        w.vector.iter().for_each(|x| bytes.extend(x.to_le_bytes()));
    }
    Ok(std::fs::write(path, bytes)?)
}

pub fn load(path: &Path) -> Result<Vec<Word>> {
    let bytes = std::fs::read(path)?;
    let word = |b: &[u8]| {
        let four = |at: usize| [b[at], b[at + 1], b[at + 2], b[at + 3]];
        Word {
            key: u32::from_le_bytes(four(0)),
            upper: b[4] != 0,
            capital: b[5],
            count: u32::from_le_bytes(four(6)),
            vector: std::array::from_fn(|d| f32::from_le_bytes(four(10 + 4 * d))),
        }
    };
    Ok(bytes.chunks_exact(10 + 4 * SIZE).map(word).collect())
}
