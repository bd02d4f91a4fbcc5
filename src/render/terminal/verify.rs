//! Whether somebody said so.

use std::io::{self, Write};

use anstyle::Style;

use super::article::{labelled, list};
use super::marks::Marks;
use super::{DOT, Page, Piece, count, date};
use crate::search::verify::compare::{Alignment, Piece as Run};
use crate::search::verify::{Attribution, Ruling, Searched, Source, Verdict, Wording};

/// Other places that are named; the rest are counted.
const OTHERS: usize = 5;

/// Writes a verdict on a claim: the ruling; each wording with who said it where and, unless it is the claim's to the
/// word, what differs; whether the speaker is right; what was searched.
pub fn verdict(page: &mut Page<impl Write>, claim: &str, verdict: &Verdict) -> io::Result<()> {
    let palette = page.palette;
    let (ruling, style) = match verdict.ruling {
        Ruling::Verbatim => {
            ("Verbatim: equal word for word; case, spaces and punctuation marks are not compared", palette.added)
        }
        Ruling::InParts => ("In parts: word for word, with words left out between", palette.notice),
        Ruling::Altered => ("Altered", palette.notice),
        Ruling::NotFound => ("Not found", palette.notice),
    };
    page.prose(0, &[Piece::new(ruling, style)])?;
    for wording in &verdict.wordings {
        page.blank()?;
        self::wording(page, claim, wording)?;
    }
    page.blank()?;
    if let Some(attribution) = &verdict.attribution {
        let says = match attribution {
            Attribution::Confirmed => "confirmed: an article has this speaker say it".to_owned(),
            Attribution::Others(names) => format!("not confirmed: articles have it said by {}", list(names)),
            Attribution::Unattributed => "not confirmed: no article says who speaks these words".to_owned(),
        };
        let style = if *attribution == Attribution::Confirmed { Style::new() } else { palette.notice };
        labelled(page, "Speaker", &[Piece::new(says, style)])?;
    }
    if verdict.cut {
        labelled(page, "Note", &[Piece::new("the claim is long; only its beginning was compared", palette.notice)])?;
    }
    labelled(page, "Searched", &[Piece::new(searched(&verdict.searched), palette.faint)])
}

fn wording(page: &mut Page<impl Write>, claim: &str, wording: &Wording) -> io::Result<()> {
    let palette = page.palette;
    let source = &wording.source;
    let a = &source.article;
    page.prose(2, &[Piece::new(who(source), palette.quote)])?;

    let mut marks = Marks::default();
    marks.matched(&places(&source.alignment), &palette);
    page.prose(4, &marks.pieces(&a.text, source.context(), Style::new()))?;
    if wording.ruling == Ruling::Altered {
        page.prose(4, &difference(page, claim, source))?;
        let key = if palette.colored { "" } else { "[-claimed-] {+printed+}" };
        if !key.is_empty() {
            page.prose(4, &[Piece::new(key, palette.faint)])?;
        }
    }
    page.prose(4, &[Piece::new(place(source), palette.faint)])?;
    let others: Vec<_> = wording.others.iter().take(OTHERS).map(short).collect();
    if !others.is_empty() {
        let more = wording.others.len() - others.len();
        let at_least = if wording.at_least { "at least " } else { "" };
        let more = if more > 0 { format!(" and {at_least}{more} more") } else { String::new() };
        page.prose(4, &[Piece::new(format!("also in {}{more}", others.join(DOT)), palette.faint)])?;
    }
    Ok(())
}

/// `Ilze Vitolberga, governor, said` or what else is known of who speaks.
fn who(source: &Source) -> String {
    match source.quote.and_then(|q| source.article.quotes.get(q)) {
        Some(quote) if quote.speaker.is_some() => super::article::speaker(quote, &source.article.text),
        Some(_) => "quoted, without a speaker".into(),
        None => "in the text, not as a quote".into(),
    }
}

fn place(source: &Source) -> String {
    let a = &source.article;
    let mut facts = Vec::new();
    facts.extend(a.source.clone());
    facts.extend(a.published.map(date));
    facts.extend(a.headline().map(|h| format!("“{h}”")));
    facts.push(a.id.clone());
    facts.join(DOT)
}

fn short(source: &Source) -> String {
    let a = &source.article;
    let outlet = a.source.as_deref().unwrap_or(&a.id);
    a.published.map_or_else(|| outlet.to_owned(), |p| format!("{outlet} {}", date(p)))
}

/// The places of the text that have the claim's words.
fn places(alignment: &Alignment) -> Vec<crate::article::Span> {
    let equal = alignment.pieces.iter().filter_map(|run| match run {
        Run::Equal { text, .. } => Some(*text),
        _ => None,
    });
    equal.collect()
}

/// The claim against the text, run by run.
fn difference<'a>(page: &Page<impl Write>, claim: &'a str, source: &'a Source) -> Vec<Piece<'a>> {
    let palette = page.palette;
    let text = source.article.text.as_str();
    let sign = |open: &str, words: &str, close: &str| {
        if palette.colored { words.to_owned() } else { format!("{open}{words}{close}") }
    };
    let mut pieces = Vec::new();
    let mut put = |words: String, style: Style| {
        if !pieces.is_empty() {
            pieces.push(Piece::plain(" "));
        }
        pieces.push(Piece::new(words, style));
    };
    for run in &source.alignment.pieces {
        match run {
            Run::Equal { text: span, .. } => put(span.of(text).to_owned(), Style::new()),
            Run::Replaced { claim: claimed, text: printed } => {
                put(sign("[-", claimed.of(claim), "-]"), palette.removed);
                put(sign("{+", printed.of(text), "+}"), palette.added);
            }
            Run::Omitted { marked: true, .. } => put("…".into(), palette.faint),
            Run::Omitted { text: span, marked: false } => put(sign("{+", span.of(text), "+}"), palette.added),
            Run::Added { claim: span } => put(sign("[-", span.of(claim), "-]"), palette.removed),
            Run::Interrupted { text: span } => put(format!("({})", span.of(text)), palette.faint),
        }
    }
    pieces
}

/// `76 articles of 1 Mar 2023 to 20 Dec 2024`.
fn searched(searched: &Searched) -> String {
    let articles = count(searched.articles, "article", "articles");
    match (searched.first, searched.last) {
        (Some(first), Some(last)) => format!("{articles} from {first} to {last}"),
        _ => articles,
    }
}
