//! Sidecars: files beside the index that hold what its articles teach together.
//!
//! Each is learned from one commit, in canonical order, so that neither the order of files nor threads change a byte of
//! it. It saves time and holds nothing that cannot be learned again: one that is missing, or whose first line names
//! another commit, is passed over by whoever asks. All are text that a person can read, lines of columns parted by
//! tabs.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use super::{Error, Reader, Result, directory};

/// What the articles of a commit teach.
pub trait Sidecar: PartialEq + Sized {
    /// The file's name in the index folder.
    const FILE: &'static str;
    /// Its format and the version of that.
    const FORMAT: &'static str;

    /// Learns it from all articles.
    fn learn(reader: &Reader) -> Result<Self>;

    /// What [`Sidecar::text`] gave.
    fn from_text(text: String) -> Self;

    /// All its lines, in canonical order.
    fn text(&self) -> Cow<'_, str>;

    /// What was learned from this commit, if it was saved.
    fn read(folder: &Path, commit: u64) -> Option<Self> {
        let whole = fs::read_to_string(folder.join(Self::FILE)).ok()?;
        let (head, text) = whole.split_once('\n')?;
        (head == header::<Self>(commit)).then(|| Self::from_text(text.to_owned()))
    }

    /// Saves it beside the index, all at once.
    fn write(&self, folder: &Path, commit: u64) -> Result<()> {
        let place = folder.join(Self::FILE);
        let whole = header::<Self>(commit) + "\n" + &self.text();
        directory::replace(&place, whole.as_bytes()).map_err(|e| Error::io(place.display().to_string(), e))
    }

    /// Whether it is saved as of this commit and is not what the articles teach.
    fn is_outdated(reader: &Reader, folder: &Path, commit: u64) -> Result<bool> {
        Self::read(folder, commit).map_or(Ok(false), |saved| Ok(Self::learn(reader)? != saved))
    }
}

fn header<S: Sidecar>(commit: u64) -> String {
    format!("{} {commit}", S::FORMAT)
}
