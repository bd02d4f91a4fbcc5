//! An article as the quote finder sees it: tokens with their classes, quotation marks paired, sentences around them.

use crate::article::{Article, Kind, Shape, Token};

use super::lexicon::{Class, Known, key, known};
use super::marks::{self, Region};

/// What a mark is to the grammar of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Not a mark.
    Word,
    Comma,
    /// `.`, `?`, `!`, `…`
    Stop,
    Colon,
    Semicolon,
    /// A dash between words, not a hyphen inside one.
    Dash,
    Open,
    Close,
    /// A quotation mark.
    Quote,
    Other,
}

/// A sentence whose quotations are taken whole: a full stop between quotation marks does not end it.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// Tokens `start..end`.
    pub start: usize,
    pub end: usize,
    pub paragraph: u32,
    /// Whether the unit opens its paragraph.
    pub first: bool,
    /// Whether the unit points to another story: "READ MORE: …", "Watch: …". It quotes nobody.
    pub points: bool,
}

pub struct View<'a> {
    pub article: &'a Article,
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub keys: Vec<u32>,
    pub classes: Vec<Class>,
    /// What company each word keeps (see [`Known`]).
    pub company: Vec<u8>,
    pub signs: Vec<Sign>,
    /// What each token is, coarsely (see [`View::sort`]).
    sorts: Vec<u32>,
    /// The quoted stretches, in order, without overlap.
    pub regions: Vec<Region>,
    /// For each token, one more than the region it is in (its marks included), or 0.
    pub region: Vec<u32>,
    /// For each token, one more than the mention it is in, or 0.
    pub mention: Vec<u32>,
    pub units: Vec<Unit>,
    /// For each token, the unit it is in.
    pub unit: Vec<u32>,
}

impl<'a> View<'a> {
    pub fn of(article: &'a Article) -> View<'a> {
        let text = article.text.as_str();
        let tokens: &[Token] = &article.tokens;
        let mut keys = Vec::with_capacity(tokens.len());
        let mut classes = Vec::with_capacity(tokens.len());
        let mut company = Vec::with_capacity(tokens.len());
        let mut signs = Vec::with_capacity(tokens.len());
        for t in tokens {
            let surface = t.span.of(text);
            let k = key(surface);
            keys.push(k);
            let known = if t.kind == Kind::Word { known(k) } else { Known::default() };
            classes.push(known.class);
            // Learned of words in small letters.
            company.push(if t.shape == Shape::Lower { known.company } else { 0 });
            signs.push(if t.kind == Kind::Mark { sign(t, surface) } else { Sign::Word });
        }
        let mut view = View {
            article,
            text,
            tokens,
            keys,
            classes,
            company,
            signs,
            sorts: Vec::new(),
            regions: Vec::new(),
            region: vec![0; tokens.len()],
            mention: vec![0; tokens.len()],
            units: Vec::new(),
            unit: vec![0; tokens.len()],
        };
        for (i, m) in article.mentions.iter().enumerate() {
            for t in article.tokens.within(m.span) {
                view.mention[t] = i as u32 + 1;
            }
        }
        for p in &article.paragraphs {
            let range = article.tokens.within(*p);
            marks::pair(text, &tokens[range.clone()], range.start, &mut view.regions);
        }
        marks::continue_over_paragraphs(&mut view.regions);
        view.close_at_cues();
        for (i, r) in view.regions.iter().enumerate() {
            for t in r.outer() {
                view.region[t] = i as u32 + 1;
            }
        }
        view.sorts = (0..tokens.len()).map(|i| view.sort_of(i)).collect();
        view.cut_units();
        view
    }

    /// The region that token `i` is in.
    pub fn region_at(&self, i: usize) -> Option<usize> {
        (*self.region.get(i)? as usize).checked_sub(1)
    }

    /// The mention that token `i` is in.
    pub fn mention_at(&self, i: usize) -> Option<usize> {
        (*self.mention.get(i)? as usize).checked_sub(1)
    }

    /// Whether a token is an adverb that may stand between a subject and its verb.
    pub fn adverb(&self, i: usize) -> bool {
        self.is(i, Class::ADVERB) || (self.sort(i) == LY)
    }

    /// Whether a token is a noun that may speak, and no verb.
    pub fn noun(&self, i: usize) -> bool {
        self.is(i, Class::NOUN) && (!self.is(i, Class::CUE) || self.is(i, Class::NOUN_TOO))
    }

    /// What a token is, coarsely: quoted, a sign, named, or its classes, else how it is written and ends.
    pub fn sort(&self, i: usize) -> u32 {
        self.sorts.get(i).copied().unwrap_or(1)
    }

    fn sort_of(&self, i: usize) -> u32 {
        if self.region[i] != 0 {
            return 2;
        }
        match self.signs[i] {
            Sign::Word => {}
            s => return 8 + s as u32,
        }
        if self.mention[i] != 0 {
            return 4;
        }
        match self.classes[i].0 & !(Class::READER.0 | Class::NOUN_TOO.0 | Class::VERB.0) {
            0 if self.capital(i) => 5,
            0 => match self.tokens[i].kind {
                Kind::Number => 6,
                Kind::Clitic => 7,
                _ if self.company[i] != 0 => COMPANY + self.company[i] as u32,
                _ => ending(self.word(i)),
            },
            classes => 64 + classes,
        }
    }

    pub fn is(&self, i: usize, class: Class) -> bool {
        self.classes.get(i).is_some_and(|c| c.any(class))
    }

    pub fn sign(&self, i: usize) -> Sign {
        self.signs.get(i).copied().unwrap_or(Sign::Other)
    }

    /// The word at a token, as written.
    pub fn word(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |t| t.span.of(self.text))
    }

