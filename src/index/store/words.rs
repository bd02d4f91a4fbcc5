//! Text by its words.
//!
//! A story's words are mostly words that all stories use. Written as numbers into a list of them (`words.txt`, the most
//! frequent first), one byte for the first 128 and two for the next 32,000, and with the spaces between words left out
//! (spaceless words; Moura, Navarro, Ziviani and Baeza-Yates 2000), English news takes a third of its bytes. What the
//! store's compressor then finds in a block is twice as much text, already without what is common to all: a quarter of
//! the bytes are left, where the compressor alone leaves four ninths, and both ways are faster, for it has less to do.
//!
//! ```text
//! text    = piece*                      a space is between two that are words at their touching ends
//! piece   = code                        a word or what stands between words, from the list
//!         | 1 code | 2 code             the same with a first capital; in capitals
//!         | 0 length bytes              any text: words that are not in the list, in one with what is between them
//! code    = 128..255 | 3..127 0..255
//! ```
//!
//! Any text comes back to the byte. One in another language is left in stretches as it is, and compressed as ever. The
//! list is learned (`newsdex-train vocabulary`, see `words.md`); to change it, or how text is cut, is to change the
//! format.

use std::sync::LazyLock;

use super::{Corrupt, Read, put_number, take_number};

/// How many words have a code of one byte, and how many of two.
const SHORT: usize = 128;
const LONG: usize = 125 * 256;
/// How many words the list may have.
pub const MOST: usize = SHORT + LONG;

const LITERAL: u8 = 0;
const CAPITAL: u8 = 1;
const CAPITALS: u8 = 2;
const FIRST_LONG: u8 = 3;
const FIRST_SHORT: u8 = 128;

/// Words of more bytes have no code in another case.
const CASED: usize = 32;

/// How the list shows the end of a line.
pub const NEWLINE: char = '⏎';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Letter,
    Digit,
    Other,
}

/// What a character is. Of the format: it must not change with Unicode's versions.
pub const fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        // Latin-1's signs, general punctuation, that of East Asia.
        '\0'..='\u{bf}' | '\u{2000}'..='\u{207f}' | '\u{3000}'..='\u{303f}' => Class::Other,
        _ => Class::Letter,
    }
}

const ASCII: [Class; 128] = {
    let mut table = [Class::Other; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = class(byte as u8 as char);
        byte += 1;
    }
    table
};

/// The class of the character that begins at a byte of the text, and where it ends.
#[inline]
pub fn class_at(text: &str, at: usize) -> Option<(Class, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if let Some(class) = ASCII.get(usize::from(byte)) {
        return Some((*class, at + 1));
    }
    let c = text[at..].chars().next()?;
    Some((class(c), at + c.len_utf8()))
}

/// Where the run of one class ends that begins here.
fn run(text: &str, at: usize) -> usize {
    let Some((first, end)) = class_at(text, at) else { return at };
    past(text, end, |class| class == first)
}

/// Where the characters end, from here on, whose class is wanted.
#[inline]
pub fn past(text: &str, mut at: usize, wanted: impl Fn(Class) -> bool) -> usize {
    let bytes = text.as_bytes();
    loop {
        // Nearly all text is this.
        while let Some(class) = bytes.get(at).and_then(|byte| ASCII.get(usize::from(*byte)))
            && wanted(*class)
        {
            at += 1;
        }
        match class_at(text, at) {
            Some((class, next)) if wanted(class) => at = next,
            _ => return at,
        }
    }
}

/// Cuts a text into what stands between words and a word, in turn: `gap` may be empty, and at the end `word` too.
pub fn pieces(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let (first, _) = class_at(text, start)?;
        let word = if first == Class::Other { run(text, start) } else { start };
        at = run(text, word);
        Some((&text[start..word], &text[word..at]))
    })
}

/// The list: all words in one string, and where each ends.
struct List {
    words: String,
    ends: Vec<u32>,
}

static LIST: LazyLock<List> = LazyLock::new(|| {
    let file = include_str!("words.txt");
    let mut list = List { words: String::with_capacity(file.len()), ends: Vec::with_capacity(MOST) };
    for line in file.lines().take(MOST) {
        for c in line.split(NEWLINE).enumerate() {
            list.words.push_str(if c.0 == 0 { "" } else { "\n" });
            list.words.push_str(c.1);
        }
        list.ends.push(list.words.len() as u32);
    }
    list
});

/// Where a word stands in the list, found by its hash. Every word of every article is looked up, so one look at memory
/// must do: short words stand beside their number.
struct Numbers {
    /// Twice as many as words.
    slots: Vec<Slot>,
}

