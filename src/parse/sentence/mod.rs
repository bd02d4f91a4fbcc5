//! Sentences: where one ends and the next begins, by rules on tokens.
//!
//! Unicode's rules (UAX 29) end a sentence after `Mr.`, `U.S.` and `No.`; learned splitters are slow and fail on other
//! sources than their own. The stops of abbreviations are known to the tokeniser, so what remains is to ask what
//! follows: a capital that opens sentences (`The`, `He`) after `U.S.` or `Inc.`, any capital after a plain full stop,
//! and after `"Really?"` a name only if no verb of saying comes with it. What closes after a stop (quotation marks,
//! brackets) belongs to the sentence; several sentences in one quotation are several. No sentence crosses a paragraph
//! or the edge of a zone, so headlines, datelines and items of lists stand alone. Every token of a paragraph is in
//! exactly one sentence.

mod words;

use crate::article::{Kind, Shape, Span, Token, Tokens, Zone};

/// The sentences of a text, in order. `language` is an ISO 639-1 code: some write ordinals with a full stop.
pub fn cut(text: &str, tokens: &Tokens, paragraphs: &[Span], zones: &[Zone], language: Option<&str>) -> Vec<Span> {
    let ordinals =
        matches!(language, Some("de" | "da" | "no" | "nb" | "nn" | "fi" | "cs" | "sk" | "hu" | "hr" | "pl" | "sl"));
    let mut out = Vec::with_capacity(tokens.len() / 20 + paragraphs.len());
    let mut edges = zones.iter().map(|z| z.span.end).peekable();
    let mut first = 0;
    for paragraph in paragraphs {
        first += tokens[first..].iter().take_while(|t| t.span.start < paragraph.start).count();
        let len = tokens[first..].iter().take_while(|t| t.span.end <= paragraph.end).count();
        let mut cutter = Cutter { text, tokens: &tokens[first..first + len], ordinals, inside: false };
        let mut start = 0;
        for i in 0..len {
            let end = cutter.tokens[i].span.end;
            cutter.inside ^= text.as_bytes()[end as usize - 1] == b'"';
            while edges.next_if(|e| *e < end).is_some() {}
            if i + 1 == len || edges.peek() == Some(&end) || cutter.ends_after(start, i) {
                out.push(cutter.tokens[start].span.cover(cutter.tokens[i].span));
                start = i + 1;
            }
        }
        first += len;
    }
    out
}

/// One paragraph.
struct Cutter<'t> {
    text: &'t str,
    tokens: &'t [Token],
    ordinals: bool,
    /// Whether a straight quotation mark is open: there were an odd number of them so far.
    inside: bool,
}

/// How a sentence may end.
enum Stop {
    /// A full stop, or several that stand for one.
    Full,
    /// A question or exclamation mark.
    Cry,
    Ellipsis,
    /// The full stop of an abbreviation.
    Owned,
    /// A stop of a script without capitals.
    Caseless,
}

