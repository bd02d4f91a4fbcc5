//! Features: what the model sees of a token.
//!
//! Names in English news stand in capitals, so that only *regions* are looked at: capitalised words with what may join
//! them ("of", "and the", hyphens, figures). All else is outside of names and costs next to nothing.

use super::lexicon::{self, Entry, Lexicon, MOST_WORDS, kind};
use super::memory::Place;
use crate::article::{Article, Kind, Shape, Span, Token};
use crate::parse::model::{feature, hash, pair};
use std::ops::Range;

/// The most tokens without a capital between two of one region.
const GAP: usize = 3;
/// Room for so many regions is kept from one article to the next.
const MOST_KEPT: usize = 1 << 12;
/// Regions are cut here, so that a text all in capitals takes no more memory than another.
const LONGEST: usize = 200;

/// What is known of a token in or near a region. But for the known name it stands in, all of it follows from how the
/// token is written.
#[derive(Clone, Copy, Default)]
pub struct View {
    /// What all else follows from: the surface, its kind and shape; 0 beyond the sentence.
    key: u64,
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

impl View {
    /// The lists that the word stands in, and its place in a known name.
    fn lists(&self) -> u64 {
        pair((self.entry.kinds & !kind::OPENS) as u64, self.capital as u64 + 2 * self.place as u64)
    }

    fn cluster(&self, method: usize) -> u64 {
        self.clusters[method] as u64
    }

    /// A cluster among the words of more text, with the case that it does not know.
    fn wide(&self, method: usize) -> u64 {
        (self.entry.wide[method] as u64) << 1 | self.capital as u64
    }
}

/// How the letters of a sentence are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Mixed,
    /// A headline with most words capitalised.
    Title,
    Upper,
}

/// Views of words that were met before, in this article or another: each slot holds the last word that fell into it.
pub struct Views(Box<[View]>);

impl Views {
    const BITS: u32 = 13;
}

impl Default for Views {
    fn default() -> Views {
        Views(vec![View::default(); 1 << Views::BITS].into())
    }
}

/// Who takes the features of a token: the learner all of them, the model what they weigh together.
pub trait Sink {
    /// Takes a group of features, all of which follow from `key`: what they are need not be asked a second time. Worth
    /// it for what comes again and again; pairs of words do not.
    fn group(&mut self, key: u64, features: impl Fn(&mut dyn FnMut(u32)));

    /// Takes one feature.
    fn one(&mut self, feature: u32);

    /// Takes one that is there to learn with, and not to be asked for: others that say nearly the same then share what
    /// it would have taken from them, and cost less time than it.
    fn aside(&mut self, _: u32) {}
}

impl Sink for Vec<u32> {
    fn group(&mut self, _: u64, features: impl Fn(&mut dyn FnMut(u32))) {
        features(&mut |f| self.push(f));
    }

    fn one(&mut self, feature: u32) {
        self.push(feature);
    }

    fn aside(&mut self, feature: u32) {
        self.push(feature);
    }
}

/// The groups of features, for their keys.
#[derive(Clone, Copy)]
enum Group {
    Own = 0,
    /// One for each of [`NEAR`].
    Near = 1,
    Lists = 5,
    Shapes,
}

