//! Memory of one article: how its words were labelled at first sight.
//!
//! A name is often recognised with certainty in one place ("Jane Roe, the minister, said") and has nothing to tell it
//! by in another ("Roe 7-5"). Every article is therefore labelled twice: the second time with what the first made of
//! the same words elsewhere in it (Krishnan and Manning 2006), and with the words that stand beside them there. The
//! second model is trained on first labels that come from models that had not seen the article.

use super::feature::Sink;
use super::label::{LABELS, Label};
use crate::parse::model::{feature, pair};
use rustc_hash::FxHashMap;

/// So many places of a word are remembered with the words beside them.
const PLACES: usize = 3;

/// A token as the memory knows it.
#[derive(Clone, Copy)]
pub struct Place {
    /// The word; 0 for what is not remembered.
    pub word: u64,
    /// Which token of the article.
    pub at: u32,
    /// The words before and after it.
    pub beside: [u32; 2],
}

/// What one word was labelled, and where.
#[derive(Clone, Copy, Default)]
struct Seen {
    labels: [u8; LABELS],
    /// The first places, and how many.
    places: [(u32, [u32; 2]); PLACES],
    known: u8,
}

/// How often each word of an article was given each label.
#[derive(Default)]
pub struct Memory {
    words: FxHashMap<u64, Seen>,
}

/// What the other places of a token's word say: the type that most of them give it, how many they are and how much at
/// one.
#[derive(Clone, Copy)]
pub struct Elsewhere {
    /// The label at this place.
    own: u64,
    /// The labels elsewhere, a bit each.
    labels: u32,
    /// 0 unknown, 1 outside, 2… the types.
    most: u64,
    weight: u64,
    /// The words beside some of the other places, and of how many.
    beside: [[u32; 2]; PLACES],
    known: u8,
}

impl Elsewhere {
    /// Beside a region.
    const BEYOND: Elsewhere = Elsewhere { own: 99, labels: 0, most: 0, weight: 0, beside: [[0; 2]; PLACES], known: 0 };
}

impl Memory {
    /// Forgets the article, but keeps room for so many words.
    pub fn clear(&mut self, kept: usize) {
        self.words.clear();
        self.words.shrink_to(kept);
    }

    /// Adds the labels of a region's tokens.
    pub fn add(&mut self, places: &[Place], labels: &[Label]) {
        for (place, &l) in places.iter().zip(labels).filter(|(p, _)| p.word != 0) {
            let seen = self.words.entry(place.word).or_default();
            seen.labels[l as usize] = seen.labels[l as usize].saturating_add(1);
            if let Some(free) = seen.places.get_mut(seen.known as usize) {
                *free = (place.at, place.beside);
                seen.known += 1;
            }
        }
    }

    /// What the article says elsewhere of the tokens of a region, in place of what `out` held.
    pub fn look(&self, places: &[Place], labels: &[Label], out: &mut Vec<Elsewhere>) {
        out.clear();
        out.extend(places.iter().zip(labels).map(|(p, &l)| self.elsewhere(p, l)));
    }

    /// The labels that the word has elsewhere, its own at this place taken away.
    fn elsewhere(&self, place: &Place, own: Label) -> Elsewhere {
        let mut unknown = Elsewhere { own: own as u64, ..Elsewhere::BEYOND };
        let Some(remembered) = self.words.get(&place.word).filter(|_| place.word != 0) else { return unknown };
        for (_, beside) in remembered.places[..remembered.known as usize].iter().filter(|(at, _)| *at != place.at) {
            unknown.beside[unknown.known as usize] = *beside;
            unknown.known += 1;
        }
        let mut seen = remembered.labels;
        seen[own as usize] = seen[own as usize].saturating_sub(1);
        let labels = seen.iter().enumerate().fold(0, |set, (l, &n)| set | ((n > 0) as u32) << l);
        let mut types = [0u32; 1 + LABELS / 4];
        types[0] = u32::from(seen[0]);
        for (t, four) in seen[1..].chunks(4).enumerate() {
            types[t + 1] = four.iter().map(|&n| u32::from(n)).sum();
        }
        let all: u32 = types.iter().sum();
        let Some((most, &n)) = types.iter().enumerate().max_by_key(|&(t, &n)| (n, std::cmp::Reverse(t))) else {
            return unknown;
        };
        if all == 0 {
            return unknown;
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
        Elsewhere { labels, most: most as u64 + 1, weight: share * 4 + many, ..unknown }
    }
}

/// Hands the features of token `i` of a region to `sink`, given what [`Memory::look`] found.
pub fn features(seen: &[Elsewhere], i: usize, sink: &mut impl Sink) {
    let at = |k: Option<usize>| k.and_then(|k| seen.get(k)).copied().unwrap_or(Elsewhere::BEYOND);
    let (before, z, after) = (at(i.checked_sub(1)), at(Some(i)), at(i.checked_add(1)));
    let own = z.own;
    let here = z.most * 16 + z.weight;
    let owns = pair(before.own, pair(own, after.own));
    let all = pair(own, pair(before.most, pair(z.most, after.most)));
    let f = |template: u32, value: u64| feature(100 + template, value);
    sink.group(pair(owns, pair(all, here)), |emit| {
        emit(f(0, here));
        emit(f(1, pair(own, here)));
        emit(f(2, pair(before.most, z.most)));
        emit(f(3, pair(z.most, after.most)));
        emit(f(4, all));
        emit(f(5, owns));
    });
    for [before, after] in &z.beside[..z.known as usize] {
        sink.one(f(8, u64::from(*before)));
        sink.one(f(9, u64::from(*after)));
    }
    if z.labels != 0 {
        sink.group(pair(own, z.labels as u64), |emit| {
            for label in (0..LABELS as u64).filter(|l| z.labels >> l & 1 != 0) {
                emit(f(6, label));
                emit(f(7, pair(own, label)));
            }
        });
    }
}
