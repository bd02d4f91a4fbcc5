//! What an index holds, and whether it is whole.

use std::io::{self, Write};
use std::path::Path;

use super::article::labelled;
use super::{DOT, Page, Piece, count, thousands};
use crate::index::boilerplate::Line;
use crate::index::check::Report;
use crate::index::repair::Repair;
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
    let mut health = s.faults.clone();
    if s.unfinished > 0 {
        health.push(unfinished(s.unfinished));
    }
    let health = match health.is_empty() {
        true => Piece::new("no fault at a glance; `newsdex check` reads everything", faint),
        false => Piece::new(health.join(DOT), page.palette.notice),
    };
    labelled(page, "Health", &[health])?;
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
        page.prose(2, &[Piece::new(unfinished(report.of_unfinished_files), palette.faint)])?;
    }
    Ok(())
}

fn unfinished(articles: u64) -> String {
    let articles = count(articles, "article is", "articles are");
    format!("{articles} of files that were not read to their end; run `newsdex index` again")
}

/// Writes what a repair did or would do: to `out` what is lost, an article a line, and all else as messages.
pub fn repair(
    messages: &mut Option<Page<impl Write>>,
    out: &mut impl Write,
    trial: bool,
    repair: &Repair,
) -> io::Result<()> {
    for lost in &repair.lost {
        writeln!(out, "{}\t{}", lost.id, lost.file.as_deref().unwrap_or_default())?;
    }
    let Some(page) = messages else { return Ok(()) };
    let palette = page.palette;
    if repair.is_nothing() {
        return page.line(&[Piece::new("There is nothing to mend.", palette.added)]);
    }
    let would = |done: &'static str, tried: &'static str| if trial { tried } else { done };
    page.line(&[Piece::new(would("Mended", "Would be mended"), palette.label)])?;
    for what in &repair.mended {
        page.prose(2, &[Piece::plain(what.as_str())])?;
    }
    let (lost, nameless) = (repair.lost.len() as u64 + repair.nameless, repair.nameless);
    let mut counts = vec![format!("{} from the texts in the index", count(repair.restored, "article", "articles"))];
    counts.push(format!("{} lost", count(lost, "article", "articles")));
    if nameless > 0 {
        counts.push(format!("{} of them without a name", thousands(nameless)));
    }
    page.prose(2, &[Piece::new(counts.join(DOT), if lost > 0 { palette.notice } else { palette.faint })])?;
    if !repair.again.is_empty() {
        let files = count(repair.again.len() as u64, "file", "files");
        page.line(&[Piece::new(format!("{files} for `newsdex index` to read again"), palette.label)])?;
        for path in repair.again.iter().take(NAMED) {
            page.prose(2, &[Piece::plain(path.as_str())])?;
        }
        if repair.again.len() > NAMED {
            let more = format!("and {} more", thousands((repair.again.len() - NAMED) as u64));
            page.prose(2, &[Piece::new(more, palette.faint)])?;
        }
    }
    if repair.models_lost {
        let what = would("Names and quotes were found anew.", "Names and quotes would be found anew.");
        page.prose(0, &[Piece::plain(what)])?;
    }
    if repair.more {
        page.prose(0, &[Piece::new("What lies behind this is seen when it is mended.", palette.notice)])?;
    }
    page.flush()
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