/// A [`key`] in two halves (which packs it closer), and the number; [`FREE`] where there is none.
#[derive(Clone, Copy)]
struct Slot {
    low: u32,
    high: u32,
    number: u16,
}

const FREE: u16 = u16::MAX;
const SLOTS: usize = (2 * MOST).next_power_of_two();
/// Words of up to so many bytes are their own key.
const INLINE: usize = 7;

static NUMBERS: LazyLock<Numbers> = LazyLock::new(|| {
    let mut numbers = Numbers { slots: vec![Slot { low: 0, high: 0, number: FREE }; SLOTS] };
    for n in 0..LIST.ends.len() {
        let Some(key) = word(n).map(key) else { continue };
        let mut slot = place(key);
        while numbers.slots[slot].number != FREE {
            slot = (slot + 1) % SLOTS;
        }
        numbers.slots[slot] = Slot { low: key as u32, high: (key >> 32) as u32, number: n as u16 };
    }
    numbers
});

impl Numbers {
    fn get(&self, piece: &str) -> Option<u16> {
        let key = key(piece);
        let mut slot = place(key);
        loop {
            let Slot { low, high, number } = self.slots[slot];
            if number == FREE {
                return None;
            }
            if (low, high) == (key as u32, (key >> 32) as u32)
                && (piece.len() <= INLINE || word(number.into()) == Some(piece))
            {
                return Some(number);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

/// A short word with its length, which no other has; a hash of a longer one.
fn key(piece: &str) -> u64 {
    let short = |bytes: &[u8]| bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
    let bytes = piece.as_bytes();
    if bytes.len() <= INLINE {
        return (bytes.len() as u64) << 56 | short(bytes);
    }
    let mut hash = 0u64;
    let mut eat = |bytes: u64| hash = (hash.rotate_left(5) ^ bytes).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (whole, rest) = bytes.as_chunks::<8>();
    whole.iter().for_each(|chunk| eat(u64::from_le_bytes(*chunk)));
    eat(short(rest));
    hash | 0xff << 56
}

/// Where a key is looked for first.
fn place(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOTS.ilog2())) as usize
}

fn word(n: usize) -> Option<&'static str> {
    let list = &*LIST;
    let start = n.checked_sub(1).map_or(Some(0), |before| list.ends.get(before).copied())?;
    list.words.get(start as usize..*list.ends.get(n)? as usize)
}

/// The bytes that stand for a piece: none where it goes without saying.
#[derive(Clone, Copy, Default)]
struct Code {
    bytes: [u8; 3],
    len: u8,
}

impl Code {
    fn of(piece: &str) -> Option<Code> {
        NUMBERS.get(piece).map(|n| Code::default().then_number(n.into()))
    }

    fn then(mut self, byte: u8) -> Code {
        self.bytes[self.len as usize] = byte;
        self.len += 1;
        self
    }

    fn then_number(self, n: usize) -> Code {
        match n.checked_sub(SHORT) {
            None => self.then(FIRST_SHORT + n as u8),
            Some(n) => self.then(FIRST_LONG + (n >> 8) as u8).then(n as u8),
        }
    }

    /// A word, in another case where the list does not have it as it is.
    fn of_word(word: &str) -> Option<Code> {
        if let Some(code) = Code::of(word) {
            return Some(code);
        }
        let bytes = word.as_bytes();
        let mut buffer = [0; CASED];
        let lower = buffer.get_mut(..bytes.len())?;
        if !word.is_ascii() || !bytes.first()?.is_ascii_uppercase() {
            return None;
        }
        lower.copy_from_slice(bytes);
        lower.make_ascii_lowercase();
        let find = |s: &[u8]| NUMBERS.get(std::str::from_utf8(s).ok()?);
        let (case, n) = if bytes[1..].iter().all(u8::is_ascii_lowercase) {
            (CAPITAL, find(lower))
        } else if bytes.iter().all(u8::is_ascii_uppercase) {
            let small = find(lower);
            lower[0] = bytes[0];
            (CAPITALS, small.or_else(|| find(lower)))
        } else {
            return None;
        };
        n.map(|n| Code::default().then(case).then_number(n.into()))
    }

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes[..self.len as usize]);
    }
}

