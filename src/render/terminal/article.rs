//! One article as it was understood.

use std::io::{self, Write};

use anstyle::Style;

use super::marks::Marks;
use super::{DOT, Page, Piece, count, date};
use crate::article::{Article, DateFrom, EntityType, Notice, Quote, Span, ZoneKind};

/// What to show of an article beside its text.
#[derive(Clone, Copy, Debug, Default)]
pub struct View<'a> {
    pub notices: &'a [Notice],
    /// What a query matched.
    pub matches: &'a [Span],
    /// How many earlier texts are kept.
    pub versions: usize,
}

/// Writes an article: headline and facts, the text with quotes, names and matches marked, who speaks under each
/// paragraph that quotes; then names, notices and origin.
pub fn article(page: &mut Page<impl Write>, a: &Article, view: View) -> io::Result<()> {
    let palette = page.palette;
    let mut marks = Marks::default();
    marks.layer(a.quotes.iter().flat_map(|q| &q.parts).map(|&part| (part, palette.quote)));
    marks.layer(a.mentions.iter().map(|m| (m.span, palette.entity(m.kind))));
    marks.matched(view.matches, &palette);

    match a.zone(ZoneKind::Headline) {
        Some(headline) => page.prose(0, &marks.pieces(&a.text, headline, palette.headline))?,
        None => page.prose(0, &[Piece::new("(no headline)", palette.faint)])?,
    }
    facts(page, a)?;
    page.blank()?;

    let mut quotes = a.quotes.iter().peekable();
    for (i, &paragraph) in a.paragraphs.iter().enumerate() {
        let zone = a.zones.partition_point(|z| z.span.end <= paragraph.start);
        let kind = a.zones.get(zone).filter(|z| z.span.contains(paragraph)).map(|z| z.kind);
        if kind == Some(ZoneKind::Headline) {
            continue;
        }
        let base = match kind {
            Some(ZoneKind::Standfirst) => palette.label,
            Some(ZoneKind::Boilerplate | ZoneKind::Caption | ZoneKind::Byline) => palette.faint,
            _ => Style::new(),
        };
        let pieces = marks.pieces(&a.text, paragraph, base);
        match kind {
            Some(ZoneKind::Boilerplate) => page.item(Piece::new("  ┆", palette.faint), 4, &pieces)?,
            _ => page.prose(2, &pieces)?,
        }
        let mut said = Vec::new();
        while let Some(quote) = quotes.next_if(|q| q.paragraph as usize <= i) {
            let speaker = speaker(quote, &a.text);
            if said.last() != Some(&speaker) {
                said.push(speaker);
            }
        }
        for speaker in said {
            page.item(Piece::new("  ╰", palette.quote), 4, &[Piece::new(speaker, palette.quote)])?;
        }
        page.blank()?;
    }
    names(page, a)?;
    for notice in view.notices {
        labelled(page, "Notice", &[Piece::new(notice.message.as_str(), palette.notice)])?;
    }
    origin(page, a)?;
    if view.versions > 0 {
        let known =
            format!("{} (--versions shows what changed)", count(view.versions as u64, "earlier text", "earlier texts"));
        labelled(page, "Versions", &[Piece::new(known, palette.faint)])?;
    }
    Ok(())
}

/// Source, date, authors, section; then the address.
fn facts(page: &mut Page<impl Write>, a: &Article) -> io::Result<()> {
    let mut facts: Vec<String> = Vec::new();
    facts.extend(a.source.clone());
    if let Some(published) = a.published {
        let mut day = date(published);
        match a.published_from {
            Some(DateFrom::File) => day.push_str(" (the file's date)"),
            Some(DateFrom::Url) => day.push_str(" (from the address)"),
            Some(DateFrom::Body) => day.push_str(" (from the text)"),
            Some(DateFrom::Metadata) | None => {}
        }
        facts.push(day);
    }
    if !a.byline.is_empty() {
        facts.push(format!("by {}", list(&a.byline)));
    }
    facts.extend(a.dateline.as_ref().and_then(|d| d.place.clone()));
    facts.extend(a.section.clone());
    if !a.topics.is_empty() {
        facts.push(a.topics.join(", "));
    }
    facts.extend(a.language.clone());
    facts.push(count(a.tokens.words().into(), "word", "words"));
    let faint = page.palette.faint;
    page.prose(0, &[Piece::new(facts.join(DOT), faint)])?;
    match &a.url {
        Some(url) => page.prose(0, &[Piece::new(url.as_str(), faint)]),
        None => Ok(()),
    }
}

/// `Symone Sanders, chief spokesperson, said` for one quote.
pub fn speaker(quote: &Quote, text: &str) -> String {
    let Some(speaker) = &quote.speaker else { return "no speaker given".into() };
    let mention = speaker.mention.map(|m| m.of(text));
    let mut out = match (&speaker.name, mention) {
        (Some(name), _) => name.clone(),
        (None, Some(mention)) => format!("{mention} ({})", speaker.resolved.name()),
        (None, None) => speaker.resolved.name().to_string(),
    };
    for more in [&speaker.role, &speaker.affiliation].into_iter().flatten() {
        if Some(more.as_str()) != mention || speaker.name.is_some() {
            out.push_str(", ");
            out.push_str(more);
        }
    }
    out
}

/// The entities by type, most often named first.
fn names(page: &mut Page<impl Write>, a: &Article) -> io::Result<()> {
    for (kind, label) in [
        (EntityType::Person, "People"),
        (EntityType::Organization, "Organizations"),
        (EntityType::Place, "Places"),
        (EntityType::Group, "Groups"),
        (EntityType::Misc, "Other names"),
    ] {
        let mut entities: Vec<_> = a.entities.iter().filter(|e| e.kind == kind).collect();
        if entities.is_empty() {
            continue;
        }
        entities.sort_by_key(|e| std::cmp::Reverse(e.mentions));
        let (style, faint) = (page.palette.entity(kind), page.palette.faint);
        let mut pieces = Vec::new();
        for (i, entity) in entities.iter().enumerate() {
            if i > 0 {
                pieces.push(Piece::new(DOT, faint));
            }
            pieces.push(Piece::new(entity.name.as_str(), style));
            if entity.mentions > 1 {
                pieces.push(Piece::new(format!(" {}", entity.mentions), faint));
            }
        }
        labelled(page, label, &pieces)?;
    }
    Ok(())
}

fn origin(page: &mut Page<impl Write>, a: &Article) -> io::Result<()> {
    let o = &a.origin;
    let mut place = o.path.clone();
    if let Some(member) = &o.member {
        place.push_str("!/");
        place.push_str(member);
    }
    if o.record > 1 {
        place.push_str(&format!(", record {}", o.record));
    }
    let faint = page.palette.faint;
    labelled(page, "From", &[Piece::new(place, faint)])?;
    labelled(page, "Id", &[Piece::new(a.id.as_str(), faint)])
}

/// A label and what it stands for, in two columns.
pub(super) fn labelled(page: &mut Page<impl Write>, label: &str, pieces: &[Piece]) -> io::Result<()> {
    let label = Piece::new(label, page.palette.label);
    page.item(label, 15, pieces)
}

/// `A`, `A and B`, `A, B and C`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
