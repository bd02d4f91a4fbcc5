//! From the paths that a user names to the files to read.
//!
//! Folders are walked in the order of names, so that two runs see the same files in the same order. Links are followed;
//! a link that leads back to a folder above it is a [`Problem`], not a hang. Inside folders, hidden files are passed
//! over silently, as are the papers of a collection (README, LICENSE, DTDs, stylesheets …): they are about the archive,
//! not in it. A file that is named is always read.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use walkdir::WalkDir;

use super::Problem;

/// What has not changed for so long is no longer being written.
pub const REST: Duration = Duration::from_secs(2);

/// A file to read, found but not opened: enough to see whether it changed since the last time.
#[derive(Clone, Debug)]
pub struct Entry {
    /// To open it by; `-` is standard input.
    pub path: PathBuf,
    /// `path` as text: bytes that are not UTF-8 are written `\xHH`, so that two names never become one.
    pub name: Arc<str>,
    /// The file or folder that the user named, under which this was found.
    pub collection: Arc<str>,
    /// In bytes; 0 for standard input.
    pub size: u64,
    /// When it was last changed. `None` for standard input and where the file system does not say.
    pub modified: Option<jiff::Timestamp>,
    /// How far it is read.
    pub meter: Meter,
}

impl Entry {
    /// Whether the file changed so lately that it may still be written.
    pub fn is_restless(&self, now: SystemTime) -> bool {
        let modified = self.modified.map(SystemTime::from);
        // A time in the future says nothing.
        modified.and_then(|at| now.duration_since(at).ok()).is_some_and(|age| age < REST)
    }
}

/// How many bytes of a file were taken from the disk so far. Clones show the same.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl Entry {
    pub fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }
}

/// The files under `paths`, in order: files as they are, folders recursively by name, `-` as standard input.
pub fn walk(paths: &[PathBuf]) -> impl Iterator<Item = Result<Entry, Problem>> {
    paths.iter().flat_map(|given| {
        let found: Box<dyn Iterator<Item = _>> = if given.as_os_str() == "-" {
            Box::new(std::iter::once(Ok(Entry {
                path: given.clone(),
                name: "-".into(),
                collection: "-".into(),
                size: 0,
                modified: None,
                meter: Meter::default(),
            })))
        } else {
            Box::new(under(given))
        };
        found
    })
}

fn under(given: &Path) -> impl Iterator<Item = Result<Entry, Problem>> {
    let collection: Arc<str> = printed(given).into();
    WalkDir::new(given)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|e| e.depth() == 0 || !is_hidden(e.file_name()))
        .filter_map(move |found| match found {
            Ok(e) if e.file_type().is_dir() || (e.depth() > 0 && is_paper(e.file_name())) => None,
            Ok(e) => Some(entry(e, &collection)),
            Err(e) => Some(Err(refused(e, &collection))),
        })
}

fn entry(found: walkdir::DirEntry, collection: &Arc<str>) -> Result<Entry, Problem> {
    let metadata = found.metadata().map_err(|e| refused(e, collection))?;
    let name: Arc<str> = printed(found.path()).into();
    if !metadata.is_file() && found.depth() > 0 {
        // A pipe or device found in a folder could block for ever; one that is named is meant.
        return Err(Problem {
            code: "not-a-file",
            path: name,
            member: None,
            place: None,
            what: "is neither a file nor a folder".into(),
            advice: None,
            lost: false,
        });
    }
    let modified = metadata.modified().ok().and_then(|t| match t.duration_since(UNIX_EPOCH) {
        Ok(since) => jiff::Timestamp::new(since.as_secs() as i64, since.subsec_nanos() as i32).ok(),
        Err(before) => jiff::Timestamp::from_second(-(before.duration().as_secs() as i64)).ok(),
    });
    let (collection, size) = (collection.clone(), metadata.len());
    Ok(Entry { path: found.into_path(), name, collection, size, modified, meter: Meter::default() })
}

fn refused(error: walkdir::Error, collection: &Arc<str>) -> Problem {
    let path: Arc<str> = error.path().map_or_else(|| collection.clone(), |p| printed(p).into());
    let (code, what, advice) = match (error.loop_ancestor(), error.io_error()) {
        (Some(above), _) => ("link-loop", format!("links back to {}, above it", printed(above)), None),
        (None, Some(e)) => opening(e),
        (None, None) => ("unreadable", "cannot be read".to_string(), None),
    };
    // Nothing is lost by a loop: all that it leads to is read already.
    let lost = code != "link-loop";
    Problem { code, path, member: None, place: None, what, advice, lost }
}

/// Code, words and advice for a file that cannot be opened or read.
pub(super) fn opening(error: &std::io::Error) -> (&'static str, String, Option<&'static str>) {
    use std::io::ErrorKind::*;
    match error.kind() {
        NotFound => ("missing", "does not exist".into(), None),
        PermissionDenied => {
            ("no-permission", "may not be read".into(), Some("change its permissions or run as its owner"))
        }
        _ => ("unreadable", format!("cannot be read: {error}"), None),
    }
}

/// A path as text, losing nothing: bytes that are not UTF-8 are written `\xHH`.
pub(super) fn printed(path: &Path) -> String {
    printed_bytes(path.as_os_str().as_encoded_bytes())
}

pub(super) fn printed_bytes(path: &[u8]) -> String {
    let mut text = String::new();
    for chunk in path.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

pub(super) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether a file is about its folder or serves the others: `README.md`, `LICENSE-MIT`, `lewis.dtd`, `Thumbs.db`.
pub(super) fn is_paper(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let stem = name.split(['.', '-', '_']).next().unwrap_or_default();
    let papers = ["README", "LICENSE", "LICENCE", "COPYING", "NOTICE", "CHANGELOG", "MANIFEST", "Makefile"];
    let schemas = [".dtd", ".xsd", ".css", ".js"];
    papers.contains(&stem) || schemas.iter().any(|e| name.ends_with(e)) || name == "Thumbs.db" || name == "desktop.ini"
}
