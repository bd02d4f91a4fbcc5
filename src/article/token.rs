//! The one tokenisation: what is a word, for everybody.
//!
//! Sentences, names, quotes, the index and the query language all work on the same tokens, so that what is found is
//! what was understood. A *word* has a number (its position in the index); marks and clitics have none.
//!
//! What differs from Unicode's word rules (UAX 29), for the sake of news:
//! - `O'Neill`, `don't`, `U.S.`, `J.P.`, `AT&T`, `3.5`, `1,000`, `3.5bn` are one word each;
//! - hyphenated words are several (`Covid-19` is `Covid`, `19`), so that both spellings meet as neighbours;
//! - the possessive `'s` and the Romance elisions (`l'`, `d'`, `qu'`) are clitics: tokens, but not words, so that
//!   `Harris's` is found as `Harris` and `l'homme` as `homme`;
//! - the full stop of a known abbreviation (`Mr.`, `Inc.`) and of an initial (`George W. Bush`) belongs to its token,
//!   though not to the word that is indexed;
//! - characters of scripts written without spaces are a word each.
//!
//! It is linear, allocates only its list, and gives tokens for any string.

use super::Span;
use super::fold::{is_apostrophe, is_invisible};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters, or letters and digits.
    Word,
    /// Digits, with their separators.
    Number,
    /// `'s`, `l'`: belongs to a word, has no position of its own.
    Clitic,
    /// Punctuation and symbols: one character, or a run of dots, hyphens, backticks or apostrophes.
    Mark,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Lower,
    /// First letter upper case, the rest lower: `Paris`, `O'neill`, and single capitals.
    Title,
    /// Two or more letters, all upper case: `NATO`, `U.S.`.
    Upper,
    /// Anything else with letters: `McDonald`, `iPhone`, `O'Neill`.
    Mixed,
    /// No cased letters: digits, marks, Chinese.
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
    /// The number of words before this token: for a word, its position.
    pub word: u32,
    pub kind: Kind,
    pub shape: Shape,
    /// White space before it. False for the first token of a text.
    pub spaced: bool,
    /// A line break before it (a blank line counts as one).
    pub newline: bool,
}

impl Token {
    /// Whether the token has a position in the index.
    pub fn is_word(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Number)
    }

    /// The word as it is indexed: the surface, without the full stop of an abbreviation (but `U.S.` keeps its own).
    pub fn term<'t>(&self, text: &'t str) -> &'t str {
        let s = self.span.of(text);
        match s.strip_suffix('.') {
            Some(stem) if !stem.is_empty() && !stem.contains('.') => stem,
            _ => s,
        }
    }

    /// Whether the token ends with a full stop of its own (`Mr.`, `U.S.`, `W.`), which may also end a sentence.
    pub fn abbreviation(&self, text: &str) -> bool {
        self.kind == Kind::Word && self.span.of(text).ends_with('.')
    }
}

/// The tokens of one text, in order, without overlap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tokens {
    list: Vec<Token>,
    words: u32,
}

impl std::ops::Deref for Tokens {
    type Target = [Token];

    fn deref(&self) -> &[Token] {
        &self.list
    }
}

impl Tokens {
    /// Cuts a text into tokens.
    pub fn of(text: &str) -> Tokens {
        let mut cutter = Cutter { text, bytes: text.as_bytes(), at: 0, out: Tokens::default() };
        // News English has about 5.3 bytes a token.
        cutter.out.list.reserve(text.len() / 5 + 1);
        cutter.run();
        cutter.out
    }

    /// How many words (tokens with a position) there are.
    pub fn words(&self) -> u32 {
        self.words
    }

    /// The index of the first token that ends after this byte of the text: the one at or after it.
    pub fn at(&self, byte: u32) -> usize {
        self.list.partition_point(|t| t.span.end <= byte)
    }

    /// The indices of the tokens that lie in a span.
    pub fn within(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.list.partition_point(|t| t.span.start < span.start);
        let end = self.list.partition_point(|t| t.span.end <= span.end);
        start..end.max(start)
    }

