//! Lines to paragraphs: which line breaks the author meant.
//!
//! Text comes with a blank line between paragraphs, with one paragraph a line, hard-wrapped with or without indents, or
//! broken wherever a scraper met a link. Two questions decide. *Is the document wrapped?* A line was wrapped if the
//! next line's first word would not have fitted on it; a document, if that holds for most lines that stop in
//! mid-sentence. *Does this line go on?* In a wrapped document unless it falls short; in any other only where the
//! language says so: the next line opens with a comma, or continues in lower case a line that has not ended, or white
//! space was left at the cut.
//!
//! Lists and tables stay as they are: each line is a paragraph of its own. Nothing is dropped but white space, and the
//! hyphens of a text that hyphenates at its margin.

use crate::article::Span;

/// Wrapped lines are no shorter and no longer than this (in characters).
const WIDTHS: std::ops::RangeInclusive<usize> = 30..=132;

struct Line<'t> {
    /// Without white space at its ends.
    text: &'t str,
    /// In characters; bytes where that is the same.
    width: usize,
    indent: usize,
    /// White space in it is not single everywhere.
    gaps: bool,
    /// A row of a table.
    row: bool,
    /// White space was left at its end.
    trailing: bool,
    /// Line breaks before it, beyond the one that ends every line.
    blanks: usize,
}

/// Appends the paragraphs of `raw` to `out`, separated by a blank line, white space single; their spans to `spans`.
pub fn paragraphs(raw: &str, out: &mut String, spans: &mut Vec<Span>) {
    let lines = lines(raw);
    let wrap = Wrap::of(&lines);
    out.reserve(raw.len() + lines.len());
    let mut running = false;
    for (i, line) in lines.iter().enumerate() {
        let previous = i.checked_sub(1).map(|p| &lines[p]);
        let join = previous.map_or(Join::Apart, |a| wrap.join(a, running, line, lines.get(i + 1)));
        running = !matches!(join, Join::Apart);
        match join {
            Join::Apart => {
                if !out.is_empty() {
                    out.push_str("\n\n");
                }
                spans.push(Span::new(out.len(), out.len()));
            }
            Join::Space => out.push(' '),
            Join::Close => {}
            Join::Dehyphenate => {
                out.pop();
            }
        }
        match line.gaps {
            true => push_single_spaced(line.text, out),
            false => out.push_str(line.text),
        }
        if let Some(span) = spans.last_mut() {
            span.end = out.len() as u32;
        }
    }
}

fn push_single_spaced(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = gap(rest) {
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = rest[at..].trim_start();
    }
    out.push_str(rest);
}

/// Where white space begins that is not a single space.
fn gap(text: &str) -> Option<usize> {
    let b = text.as_bytes();
    (0..b.len()).find(|&i| b[i] == b'\t' || (b[i] == b' ' && matches!(b.get(i + 1), Some(b' ' | b'\t'))))
}

/// Whether there is a [`gap`]. Looks at all of the text, several bytes at a time.
fn has_gaps(text: &str) -> bool {
    let b = text.as_bytes();
    let pairs = b.iter().zip(b.iter().skip(1));
    pairs.fold(b.first() == Some(&b'\t'), |any, (x, y)| any | (*y == b'\t') | ((*x == b' ') & (*y == b' ')))
}

fn lines(raw: &str) -> Vec<Line<'_>> {
    let mut out = Vec::with_capacity(raw.len() / 64 + 1);
    let mut blanks = 0;
    for line in raw.split('\n') {
        let text = line.trim();
        if text.is_empty() {
            blanks += 1;
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let width = if text.is_ascii() { text.len() } else { text.chars().count() };
        let trailing = indent + text.len() < line.len();
        let gaps = has_gaps(text);
        out.push(Line { text, width, indent, gaps, row: gaps && is_row(text), trailing, blanks });
        blanks = 0;
    }
    out
}

enum Join {
    /// Another paragraph.
    Apart,
    Space,
    /// Without a space: the next line opens with a mark that closes, or the line ends with a hyphen of its own.
    Close,
    /// Without the hyphen at the line's end.
    Dehyphenate,
}