/// The key of what follows from `of` in this group.
#[inline(always)]
fn key(group: u64, of: u64) -> u64 {
    (of ^ group.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// Neighbours: how far they are from the token, and the numbers of the templates of their word and clusters.
const NEAR: [(isize, u32, u32); 4] = [(-1, 3, 32), (1, 4, 34), (-2, 5, 36), (2, 6, 38)];

/// Reads one article region by region.
pub struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    sentences: &'a [Span],
    lexicon: &'a Lexicon,
    known: &'a mut Views,
    /// Of the region at hand and [`MARGIN`] tokens on both sides.
    views: Vec<View>,
    region: Region,
}

/// Tokens beside a region that its features look at.
const MARGIN: usize = 3;

/// A stretch of tokens to label, in one sentence.
#[derive(Clone, Debug)]
pub struct Region {
    pub tokens: Range<usize>,
    sentence: Range<usize>,
    case: Case,
    /// The first word of the sentence.
    opening: usize,
}

impl<'a> Scan<'a> {
    pub fn new(article: &'a Article, lexicon: &'a Lexicon, known: &'a mut Views) -> Scan<'a> {
        let Article { text, tokens, sentences, .. } = article;
        let region = Region { tokens: 0..0, sentence: 0..0, case: Case::Mixed, opening: 0 };
        Scan { text, tokens, sentences, lexicon, known, views: Vec::new(), region }
    }

    /// The stretches that may hold names, in order, in place of what `regions` held.
    pub fn regions(&self, regions: &mut Vec<Region>) {
        regions.clear();
        regions.shrink_to(MOST_KEPT);
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
            self.cut(first..end, regions);
            first = end;
        }
    }

    /// Cuts a sentence into regions.
    fn cut(&self, sentence: Range<usize>, regions: &mut Vec<Region>) {
        let Some(first) = sentence.clone().find(|&i| is_capital(&self.tokens[i])) else { return };
        let case = self.case(sentence.clone());
        let opening = sentence.clone().find(|&i| self.tokens[i].is_word()).unwrap_or(first);
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
            // "Moon Jae-in", "Chan-o-cha".
            let is_hyphen = |i: usize| is_hyphen(self.text, &self.tokens[i]);
            let is_part = |i: usize| {
                let t = &self.tokens[i];
                t.kind == Kind::Word && !t.newline && !is_capital(t)
            };
            while r.end < sentence.end && r.end - r.start < LONGEST && is_hyphen(r.end - 1) && is_part(r.end) {
                r.end += 1;
                r.end += usize::from(r.end < sentence.end && is_hyphen(r.end));
            }
            if r.start > sentence.start && !self.tokens[r.start].newline {
                r.start -= 1;
            }
            let r = r.start.max(regions.last().map_or(0, |l: &Region| l.tokens.end))..r.end;
            regions.push(Region { tokens: r, sentence: sentence.clone(), case, opening });
        };
        for i in first..sentence.end {
            if !is_capital(&self.tokens[i]) {
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
        let mut found = region.tokens.clone().filter(|&i| is_capital(&self.tokens[i]));
        let (Some(first), None) = (found.next(), found.next()) else { return false };
        if self.tokens[first].shape != Shape::Title || region.opening != first {
            return false;
        }
        let entry = self.view(first).entry;
        matches!(entry.capital, 1 | 2) && entry.kinds & !(kind::SURNAME | kind::OPENS) == 0
    }

    /// Looks at a region, whose features can then be asked for.
    pub fn look(&mut self, region: &Region) {
        let Range { start, end } = region.tokens;
        self.region = region.clone();
        self.views.clear();
        for k in 0..end - start + 2 * MARGIN {
            let view = match (start + k).checked_sub(MARGIN) {
                Some(i) if region.sentence.contains(&i) => self.view(i),
                _ => View::default(),
            };
            self.views.push(view);
        }
        self.names(MARGIN..MARGIN + end - start);
    }

    /// Token `i` of the region, as the memory knows it. Small words and marks are what they are, whatever their place
    /// elsewhere: 0.
    pub fn place(&self, i: usize) -> Place {
        let view = &self.views[i + MARGIN];
        let word = if view.capital { view.word } else { 0 };
        let beside = [i + MARGIN - 1, i + MARGIN + 1].map(|k| lexicon::key(self.views[k].word));
        Place { word, at: (self.region.tokens.start + i) as u32, beside }
    }

    fn view(&mut self, i: usize) -> View {
        let t = &self.tokens[i];
        let surface = t.span.of(self.text);
        let hashed = hash(surface.as_bytes());
        let key = pair(hashed, (t.kind as u64) << 8 | t.shape as u64) | 1;
        let slot = (key >> (64 - Views::BITS)) as usize;
        if self.known.0[slot].key == key {
            return self.known.0[slot];
        }
        let word = lexicon::token(self.text, t);
        let entry = if t.kind == Kind::Word { self.lexicon.word(word) } else { Entry::default() };
        let capital = is_capital(t);
        let clusters = if capital && entry.upper != [0, 0] { entry.upper } else { entry.lower };
        let view = View {
            key,
            word,
            surface: hashed,
            shape: shape(surface),
            entry,
            clusters,
            capital,
            mark: t.kind == Kind::Mark,
            ..View::default()
        };
        self.known.0[slot] = view;
        view
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

    /// Hands the features of token `i` of the region to `sink`.
    pub fn features(&self, i: usize, sink: &mut impl Sink) {
        let at = i + MARGIN;
        let v = |k: isize| &self.views[(at as isize + k) as usize];
        let (p2, p1, z, n1, n2) = (v(-2), v(-1), v(0), v(1), v(2));
        let token = &self.tokens[self.region.tokens.start + i];
        sink.group(key(Group::Own as u64, z.key), |f| own(z, token, self.text, f));
        for (n, (offset, word, clusters)) in NEAR.into_iter().enumerate() {
            let view = v(offset);
            sink.group(key(Group::Near as u64 + n as u64, view.key), |f| {
                f(feature(word, view.word));
                for (method, &c) in (0..).zip(&view.clusters).filter(|(_, c)| **c != 0) {
                    f(feature(clusters + method, pair(c as u64, view.capital as u64)));
                }
                (0..2).for_each(|m| f(feature(82 + 2 * n as u32 + m as u32, view.wide(m))));
                if n < 2 {
                    bits(view.entry.kinds & !kind::OPENS, |b| f(feature(51 + n as u32, pair(b, view.capital as u64))));
                }
            });
        }
        sink.one(feature(14, pair(p2.word, p1.word)));
        sink.one(feature(15, pair(n1.word, n2.word)));
        for (a, b, word, clusters) in [(p1, z, 7, 40), (z, n1, 8, 42)] {
            sink.one(feature(word, pair(a.word, b.word)));
            (0..2).for_each(|m| sink.one(feature(clusters + m as u32, pair(a.cluster(m), b.cluster(m)))));
        }
        sink.one(feature(9, pair(p1.word, n1.word)));
        (0..2).for_each(|m| sink.aside(feature(44 + m as u32, pair(p1.cluster(m), n1.cluster(m)))));
        for m in 0..2 {
            sink.one(feature(46 + m as u32, pair(pair(p1.cluster(m), z.cluster(m)), n1.cluster(m))));
        }
        sink.one(feature(91, pair(p1.wide(1), z.wide(1))));
        sink.one(feature(93, pair(z.wide(1), n1.wide(1))));
        sink.aside(feature(90, pair(p1.wide(0), z.wide(0))));
        sink.aside(feature(92, pair(z.wide(0), n1.wide(0))));
        self.lists(p1, z, n1, sink);
        self.shapes(i, [p1, z, n1], sink);
        if z.capital {
            self.run(at, sink);
        }
    }

    /// What lists say of three words in a row.
    fn lists(&self, p1: &View, z: &View, n1: &View, sink: &mut impl Sink) {
        let [before, here, after] = [p1, z, n1].map(View::lists);
        let case = self.region.case as u64;
        let three = pair(before, pair(here, after));
        let names = pair(z.name as u64, pair(p1.name as u64, n1.name as u64));
        sink.group(key(Group::Lists as u64, pair(three, names ^ case)), |f| {
            let kinds = z.entry.kinds & !kind::OPENS;
            bits(kinds, |b| f(feature(50, pair(b, pair(z.capital as u64, case)))));
            f(feature(53, here));
            f(feature(54, pair(before, here)));
            f(feature(55, pair(here, after)));
            f(feature(56, three));
            if z.name != 0 {
                f(feature(57, pair(z.name as u64, z.place as u64)));
                bits(z.name, |b| f(feature(58, pair(b, z.place as u64))));
            }
            let places = (p1.place * 4 + n1.place) as u64;
            f(feature(59, pair(pair(p1.name as u64, n1.name as u64), places)));
        });
    }

    /// How three words in a row are written, here and as a rule.
    fn shapes(&self, i: usize, [p1, z, n1]: [&View; 3], sink: &mut impl Sink) {
        let Region { tokens, sentence, case, .. } = &self.region;
        let (i, case) = (tokens.start + i, *case as u64);
        let start = i == sentence.start || (i == sentence.start + 1 && !self.tokens[i - 1].is_word());
        let three = pair(pair(p1.shape, z.shape), n1.shape);
        let [before, here, after] = [p1, z, n1].map(|v| v.entry.capital as u64);
        let rest = case | (start as u64) << 2 | (z.capital as u64) << 3 | before << 4 | here << 8 | after << 12;
        sink.group(key(Group::Shapes as u64, pair(three, rest)), |f| {
            f(feature(11, pair(p1.shape, z.shape)));
            f(feature(12, pair(z.shape, n1.shape)));
            f(feature(13, three));
            f(feature(71, pair(case, pair(start as u64, z.shape))));
            f(feature(72, pair(case, pair(start as u64, here + 8 * z.capital as u64))));
            f(feature(73, pair(here, pair(before, after))));
        });
    }

    /// The run of capitalised words around a token, and the words on its sides.
    fn run(&self, at: usize, sink: &mut impl Sink) {
        let capitals = |views: &[View]| views.iter().take_while(|v| v.capital).count();
        let before = self.views[..at].iter().rev().take_while(|v| v.capital).count();
        let (a, b) = (at - before, at + capitals(&self.views[at + 1..]));
        let beyond = View::default();
        let left = a.checked_sub(1).map_or(&beyond, |i| &self.views[i]);
        let right = self.views.get(b + 1).unwrap_or(&beyond);
        let place = ((at - a).min(3) * 4 + (b - at).min(3)) as u64;
        sink.one(feature(60, place));
        for (view, templates) in [(left, [61, 63, 67]), (right, [62, 64, 68])] {
            sink.one(feature(templates[0], pair(place, view.word)));
            sink.one(feature(templates[1], view.word));
            sink.one(feature(templates[2], pair(place, view.cluster(0))));
        }
        for (view, templates) in [(&self.views[b], [65, 69]), (&self.views[a], [66, 70])] {
            sink.one(feature(templates[0], view.word));
            sink.one(feature(templates[1], pair(place, view.lists())));
        }
    }
}

/// What one word is by itself.
fn own(z: &View, token: &Token, text: &str, f: &mut dyn FnMut(u32)) {
    f(feature(0, 0));
    f(feature(1, z.word));
    f(feature(2, z.surface));
    f(feature(10, z.shape));
    if token.is_word() {
        let surface = token.span.of(text);
        let cap = z.capital as u64;
        for n in 1..=4 {
            if let Some((at, _)) = surface.char_indices().nth(n) {
                f(feature(15 + n as u32, pair(cap, lower(&surface[..at]))));
            }
            if let Some((at, _)) = surface.char_indices().nth_back(n - 1) {
                f(feature(19 + n as u32, pair(cap, lower(&surface[at..]))));
            }
        }
    }
    for (method, &c) in (0..).zip(&z.clusters).filter(|(_, c)| **c != 0) {
        f(feature(30 + method, pair(c as u64, z.capital as u64)));
    }
    (0..2).for_each(|m| f(feature(80 + m as u32, z.wide(m))));
}

/// Hands over the numbers of the bits that are set.
fn bits(mut set: u32, mut each: impl FnMut(u64)) {
    while set != 0 {
        each(set.trailing_zeros() as u64);
        set &= set - 1;
    }
}

fn is_hyphen(text: &str, token: &Token) -> bool {
    token.kind == Kind::Mark && matches!(token.span.of(text), "-" | "‐" | "‑")
}

fn is_capital(token: &Token) -> bool {
    matches!(token.shape, Shape::Title | Shape::Upper | Shape::Mixed)
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
