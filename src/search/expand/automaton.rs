//! Automata over the term dictionary that read words as they are written and step on them folded.
//!
//! tantivy's regex and Levenshtein automata are built by determinising, which costs more than the search itself.
//! These step on small states made up as they go, so that nothing is built: the dictionary is walked along the few
//! paths that can still match.

use std::cell::Cell;

use tantivy_fst::Automaton;

use crate::article::fold::fold_char;
use crate::index::layers::HYPHEN;

/// Steps after which a search of the dictionary gives up: some tens of milliseconds.
const MAX_STEPS: u64 = 4_000_000;

/// What to look for, in folded characters.
pub(super) trait Pattern {
    type State: Copy;
    fn start(&self) -> Self::State;
    /// `None` where nothing can match any more.
    fn step(&self, state: Self::State, c: char) -> Option<Self::State>;
    fn accepts(&self, state: Self::State) -> bool;
}

/// Folds the dictionary's bytes for a pattern.
pub(super) struct Folding<P> {
    pub pattern: P,
    /// Whether hyphens are silent: compounds answer the word that is written without.
    compounds: bool,
    steps: Cell<u64>,
    most: u64,
}

impl<P> Folding<P> {
    pub fn new(pattern: P) -> Self {
        Folding { pattern, compounds: false, steps: Cell::new(0), most: MAX_STEPS }
    }

    pub fn with_compounds(pattern: P) -> Self {
        Folding { compounds: true, ..Folding::new(pattern) }
    }

    /// Gives up after so many steps.
    pub fn within(self, most: u64) -> Self {
        Folding { most, ..self }
    }

    /// Begins a search: each has so many steps.
    pub fn begin(&self) {
        self.steps.set(0);
    }

    /// Whether the search gave up before its end.
    pub fn gave_up(&self) -> bool {
        self.steps.get() > self.most
    }
}

#[derive(Clone, Copy)]
pub(super) struct Reading<S> {
    state: Option<S>,
    /// The bytes of a character so far, as its bits, and how many are missing.
    bits: u32,
    missing: u8,
}

impl<P: Pattern> Automaton for &Folding<P> {
    type State = Reading<P::State>;

    fn start(&self) -> Self::State {
        Reading { state: Some(self.pattern.start()), bits: 0, missing: 0 }
    }

    fn is_match(&self, reading: &Self::State) -> bool {
        reading.missing == 0 && reading.state.is_some_and(|s| self.pattern.accepts(s))
    }

    fn can_match(&self, reading: &Self::State) -> bool {
        reading.state.is_some() && !self.gave_up()
    }

    fn accept(&self, reading: &Self::State, byte: u8) -> Self::State {
        self.steps.set(self.steps.get() + 1);
        let dead = Reading { state: None, bits: 0, missing: 0 };
        if byte == HYPHEN as u8 {
            return if self.compounds { *reading } else { dead };
        }
        let (bits, missing) = match (reading.missing, byte) {
            (0, 0..=0x7f) => (u32::from(byte), 0),
            (0, 0xc0..=0xdf) => (u32::from(byte & 0x1f), 1),
            (0, 0xe0..=0xef) => (u32::from(byte & 0x0f), 2),
            (0, 0xf0..=0xf7) => (u32::from(byte & 0x07), 3),
            (1.., 0x80..=0xbf) => (reading.bits << 6 | u32::from(byte & 0x3f), reading.missing - 1),
            _ => return dead,
        };
        if missing > 0 {
            return Reading { state: reading.state, bits, missing };
        }
        let Some(c) = char::from_u32(bits) else { return dead };
        let mut state = reading.state;
        fold_char(c, &mut |c| state = state.and_then(|s| self.pattern.step(s, c)));
        Reading { state, bits: 0, missing: 0 }
    }
}

/// Up to four prefixes, each with the endings that may follow it.
pub(super) struct Forms {
    pub tracks: Vec<Track>,
}

