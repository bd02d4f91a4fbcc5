//! Memory of one article: how its words were labelled at first sight.
//!
//! A name is often recognised with certainty in one place ("Jane Roe, the minister, said") and has nothing to tell it
//! by in another ("Roe 7-5"). Every article is therefore labelled twice: the second time with what the first made of
//! the same words elsewhere in it (Krishnan and Manning 2006). The second model is trained on first labels that come
//! from models that had not seen the article.

use super::label::{LABELS, Label};
use crate::parse::model::{feature, pair};
use rustc_hash::FxHashMap;

/// How often each word of an article was given each label.
#[derive(Default)]
pub struct Memory {
    words: FxHashMap<u64, [u8; LABELS]>,
}

/// What the other places of a word say: the type that most of them give it, how many they are and how much at one.
#[derive(Clone, Copy, Default)]
struct Elsewhere {
    /// 0 unknown, 1 outside, 2… the types.
    most: u64,
    weight: u64,
}

impl Memory {
    pub fn clear(&mut self) {
        self.words.clear();
    }

    /// Adds the labels of a region's tokens.
    pub fn add(&mut self, words: &[u64], labels: &[Label]) {
        for (&w, &l) in words.iter().zip(labels) {
            if w != 0 {
                let seen = &mut self.words.entry(w).or_insert([0; LABELS])[l as usize];
                *seen = seen.saturating_add(1);
            }
        }
    }

    /// The labels that the word has elsewhere, its own at this place taken away.
    fn elsewhere(&self, word: u64, own: Label) -> Option<[u8; LABELS]> {
        let mut seen = *self.words.get(&word).filter(|_| word != 0)?;
        seen[own as usize] = seen[own as usize].saturating_sub(1);
        Some(seen)
    }

    fn summary(seen: Option<[u8; LABELS]>) -> Elsewhere {
        let Some(seen) = seen else { return Elsewhere::default() };
        let mut types = [0u32; 1 + LABELS / 4];
        types[0] = u32::from(seen[0]);
        for (t, four) in seen[1..].chunks(4).enumerate() {
            types[t + 1] = four.iter().map(|&n| u32::from(n)).sum();
        }
        let all: u32 = types.iter().sum();
        let Some((most, &n)) = types.iter().enumerate().max_by_key(|&(t, &n)| (n, std::cmp::Reverse(t))) else {
            return Elsewhere::default();
        };
        if all == 0 {
            return Elsewhere::default();
        }
        let share = if n == all {
            3
        } else if n * 4 >= all * 3 {
            2
        } else {
            (n * 2 > all) as u64
        };
        let many = match n {
            1 => 0,
            2 => 1,
            3..=5 => 2,
            _ => 3,
        };
        Elsewhere { most: most as u64 + 1, weight: share * 4 + many }
    }

    /// Hands the features of token `i` of a region to `emit`.
    pub fn features(&self, words: &[u64], labels: &[Label], i: usize, mut emit: impl FnMut(u32)) {
        let mut f = |template: u32, value: u64| emit(feature(100 + template, value));
        let at = |k: Option<usize>| {
            k.and_then(|k| Some((*words.get(k)?, *labels.get(k)?)))
                .map_or((None, 99), |(w, l)| (self.elsewhere(w, l), l))
        };
        let (p, p_own) = at(i.checked_sub(1));
        let (z, own) = at(Some(i));
        let (n, n_own) = at(Some(i + 1));
        let (before, here, after) = (Self::summary(p), Self::summary(z), Self::summary(n));
        let own = own as u64;
        f(0, here.most * 16 + here.weight);
        f(1, pair(own, here.most * 16 + here.weight));
        f(2, pair(before.most, here.most));
        f(3, pair(here.most, after.most));
        f(4, pair(own, pair(before.most, pair(here.most, after.most))));
        f(5, pair(p_own as u64, pair(own, n_own as u64)));
        for (label, _) in z.iter().flatten().enumerate().filter(|(_, n)| **n > 0) {
            f(6, label as u64);
            f(7, pair(own, label as u64));
        }
    }
}
