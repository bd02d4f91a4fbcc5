//! Names that an acronym in brackets spells out: "Immigration, Refugees and Citizenship Canada (IRCC)".
//!
//! Read from its end, each capitalised word before the bracket gives a letter of the acronym, small words and commas
//! none (after Schwartz and Hearst 2003, with initials only). Where all letters are found, the words are one name,
//! however recognition cut them at "and", "of" or a comma. What it took for no name at all stays none: "a Full Time
//! Equivalent (FTE)".

use super::resolve::is_small;
use crate::article::{Article, EntityType, Shape};
use std::ops::Range;

/// Acronyms of two letters are spelled out by too many words that mean something else.
const LETTERS: Range<usize> = 3..9;

/// The tokens that the acronym in brackets spells out, if one opens at token `i`, and the acronym's.
fn before(article: &Article, i: usize) -> Option<(Range<usize>, usize)> {
    let word = |k: usize| article.tokens.get(k).map_or("", |t| t.span.of(&article.text));
    let acronym = word(i + 1).as_bytes();
    let fits = LETTERS.contains(&acronym.len()) && acronym.iter().all(u8::is_ascii_uppercase);
    if word(i) != "(" || word(i + 2) != ")" || !fits {
        return None;
    }
    let mut left = acronym;
    for k in (0..i).rev() {
        let w = word(k);
        let token = &article.tokens[k];
        match w.as_bytes() {
            [first, ..] if token.is_word() && token.shape != Shape::Lower && Some(first) == left.last() => {
                left = &left[..left.len() - 1];
                if left.is_empty() {
                    return Some((k..i, i + 1));
                }
            }
            b"," | b"&" | b"-" => {}
            _ if is_small(w) => {}
            _ => return None,
        }
        if token.newline {
            return None;
        }
    }
    None
}

/// Makes whole the organizations that acronyms in brackets spell out.
pub fn mend(article: &Article, names: &mut Vec<(Range<usize>, EntityType)>) {
    let bracket = |&n: &usize| names[n].0.start.checked_sub(1).filter(|&b| names[n].0.len() == 1 && b > 0);
    let defined: Vec<_> = (0..names.len()).filter_map(|n| before(article, bracket(&n)?)).collect();
    for (whole, acronym) in defined {
        let at = names.partition_point(|(n, _)| n.end <= whole.start);
        let end = names.partition_point(|(n, _)| n.start < whole.end);
        let organization = |kind: EntityType| kind == EntityType::Organization;
        let pieces = &names[at..end];
        let is_one = pieces.iter().any(|(_, kind)| organization(*kind))
            || names.iter().any(|(n, kind)| n.start == acronym && organization(*kind));
        // What was found whole has its type already: an act is no organization.
        let broken = pieces.iter().all(|(n, _)| *n != whole);
        if !pieces.is_empty()
            && broken
            && is_one
            && pieces.iter().all(|(n, _)| whole.start <= n.start && n.end <= whole.end)
        {
            names.splice(at..end, [(whole, EntityType::Organization)]);
        }
    }
}