pub(super) struct Track {
    pub prefix: Vec<char>,
    pub endings: Endings,
}

#[derive(Clone, Copy)]
pub(super) enum Endings {
    /// ASCII, sorted, at most 255.
    These(&'static [&'static str]),
    /// Any, up to so many characters.
    UpTo(u8),
}

/// Where a word stands in a track: so far in the prefix, then which endings are still possible.
#[derive(Clone, Copy)]
pub(super) struct At {
    prefix: u8,
    low: u8,
    high: u8,
    depth: u8,
}

pub(super) const MAX_TRACKS: usize = 4;
/// Longer words are compared as they are.
pub(super) const MAX_PREFIX: usize = 200;
const DEAD: u8 = u8::MAX;

impl Pattern for Forms {
    type State = [At; MAX_TRACKS];

    fn start(&self) -> Self::State {
        let mut state = [At { prefix: DEAD, low: 0, high: 0, depth: 0 }; MAX_TRACKS];
        for (at, track) in state.iter_mut().zip(&self.tracks) {
            let high = if let Endings::These(list) = track.endings { list.len() as u8 } else { 0 };
            *at = At { prefix: 0, low: 0, high, depth: 0 };
        }
        state
    }

    fn step(&self, mut state: Self::State, c: char) -> Option<Self::State> {
        let mut alive = false;
        for (at, track) in state.iter_mut().zip(&self.tracks) {
            if at.prefix == DEAD {
                continue;
            }
            let fits = match track.prefix.get(at.prefix as usize) {
                Some(&p) => {
                    at.prefix += 1;
                    p == c
                }
                None => {
                    let depth = at.depth as usize;
                    at.depth += 1;
                    match track.endings {
                        Endings::UpTo(most) => at.depth <= most,
                        Endings::These(list) => {
                            let possible = &list[at.low as usize..at.high as usize];
                            let byte = |e: &&str| e.as_bytes().get(depth).copied().map_or(0, u32::from);
                            let low = possible.partition_point(|e| byte(e) < c as u32);
                            let len = possible[low..].partition_point(|e| byte(e) == c as u32);
                            at.low += low as u8;
                            at.high = at.low + len as u8;
                            len > 0
                        }
                    }
                }
            };
            if fits { alive = true } else { at.prefix = DEAD }
        }
        alive.then_some(state)
    }

    fn accepts(&self, state: Self::State) -> bool {
        state.iter().zip(&self.tracks).any(|(at, track)| {
            at.prefix as usize == track.prefix.len()
                && match track.endings {
                    Endings::UpTo(_) => true,
                    Endings::These(list) => list.get(at.low as usize).is_some_and(|e| e.len() == at.depth as usize),
                }
        })
    }
}

/// `*` and `?` among folded characters: all ways through at once, a bit each.
pub(super) struct Wild {
    signs: Vec<Sign>,
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Char(char),
    One,
    Any,
}

impl Wild {
    /// `None` if the pattern is longer than 63 signs.
    pub fn new(pattern: &str) -> Option<Wild> {
        let mut signs = Vec::new();
        for c in pattern.chars() {
            match c {
                '*' => signs.push(Sign::Any),
                '?' => signs.push(Sign::One),
                _ => fold_char(c, &mut |c| signs.push(Sign::Char(c))),
            }
        }
        (signs.len() < 64).then_some(Wild { signs })
    }

    /// A star may stand for nothing: whoever is before one is also behind it.
    fn closed(&self, mut state: u64) -> u64 {
        for (i, sign) in self.signs.iter().enumerate() {
            if *sign == Sign::Any && state & (1 << i) != 0 {
                state |= 1 << (i + 1);
            }
        }
        state
    }
}

impl Pattern for Wild {
    type State = u64;

    fn start(&self) -> u64 {
        self.closed(1)
    }

