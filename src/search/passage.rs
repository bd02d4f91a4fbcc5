//! Passages: the stretches of an article that are shown and ranked.
//!
//! An article is cut once, whatever the question: whole paragraphs, short ones together with those that follow, up to
//! about [`LONG`] words; a paragraph much longer than that is cut between sentences, never inside one. What is no
//! running text (headline, byline, dateline) is no passage, unless there is nothing else. A line of boilerplate is one
//! for itself and says so: whoever asks decides whether it is shown.

use crate::article::{Article, Span, ZoneKind};

/// Shorter passages take the next paragraph in, in words.
pub const SHORT: u32 = 60;
/// Longer ones do not.
pub const LONG: u32 = 120;
/// A paragraph of so many words is cut between its sentences.
const TOO_LONG: u32 = 180;

/// A stretch of text and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub span: Span,
    /// Positions `start..end`.
    pub start: u32,
    pub end: u32,
    /// The index of its first paragraph.
    pub paragraph: usize,
    pub boilerplate: bool,
}

impl Stretch {
    fn words(&self) -> u32 {
        self.end - self.start
    }
}

/// Cuts an article into passages, in order.
pub(super) fn cut(article: &Article) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::new();
    // Only neighbours in the same zone go together.
    let mut last_zone = None;
    for (i, paragraph) in article.paragraphs.iter().enumerate() {
        let zone = article.zones.iter().position(|z| z.span.contains(*paragraph));
        let kind = zone.and_then(|z| article.zones.get(z)).map_or(ZoneKind::Body, |z| z.kind);
        if !matches!(kind, ZoneKind::Body | ZoneKind::Standfirst | ZoneKind::Caption | ZoneKind::Boilerplate) {
            continue;
        }
        for mut piece in pieces(article, *paragraph, i) {
            piece.boilerplate = kind == ZoneKind::Boilerplate;
            match out.last_mut() {
                Some(last)
                    if last_zone == Some(zone)
                        && last.words() < SHORT
                        && last.words() + piece.words() <= LONG + SHORT / 2 =>
                {
                    last.span = last.span.cover(piece.span);
                    last.end = piece.end;
                }
                _ => out.push(piece),
            }
            last_zone = Some(zone);
        }
    }
    // A last line alone goes to the passage before it.
    if let [.., before, last] = out.as_mut_slice()
        && last.words() < SHORT / 3
        && before.words() + last.words() <= LONG
        && before.end == last.start
        && before.boilerplate == last.boilerplate
    {
        before.span = before.span.cover(last.span);
        before.end = last.end;
        out.pop();
    }
    if out.iter().all(|s| s.boilerplate) {
        let all = article.paragraphs.iter().enumerate().map(|(i, p)| Stretch {
            boilerplate: article.zone_at(p.start) == Some(ZoneKind::Boilerplate),
            ..stretch(article, *p, i)
        });
        out = all.collect();
    }
    out.retain(|s| !s.span.is_empty());
    if out.is_empty() && !article.text.is_empty() {
        out.push(stretch(article, Span::new(0, article.text.len()), 0));
    }
    out
}

fn stretch(article: &Article, span: Span, paragraph: usize) -> Stretch {
    let words = article.tokens.positions(span);
    Stretch { span, start: words.start, end: words.end, paragraph, boilerplate: false }
}

/// A paragraph, or its sentences in groups if it is too long.
fn pieces(article: &Article, paragraph: Span, index: usize) -> Vec<Stretch> {
    let whole = stretch(article, paragraph, index);
    if whole.words() <= TOO_LONG {
        return vec![whole];
    }
    let first = article.sentences.partition_point(|s| s.start < paragraph.start);
    let sentences = article.sentences.get(first..).unwrap_or_default();
    let mut out: Vec<Stretch> = Vec::new();
    for sentence in sentences.iter().take_while(|s| s.end <= paragraph.end) {
        let next = stretch(article, *sentence, index);
        match out.last_mut() {
            Some(last) if last.words() + next.words() <= LONG => {
                last.span = last.span.cover(next.span);
                last.end = next.end;
            }
            _ => out.push(next),
        }
    }
    if out.is_empty() { vec![whole] } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testing::article;

    fn lengths(article: &Article) -> Vec<u32> {
        cut(article).iter().map(Stretch::words).collect()
    }

    #[test]
    fn whole_paragraphs_go_together_and_long_ones_are_cut_between_sentences() {
        let words = |n: usize| format!("{}end.", "word ".repeat(n - 1));
        let text = |parts: &[usize]| {
            let parts: Vec<String> = parts.iter().map(|&n| words(n)).collect();
            article("a", &format!("The headline\n\n{}", parts.join("\n\n")))
        };
        assert_eq!(lengths(&text(&[30, 30, 30, 100, 10])), [60, 130, 10]);
        assert_eq!(lengths(&text(&[100, 15])), [115], "a last line alone");
        let sentences = format!("Head\n\n{}", vec![words(50); 5].join(" "));
        assert_eq!(lengths(&article("b", &sentences)), [100, 100, 50]);
        assert_eq!(lengths(&article("c", "Only a headline")), [3]);
        assert_eq!(lengths(&article("d", "")), [0; 0]);
    }
}
