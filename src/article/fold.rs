//! The one folding: when two written words are the same word to a person who searches.
//!
//! Case and accents fall (`López` = `lopez`), letters without a decomposition get their usual spelling (`ø` = `o`,
//! `ß` = `ss`), and apostrophes and full stops inside a word go (`O'Neill` = `O’Neill` = `ONeill`, `U.S.` = `US`).
//! Articles are indexed as written; folding happens when a question is asked and when two names are compared.
//! What depends on a language (stems, spelling) is not folding: see `search`.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Folds one word: a token's surface, without white space.
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    fold_into(word, &mut out);
    out
}

/// As [`fold`], appended to a buffer.
pub fn fold_into(word: &str, out: &mut String) {
    // Nearly all words of English.
    if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let start = out.len();
        out.push_str(word);
        out[start..].make_ascii_lowercase();
        return;
    }
    for c in word.chars() {
        fold_char(c, &mut |c| out.push(c));
    }
}

/// Folds a name of several words: each word as [`fold`] does, hyphens and runs of anything else become one space.
///
/// `"Jean-Claude  Juncker"` → `"jean claude juncker"`.
pub fn fold_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    fold_name_into(name, &mut out);
    out
}

/// As [`fold_name`], appended to a buffer.
pub fn fold_name_into(name: &str, out: &mut String) {
    let start = out.len();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() || is_combining_mark(c) || dropped(c) || c == '&' {
            fold_char(c, &mut |c| out.push(c));
        } else if out.len() > start && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if out.len() > start && out.ends_with(' ') {
        out.pop();
    }
}

/// What is part of a word where the tokeniser leaves it inside, but silent when compared: apostrophes, full stops, and
/// what nobody sees (soft hyphens, zero-width characters).
pub fn dropped(c: char) -> bool {
    is_apostrophe(c) || is_invisible(c) || c == '.'
}

/// An apostrophe in any of its shapes. U+FFFD is one too: where a decoder failed inside an English word (`It�s`), what
/// it lost was nearly always the curly apostrophe.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '\u{fffd}')
}

/// Soft hyphen, zero-width spaces and joiners, direction marks, byte-order mark.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Hands the folded form of one character to `emit`: nothing, one character or two.
pub fn fold_char(c: char, emit: &mut impl FnMut(char)) {
    if c.is_ascii() {
        if !dropped(c) {
            emit(c.to_ascii_lowercase());
        }
        return;
    }
    if dropped(c) || is_combining_mark(c) {
        return;
    }
    for c in c.to_lowercase() {
        match c {
            'ß' => "ss".chars().for_each(&mut *emit),
            'æ' => "ae".chars().for_each(&mut *emit),
            'œ' => "oe".chars().for_each(&mut *emit),
            'þ' => "th".chars().for_each(&mut *emit),
            'ø' => emit('o'),
            'đ' | 'ð' => emit('d'),
            'ł' => emit('l'),
            'ħ' => emit('h'),
            'ŧ' => emit('t'),
            'ı' => emit('i'),
            _ => decompose_canonical(c, |c| {
                if !is_combining_mark(c) {
                    emit(c);
                }
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_the_same_to_a_reader() {
        for (a, b) in [
            ("López", "lopez"),
            ("O’Neill", "ONEILL"),
            ("U.S.", "us"),
            ("Straße", "STRASSE"),
            ("Øresund", "oresund"),
            ("Łódź", "lodz"),
            ("AT&T", "at&t"),
            ("E\u{301}lysée", "elysee"),
            ("İstanbul", "istanbul"),
            ("so\u{ad}cial", "social"),
            ("isn\u{fffd}t", "isn't"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn names_fold_to_words_and_single_spaces() {
        assert_eq!(fold_name("  Jean-Claude   O’Brien, Jr."), "jean claude obrien jr");
        assert_eq!(fold_name("J. P. Morgan"), "j p morgan");
        assert_eq!(fold_name("— "), "");
    }
}
