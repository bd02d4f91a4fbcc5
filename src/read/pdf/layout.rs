//! From letters in their places to lines, and from lines to paragraphs.
//!
//! Distances are measured in the size of the letters, so that nothing depends on the page's. The rules are those that
//! readers go by: a gap is a space, a step down is a line, a larger step, an indent or a line that ends early is the
//! end of a paragraph.

use std::panic::resume_unwind;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{BezPath, Point};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};
use rustc_hash::FxHashMap;

use crate::read::html::same;
use crate::read::manuscript::{Manuscript, Style};

/// How the interpreter is left when a file draws too much.
pub struct Enough;

/// Letters of one size on one base line.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    left: f64,
    right: f64,
    /// From the page's top.
    y: f64,
    size: f64,
}

/// What is drawn on one page.
pub struct Sheet {
    height: f64,
    /// How many things may still be drawn.
    pub steps: usize,
    lines: Vec<Line>,
    last: Option<(String, Point)>,
}

impl Sheet {
    pub fn new(height: f64, steps: usize) -> Self {
        Sheet { height, steps, lines: Vec::new(), last: None }
    }

    /// Something is drawn that costs as much as so many letters.
    fn step(&mut self, cost: usize) {
        match self.steps.checked_sub(cost) {
            Some(left) => self.steps = left,
            None => resume_unwind(Box::new(Enough)),
        }
    }

    /// A letter, with its width and its size.
    fn letter(&mut self, words: &str, at: Point, width: f64, size: f64) {
        // Bold is drawn twice by some, filled and then outlined.
        let again = self.last.as_ref().is_some_and(|(w, p)| w == words && p.distance(at) < size * 0.1);
        if again || !(at.x.is_finite() && at.y.is_finite() && size > 0.0 && size.is_finite()) {
            return;
        }
        self.last = Some((words.to_owned(), at));
        let space = words.trim().is_empty();
        if let Some(line) = self.lines.last_mut() {
            let tall = line.size.max(size);
            let gap = at.x - line.right;
            let level = (at.y - line.y).abs() < tall * 0.4;
            // Further apart are columns; further back is another line or the same one drawn anew.
            if level && gap < tall * 2.5 && gap > -tall * 0.6 {
                if gap > tall * 0.17 && !space && !line.text.ends_with(' ') {
                    line.text.push(' ');
                }
                line.text.push_str(words);
                line.right = at.x + width;
                if size > line.size {
                    (line.size, line.y) = (size, at.y);
                }
                return;
            }
        }
        if !space {
            self.lines.push(Line { text: words.to_owned(), left: at.x, right: at.x + width, y: at.y, size });
        }
    }
}

