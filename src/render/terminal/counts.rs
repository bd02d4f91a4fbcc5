//! Counts: of names, as a table; over time, as bars.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use jiff::civil::Date;

use super::article::labelled;
use super::page::{cell, columns};
use super::{DOT, Page, Piece, count, thousands};
use crate::search::facet::breakdown::{Breakdown, Kind};
use crate::search::facet::{Facet, Facets};
use crate::search::timeline::{Timeline, Unit};

/// Writes names and their counts, a line each, under a header.
pub fn entities(page: &mut Page<impl Write>, facets: &Facets) -> io::Result<()> {
    let palette = page.palette;
    let list = &facets.list;
    let over = list.iter().any(|f| !f.over.is_empty());
    let associated = list.iter().any(|f| f.association.is_some());
    // One time axis for all, so that what stands below one another was at one time.
    let starts: BTreeSet<Date> = list.iter().flat_map(|f| &f.over).map(|(start, _)| *start).collect();
    let most = list.iter().flat_map(|f| &f.over).map(|(_, n)| *n).max().unwrap_or(0);

    // Type, articles, quotes and dates have fixed columns; the name has what is left, but no more than it needs.
    // How a count moves over time tells more than when it began, and needs the room.
    // Nor is a name cut for the dates.
    let inferred = list.iter().any(|f| f.inferred > 0);
    let dates = page.width() >= if inferred { 88 } else { 72 } && !over;
    let fixed =
        14 + 9 + 8 + if inferred { 10 } else { 0 } + if dates { 24 } else { 0 } + if associated { 9 } else { 0 };
    let needed = list.iter().map(|f| columns(&f.name)).max().unwrap_or(0).max(4);
    let name = needed.min(page.width().saturating_sub(fixed).max(12));

    let row = |name_cell: String, kind: &str, [articles, maybe, quotes, days, association]: [&str; 5]| {
        let maybe = if inferred { format!("{maybe:>10}") } else { String::new() };
        let days = if dates { format!("  {days:<22}") } else { String::new() };
        let association = if associated { format!("{association:>9}") } else { String::new() };
        (name_cell, format!(" {kind:<13}{articles:>9}{maybe}{quotes:>8}{association}{days}"))
    };
    let (head, rest) = row(cell("Name", name), "Type", ["Articles", "Inferred", "Quotes", "First and last", "Beyond"]);
    page.line(&[Piece::new(head, palette.label), Piece::new(rest, palette.label)])?;
    for facet in list {
        let days = match (facet.first, facet.last) {
            (Some(first), Some(last)) if first == last => first.to_string(),
            (Some(first), Some(last)) => format!("{first}–{last}"),
            _ => String::new(),
        };
        let association = facet.association.map(|a| format!("{a:.1}")).unwrap_or_default();
        let kind = facet.kind.map_or("", |k| k.name());
        let style = facet.kind.map_or(palette.faint, |k| palette.entity(k));
        let some = |n: u64| if n == 0 { String::new() } else { thousands(n) };
        let (quotes, maybe) = (some(facet.quotes), some(facet.inferred));
        let (name, rest) =
            row(cell(&facet.name, name), kind, [&thousands(facet.articles), &maybe, &quotes, &days, &association]);
        let mut pieces = vec![Piece::new(name, style), Piece::plain(rest)];
        if over {
            pieces.push(Piece::new(format!("  {}", sparkline(facet, &starts, most)), style));
        }
        page.line(&pieces)?;
    }
    Ok(())
}

/// Writes how many of the matching articles have which value, a kind a paragraph.
pub fn breakdown(page: &mut Page<impl Write>, kinds: &[Breakdown]) -> io::Result<()> {
    let faint = page.palette.faint;
    for b in kinds {
        let mut pieces = Vec::new();
        let mut add = |value: &str, n: String| {
            pieces.push(Piece::new(if pieces.is_empty() { "" } else { DOT }, faint));
            pieces.push(Piece::plain(value.to_owned()));
            pieces.push(Piece::new(n, faint));
        };
        for (value, n) in &b.values {
            add(value, format!(" {}", thousands(*n)));
        }
        if b.more > 0 {
            add("", format!("and {} more", thousands(b.more)));
        }
        if b.without > 0 {
            let date = matches!(b.kind, Kind::Year | Kind::Month);
            add("", format!("{} {}", if date { "no certain date" } else { "none given" }, thousands(b.without)));
        }
        let name = b.kind.name();
        let label: String = name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
        labelled(page, &label, &pieces)?;
    }
    Ok(())
}

