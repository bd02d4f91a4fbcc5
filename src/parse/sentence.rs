//! Sentences, by rules on tokens.

use crate::article::{Shape, Span, Token, Tokens, Zone};

/// The sentences of a text. None crosses a paragraph or a zone.
pub fn cut(text: &str, tokens: &Tokens, paragraphs: &[Span], zones: &[Zone]) -> Vec<Span> {
    let mut out = Vec::with_capacity(tokens.len() / 20 + paragraphs.len());
    let mut edges = zones.iter().map(|z| z.span.end).peekable();
    let mut at = 0;
    for paragraph in paragraphs {
        let mut start = None;
        let mut end = paragraph.start;
        while let Some(token) = tokens.get(at).filter(|t| t.span.end <= paragraph.end) {
            let from = *start.get_or_insert(token.span.start);
            end = token.span.end;
            while edges.next_if(|e| *e < end).is_some() {}
            let ends = edges.peek() == Some(&end)
                || match tokens.get(at + 1).filter(|t| t.span.end <= paragraph.end) {
                    Some(next) => breaks(text, tokens, at, next),
                    None => true,
                };
            if ends {
                out.push(Span { start: from, end });
                start = None;
            }
            at += 1;
        }
        if let Some(start) = start {
            out.push(Span { start, end });
        }
    }
    out
}

fn breaks(text: &str, tokens: &[Token], at: usize, next: &Token) -> bool {
    if !next.spaced {
        return false;
    }
    // Back over what closes after the stop.
    let mut i = at;
    while matches!(tokens[i].span.of(text), "\"" | "”" | "’" | "'" | "''" | "»" | ")" | "]")
        && !tokens[i].spaced
        && i > 0
    {
        i -= 1;
    }
    let stop = &tokens[i];
    let s = stop.span.of(text);
    let terminal = matches!(s, "." | "!" | "?" | "…" | "...");
    (terminal || stop.abbreviation(text) && opens(text, next)) && next.shape != Shape::Lower
}

fn opens(text: &str, next: &Token) -> bool {
    matches!(next.span.of(text), "The" | "He" | "She" | "It" | "In" | "But" | "A" | "They" | "We" | "I")
}