    pub fn capital(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| matches!(t.shape, Shape::Title | Shape::Upper | Shape::Mixed))
    }

    /// A quotation left open ends before the cue that its sentence comes to: "We will not sell, Maas said.
    fn close_at_cues(&mut self) {
        let speaks = |i: usize| self.is(i, Class::SPEECH) && self.is(i, Class::FINITE);
        let cue = |comma: usize, end: usize| {
            let name = |i: &usize| self.capital(*i) || self.is(*i, Class::PRONOUN);
            let names = (comma + 1..end.min(comma + 6)).take_while(name).count();
            (1..=5).contains(&names) && speaks(comma + 1 + names)
        };
        let ends: Vec<_> = self
            .regions
            .iter()
            .map(|r| {
                let inner = r.inner();
                let open = !r.closed() && !r.continues;
                open.then(|| inner.clone().find(|&i| self.signs[i] == Sign::Comma && cue(i, inner.end))).flatten()
            })
            .collect();
        for (r, end) in self.regions.iter_mut().zip(ends) {
            if let Some(comma) = end {
                r.end_before(comma + 1);
            }
        }
    }

    fn cut_units(&mut self) {
        let article = self.article;
        for (p, paragraph) in article.paragraphs.iter().enumerate() {
            let range = article.tokens.within(*paragraph);
            let mut sentence = article.sentence_at(paragraph.start);
            let mut start = range.start;
            for i in range.clone() {
                let at = self.tokens[i].span.start;
                let mut breaks = false;
                while article.sentences.get(sentence).is_some_and(|s| s.start <= at) {
                    sentence += 1;
                    breaks = true;
                }
                if breaks && i > start && !self.holds(i) {
                    self.push_unit(start, i, p);
                    start = i;
                }
            }
            if start < range.end {
                self.push_unit(start, range.end, p);
            }
        }
    }

    fn push_unit(&mut self, start: usize, end: usize, paragraph: usize) {
        let first = self.units.last().is_none_or(|u| u.paragraph as usize != paragraph);
        self.unit[start..end].fill(self.units.len() as u32);
        let points = first && self.points_on(start, end);
        self.units.push(Unit { start, end, paragraph: paragraph as u32, first, points });
    }

    /// Whether these tokens open with the label of a link to another story.
    fn points_on(&self, start: usize, end: usize) -> bool {
        const LABELS: [&str; 14] = [
            "more", "watch", "also", "related", "video", "videos", "photos", "read", "listen", "gallery", "see",
            "next", "update", "live",
        ];
        let colon = (start..end.min(start + 4)).find(|&i| self.sign(i) != Sign::Word);
        colon.is_some_and(|c| {
            let label = c > start && self.sign(c) == Sign::Colon;
            label && self.capital(start) && LABELS.contains(&self.word(c - 1).to_ascii_lowercase().as_str())
        })
    }

    /// Whether a sentence break before token `i` is none to us: inside a quotation, or between it and its cue.
    fn holds(&self, i: usize) -> bool {
        if let Some(r) = self.region_at(i)
            && self.regions[r].outer().start < i
        {
            return true;
        }
        // A closing mark taken for the start of a sentence.
        let Some(r) = self.region_at(i - 1) else { return false };
        if self.region_at(i).is_some() {
            return false;
        }
        let after = &self.tokens[i];
        if after.shape == Shape::Lower || matches!(self.sign(i), Sign::Comma | Sign::Dash) {
            return true;
        }
        // "…?" Smith asked. The mark inside is not a full stop, and a speaker and a cue follow at once.
        let inner = self.regions[r].inner().end;
        if inner == 0 || self.word(inner - 1) == "." {
            return false;
        }
        let mut k = i;
        while k < i + 8 && (self.capital(k) || self.is(k, Class::PRONOUN)) {
            k += 1;
        }
        k > i && self.is(k, Class::SPEECH) && self.is(k, Class::FINITE)
    }
}

/// What the end of a word that the lexicon does not know says of it.
fn ending(word: &str) -> u32 {
    let known = ["ly", "ed", "ing", "ion", "ment", "er", "s", "al"];
    known.iter().position(|end| word.ends_with(end)).map_or(40, |n| LY + n as u32)
}

/// The sorts of words that the lexicon does not know come after this, by company: beyond all classes.
const COMPANY: u32 = 1 << 24;
/// The sort of words in -ly.
const LY: u32 = 41;

fn sign(t: &Token, surface: &str) -> Sign {
    match surface {
        "," => Sign::Comma,
        ";" => Sign::Semicolon,
        ":" => Sign::Colon,
        "?" | "!" | "…" => Sign::Stop,
        "(" | "[" => Sign::Open,
        ")" | "]" => Sign::Close,
        "—" | "–" | "―" => Sign::Dash,
        "-" if t.spaced => Sign::Dash,
        _ if surface.starts_with('.') => Sign::Stop,
        _ if surface.starts_with("--") => Sign::Dash,
        _ if marks::is_quote(surface) => Sign::Quote,
        _ => Sign::Other,
    }
}
