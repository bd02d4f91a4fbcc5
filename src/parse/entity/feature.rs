//! Features: what the model sees of a token.
//!
//! Names in English news stand in capitals, so that only *regions* are looked at: capitalised words with what may join
//! them ("of", "and the", hyphens, figures). All else is outside of names and costs next to nothing.

use super::lexicon::{self, Entry, Lexicon, MOST_WORDS, kind};
use crate::article::{Kind, Shape, Span, Token};
use crate::parse::model::{feature, hash, pair};
use std::ops::Range;

/// The most tokens without a capital between two of one region.
const GAP: usize = 3;
/// Regions are cut here, so that a text all in capitals takes no more memory than another.
const LONGEST: usize = 200;

/// What is remembered of a token in or near a region.
#[derive(Clone, Copy, Default)]
struct View {
    /// The folded word's hash; 0 beyond the sentence.
    word: u64,
    /// The hash of the word as written.
    surface: u64,
    /// Runs of capitals, small letters, digits and marks.
    shape: u64,
    entry: Entry,
    /// The clusters of the word as it is written here.
    clusters: [u16; 2],
    capital: bool,
    mark: bool,
    /// The kinds of the longest known name that covers the token, and where in it the token stands.
    name: u32,
    place: u8,
}

/// How the letters of a sentence are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Mixed,
    /// A headline with most words capitalised.
    Title,
    Upper,
}

/// Reads one article region by region.
pub struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    sentences: &'a [Span],
    lexicon: &'a Lexicon,
    views: Vec<View>,
    folded: String,
}

/// The features of a region's tokens: those of token `i` are `list[ends[i - 1]..ends[i]]`.
#[derive(Default)]
pub struct Features {
    pub list: Vec<u32>,
    pub ends: Vec<u32>,
    /// The tokens' words, as the memory knows them.
    pub words: Vec<u64>,
}

impl Features {
    fn clear(&mut self) {
        self.list.clear();
        self.ends.clear();
        self.words.clear();
    }
}

/// A stretch of tokens to label, in one sentence.
#[derive(Clone, Debug)]
pub struct Region {
    pub tokens: Range<usize>,
    sentence: Range<usize>,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str, tokens: &'a [Token], sentences: &'a [Span], lexicon: &'a Lexicon) -> Scan<'a> {
        Scan { text, tokens, sentences, lexicon, views: Vec::new(), folded: String::new() }
    }

    /// The stretches that may hold names, in order.
    pub fn regions(&self) -> Vec<Region> {
        let mut regions = Vec::new();
        let mut first = 0;
        let whole = [Span::new(0, self.text.len())];
        let sentences = if self.sentences.is_empty() { &whole[..] } else { self.sentences };
        for s in sentences {
            while self.tokens.get(first).is_some_and(|t| t.span.start < s.start) {
                first += 1;
            }
            let mut end = first;
            while self.tokens.get(end).is_some_and(|t| t.span.start < s.end) {
                end += 1;
            }
            self.cut(first..end, &mut regions);
            first = end;
        }
        regions
    }

    /// Cuts a sentence into regions.
    fn cut(&self, sentence: Range<usize>, regions: &mut Vec<Region>) {
        let mut open: Option<Range<usize>> = None;
        let mut close = |r: Option<Range<usize>>| {
            let Some(mut r) = r else { return };
            // What follows may be part of the name: "Boeing 747", "Covid-19"; so may a word before: "al Qaeda".
            let more = |i: usize| self.tokens[i].kind != Kind::Clitic && self.tokens[i].shape == Shape::None;
            while r.end < sentence.end && r.end - r.start < LONGEST && more(r.end) && !self.tokens[r.end].newline {
                r.end += 1;
                if self.tokens[r.end - 1].kind == Kind::Number {
                    break;
                }
            }
            if r.start > sentence.start && !self.tokens[r.start].newline {
                r.start -= 1;
            }
            let r = r.start.max(regions.last().map_or(0, |l: &Region| l.tokens.end))..r.end;
            regions.push(Region { tokens: r, sentence: sentence.clone() });
        };
        for i in sentence.clone() {
            let t = &self.tokens[i];
            if !matches!(t.shape, Shape::Title | Shape::Upper | Shape::Mixed) {
                continue;
            }
            match &mut open {
                Some(r) if i - r.end <= GAP && i + 1 - r.start <= LONGEST && !self.broken(r.end..i + 1) => {
                    r.end = i + 1
                }
                _ => {
                    close(open.take());
                    open = Some(i..i + 1);
                }
            }
        }
        close(open);
    }

    /// Whether a line begins at one of these tokens.
    fn broken(&self, tokens: Range<usize>) -> bool {
        self.tokens[tokens].iter().any(|t| t.newline)
    }

