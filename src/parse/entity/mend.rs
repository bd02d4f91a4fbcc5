//! Mending: what recognition finds and no name can be.
//!
//! The model sees a few words at a time. Here speaks what the line, the article and plain knowledge say against it,
//! before names are resolved:
//!
//! - a ticker is no name (`<MER>`), ends one, and says that what stands before it is a company;
//! - what makes a name a company's (`Inc`, `and Co`) belongs to the name before it, and is none alone;
//! - figures, days, "The" and "v." are none; "Roe v. Wade" is one;
//! - in a line of capitals the article's own small letters decide: where the story says "cuts its stake", the `CUTS` of
//!   its headline is in no name.
//!
//! Nothing is found here that recognition has not seen a piece of.

use super::lexicon::{self, Lexicon, kind};
use crate::article::{Article, EntityType, Kind, Shape, Token};
use crate::parse::model::hash;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A name that was recognised: its tokens and type.
type Name = (Range<usize>, EntityType);

/// The most tokens of a ticker, and the most bytes.
const TICKER: (usize, u32) = (5, 10);
/// The most words before "Inc" that are taken for a name nobody saw.
const UNSEEN: usize = 3;

/// Names without what is none, in order.
pub fn mend(article: &Article, lexicon: &Lexicon, names: Vec<Name>) -> Vec<Name> {
    let reader = Reader { article, lexicon, tickers: memchr::memchr(b'<', article.text.as_bytes()).is_some() };
    let mut cases: Option<Cases> = None;
    let mut mended: Vec<Name> = Vec::with_capacity(names.len());
    // The tokens of a "v." that waits for the name after it.
    let mut versus: Option<Range<usize>> = None;
    for (mut tokens, mut kind) in names {
        if reader.tickers {
            reader.without_tickers(&mut tokens);
        }
        if tokens.end > tokens.start && reader.reach_form(&mut tokens) {
            kind = EntityType::Organization;
        }
        if reader.tickers && ends_before_ticker(article, tokens.end) {
            kind = EntityType::Organization;
        }
        if reader.shouted(&tokens) {
            cases.get_or_insert_with(|| Cases::of(article)).trim(article, &mut tokens);
        }
        // What the name before it took is no name of its own.
        let taken = mended.last().is_some_and(|(before, _)| before.end > tokens.start);
        if taken || tokens.is_empty() || reader.is_none(&tokens, kind) {
            continue;
        }
        if tokens.len() > 2 && tokens.clone().any(|i| reader.is_versus(&(i..i + 1))) {
            kind = EntityType::Misc;
        }
        if reader.is_versus(&tokens) {
            versus = mended.last().filter(|(before, _)| reader.touch(before, &tokens)).map(|_| tokens);
            continue;
        }
        if let Some(between) = versus.take()
            && reader.touch(&between, &tokens)
            && let Some((before, kind)) = mended.last_mut()
        {
            (before.end, *kind) = (tokens.end, EntityType::Misc);
            continue;
        }
        if reader.is_form(&tokens) {
            reader.join_form(tokens, &mut mended);
        } else {
            mended.push((tokens, kind));
        }
    }
    mended
}

/// Whether a ticker begins at this token: `<MER>`, `<STOS.S>`.
pub fn ends_before_ticker(article: &Article, at: usize) -> bool {
    ticker(article, at).is_some()
}

/// Whether a folded word only says that a name is a company's.
pub fn is_legal_form(folded: &str) -> bool {
    matches!(
        folded,
        "inc"
            | "corp"
            | "co"
            | "cos"
            | "ltd"
            | "plc"
            | "llc"
            | "ag"
            | "sa"
            | "nv"
            | "gmbh"
            | "limited"
            | "incorporated"
            | "corporation"
    )
}

/// The tokens of the ticker that begins here, its brackets among them.
fn ticker(article: &Article, at: usize) -> Option<Range<usize>> {
    let word = |t: &Token| t.span.of(&article.text);
    let list = article.tokens.get(at..)?;
    let (open, rest) = list.split_first().filter(|(t, _)| word(t) == "<")?;
    let close = rest.iter().take(TICKER.0 + 1).position(|t| word(t) == ">")?;
    let code = &rest[..close];
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'/');
    let fits = code.last()?.span.end - open.span.end <= TICKER.1;
    (fits && code.iter().all(|t| !t.spaced && word(t).bytes().all(plain))).then_some(at..at + close + 2)
}

