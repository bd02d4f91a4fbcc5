//! Versions: what an article said before it was corrected or brought up to date.
//!
//! An article is indexed as it stands now. The texts before it lie beside it in the document store, each a whole
//! article with the file it was read from: no query finds them and nothing counts them, but `show --versions` prints
//! them, so that what was corrected can still be cited. They share the article's fate: who deletes it deletes them.
//!
//! Which of several texts is the current one depends on the texts alone, not on the order in which they were read.
//! Whether a text *says* that it corrects another is a matter of language and not decided here.

use std::cmp::Reverse;

use super::FileKey;
use super::sketch::Shingles;
use crate::article::{Article, Stamp};

/// An article as it stood at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub article: Article,
    /// The file it was read from.
    pub file: FileKey,
}

/// From this containment on, two texts under one id may be versions of one another. Lower than for copies in other
/// outlets: the id speaks for it, and updates rewrite much.
const SAME_STORY: f32 = 0.2;

/// Whether two texts under one id tell one story: they are at one address, or a part of one is in the other.
pub fn same_story(a: &Article, b: &Article) -> bool {
    (a.url.is_some() && a.url == b.url) || Shingles::of(a).containment(&Shingles::of(b)) >= SAME_STORY
}

/// When an article was what it is: the time of its update, else of its publication.
pub fn stood(article: &Article) -> Option<Stamp> {
    article.updated.or(article.published)
}

/// Puts the texts of one article in order, the latest first: by the time they [`stood`]; of two of one
/// time, the one that says it is a revision.
pub fn latest_first(versions: &mut [Version], revised: impl Fn(&Article) -> bool) {
    versions.sort_by_cached_key(|v| Reverse((stood(&v.article), revised(&v.article))));
}