/// Writes a text.
pub fn encode(text: &str, out: &mut Vec<u8>) {
    let literal = |out: &mut Vec<u8>, start: usize, end: usize| {
        out.push(LITERAL);
        put_number(out, (end - start) as u64);
        out.extend_from_slice(&text.as_bytes()[start..end]);
    };
    // Where the stretch begins that has no code and reaches to `at`.
    let mut open: Option<usize> = None;
    let mut at = 0;
    for (gap, word) in pieces(text) {
        let (start, end) = (at + gap.len(), at + gap.len() + word.len());
        let between = match gap {
            " " if at > 0 && !word.is_empty() => Some(Code::default()),
            "" if at == 0 => Some(Code::default()),
            _ => Code::of(gap),
        };
        let code = if word.is_empty() { Some(Code::default()) } else { Code::of_word(word) };
        match (between, code) {
            (Some(between), code) if open.is_none() || code.is_some() => {
                if let Some(from) = open.take() {
                    literal(out, from, at);
                }
                between.put(out);
                match code {
                    Some(code) => code.put(out),
                    None => open = Some(start),
                }
            }
            (_, Some(code)) => {
                literal(out, open.take().unwrap_or(at), start);
                code.put(out);
            }
            (_, None) => open = open.or(Some(at)),
        }
        at = end;
    }
    if let Some(from) = open {
        literal(out, from, text.len());
    }
}

/// Reads a text back.
pub fn decode(mut codes: &[u8]) -> Read<String> {
    let mut text = String::with_capacity(codes.len() * 3);
    // Whether what was written last ends in a word.
    let mut after_word = false;
    while let Some((&first, tail)) = codes.split_first() {
        codes = tail;
        if first == LITERAL {
            let len = take_number(&mut codes)?.try_into().map_err(|_| Corrupt)?;
            let (head, tail) = codes.split_at_checked(len).ok_or(Corrupt)?;
            codes = tail;
            let literal = std::str::from_utf8(head).map_err(|_| Corrupt)?;
            let is_word = |c: char| class(c) != Class::Other;
            if after_word && literal.starts_with(is_word) {
                text.push(' ');
            }
            text.push_str(literal);
            after_word = literal.ends_with(is_word);
            continue;
        }
        let mut next = || -> Read<u8> {
            let (&byte, tail) = codes.split_first().ok_or(Corrupt)?;
            codes = tail;
            Ok(byte)
        };
        let case = if first < FIRST_LONG { first } else { LITERAL };
        let first = if case == LITERAL { first } else { next()? };
        let n = match first {
            ..FIRST_LONG => return Err(Corrupt),
            FIRST_SHORT.. => usize::from(first - FIRST_SHORT),
            _ => SHORT + (usize::from(first - FIRST_LONG) << 8) + usize::from(next()?),
        };
        let piece = word(n).ok_or(Corrupt)?;
        let is_word = piece.starts_with(|c| class(c) != Class::Other);
        if after_word && is_word {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(piece);
        match case {
            CAPITAL => {
                text[start..].chars().next().map_or((), |c| text[start..start + c.len_utf8()].make_ascii_uppercase())
            }
            CAPITALS => text[start..].make_ascii_uppercase(),
            _ => {}
        }
        after_word = is_word;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        encode(text, &mut out);
        assert_eq!(decode(&out).as_deref(), Ok(text), "{out:?}");
        out
    }

    #[test]
    fn the_list_is_what_the_format_needs() {
        assert!(LIST.ends.len() <= MOST);
        assert!(NUMBERS.get("").is_some(), "for words that touch: A380");
        for n in 0..LIST.ends.len() {
            let word = word(n).unwrap();
            assert_eq!(NUMBERS.get(word), Some(n as u16), "{word:?} once");
            assert!(pieces(word).count() <= 1, "{word:?} is one piece");
        }
    }

    #[test]
    fn texts_come_back() {
        for text in [
            "",
            " ",
            "  ",
            "\n",
            "a",
            " a ",
            "The ferry.",
            "THE Ferry fErrY",
            "A380 7th 3.5",
            "x\u{0}y",
            "日本語 the 日本 。",
            "Zquorx said Zquorx, and zquorx Vlimpf; the\tZquorx",
            "Zquorx\u{1}\u{2}the",
            "the\u{1}\u{2}Zquorx ",
            "Éire éire ÉIRE in",
            "the \u{2028}the",
            "don’t — “we’ll” …",
        ] {
            encoded(text);
        }
    }

    #[test]
    fn common_words_take_little() {
        let text = "The government said on Monday that it would not raise taxes on the poor.";
        assert!(encoded(text).len() * 3 < text.len() * 2, "{}", encoded(text).len());
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for codes in [&[0u8][..], &[0, 5, b'a'], &[0, 1, 0xff], &[1], &[2, 1], &[3], &[0, 0xff, 0xff], &[1, 0, 1, b'a']]
        {
            assert_eq!(decode(codes), Err(Corrupt), "{codes:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back(text in "(the|of|Zq|MARKET|Market|[0-9]{1,4}|[ .,\n\u{201c}é]|\\PC){0,40}") {
            encoded(&text);
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let _ = decode(&bytes);
        }
    }
}