struct Reader<'a> {
    article: &'a Article,
    lexicon: &'a Lexicon,
    /// Whether there may be any.
    tickers: bool,
}

impl Reader<'_> {
    fn word(&self, i: usize) -> &str {
        self.article.tokens.get(i).map_or("", |t| t.span.of(&self.article.text))
    }

    fn words(&self, tokens: &Range<usize>) -> impl Iterator<Item = &Token> {
        self.article.tokens.get(tokens.clone()).into_iter().flatten().filter(|t| t.is_word())
    }

    /// Whether one name follows the other on the same line.
    fn touch(&self, before: &Range<usize>, after: &Range<usize>) -> bool {
        before.end == after.start && self.article.tokens.get(after.start).is_some_and(|t| !t.newline)
    }

    /// Cuts a name where a ticker begins; one in a ticker becomes empty.
    fn without_tickers(&self, tokens: &mut Range<usize>) {
        if let Some(cut) = tokens.clone().find(|&i| matches!(self.word(i), "<" | ">")) {
            tokens.end = cut;
        }
        let nearest = tokens.start.saturating_sub(TICKER.0 + 1)..tokens.start;
        let inside = nearest.rev().find_map(|i| ticker(self.article, i)).is_some_and(|t| t.end > tokens.start);
        if inside {
            tokens.end = tokens.start;
        }
    }

    /// Whether a name has several words, all of them in capitals, and is none that the lexicon knows.
    fn shouted(&self, tokens: &Range<usize>) -> bool {
        let mut words = self.words(tokens);
        let mut all = 0;
        words.all(|t| {
            all += usize::from(t.kind == Kind::Word);
            t.shape == Shape::Upper || t.kind == Kind::Number
        }) && all > 1
            && self.lexicon.name(lexicon::name(self.words(tokens).map(|t| lexicon::token(&self.article.text, t)))) == 0
    }

    /// Whether this is no name at all: figures, a day, "The".
    fn is_none(&self, tokens: &Range<usize>, kind: EntityType) -> bool {
        let (mut words, mut figures) = (0, 0);
        for t in self.words(tokens) {
            words += 1;
            figures += usize::from(t.span.of(&self.article.text).bytes().any(|b| b.is_ascii_digit()));
        }
        if words != 1 {
            return 2 * figures > words;
        }
        let Some(only) = self.words(tokens).next() else { return true };
        let surface = only.span.of(&self.article.text);
        let word = only.term(&self.article.text).to_lowercase();
        let lists = self.lexicon.kinds(&word);
        let day = kind == EntityType::Misc && lists & kind::MONTH != 0 && lists & kind::EVENT == 0;
        day || matches!(word.as_str(), "the" | "a" | "an") || is_table_date(surface)
    }

    /// Takes what makes a name a company's into it, where that follows.
    fn reach_form(&self, tokens: &mut Range<usize>) -> bool {
        let here = |i: usize| self.article.tokens.get(i).filter(|t| !t.newline && t.shape != Shape::Lower);
        let is = |i: usize, forms: fn(&str) -> bool| {
            here(i).is_some_and(|t| forms(&t.term(&self.article.text).to_lowercase()))
        };
        let from = tokens.end;
        if matches!(self.word(from), "and" | "AND" | "&") && is(from + 1, |w| matches!(w, "co" | "cos" | "sons")) {
            tokens.end += 2;
        }
        while is(tokens.end, |w| matches!(w, "inc" | "corp" | "ltd" | "plc" | "llc" | "co")) {
            tokens.end += 1;
        }
        tokens.end > from
    }

    fn is_versus(&self, tokens: &Range<usize>) -> bool {
        tokens.len() == 1 && matches!(self.word(tokens.start), "v." | "v" | "vs." | "vs")
    }

    /// Whether these words only say that a name is a company's.
    fn is_form(&self, tokens: &Range<usize>) -> bool {
        let mut forms = 0;
        let all = self.words(tokens).all(|t| {
            let word = t.term(&self.article.text).to_lowercase();
            let form = is_legal_form(&word) && t.shape != Shape::Lower;
            forms += usize::from(form);
            form || word == "and"
        });
        all && forms > 0
    }

    /// Gives the name before these words to them, or the capitalised words before them if there is none.
    fn join_form(&self, tokens: Range<usize>, names: &mut Vec<Name>) {
        if let Some((before, kind)) = names.last_mut().filter(|(before, _)| self.touch(before, &tokens)) {
            (before.end, *kind) = (tokens.end, EntityType::Organization);
            // "Alcan" + "Australia" + "Ltd".
            if let [.., (first, EntityType::Organization), (last, _)] = &mut names[..]
                && self.touch(first, last)
            {
                first.end = last.end;
                names.pop();
            }
            return;
        }
        let floor = names.last().map_or(0, |(before, _)| before.end);
        let is_part = |i: usize| {
            let t = &self.article.tokens[i];
            let opens = matches!(self.word(i), "The" | "A" | "An" | "In" | "At" | "For" | "On" | "But" | "And" | "By");
            t.kind == Kind::Word && !matches!(t.shape, Shape::Lower | Shape::None) && !opens
        };
        // In a line of capitals any word may be one before the name.
        let shouted = self.article.tokens.get(tokens.start).is_some_and(|t| t.shape == Shape::Upper);
        let most = if shouted { 1 } else { UNSEEN };
        let mut start = tokens.start;
        while start > floor && tokens.start - start < most && !self.article.tokens[start].newline && is_part(start - 1)
        {
            start -= 1;
        }
        if start < tokens.start {
            names.push((start..tokens.end, EntityType::Organization));
        }
    }
}

