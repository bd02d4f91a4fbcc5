//! The hits of a search, and why there are none.

use std::io::{self, Write};

use anstyle::Style;

use super::marks::Marks;
use super::page::{cell, columns};
use super::{DOT, Page, Piece, article::list, date, facts, thousands};
use crate::article::{Article, DateFrom, Span};
use crate::search::duplicates::Difference;
use crate::search::{Answer, Hit, Part, Passage, Printing};

/// The columns before a hit, for its rank.
const INDENT: usize = 4;

/// What is said of a hit that most likely means who was asked for, under a name that may be another's.
pub(super) const INFERRED: &str = "name inferred";

/// Writes a hit: rank and headline, facts, passages with what matched, who is quoted in them, the id.
pub fn hit(page: &mut Page<impl Write>, hit: &Hit) -> io::Result<()> {
    let palette = page.palette;
    let a = &*hit.article;
    let marks = marks(page, hit);

    let rank = Piece::new(format!("{:>2}  ", hit.rank), palette.faint);
    let headline = match a.zone(crate::article::ZoneKind::Headline) {
        Some(headline) => marks.pieces(&a.text, headline, palette.headline),
        None => vec![Piece::new("(no headline)", palette.faint)],
    };
    page.item(rank, INDENT, &headline)?;
    let mut facts = facts(a);
    if hit.inferred {
        facts.push(INFERRED.to_owned());
    }
    page.prose(INDENT, &[Piece::new(facts.join(DOT), palette.faint)])?;
    for passage in &hit.passages {
        page.prose(INDENT, &text(&marks, a, passage))?;
        let speakers = speakers(a, passage);
        if !speakers.is_empty() {
            page.item(Piece::new("    — ", palette.quote), INDENT + 2, &[Piece::new(speakers, palette.quote)])?;
        }
    }
    printings(page, &hit.printings)?;
    if !hit.explanation.is_empty() {
        let parts: Vec<_> = hit.explanation.iter().map(|(name, part)| format!("{name} {part:.3}")).collect();
        let score = format!("score {:.3} = {}", hit.score, parts.join(" + "));
        page.prose(INDENT, &[Piece::new(score, palette.faint)])?;
    }
    Ok(())
}

/// Other printings that are named; the rest are counted.
const NAMED: usize = 5;

/// Where else it was printed and what differs, a printing a line: outlet and day, difference, id.
fn printings(page: &mut Page<impl Write>, printings: &[Printing]) -> io::Result<()> {
    let faint = page.palette.faint;
    let mut lead = "also in ";
    for p in printings.iter().take(NAMED) {
        let place: Vec<_> = p.source.clone().into_iter().chain(p.published.map(date)).collect();
        let mut facts = vec![differs(p.difference), p.id.clone()];
        if !place.is_empty() {
            facts.insert(0, place.join(" "));
        }
        page.item(Piece::new(format!("    {lead}"), faint), INDENT + 8, &[Piece::new(facts.join(DOT), faint)])?;
        lead = "";
    }
    if printings.len() > NAMED {
        let more = format!("and {} more", thousands((printings.len() - NAMED) as u64));
        page.prose(INDENT + 8, &[Piece::new(more, faint)])?;
    }
    Ok(())
}

/// `other headline, 12 words added, 240 cut`
fn differs(d: Difference) -> String {
    let count = |n: usize| super::count(n as u64, "word", "words");
    let words = match (d.added, d.cut) {
        (0, 0) => "same words".to_owned(),
        (added, 0) => format!("{} added", count(added)),
        (0, cut) => format!("{} cut", count(cut)),
        (added, cut) => format!("{} added, {} cut", count(added), thousands(cut as u64)),
    };
    if d.headline { format!("other headline, {words}") } else { words }
}

fn marks(page: &Page<impl Write>, hit: &Hit) -> Marks {
    let (palette, a) = (page.palette, &*hit.article);
    let mut marks = Marks::default();
    marks.layer(a.quotes.iter().flat_map(|q| &q.parts).map(|&part| (part, palette.quote)));
    marks.matched(&hit.highlights, &palette);
    marks
}

/// Longer passages are shown around what matched in them, in words.
const LONG: u32 = 150;
const SHOWN: u32 = 100;
/// A cut moves so far to fall between sentences, in words.
const NEAR: u32 = 20;

