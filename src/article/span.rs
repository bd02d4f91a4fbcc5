//! A range of bytes in one article's text.

use std::ops::Range;

/// Bytes `start..end` of an [`Article`](super::Article)'s `text`, both on character boundaries.
///
/// Everything that newsdex says about an article (a sentence, a quote, a name) points into the text by such a span:
/// four bytes an end, because an article above four gigabytes is refused when it is read. On the wire spans become
/// code points ([`crate::render::wire`]); nowhere else is a second unit used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span of bytes `start..end`. Text is bounded by [`MAX_TEXT`](super::MAX_TEXT), so offsets fit.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end && end <= u32::MAX as usize);
        Span { start: start as u32, end: end as u32 }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The words the span stands for. Empty if the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that covers both.
    pub fn cover(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span without white space at its ends.
    pub fn trim(self, text: &str) -> Span {
        let s = self.of(text);
        let start = self.start as usize + (s.len() - s.trim_start().len());
        Span::new(start, start + s.trim().len())
    }
}

impl From<Range<usize>> for Span {
    fn from(r: Range<usize>) -> Self {
        Span::new(r.start, r.end)
    }
}