    /// Whether all that is capitalised in a region is the first word of its sentence, and a word that is mostly written
    /// small and in no list: "The", "However". No model is needed to see that it names nothing.
    pub fn is_opening(&mut self, region: &Region) -> bool {
        let capitals = |t: &&Token| matches!(t.shape, Shape::Title | Shape::Upper | Shape::Mixed);
        let mut found = self.tokens[region.tokens.clone()].iter().filter(capitals);
        let (Some(first), None) = (found.next(), found.next()) else { return false };
        let opening = self.tokens[region.sentence.clone()].iter().find(|t| t.is_word());
        if first.shape != Shape::Title || opening != Some(first) {
            return false;
        }
        let entry = self.lexicon.word(lexicon::token(self.text, first, &mut self.folded));
        matches!(entry.capital, 1 | 2) && entry.kinds & !(kind::SURNAME | kind::OPENS) == 0
    }

    /// Fills `out` with the features of a region's tokens.
    pub fn features(&mut self, region: &Region, out: &mut Features) {
        out.clear();
        const MARGIN: usize = 3;
        let Range { start, end } = region.tokens;
        self.views.clear();
        for k in 0..end - start + 2 * MARGIN {
            let view = match (start + k).checked_sub(MARGIN) {
                Some(i) if region.sentence.contains(&i) => self.view(i),
                _ => View::default(),
            };
            self.views.push(view);
        }
        self.names(MARGIN..MARGIN + end - start);
        let case = self.case(region.sentence.clone());
        for i in start..end {
            self.token(i, i - start + MARGIN, &region.sentence, case, out);
            out.ends.push(out.list.len() as u32);
            let view = &self.views[i - start + MARGIN];
            // Small words and marks are what they are, whatever their place elsewhere.
            out.words.push(if view.capital { view.word } else { 0 });
        }
    }

    fn view(&mut self, i: usize) -> View {
        let t = &self.tokens[i];
        let surface = t.span.of(self.text);
        let word = lexicon::token(self.text, t, &mut self.folded);
        let entry = if t.kind == Kind::Word { self.lexicon.word(word) } else { Entry::default() };
        let capital = matches!(t.shape, Shape::Title | Shape::Upper | Shape::Mixed);
        let clusters = if capital && entry.upper != [0, 0] { entry.upper } else { entry.lower };
        View {
            word,
            surface: hash(surface.as_bytes()),
            shape: shape(surface),
            entry,
            clusters,
            capital,
            mark: t.kind == Kind::Mark,
            ..View::default()
        }
    }

    /// Marks known names of several words: the longest first word first.
    fn names(&mut self, range: Range<usize>) {
        let mut i = range.start;
        while i < range.end {
            let mut step = 1;
            if self.views[i].entry.kinds & kind::OPENS != 0 && self.views[i].capital {
                let most = MOST_WORDS.min(range.end - i);
                let mut joined = 0;
                let mut best = None;
                let mut words = 0;
                for k in 0..2 * most {
                    let Some(v) = self.views.get(i + k).filter(|_| i + k < range.end) else { break };
                    // Hyphens and stops inside names are not hashed.
                    if v.mark {
                        continue;
                    }
                    joined = pair(joined, v.word);
                    words += 1;
                    if words > 1 {
                        let kinds = self.lexicon.name(joined);
                        if kinds != 0 {
                            best = Some((k + 1, kinds));
                        }
                    }
                }
                if let Some((n, kinds)) = best {
                    for k in 0..n {
                        let v = &mut self.views[i + k];
                        v.name = kinds;
                        v.place = if k == 0 {
                            1
                        } else if k + 1 == n {
                            3
                        } else {
                            2
                        };
                    }
                    step = n;
                }
            }
            i += step;
        }
    }

    fn case(&self, sentence: Range<usize>) -> Case {
        let (mut upper, mut title, mut lower) = (0, 0, 0);
        for t in &self.tokens[sentence] {
            match t.shape {
                Shape::Upper => upper += 1,
                Shape::Title | Shape::Mixed => title += 1,
                Shape::Lower if t.kind == Kind::Word => lower += 1,
                _ => {}
            }
        }
        if upper >= 2 && upper > 2 * (lower + title) {
            Case::Upper
        } else if title + upper >= 3 && title + upper > 2 * lower {
            Case::Title
        } else {
            Case::Mixed
        }
    }