    /// The positions of the words that start in a span: first to one past the last.
    pub fn positions(&self, span: Span) -> std::ops::Range<u32> {
        let at = |byte: u32| {
            let i = self.list.partition_point(|t| t.span.start < byte);
            self.list.get(i).map_or(self.words, |t| t.word)
        };
        at(span.start)..at(span.end)
    }

    /// The token of the word at this position.
    pub fn word(&self, position: u32) -> Option<&Token> {
        // `word` counts the words before a token, so of the tokens with this count the word itself is the last.
        let i = self.list.partition_point(|t| t.word <= position);
        self.list.get(i.checked_sub(1)?).filter(|_| position < self.words)
    }
}

/// Abbreviations whose full stop is theirs (lower case). The months and titles of news, companies' forms, and the
/// like; not those that are common words (`no.` counts only before a digit).
const ABBREVIATIONS: &[&str] = &[
    "adm", "assn", "ave", "bros", "brig", "capt", "cmdr", "co", "col", "corp", "cpl", "dept", "dist", "dr", "est",
    "etc", "fr", "ft", "gen", "gov", "hon", "inc", "jr", "lt", "ltd", "maj", "mr", "mrs", "ms", "mt", "mme", "mlle",
    "messrs", "no", "nos", "ph", "prof", "rep", "reps", "rev", "sec", "sen", "sens", "sgt", "sr", "st", "ste", "supt",
    "univ", "vs", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "ala", "ariz",
    "ark", "calif", "colo", "conn", "del", "fla", "ga", "ill", "ind", "kan", "ky", "la", "md", "mich", "minn", "miss",
    "mo", "mont", "neb", "nev", "okla", "ore", "pa", "penn", "tenn", "tex", "vt", "va", "wash", "wis", "wyo", "pty",
    "plc", "cie", "gmbh",
];
/// Of those, the ones that are also words or syllables that end sentences: theirs only with a capital.
const CAPITAL_ONLY: &[&str] = &[
    "ark", "co", "col", "del", "dec", "est", "fr", "ft", "ga", "gen", "gov", "hon", "ill", "ind", "kan", "la", "mar",
    "md", "miss", "mo", "mont", "no", "nos", "ore", "pa", "ph", "rep", "rev", "sec", "sen", "sep", "st", "va", "vt",
    "wash", "mt", "ms", "sr", "lt", "maj", "oct", "nov", "jan", "jun", "jul", "feb", "apr", "aug", "dist",
];

struct Cutter<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    out: Tokens,
}

/// What a character is to the tokeniser.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Break,
    Letter,
    Digit,
    /// A word by itself: Chinese, Japanese, Thai, …
    Solo,
    /// Invisible and meaningless: soft hyphen, zero-width space, byte-order mark.
    Silent,
    Mark,
}

const ASCII: [Class; 128] = {
    let mut t = [Class::Mark; 128];
    let mut i = 0;
    while i < 128 {
        let b = i as u8;
        t[i] = if b == b'\n' || b == b'\r' {
            Class::Break
        } else if b.is_ascii_whitespace() || b < 0x20 || b == 0x7f {
            Class::Space
        } else if b.is_ascii_alphabetic() {
            Class::Letter
        } else if b.is_ascii_digit() {
            Class::Digit
        } else {
            Class::Mark
        };
        i += 1;
    }
    t
};

/// Bytes behind letters that may be part of their word, or make a clitic of it. A comma is only in numbers.
const GOES_ON: [bool; 256] = {
    let mut t = [false; 256];
    let mut b = 0;
    while b < 256 {
        t[b] = b >= 0x80 || (b as u8).is_ascii_alphanumeric() || matches!(b as u8, b'.' | b'&' | b'\'' | b'`');
        b += 1;
    }
    t
};

/// How a word is written: how many of its letters are upper and lower case, and whether the first is upper.
fn shape(upper: usize, lower: usize, letters: usize, first_upper: bool) -> Shape {
    match (upper, lower) {
        (0, 0) => Shape::None,
        (0, _) => Shape::Lower,
        (1, _) if first_upper && (lower > 0 || letters == 1) => Shape::Title,
        (_, 0) => Shape::Upper,
        _ => Shape::Mixed,
    }
}

