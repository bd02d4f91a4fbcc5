//! Texts whose id another article has: earlier or later versions of it, or other articles that happen to share the id.
//!
//! Which it is can only be said when both texts are at hand, and the other may not be committed yet. So such articles
//! wait here, a few megabytes of them, until there is reason for a commit; then each is compared with the article that
//! has the id. If they tell one story and one of them says that it is a correction or an update, the latest becomes the
//! article and the others its versions ([`crate::index::versions`]). Else it is added under the qualified id that was
//! kept for it.
//!
//! A file with articles that wait is not yet read to its end: its note waits with them, so that a run which is cut off
//! here looks at the file again.

use std::collections::BTreeMap;

use tantivy::DocAddress;

use crate::index::files::Seen;
use crate::index::versions::{Version, latest_first, same_story, stood};
use crate::index::{Entry, FileKey, Reader, Result, digest};
use crate::parse::revision;

/// When so many bytes of articles wait, they are settled.
const MOST: usize = 8 << 20;

/// Articles that wait, and what waits for them.
#[derive(Default)]
pub struct Revisions {
    waiting: Vec<Waiting>,
    bytes: usize,
    notes: Vec<Note>,
}

/// An article under an id that another has.
pub struct Waiting {
    pub entry: Entry,
    pub file: FileKey,
    /// The id it gets if it is another article.
    pub qualified: String,
    /// An article that came from this file before has that id.
    pub own: bool,
}

/// That a file was read to its end.
pub struct Note {
    pub file: FileKey,
    pub path: String,
    pub seen: Seen,
}

impl Revisions {
    pub fn wait(&mut self, waiting: Waiting) {
        self.bytes += waiting.entry.bytes();
        self.waiting.push(waiting);
    }

    pub fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.bytes >= MOST
    }

    /// Everything that waits: the articles by the id that they share, in the order they came.
    pub fn take(&mut self) -> (BTreeMap<String, Vec<Waiting>>, Vec<Note>) {
        let Revisions { waiting, notes, .. } = std::mem::take(self);
        let mut groups: BTreeMap<String, Vec<Waiting>> = BTreeMap::new();
        for one in waiting {
            groups.entry(one.entry.id().to_owned()).or_default().push(one);
        }
        (groups, notes)
    }
}

/// What becomes of articles that share an id.
pub struct Settled {
    /// The article as it stands now and its versions, unless nothing changed.
    pub revised: Option<Entry>,
    /// How many texts were put among the versions or took the article's place.
    pub texts: u64,
    /// Texts that were known already. The qualified ids that are of no use any more.
    pub known: Vec<Waiting>,
    /// Other articles, to be kept under their qualified ids.
    pub others: Vec<Waiting>,
}

/// Compares the articles that wait for an id with the one that has it.
pub fn settle(now: &Reader, id: &str, group: Vec<Waiting>) -> Result<Settled> {
    let mut settled = Settled { revised: None, texts: 0, known: Vec::new(), others: Vec::new() };
    let Some(at) = now.find(id)? else {
        settled.others = group;
        return Ok(settled);
    };
    let (current, earlier) = now.texts(at)?;
    let mut texts = vec![current];
    texts.extend(earlier);
    let mut changed = false;
    for one in group {
        let article = one.entry.article()?;
        let says_so = revision::says_so(&article) || texts.iter().any(|t| revision::says_so(&t.article));
        if !says_so || !texts.iter().any(|t| same_story(&t.article, &article)) {
            settled.others.push(one);
            continue;
        }
        match texts.iter_mut().find(|t| t.article.text == article.text) {
            Some(known) => {
                // The same words, at another place in their file.
                if known.file == one.file && digest(&known.article.origin) != digest(&article.origin) {
                    known.article = article;
                    changed = true;
                }
            }
            None => {
                texts.push(Version { article, file: one.file });
                settled.texts += 1;
                changed = true;
            }
        }
        settled.known.push(one);
    }
    if changed {
        latest_first(&mut texts, revision::says_so);
        settled.revised = Some(Entry::with_versions(&texts[0], &texts[1..], now.fields()));
    }
    Ok(settled)
}

/// An article in place of the one at `at`, of whose record it is the present state: with the versions that are known,
/// and with that one among them if the new one says that it corrects or updates it. `None` if it is one of the
/// versions.
pub fn replace(entry: Entry, at: DocAddress, reader: &Reader) -> Result<Option<Entry>> {
    let article = entry.article()?;
    let (old, mut versions) = reader.texts(at)?;
    if versions.iter().any(|v| v.article.text == article.text) {
        return Ok(None);
    }
    let file = old.file;
    if old.article.text != article.text && revision::says_so(&article) && stood(&article) >= stood(&old.article) {
        versions.insert(0, old);
    }
    if versions.is_empty() {
        return Ok(Some(entry));
    }
    Ok(Some(Entry::with_versions(&Version { article, file }, &versions, reader.fields())))
}

/// The article that remains when the file of its current text no longer holds it: the latest version that another file
/// `holds`.
pub fn fall_back(mut versions: Vec<Version>, holds: impl Fn(FileKey) -> bool, reader: &Reader) -> Option<Entry> {
    let first = versions.iter().position(|v| holds(v.file))?;
    let current = versions.remove(first);
    Some(Entry::with_versions(&current, &versions, reader.fields()))
}
