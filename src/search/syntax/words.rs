//! The words of a run of text: cut as articles are cut ([`Tokens`]), with wildcards and tildes kept.

use super::ast::Term;
use crate::article::{Span, Token, Tokens};

/// A word, and whether it was written together with the word before it.
pub(super) struct Piece {
    pub term: Term,
    pub span: Span,
    pub joined: bool,
}

/// Characters that hold a word with a wildcard or a tilde together.
fn in_pattern(c: char) -> bool {
    c.is_alphanumeric()
        || unicode_normalization::char::is_combining_mark(c)
        || matches!(c, '*' | '?' | '~' | '\'' | '’' | 'ʼ' | '.' | '&')
}

/// The words of `query[span]`, which holds no white space.
pub(super) fn pieces(query: &str, span: Span, out: &mut Vec<Piece>) {
    let text = span.of(query);
    if !text.contains(['*', '?', '~']) {
        return plain(query, span, out);
    }
    // Runs of pattern characters; between them marks that no word holds.
    let mut at = 0;
    for run in text.split_inclusive(|c| !in_pattern(c)) {
        let word = run.trim_end_matches(|c| !in_pattern(c));
        let start = span.start as usize + at;
        let word_span = Span::new(start, start + word.len());
        at += run.len();
        match pattern(word) {
            Some(term) => push(query, term, word_span, out),
            None => plain(query, word_span, out),
        }
    }
}

/// The words of a text that holds neither wildcard nor tilde, or none that means one.
fn plain(query: &str, span: Span, out: &mut Vec<Piece>) {
    let text = span.of(query);
    // An accent without its letter is no word.
    let is_word = |t: &&Token| t.is_word() && t.span.of(text).contains(char::is_alphanumeric);
    for token in Tokens::of(text).iter().filter(is_word) {
        let at = Span { start: span.start + token.span.start, end: span.start + token.span.end };
        push(query, Term::Word(token.term(text).to_string()), at, out);
    }
}

fn push(query: &str, term: Term, span: Span, out: &mut Vec<Piece>) {
    let joined = out.last().is_some_and(|last| {
        let (a, b) = (last.span.end as usize, span.start as usize);
        let between = query.get(a..b).unwrap_or(" ");
        let digits = || {
            query[..a].ends_with(|c: char| c.is_ascii_digit()) && query[b..].starts_with(|c: char| c.is_ascii_digit())
        };
        joins(between) || (between == ":" && digits())
    });
    out.push(Piece { term, span, joined });
}

/// Whether two words with this between them are written as one: `Covid-19`, `cnn.com`, `東京`.
fn joins(between: &str) -> bool {
    let mut chars = between.chars();
    match (chars.next(), chars.next()) {
        (None, _) => true,
        (Some(c), None) => matches!(c, '-' | '‐' | '‑' | '–' | '.' | '_' | '@' | '\'' | '’' | '\u{ad}' | '&'),
        _ => false,
    }
}

/// A word with a wildcard or a tilde that means something; `None` if it is text like any other.
fn pattern(word: &str) -> Option<Term> {
    let letters = |s: &str| s.chars().any(char::is_alphanumeric);
    // A question mark at the end ends a question.
    let word = word.trim_end_matches(['?', '.', '\'', '’']).trim_start_matches(['~', '.', '\'', '’', '?']);
    if let Some((stem, edits)) = word.rsplit_once('~')
        && letters(stem)
        && !stem.contains(['*', '?', '~'])
    {
        let tokens = Tokens::of(stem);
        let edits = match edits {
            "" => None,
            "1" => Some(1),
            "2" => Some(2),
            _ => return None,
        };
        let mut words = tokens.iter().filter(|t| t.is_word());
        let (first, None) = (words.next()?, words.next()) else { return None };
        return Some(Term::Fuzzy(first.term(stem).to_string(), edits));
    }
    if word.contains('~') || !word.contains(['*', '?']) || !letters(word) {
        return None;
    }
    // Runs of stars mean one.
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if c != '*' || !out.ends_with('*') {
            out.push(c);
        }
    }
    Some(Term::Wild(out))
}