/// How the document was wrapped, if it was.
struct Wrap {
    /// The width at which lines were broken.
    width: Option<usize>,
    /// The indent of lines that go on.
    base: usize,
    hyphenates: bool,
    /// Paragraphs open with an indent, so that a line without one goes on, however short the one before.
    indents: bool,
    /// Blank lines stand between paragraphs.
    blanks: bool,
    /// Every line has a blank line after it, wrapped ones too.
    double: bool,
}

impl Wrap {
    fn of(lines: &[Line]) -> Wrap {
        let base = lines.iter().skip(1).map(|l| l.indent).min().unwrap_or(0);
        let mut wrap = Wrap { width: None, base, hyphenates: false, indents: false, blanks: false, double: false };
        for double in [false, true] {
            wrap.double = double;
            // Longest of the lines that could be wrapped. Single words (addresses of the web) are longer than that.
            let width = lines.iter().filter(|l| l.text.contains(' ')).map(|l| l.width).max().unwrap_or(0);
            if !WIDTHS.contains(&width) {
                break;
            }
            let (mut pairs, mut wrapped, mut lower, mut hyphens) = (0usize, 0usize, 0usize, 0usize);
            for pair in lines.windows(2) {
                let (a, b) = (&pair[0], &pair[1]);
                if wrap.separated(b) || wrap.indented(b) || is_item(b.text) || a.row || b.row {
                    continue;
                }
                pairs += 1;
                if is_full(a, b, width) && !(ends_sentence(a.text) && opens_lower(b.text)) {
                    wrapped += 1;
                    lower += (!ends_sentence(a.text) && opens_lower(b.text)) as usize;
                    hyphens += ends_in_hyphen(a.text) as usize;
                }
            }
            // Two lines in three break where they must, and one in four of these within a clause.
            if pairs > 0 && wrapped * 3 >= pairs * 2 && lower * 4 >= wrapped && lower > 0 {
                wrap.width = Some(width);
                wrap.indents = lines.iter().skip(1).any(|l| wrap.indented(l) && l.blanks == 0 && !l.row);
                wrap.blanks = lines.iter().skip(1).any(|l| wrap.separated(l));
                wrap.hyphenates = hyphens >= 2 && hyphens * 20 >= wrapped;
                return wrap;
            }
        }
        wrap.double = false;
        wrap
    }

    /// Whether a blank line stands before this line and means something.
    fn separated(&self, line: &Line) -> bool {
        line.blanks > self.double as usize
    }

    fn indented(&self, line: &Line) -> bool {
        line.indent >= self.base + 2
    }

    /// How `b` follows `a`, which itself goes on a paragraph if `running`; `next` comes after `b`.
    fn join(&self, a: &Line, running: bool, b: &Line, next: Option<&Line>) -> Join {
        let how = |joins: bool| match joins {
            false => Join::Apart,
            true if closes(b.text) => Join::Close,
            true if !ends_in_hyphen(a.text) => Join::Space,
            true if self.hyphenates && opens_lower(b.text) => Join::Dehyphenate,
            true => Join::Close,
        };
        // A comma or full stop of its own belongs to the line before, whatever stands between.
        if closes(b.text) && !ends_sentence(a.text) {
            return how(b.blanks <= 1);
        }
        if self.separated(b) || is_item(b.text) || a.row || b.row {
            return Join::Apart;
        }
        match self.width {
            Some(_) if self.indented(b) || is_end(b.text) => Join::Apart,
            Some(width) => {
                // Where blank lines set paragraphs apart, none ends in mid-sentence, and not every program fills its
                // lines.
                let open = self.blanks && running && !ends_sentence(a.text) && !ends_in_colon(a.text);
                let slack = if self.blanks { 12 } else { 3 };
                how(self.indents || open || goes_on(a, b, width - slack))
            }
            None => how(is_cut(a, running, b, next)),
        }
    }
}

/// In a wrapped document: whether `b` goes on where `a` broke.
fn goes_on(a: &Line, b: &Line, width: usize) -> bool {
    is_full(a, b, width) || (!ends_sentence(a.text) && (opens_lower(b.text) || leaves_open(a.text)))
}