fn class(c: char) -> Class {
    if c.is_ascii() {
        return ASCII[c as usize];
    }
    match c {
        _ if is_invisible(c) => Class::Silent,
        '\u{2028}' | '\u{2029}' | '\u{85}' => Class::Break,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => {
            if c.is_alphanumeric() {
                Class::Solo
            } else {
                Class::Mark
            }
        }
        _ if c.is_whitespace() => Class::Space,
        // Combining marks belong to the letter before them.
        _ if c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) => Class::Letter,
        _ if c.is_numeric() => Class::Digit,
        _ => Class::Mark,
    }
}

impl<'t> Cutter<'t> {
    /// The character at a byte, with its class and the byte after it.
    fn look(&self, at: usize) -> Option<(char, Class, usize)> {
        let b = *self.bytes.get(at)?;
        if b < 0x80 {
            return Some((b as char, ASCII[b as usize], at + 1));
        }
        let c = self.text[at..].chars().next()?;
        Some((c, class(c), at + c.len_utf8()))
    }

    fn letter_at(&self, at: usize) -> bool {
        matches!(self.look(at), Some((_, Class::Letter, _)))
    }

    fn digit_at(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(u8::is_ascii_digit)
    }

    /// The byte after the apostrophe at `at`, if there is one.
    fn apostrophe(&self, at: usize) -> Option<usize> {
        match self.look(at) {
            Some((c, _, next)) if is_apostrophe(c) => Some(next),
            _ => None,
        }
    }

    fn run(&mut self) {
        let (mut spaced, mut newline) = (false, false);
        while let Some((c, class, next)) = self.look(self.at) {
            match class {
                Class::Space => spaced = true,
                Class::Break => (spaced, newline) = (true, true),
                Class::Silent => {}
                _ => {
                    let start = self.at;
                    let (end, kind, shape) = match class {
                        Class::Letter | Class::Digit => self.word(start),
                        Class::Solo => (next, Kind::Word, Shape::None),
                        _ if self.opens_possessive(c, start, next) => (next + 1, Kind::Clitic, Shape::Lower),
                        _ => (self.mark(c, next), Kind::Mark, Shape::None),
                    };
                    let spaced = std::mem::take(&mut spaced) && start > 0;
                    let newline = std::mem::take(&mut newline) && start > 0;
                    let word = self.out.words;
                    self.out.words += matches!(kind, Kind::Word | Kind::Number) as u32;
                    self.out.list.push(Token { span: Span::new(start, end), word, kind, shape, spaced, newline });
                    self.at = end;
                    continue;
                }
            }
            self.at = next;
        }
    }

    /// Whether the mark `c` at `start` is the apostrophe of a `'s` that leans on the word just before.
    fn opens_possessive(&self, c: char, start: usize, next: usize) -> bool {
        is_apostrophe(c)
            && self.is_possessive(next)
            && self.out.list.last().is_some_and(|t| t.is_word() && t.span.end as usize == start)
    }

    /// The end of the mark `c` that ends at `next`: runs of the same dot, hyphen, backtick or apostrophe hold together.
    fn mark(&self, c: char, mut next: usize) -> usize {
        if matches!(c, '.' | '-' | '`' | '\'' | '_' | '*' | '=') {
            // Bounded pairs for quotation marks (``, ''), whole runs for leaders and rules.
            let most = if matches!(c, '`' | '\'') { 2 } else { usize::MAX };
            let mut n = 1;
            while n < most && self.bytes.get(next) == Some(&(c as u8)) {
                next += 1;
                n += 1;
            }
        }
        next
    }

