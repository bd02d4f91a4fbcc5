//! What an index holds, and whether it is whole.

use std::io::{self, Write};
use std::path::Path;

use super::article::labelled;
use super::{DOT, Page, Piece, count, thousands};
use crate::index::boilerplate::Line;
use crate::index::check::Report;
use crate::index::stats::Stats;

/// Sources, sections and languages that are named; the rest are counted.
const NAMED: usize = 12;

/// Writes the figures of an index.
pub fn stats(page: &mut Page<impl Write>, folder: &Path, s: &Stats) -> io::Result<()> {
    let faint = page.palette.faint;
    let on_disk: u64 = s.disk.iter().map(|(_, bytes)| bytes).sum();
    let index = [folder.display().to_string(), size(on_disk), count(s.segments, "segment", "segments")];
    labelled(page, "Index", &[Piece::plain(index.join(DOT))])?;
    let articles = [
        count(s.articles, "article", "articles"),
        count(s.words, "word", "words"),
        count(s.quotes, "quote", "quotes"),
        format!("from {}", count(s.files, "file", "files")),
    ];
    labelled(page, "Holds", &[Piece::plain(articles.join(DOT))])?;
    let mut dates: Vec<_> = s.published.iter().map(|&(a, b)| format!("{} to {}", day(a), day(b))).collect();
    if s.undated > 0 {
        dates.push(format!("{} without a certain date", thousands(s.undated)));
    }
    labelled(page, "Published", &[Piece::plain(dates.join(DOT))])?;
    for (label, list) in [("Sources", &s.sources), ("Sections", &s.sections), ("Languages", &s.languages)] {
        let mut pieces = Vec::new();
        for (i, (name, articles)) in list.iter().take(NAMED).enumerate() {
            pieces.push(Piece::new(if i > 0 { DOT } else { "" }, faint));
            pieces.push(Piece::plain(name.as_str()));
            pieces.push(Piece::new(format!(" {}", thousands(*articles)), faint));
        }
        if list.len() > NAMED {
            pieces.push(Piece::new(format!("{DOT}and {} more", thousands((list.len() - NAMED) as u64)), faint));
        }
        labelled(page, label, &pieces)?;
    }
    let disk: Vec<_> = s.disk.iter().map(|(kind, bytes)| format!("{kind} {}", size(*bytes))).collect();
    labelled(page, "On disk", &[Piece::new(disk.join(DOT), faint)])?;
    if s.deleted > 0 {
        let waiting = count(s.deleted, "deleted article is", "deleted articles are");
        let what = format!("{waiting} still on the disk until segments are merged");
        labelled(page, "Deleted", &[Piece::new(what, page.palette.notice)])?;
    }
    Ok(())
}

/// Writes the lines that outlets repeat, outlet by outlet.
pub fn boilerplate(page: &mut Page<impl Write>, lines: &[Line]) -> io::Result<()> {
    let palette = page.palette;
    for (i, of_outlet) in lines.chunk_by(|a, b| a.outlet == b.outlet).enumerate() {
        let Some(first) = of_outlet.first() else { continue };
        if i > 0 {
            page.blank()?;
        }
        let name = if first.source.is_empty() { &first.outlet } else { &first.source };
        let mut heading = vec![Piece::new(if name.is_empty() { "no outlet named" } else { name }, palette.headline)];
        if *name != first.outlet {
            heading.push(Piece::new(format!("{DOT}{}", first.outlet), palette.faint));
        }
        page.prose(0, &heading)?;
        for line in of_outlet {
            let (n, among) = (thousands(line.articles.into()), thousands(line.among.into()));
            page.prose(2, &[Piece::plain(line.printed.as_str())])?;
            let told = format!("{n} of {among} articles{DOT}{}", line.examples.join(DOT));
            page.prose(4, &[Piece::new(told, palette.faint)])?;
        }
    }
    Ok(())
}

/// Writes what a check found.
pub fn check(page: &mut Page<impl Write>, report: &Report) -> io::Result<()> {
    let palette = page.palette;
    let checked = format!("{} checked", count(report.articles, "article", "articles"));
    let (found, style) = match report.faults {
        0 => ("no fault".to_owned(), palette.added),
        n => (count(n, "fault", "faults"), palette.notice),
    };
    page.line(&[Piece::plain(format!("{checked}: ")), Piece::new(found, style)])?;
    for example in &report.examples {
        page.prose(2, &[Piece::plain(example.as_str())])?;
    }
    if report.of_unfinished_files > 0 {
        let unfinished = count(report.of_unfinished_files, "article is", "articles are");
        let what = format!("{unfinished} of files that were not read to their end; run `newsdex index` again");
        page.prose(2, &[Piece::new(what, palette.faint)])?;
    }
    Ok(())
}

/// `20210602` as `2021-06-02`.
fn day(key: u64) -> String {
    format!("{:04}-{:02}-{:02}", key / 10_000, key / 100 % 100, key % 100)
}

/// Bytes for people: `12.3 MB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