/// A passage's text; of a long one the stretch with most of what matched, with a mark where it was cut.
fn text<'a>(marks: &Marks, a: &'a Article, passage: &Passage) -> Vec<Piece<'a>> {
    let shown = excerpt(a, passage);
    let mut pieces = Vec::new();
    if shown.start > passage.span.start {
        pieces.push(Piece::plain("… "));
    }
    pieces.extend(marks.pieces(&a.text, shown, Style::new()));
    if shown.end < passage.span.end {
        pieces.push(Piece::plain(" …"));
    }
    pieces
}

/// The stretch of a passage that is shown: whole sentences as far as they are near where it would have to be cut.
fn excerpt(a: &Article, passage: &Passage) -> Span {
    let words = a.tokens.positions(passage.span);
    if words.len() <= LONG as usize {
        return passage.span;
    }
    // The window in which most matches begin, the first of equals; what leads to the first match is worth showing too.
    let places: Vec<u32> = passage.highlights.iter().map(|h| a.tokens.positions(*h).start).collect();
    let held = |first: usize| places[first..].iter().take_while(|p| **p < places[first] + SHOWN - NEAR).count();
    let best = (0..places.len()).max_by_key(|&first| (held(first), std::cmp::Reverse(first)));
    let start = best.map_or(words.start, |first| places[first].saturating_sub(NEAR).max(words.start));
    let end = (start + SHOWN).min(words.end);
    let start = start.min(end.saturating_sub(SHOWN).max(words.start));
    let byte = |word: u32| a.tokens.word(word).map(|t| t.span);
    let first = byte(start).map_or(passage.span.start, |s| s.start);
    let last = byte(end.saturating_sub(1)).map_or(passage.span.end, |s| s.end);
    // To the ends of sentences, where they are not far.
    let position = |byte: u32, otherwise: u32| {
        let token = a.tokens.positions(Span { start: byte, end: passage.span.end.max(byte) });
        if token.is_empty() { otherwise } else { token.start }
    };
    let sentence = |byte: u32| a.sentences.get(a.sentence_at(byte)).copied();
    let first = sentence(first)
        .map(|s| s.start.max(passage.span.start))
        .filter(|&s| start - position(s, words.end).min(start) <= NEAR)
        .unwrap_or(first);
    let last = sentence(last.saturating_sub(1))
        .map(|s| s.end.min(passage.span.end))
        .filter(|&s| position(s, words.end).saturating_sub(end) <= NEAR)
        .unwrap_or(last);
    Span { start: first, end: last }
}

/// Who is quoted in a passage, each once.
fn speakers(a: &Article, passage: &Passage) -> String {
    let mut names: Vec<String> = Vec::new();
    for quote in passage.quotes(a).filter_map(|i| a.quotes.get(i)) {
        let Some(name) = quote.speaker.as_ref().and_then(|s| s.name.clone()) else { continue };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    list(&names)
}

/// Writes what matched in its context, a line each, the matches below one another.
pub fn kwic(page: &mut Page<impl Write>, hit: &Hit) -> io::Result<()> {
    let palette = page.palette;
    let a = &*hit.article;
    // A day that is only the file's is none.
    let day = a.published.filter(|_| a.published_from != Some(DateFrom::File)).map(|p| p.date.to_string());
    let day = day.unwrap_or_default();
    let source = a.source.as_deref().unwrap_or_default();
    let label = cell(&format!("{day:<10} {source}"), (page.width() / 4).min(30));
    // What is left is shared by both sides; the match itself takes from the right.
    let side = page.width().saturating_sub(columns(&label) + 2) / 2;
    for &span in &hit.highlights {
        let paragraph = a.paragraphs.get(a.paragraph_at(span.start)).copied().unwrap_or(span);
        let before = Span { start: paragraph.start.min(span.start), end: span.start }.of(&a.text);
        let after = Span { start: span.end, end: paragraph.end.max(span.end) }.of(&a.text);
        let before = tail(before, side);
        let pad = " ".repeat(side.saturating_sub(columns(before)));
        page.line(&[
            Piece::new(label.as_str(), palette.faint),
            Piece::plain(format!("  {pad}{before}")),
            Piece::new(span.of(&a.text), palette.matched),
            Piece::plain(after),
        ])?;
    }
    Ok(())
}

/// The end of a text, at most so many columns.
fn tail(text: &str, width: usize) -> &str {
    let mut used = 0;
    let start = text.char_indices().rev().find(|&(_, c)| {
        used += columns(c.encode_utf8(&mut [0; 4]));
        used > width
    });
    start.map_or(text, |(i, c)| &text[i + c.len_utf8()..])
}

/// What is told of an answer under its hits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// How many hits there are on the page, and before it.
    pub hits: usize,
    pub offset: usize,
    /// Articles that are not shown because they carry the same copy as one that is.
    pub collapsed: usize,
}