/// How a name's count moves over time, a character for each of the starts.
fn sparkline(facet: &Facet, starts: &BTreeSet<Date>, most: u64) -> String {
    const HEIGHTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let counts: BTreeMap<Date, u64> = facet.over.iter().copied().collect();
    let height = |n: u64| match n {
        0 => HEIGHTS[0],
        n => HEIGHTS[(1 + (n - 1) * 7 / most.max(2).saturating_sub(1)).min(8) as usize],
    };
    starts.iter().map(|start| height(counts.get(start).copied().unwrap_or(0))).collect()
}

/// Writes a bar for each day, week, month or year.
pub fn timeline(page: &mut Page<impl Write>, timeline: &Timeline) -> io::Result<()> {
    let palette = page.palette;
    let most = timeline.buckets.iter().map(|b| b.articles).max().unwrap_or(0);
    let number = thousands(most).len().max(1);
    let label = match timeline.unit {
        Unit::Day => 10,
        Unit::Week => 8,
        Unit::Month => 7,
        Unit::Year => 4,
    };
    // Label, bar, number, share of the archive.
    let room = page.width().saturating_sub(label + number + 12).clamp(8, 100);
    for bucket in &timeline.buckets {
        let bar = bar(bucket.articles, most, room);
        let share = if bucket.articles > 0 { format!("  {:>3.0} %", bucket.share() * 100.0) } else { String::new() };
        page.line(&[
            Piece::new(format!("{:<label$}  ", timeline.unit.label(bucket.start)), palette.faint),
            Piece::new(bar, palette.person),
            Piece::plain(format!(" {:<number$}", thousands(bucket.articles))),
            Piece::new(share, palette.faint),
        ])?;
    }
    let mut facts = vec![count(timeline.articles, "article", "articles")];
    if timeline.inferred > 0 {
        facts.push(format!("{} of them inferred", thousands(timeline.inferred)));
    }
    if timeline.undated > 0 {
        facts.push(format!("{} without a certain date, not shown", thousands(timeline.undated)));
    }
    if !timeline.buckets.is_empty() {
        facts.push(format!("per cent of the archive's articles of that {}", timeline.unit.name()));
    }
    page.prose(0, &[Piece::new(facts.join(DOT), palette.faint)])
}

/// A bar of at most `room` columns, drawn to an eighth of one.
fn bar(n: u64, most: u64, room: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = if most == 0 { 0 } else { (n as u128 * room as u128 * 8 / most as u128) as usize };
    let eighths = if n > 0 { eighths.max(1) } else { 0 };
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion_and_never_hide_a_count() {
        assert_eq!(bar(0, 8, 4), "");
        assert_eq!(bar(8, 8, 4), "████");
        assert_eq!(bar(3, 8, 4), "█▌");
        assert_eq!(bar(1, 1_000_000, 4), "▏");
        assert_eq!(bar(u64::MAX, u64::MAX, 2), "██");
        assert_eq!(bar(0, 0, 4), "");
    }

    #[test]
    fn sparklines_reach_from_the_least_to_the_most() {
        let day = |n| jiff::civil::date(2021, 1, n);
        let facet = Facet {
            name: String::new(),
            kind: None,
            articles: 0,
            inferred: 0,
            quotes: 0,
            first: None,
            last: None,
            association: None,
            over: vec![(day(2), 1), (day(3), 4), (day(4), 8)],
        };
        let starts = (1..=5).map(day).collect();
        assert_eq!(sparkline(&facet, &starts, 8), " ▁▄█ ");
    }
}
