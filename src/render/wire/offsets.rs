//! Byte spans to code points.

use super::Span;
use crate::article;

/// How many bytes lie between two known offsets: small enough to count at once, large enough that the table is a
/// sixteenth of the text.
const STEP: usize = 64;

/// Converts byte offsets of one text to code points. Made in one pass; a look-up counts at most [`STEP`] bytes.
pub struct Offsets<'t> {
    text: &'t [u8],
    /// The code points before each byte that is a multiple of [`STEP`]; empty where all text is ASCII and both units
    /// are the same.
    before: Vec<u32>,
}

impl<'t> Offsets<'t> {
    pub fn new(text: &'t str) -> Self {
        let text = text.as_bytes();
        let mut before = Vec::new();
        if !text.is_ascii() {
            before.reserve(text.len() / STEP + 1);
            let mut count = 0;
            for block in text.chunks(STEP) {
                before.push(count);
                count += starts(block) as u32;
            }
        }
        Offsets { text, before }
    }

    /// The number of code points before this byte; offsets beyond the text are taken as its end.
    pub fn at(&self, byte: u32) -> usize {
        let byte = (byte as usize).min(self.text.len());
        // The last block may end exactly at the text's end: then there is no next one to start from.
        let block = (byte / STEP).min(self.before.len().saturating_sub(1));
        match self.before.get(block) {
            None => byte,
            Some(&before) => before as usize + starts(&self.text[block * STEP..byte]),
        }
    }

    pub fn span(&self, span: article::Span) -> Span {
        Span { start: self.at(span.start), end: self.at(span.end) }
    }
}

/// How many code points begin in these bytes of UTF-8.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| (b as i8) >= -0x40).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn as_counting_from_the_start(text in "(\\PC|[a-z ]){0,300}") {
            let offsets = Offsets::new(&text);
            for (points, (byte, _)) in text.char_indices().enumerate() {
                assert_eq!(offsets.at(byte as u32), points);
            }
            assert_eq!(offsets.at(text.len() as u32), text.chars().count());
            assert_eq!(offsets.at(u32::MAX), text.chars().count());
        }
    }

    #[test]
    fn a_text_that_ends_with_a_block() {
        let text = "é".repeat(STEP / 2);
        assert_eq!(Offsets::new(&text).at(STEP as u32), STEP / 2);
    }
}