/// `hits 1–10 · 3,041 articles · 2 more printings collapsed · 4.1 ms`, as a line under the hits.
pub fn summary(answer: &Answer, shown: Shown) -> String {
    let Shown { hits, offset, collapsed } = shown;
    let more = if answer.at_least { "at least " } else { "" };
    let articles = super::count(answer.total, "article", "articles");
    let took = answer.took.as_secs_f64() * 1e3;
    let mut facts = Vec::new();
    if hits > 0 && (offset > 0 || (answer.total as usize) > hits) {
        facts.push(format!("hits {}–{}", thousands(offset as u64 + 1), thousands((offset + hits) as u64)));
    }
    let inferred = match answer.inferred {
        0 => String::new(),
        n => format!(", {} by inferred names", thousands(n)),
    };
    facts.push(format!("{more}{articles}{inferred}"));
    if collapsed > 0 {
        let printings = super::count(collapsed as u64, "more printing", "more printings");
        facts.push(format!("{printings} of the same (--duplicates show)"));
    }
    facts.push(format!("{took:.1} ms"));
    facts.join(DOT)
}

/// Writes what each part of a query matches: why nothing was found, or how it was understood.
pub fn parts(page: &mut Page<impl Write>, parts: &[Part]) -> io::Result<()> {
    let palette = page.palette;
    let widest = parts.iter().map(|p| columns(&p.text)).max().unwrap_or(0).min(page.width() / 2);
    for part in parts {
        let at_least = if part.at_least { "≥ " } else { "" };
        let style = if part.articles == 0 { palette.notice } else { Style::new() };
        let mut pieces = vec![Piece::new(format!("{at_least}{:>7}  ", thousands(part.articles)), style)];
        let words: Vec<_> = part.words.iter().map(|(word, n)| format!("{word} {}", thousands(*n))).collect();
        if words.len() > 1 {
            let more = if part.expanded > part.words.len() { DOT.to_owned() + "…" } else { String::new() };
            pieces.push(Piece::new(words.join(DOT) + &more, palette.faint));
        }
        if !part.spelled_like.is_empty() {
            pieces.push(Piece::plain(format!("did you mean {}?", part.spelled_like.join(", "))));
        }
        page.item(Piece::plain(format!("  {}", part.text)), widest + 4, &pieces)?;
    }
    Ok(())
}