impl<'t> Cutter<'t> {
    fn str(&self, i: usize) -> &'t str {
        self.tokens.get(i).map_or("", |t| t.span.of(self.text))
    }

    /// Whether the sentence that starts with token `start` ends with token `at`, which is not the paragraph's last.
    fn ends_after(&self, start: usize, at: usize) -> bool {
        let token = &self.tokens[at];
        // Nearly all tokens are words without a stop: told by one byte.
        let last = self.text.as_bytes()[token.span.end as usize - 1];
        if !matches!(last, b'.' | b'!' | b'?' | b'"' | b'\'' | b')' | b']' | 0x80..) {
            return false;
        }
        let mut i = at;
        let bound = start.max(at.saturating_sub(MOST_CLOSERS));
        while i > bound && self.closes(i) {
            i -= 1;
        }
        let Some(stop) = self.stop(i) else { return false };
        // What closes comes along; but in `on Tuesday."We left` the mark opens what follows.
        if self.closes(at + 1) {
            let opens = self.str(at + 1) == "\"" && !self.inside && !self.tokens[at + 1].spaced;
            return opens && self.tokens.get(at + 2).is_some_and(|t| !t.spaced && t.shape == Shape::Title);
        }
        let Some(word) = self.opening(at + 1) else { return false };
        let quoted = (i + 1..=at).any(|n| is_quote(self.str(n)));
        let next = &self.tokens[at + 1];
        if !next.spaced && !matches!(stop, Stop::Caseless) {
            return self.lacks_space(i, at, word);
        }
        if self.tokens[word].shape == Shape::Lower {
            return false;
        }
        match stop {
            Stop::Caseless => true,
            Stop::Full => !self.abbreviates(start, i, word),
            Stop::Cry if quoted => !self.is_attribution(word),
            Stop::Cry => !self.is_shouting_name(i) || self.starts(word),
            Stop::Ellipsis if quoted => !self.is_attribution(word),
            Stop::Ellipsis => self.starts(word) || (!self.tokens[i].spaced && at == i && self.is_capital(word)),
            Stop::Owned => self.ends_abbreviated(i, word, quoted),
        }
    }

    fn stop(&self, i: usize) -> Option<Stop> {
        let token = &self.tokens[i];
        let s = self.str(i);
        if token.kind == Kind::Word {
            return s.ends_with('.').then_some(Stop::Owned);
        }
        match s {
            "." | "...." => Some(Stop::Full),
            "!" | "?" | "‽" => Some(Stop::Cry),
            "…" | "..." | ".." => Some(Stop::Ellipsis),
            "。" | "！" | "？" | "।" | "۔" | "؟" => Some(Stop::Caseless),
            _ => None,
        }
    }

    /// Whether the token closes what stands before it.
    fn closes(&self, i: usize) -> bool {
        let Some(token) = self.tokens.get(i).filter(|t| t.kind == Kind::Mark) else { return false };
        // A straight mark with space on both sides: some corpora set closing marks so, none opening ones after a stop.
        let loose = || self.tokens.get(i + 1).is_none_or(|t| t.spaced);
        match self.str(i) {
            ")" | "]" | "”" | "」" | "』" => true,
            "»" | "›" => !token.spaced || loose(),
            "’" | "“" | "«" | "‹" | "‘" => !token.spaced,
            "\"" | "'" | "''" => !token.spaced || loose(),
            _ => false,
        }
    }

    /// The first word from token `i` on, behind marks that open. `None` where something else comes first.
    fn opening(&self, i: usize) -> Option<usize> {
        let rest = self.tokens.get(i..)?;
        let n = rest.iter().take(5).position(|t| t.kind != Kind::Mark)?;
        let opens = |n: usize| self.str(n).chars().all(|c| OPENING_MARKS.contains(c)) || self.str(n) == "...";
        (i..i + n).all(opens).then_some(i + n)
    }

    /// A full stop that lacks its space: "…on Tuesday.He left". Not in addresses of the web or in "node.Js".
    fn lacks_space(&self, stop: usize, at: usize, word: usize) -> bool {
        if !matches!(self.str(stop), "." | "!" | "?") || self.tokens[word].shape != Shape::Title || stop == 0 {
            return false;
        }
        let before = &self.tokens[stop - 1];
        let said = before.kind == Kind::Word && before.span.len() > 2;
        said && (at > stop || self.starts(word) || self.tokens[word].span.len() > 3)
            && self.tokens.get(word + 1).is_none_or(|t| t.spaced || t.kind == Kind::Clitic)
    }

    fn is_capital(&self, i: usize) -> bool {
        matches!(self.tokens[i].shape, Shape::Title | Shape::Mixed)
    }

    /// Whether the word opens sentences and hardly ever names.
    fn starts(&self, word: usize) -> bool {
        self.tokens[word].shape == Shape::Title && words::OPENERS.contains(self.str(word))
    }

    /// Whether the plain full stop at `stop` does not end a sentence, though a capital or number follows.
    fn abbreviates(&self, start: usize, stop: usize, word: usize) -> bool {
        let Some(before) = stop.checked_sub(1).filter(|b| *b >= start && !self.tokens[stop].spaced) else {
            return false;
        };
        let token = &self.tokens[before];
        let s = self.str(before);
        match token.kind {
            Kind::Number => {
                // The number of an item ("1. Rates"), or an ordinal.
                (before == start && s.len() <= 2) || (self.ordinals && s.len() <= 2 && !self.starts(word))
            }
            Kind::Word if token.span.len() == 1 && token.shape == Shape::Lower => !self.starts(word),
            Kind::Word if s.len() <= 6 => lower(s, |low| {
                (words::ABBREVIATIONS.contains(low) && !self.starts(word))
                    || (words::NUMBERED.contains(low) && self.tokens[word].kind == Kind::Number)
            }),
            _ => false,
        }
    }

    /// Whether a sentence ends with the abbreviation `i`, given the word that follows.
    fn ends_abbreviated(&self, i: usize, word: usize, quoted: bool) -> bool {
        let s = self.str(i);
        let next = self.str(word);
        let stem = &s[..s.len() - 1];
        if stem.chars().nth(1).is_none() {
            // An initial: "Plan B. The", but "J. A. Smith".
            return self.starts(word) && next.len() > 1;
        }
        if is_clock(stem) {
            return self.tokens[word].kind == Kind::Word && !words::AFTER_CLOCK.contains(next);
        }
        if stem.contains('.') {
            return self.starts(word) || (quoted && self.is_capital(word));
        }
        stem == "etc" || (self.starts(word) && !lower(stem, |low| words::TITLES.contains(low)))
    }

    /// Whether the words from `word` on say who asked: "Really?" *Ms. Doe asked*.
    fn is_attribution(&self, word: usize) -> bool {
        if self.starts(word) && !self.tokens[word].abbreviation(self.text) {
            return false;
        }
        let words = self.tokens[word..].iter().take(7).take_while(|t| t.kind != Kind::Mark);
        words.map(|t| t.span.of(self.text)).any(|w| words::CUES.contains(w))
    }

    /// Names that end with an exclamation mark.
    fn is_shouting_name(&self, stop: usize) -> bool {
        stop > 0 && matches!(self.str(stop - 1), "Yahoo" | "Jeb" | "Jeopardy" | "Oklahoma" | "Yum")
    }
}

/// No sentence ends in more marks than this behind its stop.
const MOST_CLOSERS: usize = 6;

/// Marks that may stand before a sentence's first word.
const OPENING_MARKS: &str = "\"'`“‘«‹„‚»([¿¡「『$£€#@•*+…";

fn is_quote(s: &str) -> bool {
    matches!(s, "\"" | "”" | "’" | "'" | "''" | "»" | "«" | "“" | "‘" | "›" | "‹" | "」" | "』")
}

fn is_clock(stem: &str) -> bool {
    matches!(stem, "a.m" | "p.m" | "A.M" | "P.M")
}

/// Applies `test` to a short word in lower case.
fn lower(word: &str, test: impl FnOnce(&str) -> bool) -> bool {
    let mut low = [0u8; 16];
    match low.get_mut(..word.len()) {
        Some(low) => {
            low.copy_from_slice(word.as_bytes());
            low.make_ascii_lowercase();
            std::str::from_utf8(low).is_ok_and(test)
        }
        None => false,
    }
}