    fn step(&self, state: u64, c: char) -> Option<u64> {
        let mut next = 0;
        for (i, sign) in self.signs.iter().enumerate() {
            if state & (1 << i) != 0 {
                match sign {
                    Sign::Any => next |= 1 << i,
                    Sign::One => next |= 1 << (i + 1),
                    Sign::Char(x) if *x == c => next |= 1 << (i + 1),
                    Sign::Char(_) => {}
                }
            }
        }
        let next = self.closed(next);
        (next != 0).then_some(next)
    }

    fn accepts(&self, state: u64) -> bool {
        state & (1 << self.signs.len()) != 0
    }
}

/// Words within so many edits (insertions, deletions, substitutions, and swaps of neighbours, which count one).
///
/// Of the table of edit distances only the band is kept in which few edits stay (Ukkonen 1985): two short rows.
pub(super) struct Fuzzy {
    word: Vec<char>,
    edits: u8,
    /// So many letters at the beginning are as typed.
    same: u8,
}

/// The most edits.
const MAX_EDITS: u8 = 2;
const BAND: usize = 2 * MAX_EDITS as usize + 1;
/// More than any edits that are looked for.
const TOO_MANY: u8 = MAX_EDITS + 1;

/// Two rows of the band, and the last character. Cell `c` of the row of `read` characters is the distance to the first
/// `read + c - MAX_EDITS` characters of the word.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    now: [u8; BAND],
    before: [u8; BAND],
    read: u8,
    last: char,
}

impl Fuzzy {
    /// `None` if the word is too long to be looked for in this way. `edits` of more than two are two.
    pub fn new(word: &str, edits: u8) -> Option<Fuzzy> {
        let mut folded = Vec::new();
        word.chars().for_each(|c| fold_char(c, &mut |c| folded.push(c)));
        (folded.len() <= MAX_PREFIX).then_some(Fuzzy { word: folded, edits: edits.min(MAX_EDITS), same: 0 })
    }

    /// Only words that begin with the same letter.
    pub fn behind_first_letter(self) -> Fuzzy {
        Fuzzy { same: 1, ..self }
    }

    /// How many characters of the word stand at a cell, if it has so many.
    fn column(&self, read: usize, cell: usize) -> Option<usize> {
        (read + cell).checked_sub(MAX_EDITS.into()).filter(|j| *j <= self.word.len())
    }
}

impl Pattern for Fuzzy {
    type State = Rows;

    fn start(&self) -> Rows {
        let distance = |cell| self.column(0, cell).map_or(TOO_MANY, |j| j as u8);
        Rows { now: std::array::from_fn(distance), before: [TOO_MANY; BAND], read: 0, last: '\0' }
    }

    fn step(&self, rows: Rows, c: char) -> Option<Rows> {
        if rows.read < self.same && self.word.get(usize::from(rows.read)) != Some(&c) {
            return None;
        }
        let read = usize::from(rows.read) + 1;
        let mut next = [TOO_MANY; BAND];
        for cell in 0..BAND {
            let Some(j) = self.column(read, cell) else { continue };
            let above = rows.now.get(cell + 1).map_or(TOO_MANY, |d| d + 1);
            let left = if cell == 0 { TOO_MANY } else { next[cell - 1] + 1 };
            let mut d = above.min(left);
            if j > 0 {
                let w = self.word[j - 1];
                d = d.min(rows.now[cell] + (w != c) as u8);
                if j > 1 && w == rows.last && self.word[j - 2] == c {
                    d = d.min(rows.before[cell] + 1);
                }
            }
            next[cell] = d.min(TOO_MANY);
        }
        let least = next.iter().min()?;
        (*least <= self.edits).then_some(Rows { now: next, before: rows.now, read: read as u8, last: c })
    }

    fn accepts(&self, rows: Rows) -> bool {
        let cell = (self.word.len() + usize::from(MAX_EDITS)).checked_sub(rows.read.into());
        cell.and_then(|cell| rows.now.get(cell)).is_some_and(|d| *d <= self.edits)
    }
}
