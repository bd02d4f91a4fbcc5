//! How many intervals there are, for the commonest shapes without making them.
//!
//! A phrase of words and two words near each other are checked in every article that holds the words, by far most of
//! them only to be counted. Here that is one pass over the positions; [`Expr::count`] falls back to making intervals.

use super::{Doc, Expr, Near};

/// The number of minimal intervals, if the shape is a simple one.
pub(super) fn simple(expr: &Expr, doc: &Doc) -> Option<u32> {
    match expr {
        Expr::Phrase { items, slop: 0 } => phrase(items, doc),
        Expr::Near { op, negated: false, left, right } => {
            let (a, b) = (word(left, doc)?, word(right, doc)?);
            let layout = &doc.layout;
            Some(match *op {
                Near::Near(n) => pairs(a, b, false, |s, e| e - s <= n),
                Near::Before(n) => pairs(a, b, true, |s, e| e - s <= n),
                Near::Sentence => pairs(a, b, false, |s, e| layout.same_sentence(s, e)),
                Near::Paragraph => pairs(a, b, false, |s, e| layout.same_paragraph(s, e)),
            })
        }
        _ => None,
    }
}

/// The positions of what is one word of the text, written as one.
fn word<'d>(expr: &Expr, doc: &'d Doc) -> Option<&'d [u32]> {
    match expr {
        Expr::Leaf { leaf, text: true } if !doc.has_compounds(*leaf) => {
            Some(doc.leaves.get(*leaf).map_or(&[], Vec::as_slice))
        }
        _ => None,
    }
}

/// From how many of the first word's positions the others follow.
fn phrase(items: &[(u32, Expr)], doc: &Doc) -> Option<u32> {
    let ((_, first), rest) = items.split_first()?;
    let first = word(first, doc)?;
    let mut others = Vec::with_capacity(rest.len());
    let mut steps = 0;
    for (gap, item) in rest {
        steps += gap + 1;
        others.push((steps, word(item, doc)?));
    }
    let mut count = 0;
    'first: for &start in first {
        for (steps, positions) in &mut others {
            let wanted = start + *steps;
            let before = positions.iter().take_while(|&&p| p < wanted).count();
            *positions = &positions[before..];
            match positions.first() {
                None => return Some(count),
                Some(&p) if p != wanted => continue 'first,
                Some(_) => {}
            }
        }
        count += 1;
    }
    Some(count)
}

/// How many stretches begin with one word and end with the other, hold for `fits`, and contain no other such. `fits`
/// holds for what lies in a stretch for which it holds.
fn pairs(a: &[u32], b: &[u32], in_order: bool, fits: impl Fn(u32, u32) -> bool) -> u32 {
    let (mut i, mut j) = (0, 0);
    // The last positions so far, and where the last stretch found begins.
    let (mut last_a, mut last_b, mut begins) = (None, None, None);
    let mut count = 0;
    loop {
        let (next_a, next_b) = (a.get(i).copied(), b.get(j).copied());
        let Some(end) = next_a.into_iter().chain(next_b).min() else { return count };
        let (is_a, is_b) = (next_a == Some(end), next_b == Some(end));
        let from_a = if is_b { last_a } else { None };
        let from_b = if is_a && !in_order { last_b } else { None };
        // `None` is less than any position.
        let start = from_a.max(from_b);
        if let Some(from) = start
            && start > begins
            && fits(from, end)
        {
            count += 1;
            begins = start;
        }
        if is_a {
            (last_a, i) = (Some(end), i + 1);
        }
        if is_b {
            (last_b, j) = (Some(end), j + 1);
        }
    }
}