/// "MAY8", "DEC87": the month of a table.
fn is_table_date(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let figures = word.get(3..).filter(|_| MONTHS.iter().any(|m| word.starts_with(m)));
    figures.is_some_and(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()))
}

/// How the words of an article are written where letters tell.
struct Cases(FxHashMap<u64, Written>);

#[derive(Clone, Copy, Default)]
struct Written {
    small: bool,
    capital: bool,
}

impl Cases {
    fn of(article: &Article) -> Cases {
        let mut cases = FxHashMap::<u64, Written>::default();
        let mut word = String::new();
        for t in article.tokens.iter().filter(|t| t.kind == Kind::Word) {
            let surface = t.term(&article.text);
            match t.shape {
                Shape::Lower => cases.entry(hash(surface.as_bytes())).or_default().small = true,
                Shape::Title | Shape::Mixed => {
                    word.clear();
                    word.extend(surface.chars().flat_map(char::to_lowercase));
                    cases.entry(hash(word.as_bytes())).or_default().capital = true;
                }
                _ => {}
            }
        }
        Cases(cases)
    }

    /// Whether a word in capitals is written small by the article, and never with a capital.
    fn is_small(&self, article: &Article, token: &Token) -> bool {
        let word = token.term(&article.text).to_lowercase();
        self.0.get(&hash(word.as_bytes())).is_some_and(|w| w.small && !w.capital)
    }

    /// Takes words from both ends of a name that are in none, if the article knows what is left.
    fn trim(&self, article: &Article, tokens: &mut Range<usize>) {
        let is_known = |i: usize| {
            let word = article.tokens[i].term(&article.text).to_lowercase();
            self.0.get(&hash(word.as_bytes())).is_some_and(|w| w.capital)
        };
        let small = |i: usize| self.is_small(article, &article.tokens[i]);
        if !tokens.clone().any(is_known) && !tokens.clone().all(small) {
            return;
        }
        let is_part = |i: usize| {
            let t = &article.tokens[i];
            t.kind == Kind::Word && !self.is_small(article, t)
        };
        while tokens.start < tokens.end && !is_part(tokens.end - 1) {
            // "BOEING 747", "COVID-19".
            if article.tokens[tokens.end - 1].kind == Kind::Number {
                break;
            }
            tokens.end -= 1;
        }
        while tokens.start < tokens.end && !is_part(tokens.start) {
            tokens.start += 1;
        }
    }
}
