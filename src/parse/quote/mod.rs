//! Quotes: which words are somebody's, and whose.

use crate::article::Article;

/// Fills `quotes` from the text, its tokens, sentences, paragraphs, mentions and entities.
pub fn annotate(_article: &mut Article) {}
