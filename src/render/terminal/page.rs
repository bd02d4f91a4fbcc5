//! Lines of styled words, broken at a width.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthChar;

use super::Palette;

/// Words in one style. White space of any kind is a place where a line may break.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    pub text: Cow<'a, str>,
    pub style: Style,
}

impl<'a> Piece<'a> {
    pub fn new(text: impl Into<Cow<'a, str>>, style: Style) -> Self {
        Piece { text: text.into(), style }
    }

    pub fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Piece::new(text, Style::new())
    }
}

/// Prose is not set wider than this, however wide the terminal: longer lines are hard to read.
const MEASURE: usize = 96;

/// Where text for a person is written.
pub struct Page<W> {
    out: W,
    width: usize,
    pub palette: Palette,
}

impl<W: Write> Page<W> {
    /// A page of so many columns.
    pub fn new(out: W, width: usize, colored: bool) -> Self {
        Page { out, width: width.max(20), palette: Palette::new(colored) }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// Prose: broken at the measure, each line after `indent` columns.
    pub fn prose(&mut self, indent: usize, pieces: &[Piece]) -> io::Result<()> {
        self.item(Piece::plain(""), indent, pieces)
    }

    /// Prose with `lead` in the columns of the first line's indent.
    pub fn item(&mut self, lead: Piece, indent: usize, pieces: &[Piece]) -> io::Result<()> {
        let width = self.width.min(MEASURE).saturating_sub(indent).max(10);
        let mut lead = cut(&[lead], indent);
        for mut line in wrap(pieces, width) {
            let mut first = std::mem::take(&mut lead);
            let used: usize = first.iter().map(|r| columns(&r.text)).sum();
            push_str(&mut first, &" ".repeat(indent.saturating_sub(used)), Style::new());
            first.append(&mut line);
            self.runs(&first)?;
        }
        Ok(())
    }

    /// One line, cut with an ellipsis where the page ends.
    pub fn line(&mut self, pieces: &[Piece]) -> io::Result<()> {
        let line = cut(pieces, self.width);
        self.runs(&line)
    }

    pub fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A rule across the measure.
    pub fn rule(&mut self) -> io::Result<()> {
        let faint = self.palette.faint;
        self.line(&[Piece::new("─".repeat(self.width.min(MEASURE)), faint)])
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn runs(&mut self, line: &[Run]) -> io::Result<()> {
        for Run { text, style } in line {
            write!(self.out, "{style}{text}{style:#}")?;
        }
        writeln!(self.out)
    }
}

/// Text as it may go to a terminal.
#[derive(Debug, PartialEq)]
struct Run {
    text: String,
    style: Style,
}

/// What a terminal may see of a character: control characters become pictures of themselves, and what reorders a line
/// or has no place in it goes.
fn visible(c: char) -> Option<char> {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32),
        '\u{7f}' => Some('␡'),
        '\u{80}'..='\u{9f}' => Some('\u{fffd}'),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}' => None,
        _ => Some(c),
    }
}

/// A text as it may go to a terminal.
pub fn shown(text: &str) -> String {
    text.chars().filter_map(visible).collect()
}

/// How many columns a text takes, as it is shown.
pub fn columns(text: &str) -> usize {
    text.chars().filter_map(visible).map(|c| c.width().unwrap_or(0)).sum()
}

/// A text in exactly so many columns, cut with an ellipsis where it is longer.
pub fn cell(text: &str, width: usize) -> String {
    let mut out: String = cut(&[Piece::plain(text)], width).into_iter().map(|run| run.text).collect();
    let missing = width.saturating_sub(columns(&out));
    out.push_str(&" ".repeat(missing));
    out
}

fn push(line: &mut Vec<Run>, c: char, style: Style) {
    match line.last_mut() {
        Some(run) if run.style == style => run.text.push(c),
        _ => line.push(Run { text: c.into(), style }),
    }
}

fn push_str(line: &mut Vec<Run>, text: &str, style: Style) {
    text.chars().for_each(|c| push(line, c, style));
}

/// The pieces on one line of at most `width` columns.
fn cut(pieces: &[Piece], width: usize) -> Vec<Run> {
    let mut line = Vec::new();
    let mut used = 0;
    let total: usize = pieces.iter().map(|p| columns(&p.text)).sum();
    let most = if total > width { width.saturating_sub(1) } else { width };
    for piece in pieces {
        for c in piece.text.chars() {
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            let Some(c) = visible(c) else { continue };
            used += c.width().unwrap_or(0);
            if used > most {
                push(&mut line, '…', piece.style);
                return line;
            }
            push(&mut line, c, piece.style);
        }
    }
    line
}