    /// The features of token `i`, whose view is at `at`.
    fn token(&self, i: usize, at: usize, sentence: &Range<usize>, case: Case, out: &mut Features) {
        let v = |k: isize| &self.views[(at as isize + k) as usize];
        let mut f = |template: u32, value: u64| out.list.push(feature(template, value));
        let (p2, p1, z, n1, n2) = (v(-2), v(-1), v(0), v(1), v(2));
        f(0, 0);
        f(1, z.word);
        f(2, z.surface);
        f(3, p1.word);
        f(4, n1.word);
        f(5, p2.word);
        f(6, n2.word);
        f(7, pair(p1.word, z.word));
        f(8, pair(z.word, n1.word));
        f(9, pair(p1.word, n1.word));
        f(10, z.shape);
        f(11, pair(p1.shape, z.shape));
        f(12, pair(z.shape, n1.shape));
        f(13, pair(pair(p1.shape, z.shape), n1.shape));
        f(14, pair(p2.word, p1.word));
        f(15, pair(n1.word, n2.word));

        let token = &self.tokens[i];
        let surface = token.span.of(self.text);
        if token.is_word() {
            let cap = z.capital as u64;
            for n in 1..=4 {
                if let Some((at, _)) = surface.char_indices().nth(n) {
                    f(15 + n as u32, pair(cap, lower(&surface[..at])));
                }
                if let Some((at, _)) = surface.char_indices().nth_back(n - 1) {
                    f(19 + n as u32, pair(cap, lower(&surface[at..])));
                }
            }
        }

        for (m, offset) in [(0u32, 0), (1, -1), (2, 1), (3, -2), (4, 2)] {
            let view = v(offset);
            for (method, &c) in view.clusters.iter().enumerate().filter(|(_, c)| **c != 0) {
                f(30 + 2 * m + method as u32, pair(c as u64, view.capital as u64));
            }
        }
        for method in 0..2u32 {
            let c = |k: isize| v(k).clusters[method as usize] as u64;
            f(40 + method, pair(c(-1), c(0)));
            f(42 + method, pair(c(0), c(1)));
            f(44 + method, pair(c(-1), c(1)));
            f(46 + method, pair(pair(c(-1), c(0)), c(1)));
        }

        let sets = |v: &View| pair((v.entry.kinds & !kind::OPENS) as u64, v.capital as u64 + 2 * v.place as u64);
        let mut bits = z.entry.kinds & !kind::OPENS;
        while bits != 0 {
            f(50, pair(bits.trailing_zeros() as u64, pair(z.capital as u64, case as u64)));
            bits &= bits - 1;
        }
        for (template, v) in [(51, p1), (52, n1)] {
            let mut bits = v.entry.kinds & !kind::OPENS;
            while bits != 0 {
                f(template, pair(bits.trailing_zeros() as u64, v.capital as u64));
                bits &= bits - 1;
            }
        }
        f(53, sets(z));
        f(54, pair(sets(p1), sets(z)));
        f(55, pair(sets(z), sets(n1)));
        f(56, pair(sets(p1), pair(sets(z), sets(n1))));
        if z.name != 0 {
            f(57, pair(z.name as u64, z.place as u64));
            let mut bits = z.name;
            while bits != 0 {
                f(58, pair(bits.trailing_zeros() as u64, z.place as u64));
                bits &= bits - 1;
            }
        }
        f(59, pair(pair(p1.name as u64, n1.name as u64), (p1.place * 4 + n1.place) as u64));

        // The run of capitalised words around the token, and the words on its sides.
        let (mut a, mut b) = (at, at);
        if z.capital {
            while a > 0 && self.views[a - 1].capital {
                a -= 1;
            }
            while b + 1 < self.views.len() && self.views[b + 1].capital {
                b += 1;
            }
            let left = if a > 0 { self.views[a - 1] } else { View::default() };
            let right = self.views.get(b + 1).copied().unwrap_or_default();
            let place = ((at - a).min(3) * 4 + (b - at).min(3)) as u64;
            f(60, place);
            f(61, pair(place, left.word));
            f(62, pair(place, right.word));
            f(63, left.word);
            f(64, right.word);
            f(65, self.views[b].word);
            f(66, self.views[a].word);
            f(67, pair(place, left.clusters[0] as u64));
            f(68, pair(place, right.clusters[0] as u64));
            f(69, pair(place, sets(&self.views[b])));
            f(70, pair(place, sets(&self.views[a])));
        }
        let start = i == sentence.start || (i == sentence.start + 1 && !self.tokens[i - 1].is_word());
        f(71, pair(case as u64, pair(start as u64, z.shape)));
        f(72, pair(case as u64, pair(start as u64, z.entry.capital as u64 + 8 * z.capital as u64)));
        f(73, pair(z.entry.capital as u64, pair(p1.entry.capital as u64, n1.entry.capital as u64)));
    }
}

/// The hash of letters in lower case.
fn lower(s: &str) -> u64 {
    let mut h = 0u64;
    for c in s.chars() {
        let c = if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
        h = pair(h, c as u64);
    }
    h
}

/// Runs of capitals (1), small letters (2), digits (3) and marks (4), three bits each, the last run lowest; a lone
/// capital differs from several.
fn shape(surface: &str) -> u64 {
    let mut code = 0u64;
    let mut last = 0;
    for c in surface.chars() {
        let class = if c.is_ascii_lowercase() || (!c.is_ascii() && c.is_lowercase()) {
            2
        } else if c.is_uppercase() {
            if last == 1 || last == 5 { 5 } else { 1 }
        } else if c.is_numeric() {
            3
        } else {
            4
        };
        if class != last {
            code = if class == 5 { code & !7 | 5 } else { code << 3 | class };
            last = class;
        }
    }
    code
}
