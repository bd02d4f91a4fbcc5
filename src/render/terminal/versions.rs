//! What an article said before: each earlier text against the one that followed it, paragraph by paragraph where they
//! differ and there word by word.
//!
//! Unlike `verify`, which holds a claim against a text and must be strict about what a word is, this shows what an
//! editor changed; spaces and marks count as they stand.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use anstyle::Style;
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, capture_diff_slices_deadline, get_diff_ratio};

use super::{DOT, Page, Palette, Piece, date};
use crate::article::Article;

/// A paragraph rewritten for longer than this is shown as less alike than it is.
const PATIENCE: Duration = Duration::from_millis(500);

/// Writes the earlier texts of an article, the latest first: when each stood, where it was read, and what the text that
/// followed it took out and put in.
pub fn versions(page: &mut Page<impl Write>, now: &Article, earlier: &[Article]) -> io::Result<()> {
    let palette = page.palette;
    page.rule()?;
    if earlier.is_empty() {
        return page.prose(0, &[Piece::new("No earlier version is known.", palette.faint)]);
    }
    let mut after = now;
    for before in earlier {
        let mut facts = vec!["Earlier version".to_owned()];
        facts.extend(before.updated.or(before.published).map(date));
        let mut place = before.origin.path.clone();
        if before.origin.record > 1 {
            place.push_str(&format!(", record {}", before.origin.record));
        }
        facts.push(place);
        page.prose(0, &[Piece::new(facts.join(DOT), palette.label)])?;
        page.blank()?;
        changes(page, before, after)?;
        after = before;
    }
    if !palette.colored {
        page.prose(2, &[Piece::new("[-taken out-] {+put in+}", palette.faint)])?;
    }
    Ok(())
}

fn changes(page: &mut Page<impl Write>, before: &Article, after: &Article) -> io::Result<()> {
    let palette = page.palette;
    let (old, new) = (paragraphs(before), paragraphs(after));
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        for change in paired(&old[op.old_range()], &new[op.new_range()]) {
            let pieces = match change {
                Change::Gone(old) => vec![piece(old, ChangeTag::Delete, &palette)],
                Change::Come(new) => vec![piece(new, ChangeTag::Insert, &palette)],
                Change::Rewritten(rewrite) => rewrite.pieces(&palette),
            };
            page.prose(2, &pieces)?;
            page.blank()?;
        }
    }
    Ok(())
}

fn paragraphs(a: &Article) -> Vec<&str> {
    a.paragraphs.iter().map(|p| p.of(&a.text)).collect()
}

/// What became of a paragraph.
enum Change<'a> {
    Gone(&'a str),
    Come(&'a str),
    Rewritten(Rewrite<'a>),
}

/// Paragraphs that are this much the same are one, rewritten.
const REWRITTEN: f32 = 0.4;
/// How far ahead a rewritten paragraph is looked for.
const AHEAD: usize = 8;

/// Puts the paragraphs that were there beside those that are there instead, in order.
fn paired<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    let mut next = 0;
    for old in old {
        let ahead = new.iter().enumerate().skip(next).take(AHEAD);
        let rewrites = ahead.map(|(i, new)| (i, Rewrite::of(old, new)));
        match rewrites.max_by(|(_, a), (_, b)| a.likeness().total_cmp(&b.likeness())) {
            Some((i, rewrite)) if rewrite.likeness() >= REWRITTEN => {
                changes.extend(new[next..i].iter().map(|new| Change::Come(new)));
                changes.push(Change::Rewritten(rewrite));
                next = i + 1;
            }
            _ => changes.push(Change::Gone(old)),
        }
    }
    changes.extend(new[next..].iter().map(|new| Change::Come(new)));
    changes
}

/// One paragraph against another.
struct Rewrite<'a> {
    /// Words, each with the space that follows it.
    old: Vec<&'a str>,
    new: Vec<&'a str>,
    ops: Vec<DiffOp>,
}

impl<'a> Rewrite<'a> {
    fn of(old: &'a str, new: &'a str) -> Rewrite<'a> {
        let (old, new): (Vec<_>, Vec<_>) = (old.split_inclusive(' ').collect(), new.split_inclusive(' ').collect());
        let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Instant::now().checked_add(PATIENCE));
        Rewrite { old, new, ops }
    }

    /// How much stayed, 0 to 1.
    fn likeness(&self) -> f32 {
        get_diff_ratio(&self.ops, self.old.len(), self.new.len())
    }

    fn pieces(&self, palette: &Palette) -> Vec<Piece<'static>> {
        let slices = self.ops.iter().flat_map(|op| op.iter_slices(&self.old, &self.new));
        slices.map(|(tag, words)| piece(&words.concat(), tag, palette)).collect()
    }
}

fn piece(text: &str, tag: ChangeTag, palette: &Palette) -> Piece<'static> {
    let (open, close, style) = match tag {
        ChangeTag::Equal => return Piece::plain(text.to_owned()),
        ChangeTag::Delete => ("[-", "-]", palette.removed),
        ChangeTag::Insert => ("{+", "+}", palette.added),
    };
    if palette.colored {
        return Piece::new(text.to_owned(), style);
    }
    // The space around a run stays outside of its signs.
    let core = text.trim();
    let (before, after) = text.split_once(core).unwrap_or((text, ""));
    Piece::new(format!("{before}{open}{core}{close}{after}"), Style::new())
}