/// In a document that is not wrapped: whether the break between `a` and `b` is a cut in mid-sentence, as scrapers leave
/// them around links.
fn is_cut(a: &Line, running: bool, b: &Line, next: Option<&Line>) -> bool {
    if ends_sentence(a.text) || ends_in_colon(a.text) {
        return false;
    }
    // Long enough to be prose, or the rest of a sentence that was cut before.
    let prose = a.width >= 40;
    let white = a.trailing || b.indent == 1;
    let resumed = next.is_some_and(|c| c.blanks == 0 && (closes(c.text) || opens_lower(c.text)));
    if opens_lower(b.text) {
        return prose || running || white || leaves_open(a.text);
    }
    leaves_open(a.text) || (white && (prose || resumed))
}

/// Whether the first word of `b` would not have fitted on `a`.
fn is_full(a: &Line, b: &Line, width: usize) -> bool {
    let word = b.text.split(' ').next().map_or(0, |w| if w.is_ascii() { w.len() } else { w.chars().count() });
    a.width + 1 + word > width
}

/// Whether a text ends as sentences do: a stop, with closing marks after it.
pub fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '“']).ends_with(['.', '!', '?', '…', '。', '！', '？'])
}

fn ends_in_colon(text: &str) -> bool {
    text.ends_with([':', ';'])
}

fn ends_in_hyphen(text: &str) -> bool {
    let mut back = text.chars().rev();
    back.next() == Some('-') && back.next().is_some_and(char::is_alphanumeric)
}

/// Whether a line begins in lower case, quotation marks aside.
fn opens_lower(text: &str) -> bool {
    text.trim_start_matches(['"', '\'', '“', '‘', '(', '«']).chars().next().is_some_and(char::is_lowercase)
}

/// Whether a line opens with a mark that belongs to the word before it.
fn closes(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some(',' | ';' | '!' | '?' | ')' | ']' | '”' | '’' | '%') => true,
        Some('.' | ':') => !matches!(chars.next(), Some(c) if c.is_alphanumeric() || c == '.'),
        _ => false,
    }
}

/// Whether a line ends in a word or mark after which something must follow.
fn leaves_open(text: &str) -> bool {
    const OPEN: &[&str] = &[
        "a", "an", "and", "as", "at", "but", "by", "for", "from", "his", "her", "in", "into", "its", "of", "on", "or",
        "our", "than", "that", "the", "their", "this", "to", "with", "which", "who", "whose", "de", "des", "du", "et",
        "la", "le", "les", "der", "die", "das", "und", "von", "el", "los", "las", "y",
    ];
    let word = text.rsplit([' ', '\t']).next().unwrap_or(text);
    (text.len() > word.len() && OPEN.contains(&word)) || text.ends_with(',') && text.len() > 40 || ends_in_hyphen(text)
}

/// Whether a line is an item of a list.
pub fn is_item(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('•' | '●' | '▪' | '■' | '◦' | '·' | '►' | '‣') => true,
        Some('-' | '*' | '–' | '—' | '+' | 'o') => matches!(chars.next(), Some(' ' | '\t')),
        Some(c) if c.is_ascii_digit() => {
            let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
            text.len() - rest.len() <= 2 && (rest.starts_with(". ") || rest.starts_with(") "))
        }
        _ => false,
    }
}

/// Whether a line is a row of a table: columns held apart by tabs or wide gaps.
fn is_row(text: &str) -> bool {
    let mut spaces = 0;
    text.bytes().any(|b| {
        spaces = if b == b' ' { spaces + 1 } else { 0 };
        spaces == 4 || b == b'\t'
    })
}

/// Whether a line is the end mark of a story from the wire.
pub fn is_end(text: &str) -> bool {
    text.len() <= 12
        && (text.get(..6).is_some_and(|s| s.eq_ignore_ascii_case("reuter")) && text.len() <= 9
            || matches!(text, "-30-" | "ENDS" | "ends" | "(ends)" | "###" | "- ENDS -"))
}