impl Device<'_> for Sheet {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.step(1);
            let words = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(s)) => s.to_string(),
                None => continue,
            };
            let placed = props.transform * glyph.transform();
            let [a, b, c, d, ..] = placed.as_coeffs();
            // In thousandths of the letter's size. Type 3 fonts do not say how wide their letters are.
            let (across, size) = (a.hypot(b), c.hypot(d) * 1000.0);
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width().unwrap_or(500.0) as f64,
                Glyph::Type3(_) => 500.0,
            };
            // Text that runs up the margin is no part of the article.
            if b.abs() <= a.abs() {
                self.letter(&words, placed * Point::ZERO, advance * across, size);
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {
        self.step(1);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        // Every form is cut out before it is drawn.
        self.step(20);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {
        self.step(20);
    }

    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {
        self.step(1);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// Joins the lines of all pages to paragraphs.
pub fn paragraphs(mut sheets: Vec<Sheet>, manuscript: &mut Manuscript) {
    without_furniture(&mut sheets);
    let body = usual_size(&sheets);
    let mut all: Vec<(f64, String)> = Vec::new();
    let mut last: Option<Line> = None;
    for (page, sheet) in sheets.iter().enumerate() {
        let right = sheet.lines.iter().filter(|l| l.size < body * 1.1).map(|l| l.right).fold(0.0, f64::max);
        for (i, line) in sheet.lines.iter().enumerate() {
            let text = line.text.trim();
            let joined = last.as_ref().is_some_and(|above| continues(above, line, i == 0 && page > 0, right));
            match all.last_mut().filter(|_| joined) {
                Some((_, paragraph)) => join(paragraph, text),
                None => all.push((line.size, text.to_owned())),
            }
            last = Some(line.clone());
        }
    }
    let named = manuscript.title.as_deref().is_some_and(|t| all.iter().take(8).any(|(_, p)| same(p, t)));
    // A masthead may be larger still, but it is short.
    let headline =
        all.iter().take(8).filter(|(size, p)| *size > body * 1.15 && p.split(' ').count() >= 3 && p.len() < 250);
    let largest = headline.map(|(size, _)| *size).fold(0.0, f64::max);
    let mut titled = named || largest == 0.0;
    for (size, paragraph) in all {
        let is_title = !titled && size == largest && paragraph.split(' ').count() >= 3 && paragraph.len() < 250;
        titled |= is_title;
        manuscript.push(if is_title { Style::Title } else { Style::Plain }, &paragraph);
    }
}

/// Whether a line goes on with the paragraph of the line drawn before it. `right` is where lines end on this page.
fn continues(above: &Line, line: &Line, turned: bool, right: f64) -> bool {
    let size = above.size;
    let ended = above.text.trim_end().ends_with(['.', '!', '?', '”', '"', '’', '»', ':']);
    if (line.size - size).abs() > size * 0.12 {
        return false;
    }
    let down = line.y - above.y;
    if turned || down < -size {
        // The next page or column.
        return !ended && line.text.trim_start().starts_with(char::is_lowercase);
    }
    let level = down.abs() < size * 0.5;
    let indented = line.left > above.left + size * 0.8;
    let early = ended && above.right < right - (right - above.left) * 0.2;
    !level && down < size * 1.75 && !indented && !early
}

/// Appends a line to a paragraph; a word that was broken between them becomes whole.
fn join(paragraph: &mut String, line: &str) {
    let broken = paragraph.ends_with('-')
        && paragraph.chars().rev().nth(1).is_some_and(char::is_alphabetic)
        && line.starts_with(char::is_lowercase);
    if broken || paragraph.ends_with('\u{ad}') {
        paragraph.pop();
    } else {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

/// Takes out numbers of pages, and what stands at the head or foot of at least three pages and half of all.
fn without_furniture(sheets: &mut [Sheet]) {
    // Figures differ from page to page.
    let key = |l: &Line| l.text.trim().chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect::<String>();
    let edge = |l: &Line, height: f64| l.y < height * 0.1 || l.y > height * 0.9;
    let mut times: FxHashMap<String, usize> = FxHashMap::default();
    for sheet in sheets.iter() {
        let mut keys: Vec<String> = sheet.lines.iter().filter(|l| edge(l, sheet.height)).map(key).collect();
        keys.sort();
        keys.dedup();
        keys.into_iter().for_each(|k| *times.entry(k).or_default() += 1);
    }
    let often = (sheets.len() / 2).max(3);
    for sheet in sheets {
        let height = sheet.height;
        sheet.lines.retain(|l| {
            let words = l.text.trim().trim_matches(['-', '–', ' ']).to_lowercase();
            let number = words.strip_prefix("page ").unwrap_or(&words);
            let number = !number.is_empty()
                && number.split([' ', '/']).all(|w| w == "of" || w.is_empty() || w.bytes().all(|b| b.is_ascii_digit()))
                && number.len() <= 12;
            !(edge(l, height) && (number || times.get(&key(l)).is_some_and(|n| *n >= often)))
        });
    }
}

/// The size in which most is set.
fn usual_size(sheets: &[Sheet]) -> f64 {
    let mut letters: FxHashMap<u64, usize> = FxHashMap::default();
    for line in sheets.iter().flat_map(|s| &s.lines) {
        *letters.entry((line.size * 2.0).round() as u64).or_default() += line.text.len();
    }
    letters.into_iter().max_by_key(|(size, n)| (*n, *size)).map_or(0.0, |(size, _)| size as f64 / 2.0)
}