    /// The word, number or clitic that starts here.
    fn word(&self, start: usize) -> (usize, Kind, Shape) {
        let mut end = start;
        let mut upper = 0usize;
        // Most words are plain letters from start to end.
        while let Some(b) = self.bytes.get(end).filter(|b| b.is_ascii_alphabetic()) {
            upper += b.is_ascii_uppercase() as usize;
            end += 1;
        }
        let mut letters = end - start;
        let (mut lower, mut digits) = (letters - upper, 0usize);
        let mut first_upper = self.bytes.get(start).is_some_and(u8::is_ascii_uppercase);
        let mut dotted = false;
        // And what stands behind them says nothing more of them.
        if letters > 0 && !self.bytes.get(end).is_some_and(|b| GOES_ON[*b as usize]) {
            return (end, Kind::Word, shape(upper, lower, letters, first_upper));
        }
        loop {
            match self.look(end) {
                Some((c, Class::Letter, next)) => {
                    if c.is_ascii_lowercase() || (!c.is_ascii() && c.is_lowercase()) {
                        lower += 1;
                    } else if c.is_ascii_uppercase() || (!c.is_ascii() && c.is_uppercase()) {
                        first_upper |= letters == 0;
                        upper += 1;
                    }
                    letters += 1;
                    end = next;
                }
                Some((_, Class::Digit, next)) => {
                    digits += 1;
                    end = next;
                }
                // A soft hyphen or zero-width joiner inside a word.
                Some((_, Class::Silent, next)) if self.letter_at(next) => end = next,
                Some((c, _, next)) if is_apostrophe(c) && letters > 0 && self.letter_at(next) => {
                    if self.is_possessive(next) || self.is_elision(start, end, upper) {
                        break;
                    }
                    end = next;
                }
                Some(('&', _, next)) if upper > 0 && self.letter_at(next) => end = next,
                Some(('.' | ',', _, next)) if letters == 0 && digits > 0 && self.digit_at(next) => end = next,
                Some(('.', _, next)) if letters > 0 && self.is_dotted(start, end, next, letters) => {
                    dotted = true;
                    end = next;
                    if !self.letter_at(next) {
                        break;
                    }
                }
                _ => break,
            }
        }
        let surface = &self.text[start..end];
        if let Some(after) = self.apostrophe(end)
            && letters > 0
            && self.is_elision(start, end, upper)
        {
            return (after, Kind::Clitic, Shape::Lower);
        }
        if !dotted && self.bytes.get(end) == Some(&b'.') && letters > 0 && digits == 0 && self.owns_stop(surface, end) {
            end += 1;
        }
        let kind = if letters == 0 { Kind::Number } else { Kind::Word };
        (end, kind, shape(upper, lower, letters, first_upper))
    }

