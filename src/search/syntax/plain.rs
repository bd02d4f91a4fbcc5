//! The words of a text that was not written as a query: a headline, a claim, a post.

use super::ast::{Expr, Node, Term};
use crate::article::{Shape, Span, Token};

/// The words among these tokens, in order, and behind a tag or handle the words that its capitals show.
pub(super) fn words<'t>(text: &str, tokens: impl Iterator<Item = &'t Token>) -> Vec<Node> {
    let mut out = Vec::new();
    let mut push = |word: &str, span: Span| out.push(Node { span, expr: Expr::Term(Term::Word(word.to_owned())) });
    for token in tokens.filter(|t| t.is_word()) {
        let word = token.term(text);
        push(word, token.span);
        let before = text.get(..token.span.start as usize).unwrap_or_default();
        if token.shape == Shape::Mixed && before.ends_with(['#', '@']) {
            capitalised(word).filter(|part| part.len() < word.len()).for_each(|part| push(part, token.span));
        }
    }
    out
}

/// `KurdsBetrayedByUSForces` → `Kurds`, `Betrayed`, `By`, `US`, `Forces`.
fn capitalised(word: &str) -> impl Iterator<Item = &str> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let starts = |i: usize| {
        let (before, here) = (chars[i - 1].1, chars[i].1);
        let next_is_small = chars.get(i + 1).is_some_and(|(_, c)| c.is_lowercase());
        (here.is_uppercase() && (!before.is_uppercase() || next_is_small)) || (here.is_numeric() != before.is_numeric())
    };
    let mut cuts: Vec<usize> = (1..chars.len()).filter(|&i| starts(i)).map(|i| chars[i].0).collect();
    cuts.insert(0, 0);
    cuts.push(word.len());
    let parts: Vec<&str> = cuts.windows(2).filter_map(|w| word.get(w[0]..w[1])).collect();
    parts.into_iter()
}

/// Whether a token is part of an address: of a run without white space that begins like one or holds its scheme.
pub(super) fn in_address(text: &str, token: &Token) -> bool {
    let (start, end) = (token.span.start as usize, token.span.end as usize);
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    // Addresses are short; looking no further keeps a text without white space linear.
    const LONGEST: usize = 300;
    let low = before.len()
        - before.chars().rev().take(LONGEST).take_while(|c| !c.is_whitespace()).map(char::len_utf8).sum::<usize>();
    let high = end + after.chars().take(LONGEST).take_while(|c| !c.is_whitespace()).map(char::len_utf8).sum::<usize>();
    let run = text.get(low..high).unwrap_or_default();
    let scheme = ["http://", "https://", "www.", "pic.twitter.com/", "t.co/"];
    scheme.iter().filter_map(|s| run.find(s)).any(|at| low + at <= start)
}