/// Lines of at most `width` columns, broken at white space, between wide characters, and inside a word only where it is
/// longer than a line.
fn wrap(pieces: &[Piece], width: usize) -> Vec<Vec<Run>> {
    let mut filler = Filler { width, lines: Vec::new(), line: Vec::new(), used: 0, word: Vec::new(), gap: None };
    for piece in pieces {
        for c in piece.text.chars() {
            if c.is_whitespace() {
                filler.end_word();
                filler.gap = filler.gap.or(Some(piece.style));
            } else if let Some(c) = visible(c) {
                let wide = c.width() == Some(2);
                if wide {
                    filler.end_word();
                }
                filler.word.push((c, piece.style));
                if wide {
                    filler.end_word();
                }
            }
        }
    }
    filler.end_word();
    if !filler.line.is_empty() {
        filler.lines.push(filler.line);
    }
    filler.lines
}

struct Filler {
    width: usize,
    lines: Vec<Vec<Run>>,
    line: Vec<Run>,
    used: usize,
    word: Vec<(char, Style)>,
    /// White space between the line and the word, in the style it had.
    gap: Option<Style>,
}

impl Filler {
    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let long: usize = self.word.iter().map(|(c, _)| c.width().unwrap_or(0)).sum();
        let gap = self.gap.take().filter(|_| !self.line.is_empty());
        if self.used > 0 && self.used + usize::from(gap.is_some()) + long > self.width {
            self.end_line();
        } else if let Some(style) = gap {
            push(&mut self.line, ' ', style);
            self.used += 1;
        }
        for (c, style) in std::mem::take(&mut self.word) {
            let columns = c.width().unwrap_or(0);
            if self.used > 0 && self.used + columns > self.width {
                self.end_line();
            }
            push(&mut self.line, c, style);
            self.used += columns;
        }
    }

    fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;

    fn lines(pieces: &[Piece], width: usize) -> Vec<String> {
        wrap(pieces, width).iter().map(|l| l.iter().map(|r| r.text.as_str()).collect()).collect()
    }

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        lines(&[Piece::plain(text)], width)
    }

    #[test]
    fn lines_break_at_white_space_and_by_columns() {
        assert_eq!(wrapped("  one two\n three ", 7), ["one two", "three"]);
        assert_eq!(wrapped("", 7), [""; 0]);
        assert_eq!(wrapped("東京の港 strike", 6), ["東京の", "港", "strike"]);
        assert_eq!(wrapped("a https://example.org/x b", 10), ["a", "https://ex", "ample.org/", "x b"]);
    }

    #[test]
    fn a_word_of_two_styles_holds_together() {
        let red = AnsiColor::Red.on_default();
        let pieces = [Piece::plain("one wa"), Piece::new("ges", red), Piece::plain(" rose")];
        assert_eq!(lines(&pieces, 8), ["one", "wages", "rose"]);
        assert_eq!(lines(&pieces, 9), ["one wages", "rose"]);
    }

    #[test]
    fn no_control_character_of_a_text_reaches_the_terminal() {
        let nasty = "\x1b[31mred\x1b]0;title\x07 \u{9b}2J \u{202e}back\u{202c} a\rb\x08";
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, 80, false);
        page.prose(0, &[Piece::plain(nasty)]).expect("memory");
        page.line(&[Piece::plain(nasty)]).expect("memory");
        let out = String::from_utf8(out).expect("UTF-8");
        assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "{out:?}");
        assert!(!out.contains('\u{202e}'));
        assert!(out.contains("␛[31mred"), "{out}");
    }

    #[test]
    fn a_line_is_cut_where_the_page_ends() {
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, 20, false);
        page.line(&[Piece::plain("exactly twenty chars")]).expect("memory");
        page.line(&[Piece::plain("one more than twenty!")]).expect("memory");
        assert_eq!(String::from_utf8_lossy(&out), "exactly twenty chars\none more than twent…\n");
    }

    #[test]
    fn cells_have_their_width() {
        for text in ["", "short", "exactly 10", "東京の港湾労働者", "much longer than ten"] {
            assert_eq!(columns(&cell(text, 10)), 10, "{text:?} is {:?}", cell(text, 10));
        }
        assert_eq!(cell("much longer than ten", 10), "much long…");
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_and_no_character_lost(text in "\\PC{0,200}", width in 4usize..40) {
            let lines = wrapped(&text, width);
            for line in &lines {
                assert!(columns(line) <= width, "{line:?}");
            }
            let solid = |s: &str| s.chars().filter(|c| !c.is_whitespace()).filter_map(visible).collect::<String>();
            assert_eq!(solid(&lines.concat()), solid(&text));
        }
    }
}