    /// Whether the letters at `at`, after an apostrophe, are the `s` of a possessive or of "it's".
    fn is_possessive(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), Some(b's' | b'S'))
            && !matches!(self.look(at + 1), Some((_, Class::Letter | Class::Digit, _)))
    }

    /// Whether the word so far is a French or Italian article or pronoun that loses its vowel before an apostrophe.
    fn is_elision(&self, start: usize, end: usize, upper: usize) -> bool {
        upper == 0
            && matches!(
                &self.text[start..end],
                "l" | "d" | "j" | "m" | "t" | "s" | "n" | "c" | "qu" | "dell" | "all" | "nell" | "sull" | "un"
            )
            && self.apostrophe(end).is_some_and(|next| self.letter_at(next))
    }

    /// Whether the full stop at `next - 1` continues an abbreviation of single letters: `U.S.`, `a.m.`, `J.P.`.
    fn is_dotted(&self, start: usize, end: usize, next: usize, letters: usize) -> bool {
        // Every letter so far stands alone before its stop.
        let singles = self.text[start..end].split('.').all(|part| part.chars().count() == 1);
        if !singles {
            return false;
        }
        let single_follows = matches!(self.look(next), Some((_, Class::Letter, after))
            if !matches!(self.look(after), Some((_, Class::Letter | Class::Digit, _))) && self.bytes.get(after) == Some(&b'.'));
        single_follows || letters > 1
    }

    /// Whether a full stop after this word belongs to it: initials, and known abbreviations before more text.
    fn owns_stop(&self, surface: &str, end: usize) -> bool {
        let mut chars = surface.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            // An initial stands before a name.
            return c.is_uppercase() && self.upper_follows(end + 1);
        }
        if surface.len() > 6 || !surface.is_ascii() {
            return false;
        }
        let mut low = [0u8; 6];
        let low = &mut low[..surface.len()];
        low.copy_from_slice(surface.as_bytes());
        low.make_ascii_lowercase();
        let Ok(low) = std::str::from_utf8(low) else { return false };
        if !ABBREVIATIONS.contains(&low) {
            return false;
        }
        let capital = surface.as_bytes()[0].is_ascii_uppercase();
        match low {
            "no" | "nos" => self.number_follows(end + 1),
            _ if CAPITAL_ONLY.contains(&low) => capital,
            _ => true,
        }
    }

    fn number_follows(&self, mut at: usize) -> bool {
        while matches!(self.bytes.get(at), Some(b' ' | b'\xc2' | b'\xa0')) {
            at += 1;
        }
        self.digit_at(at)
    }

    fn upper_follows(&self, mut at: usize) -> bool {
        if self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        matches!(self.look(at), Some((c, Class::Letter, _)) if c.is_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of a text, joined by `|`; words bare, clitics in `<>`, marks in `[]`.
    fn cut(text: &str) -> String {
        let tokens = Tokens::of(text);
        let show = |t: &Token| {
            let s = t.span.of(text);
            match t.kind {
                Kind::Word | Kind::Number => s.to_string(),
                Kind::Clitic => format!("<{s}>"),
                Kind::Mark => format!("[{s}]"),
            }
        };
        tokens.iter().map(show).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn words_of_the_news() {
        for (text, tokens) in [
            ("Mr. O'Neill of the U.S. arrived Jan. 5.", "Mr.|O'Neill|of|the|U.S.|arrived|Jan.|5|[.]"),
            ("AT&T paid $3.5bn, or 1,000 times more.", "AT&T|paid|[$]|3.5bn|[,]|or|1,000|times|more|[.]"),
            ("Covid-19 didn’t stop Harris's trip", "Covid|[-]|19|didn’t|stop|Harris|<'s>|trip"),
            ("George W. Bush and J.P. Morgan", "George|W.|Bush|and|J.P.|Morgan"),
            ("l'homme d'Estaing, qu’il", "<l'>|homme|<d'>|Estaing|[,]|<qu’>|il"),
            ("Vitamin C. is", "Vitamin|C|[.]|is"),
            ("It said no. Then", "It|said|no|[.]|Then"),
            ("No. 10 said", "No.|10|said"),
            ("\"Wait...\" -- he", "[\"]|Wait|[...]|[\"]|[--]|he"),
            ("the workers' ''pay''", "the|workers|[']|['']|pay|['']"),
            ("the 1980's at 9 a.m. today", "the|1980|<'s>|at|9|a.m.|today"),
            ("東京 2021", "東|京|2021"),
            ("so\u{ad}cial", "so\u{ad}cial"),
            ("It\u{fffd}s O\u{fffd}Neill, don`t", "It|<\u{fffd}s>|O\u{fffd}Neill|[,]|don`t"),
            ("``Yes,'' he said", "[``]|Yes|[,]|['']|he|said"),
            ("MINISTER'S", "MINISTER|<'S>"),
            ("", ""),
        ] {
            assert_eq!(cut(text), tokens, "{text}");
        }
    }

    #[test]
    fn positions_count_words_only() {
        let text = "Yes, \"Harris's plan,\" he said.";
        let tokens = Tokens::of(text);
        assert_eq!(tokens.words(), 5);
        assert_eq!(tokens.word(2).map(|t| t.span.of(text)), Some("plan"));
        assert_eq!(tokens.word(4).map(|t| t.span.of(text)), Some("said"));
        assert_eq!(tokens.word(5), None);
        assert_eq!(tokens.positions(Span::new(6, 19)), 1..3);
    }

    #[test]
    fn a_term_has_no_stop_but_its_own() {
        let text = "Inc. U.S. W. X";
        let terms: Vec<_> = Tokens::of(text).iter().map(|t| t.term(text).to_string()).collect();
        assert_eq!(terms, ["Inc", "U.S.", "W", "X"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_in_order_and_whole(text in "\\PC{0,80}") {
            let tokens = Tokens::of(&text);
            let mut end = 0;
            let mut words = 0;
            for t in tokens.iter() {
                assert!(t.span.start as usize >= end && !t.span.is_empty());
                assert!(text[end..t.span.start as usize].chars().all(|c| !c.is_alphanumeric()));
                assert_eq!(t.word, words);
                words += t.is_word() as u32;
                end = t.span.end as usize;
            }
            assert_eq!(words, tokens.words());
        }
    }
}
