//! What is known of words and names before an article is read: lists, and classes of words that keep like company.
//!
//! Two tables found by hash: words (with the kinds of list they stand in and the clusters that they fell into when
//! unlabelled news was read) and names of several words. Both are part of the trained model.

use crate::article::fold::fold_char;
use crate::article::{Kind, Token};
use crate::parse::model::{Hash, Reader, Writer, hash, pair};
use std::io;

/// The kinds of list, as bits of a set.
pub mod kind {
    pub const COUNTRY: u32 = 1;
    pub const REGION: u32 = 1 << 1;
    pub const CITY: u32 = 1 << 2;
    pub const GROUP: u32 = 1 << 3;
    pub const MONTH: u32 = 1 << 4;
    pub const TITLE: u32 = 1 << 5;
    pub const ROLE: u32 = 1 << 6;
    pub const PARTICLE: u32 = 1 << 7;
    pub const ORGANIZATION_HEAD: u32 = 1 << 8;
    pub const PLACE_HEAD: u32 = 1 << 9;
    pub const MISC_HEAD: u32 = 1 << 10;
    pub const EVENT: u32 = 1 << 11;
    pub const ORGANIZATION: u32 = 1 << 12;
    pub const TEAM: u32 = 1 << 13;
    pub const FEMALE: u32 = 1 << 14;
    pub const MALE: u32 = 1 << 15;
    pub const FORENAME: u32 = 1 << 16;
    pub const SURNAME: u32 = 1 << 17;
    /// A town of GeoNames, whatever its size.
    pub const TOWN: u32 = 1 << 18;
    pub const COMPANY: u32 = 1 << 19;
    /// A person known by full name.
    pub const PERSON: u32 = 1 << 20;
    /// The first word of a name of several words that is in the lexicon.
    pub const OPENS: u32 = 1 << 31;
}

/// What is known of one word, however it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Bits of [`kind`].
    pub kinds: u32,
    /// Its clusters when it begins with a capital, by two methods; 0 where it was not seen so.
    pub upper: [u16; 2],
    /// The same in lower case.
    pub lower: [u16; 2],
    /// Its clusters, however it is written, by the company it keeps in far more text; 0 where it was not seen there.
    pub wide: [u16; 2],
    /// How often it begins with a capital inside sentences: 1 never to 7 always, 0 not known.
    pub capital: u8,
}

/// The words and names of the model.
pub struct Lexicon {
    words: Map<Entry>,
    names: Map<u32>,
}

/// The most words that a name in the lexicon has.
pub const MOST_WORDS: usize = 6;

impl Lexicon {
    pub fn new(words: Vec<(u32, Entry)>, names: Vec<(u32, u32)>) -> Lexicon {
        Lexicon { words: Map::new(words), names: Map::new(names) }
    }

    /// The entry of a word by its [`word`] hash.
    #[inline(always)]
    pub fn word(&self, word: u64) -> Entry {
        self.words.get(key(word)).unwrap_or_default()
    }

    /// The kinds of a word.
    pub fn kinds(&self, surface: &str) -> u32 {
        self.word(word(surface)).kinds
    }

    /// The kinds of a name of several words, by the words' hashes joined with [`pair`].
    #[inline(always)]
    pub fn name(&self, joined: u64) -> u32 {
        self.names.get(key(joined)).unwrap_or_default()
    }

    pub fn read(from: &mut Reader) -> io::Result<Lexicon> {
        let mut words = Vec::new();
        for k in from.keys()? {
            let entry = Entry {
                kinds: from.u32()?,
                upper: [from.u16()?, from.u16()?],
                lower: [from.u16()?, from.u16()?],
                wide: [from.u16()?, from.u16()?],
                capital: from.u8()?,
            };
            words.push((k, entry));
        }
        let names = from.keys()?.into_iter().map(|k| Ok((k, from.u32()?))).collect::<io::Result<_>>()?;
        Ok(Lexicon::new(words, names))
    }

    pub fn write(&self, to: &mut Writer) {
        let words = self.words.sorted();
        to.keys(&words.iter().map(|w| w.0).collect::<Vec<_>>());
        for (_, e) in words {
            to.u32(e.kinds);
            e.upper.iter().chain(&e.lower).chain(&e.wide).for_each(|&c| to.u16(c));
            to.u8(e.capital);
        }
        let names = self.names.sorted();
        to.keys(&names.iter().map(|n| n.0).collect::<Vec<_>>());
        names.iter().for_each(|n| to.u32(n.1));
    }
}

/// The hash of a word under the folding of case and accents.
#[inline]
pub fn word(surface: &str) -> u64 {
    let mut hash = Hash::default();
    for c in surface.chars() {
        fold_char(c, &mut |c| c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| hash.add(b)));
    }
    hash.end()
}

/// The hash by which a token is known: words under folding, figures by their form, marks as written.
#[inline]
pub fn token(text: &str, token: &Token) -> u64 {
    match token.kind {
        Kind::Word => word(token.term(text)),
        Kind::Number => number(token.span.of(text)),
        Kind::Clitic | Kind::Mark => hash(token.span.of(text).as_bytes()) ^ 0x5555,
    }
}

/// Figures are alike but for their length, years apart.
fn number(surface: &str) -> u64 {
    let year = surface.len() == 4 && (surface.starts_with("19") || surface.starts_with("20"));
    let digits = surface.bytes().filter(u8::is_ascii_digit).count().min(5) as u64;
    let marks = surface.bytes().any(|b| !b.is_ascii_digit()) as u64;
    pair(0x6e75_6d62, digits * 4 + marks * 2 + year as u64)
}

/// The hash under which a name of several words is found.
pub fn name(words: impl Iterator<Item = u64>) -> u64 {
    words.fold(0, pair)
}

/// A 64-bit hash as a key of the lexicon's tables.
pub fn key(hash: u64) -> u32 {
    ((hash.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32).max(1)
}

/// An open-addressing map from non-zero keys that are hashes already.
struct Map<V> {
    slots: Vec<(u32, V)>,
    mask: usize,
}

impl<V: Copy + Default> Map<V> {
    fn new(list: Vec<(u32, V)>) -> Map<V> {
        let size = (list.len() * 3 / 2 + 2).next_power_of_two();
        let mut map = Map { slots: vec![(0, V::default()); size], mask: size - 1 };
        for (k, v) in list {
            let at = map.find(k.max(1));
            map.slots[at] = (k.max(1), v);
        }
        map
    }

    #[inline(always)]
    fn find(&self, key: u32) -> usize {
        let mut at = key as usize & self.mask;
        while self.slots[at].0 != key && self.slots[at].0 != 0 {
            at = (at + 1) & self.mask;
        }
        at
    }

    #[inline(always)]
    fn get(&self, key: u32) -> Option<V> {
        let (k, v) = self.slots[self.find(key)];
        (k != 0).then_some(v)
    }

    fn sorted(&self) -> Vec<(u32, V)> {
        let mut list: Vec<_> = self.slots.iter().copied().filter(|s| s.0 != 0).collect();
        list.sort_unstable_by_key(|s| s.0);
        list
    }
}
