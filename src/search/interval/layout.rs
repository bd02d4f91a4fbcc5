//! Where the parts of an article begin and end, in positions of words.

use super::Part;

/// One quote: its first word, and its parts as `start..end`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuoteSpan {
    pub start: u32,
    pub parts: Vec<(u32, u32)>,
}

/// What is read from the layer of marks. Only what a query needs is filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// First words of sentences, sorted.
    pub sentences: Vec<u32>,
    /// First words of paragraphs, sorted.
    pub paragraphs: Vec<u32>,
    /// `start..end`, in order.
    pub headline: Vec<(u32, u32)>,
    /// Standfirst, body and captions: `start..end`, in order.
    pub body: Vec<(u32, u32)>,
    pub quotes: Vec<QuoteSpan>,
    /// Mentions of more than one word: first word and length, sorted.
    pub mentions: Vec<(u32, u32)>,
}

impl Layout {
    pub fn clear(&mut self) {
        self.sentences.clear();
        self.paragraphs.clear();
        self.headline.clear();
        self.body.clear();
        self.quotes.clear();
        self.mentions.clear();
    }

    pub fn zones(&self, part: Part) -> &[(u32, u32)] {
        match part {
            Part::Headline => &self.headline,
            Part::Body => &self.body,
        }
    }

    pub fn same_sentence(&self, first: u32, last: u32) -> bool {
        same(&self.sentences, first, last)
    }

    pub fn same_paragraph(&self, first: u32, last: u32) -> bool {
        same(&self.paragraphs, first, last)
    }

    /// How many words the mention has that begins here. Several may begin at one word: the longest counts.
    pub fn mention_length(&self, at: u32) -> u32 {
        let end = self.mentions.partition_point(|m| m.0 <= at);
        self.mentions[..end].last().filter(|m| m.0 == at).map_or(1, |m| m.1.max(1))
    }
}

/// Whether no unit begins after the first word up to the last.
fn same(starts: &[u32], first: u32, last: u32) -> bool {
    let next = starts.partition_point(|&s| s <= first);
    starts.get(next).is_none_or(|&s| s > last)
}