/// The query with a caret under what an error points to, on lines of their own.
pub fn caret(query: &str, span: Span, width: usize) -> String {
    let width = width.max(20);
    let before = Span { start: 0, end: span.start }.of(query);
    // A long query is shown from a little before the place.
    let shown_before = tail(before, width / 2);
    let start = before.len() - shown_before.len();
    let mut line = String::new();
    if start > 0 {
        line.push('…');
    }
    let lead = columns(&line) + columns(shown_before);
    for c in query.get(start..).unwrap_or_default().chars() {
        if columns(&line) >= width {
            line.push('…');
            break;
        }
        line.push(if c.is_whitespace() { ' ' } else { c });
    }
    let carets = columns(span.of(query)).clamp(1, (width + 1).saturating_sub(lead).max(1));
    format!("{}\n{}{}", super::page::shown(&line), " ".repeat(lead), "^".repeat(carets))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::article::Tokens;
    use crate::render::testing;

    fn on_page(width: usize, write: impl FnOnce(&mut Page<&mut Vec<u8>>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut Page::new(&mut out, width, false)).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_hit_reads_like_this() {
        let found = testing::hit();
        insta::assert_snapshot!(on_page(66, |page| hit(page, &found)), @"
         1  Dockers at Maashaven vote to end the *strike*
            Maashaven Courier · 25 Mar 2023 · Pieter Roe · mc-0412
            Dockers at Maashaven voted on Friday to end a *strike* over
            *wages* that had closed the harbour for fifteen days and
            emptied the shelves of three countries. “It is not twelve and
            it is not seven,” Marijke van der Zwaan, the dockers’ leader,
            said after the vote. “It is what two tired people can defend.”
            — Marijke van der Zwaan
            also in Maashaven Tribune 26 Mar 2023 · 12 words added · mt-9
                    Oud Sluis Herald 26 Mar 2023 · other headline, 31
                    words added, 240 cut · os-4
            score 7.250 = article 5.000 + passage 2.250
        ");
        insta::assert_snapshot!(on_page(66, |page| kwic(page, &found)), @"
        2023-03-25 Maas…  ashaven vote to end the strike
        2023-03-25 Maas…  oted on Friday to end a strike over wages that …
        2023-03-25 Maas…  ay to end a strike over wages that had closed t…
        ");
    }

    #[test]
    fn keywords_in_context_show_no_day_that_is_only_the_files() {
        let mut found = testing::hit();
        Arc::make_mut(&mut found.article).published_from = Some(DateFrom::File);
        let shown = on_page(66, |page| kwic(page, &found));
        assert!(!shown.contains("2023") && shown.contains("Maas"), "{shown}");
    }

    #[test]
    fn long_passages_are_cut_around_what_matched() {
        let sentence = |n: usize| format!("Sentence {n} of this long report has exactly ten words here. ");
        let mut a = testing::article();
        a.text = (0..40).map(sentence).collect::<String>().trim_end().to_owned();
        a.tokens = Tokens::of(&a.text);
        let starts: Vec<usize> = (0..40).filter_map(|n| a.text.find(&sentence(n)[..sentence(n).len() - 1])).collect();
        let ends = starts[1..].iter().map(|s| s - 1).chain([a.text.len()]);
        a.sentences = starts.iter().zip(ends).map(|(&s, e)| Span::new(s, e)).collect();
        let whole = Span::new(0, a.text.len());
        let at = |words: &str| a.text.find(words).map(|s| Span::new(s, s + words.len())).expect("there");
        let shown = |highlights: Vec<Span>| {
            let passage = Passage { score: 1.0, span: whole, paragraph: 0, highlights };
            excerpt(&a, &passage).of(&a.text).to_owned()
        };
        assert!(shown(vec![]).starts_with("Sentence 0 of"));
        let cut = shown(vec![at("Sentence 3"), at("Sentence 25"), at("Sentence 27")]);
        assert!(cut.starts_with("Sentence 23 of") && cut.contains("Sentence 27"), "{cut}");
        assert!(cut.ends_with("words here.") && cut.split(' ').count() <= 140, "{cut}");
        assert!(
            shown(vec![at("Sentence 39")]).ends_with("Sentence 39 of this long report has exactly ten words here.")
        );
        // One endless sentence is cut between words.
        a.sentences = vec![whole];
        let passage = Passage { score: 1.0, span: whole, paragraph: 0, highlights: vec![at("Sentence 25")] };
        let words = excerpt(&a, &passage).of(&a.text).split(' ').count();
        assert_eq!(words, 100);
        assert_eq!(text(&Marks::default(), &a, &passage).first().map(|p| p.text.as_ref()), Some("… "));
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        let point = |query: &str, start, end| caret(query, Span::new(start, end), 40);
        assert_eq!(point("port AND (strike", 9, 10), "port AND (strike\n         ^");
        assert_eq!(point("東京 \"strike", 7, 14), "東京 \"strike\n     ^^^^^^^");
        assert_eq!(point("port AND", 8, 8), "port AND\n        ^");
        assert_eq!(point("a\tb\x1b(", 4, 5), "a b␛(\n    ^");
        let long = format!("{} ( {}", "word ".repeat(30), "more ".repeat(30));
        let out = point(&long, 151, 152);
        let (line, caret) = out.split_once('\n').expect("two lines");
        assert!(columns(line) <= 41 && line.starts_with('…') && line.ends_with('…'), "{out}");
        assert_eq!(line.chars().nth(caret.chars().count() - 1), Some('('), "{out}");
    }

    #[test]
    fn texts_are_cut_by_columns() {
        assert_eq!(tail("one two", 3), "two");
        assert_eq!(tail("東京", 3), "京");
        assert_eq!(tail("short", 30), "short");
    }
}
