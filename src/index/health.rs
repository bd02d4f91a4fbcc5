//! Are the files of an index folder there, and as they were written?
//!
//! Two kinds of files are in it. *Papers* say what the index is: the manifest, the commit and its copy, tantivy's list
//! of its files, the log of what was read. Each is sealed, or is checked line by line, or can be made anew from what
//! else is there. *Segments* hold the articles, six files or seven each, all of which end in a checksum.
//!
//! This module looks and says; [`super::repair`] mends.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use tantivy::Directory;
use tantivy::directory::error::OpenReadError;
use tantivy::index::{SegmentComponent, SegmentMeta};

use super::directory::{COMMIT, COPY, LIST, seal_of};
use super::files::Files;
use super::{Error, Index, Result};

/// What of the papers needs mending, in the order in which it is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// The commit; whether its copy is whole.
    Commit {
        copied: bool,
    },
    Copy,
    List,
    Log,
    Manifest,
}

/// What is the matter with a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ailment {
    pub paper: Paper,
    pub what: String,
}

/// How often papers are looked at before something is the matter with them, and how long after one another.
const LOOKS: usize = 3;
const BETWEEN: Duration = Duration::from_millis(50);

/// Looks at the papers of an index folder.
///
/// They are read one after another, and a writer may be changing them: only what every look finds is the matter.
///
/// # Errors
///
/// As [`Index::open`] where there is no index at all or one of another version.
pub fn papers(folder: &Path) -> Result<Vec<Ailment>> {
    let mut found = look(folder)?;
    for _ in 1..LOOKS {
        if found.is_empty() {
            break;
        }
        sleep(BETWEEN);
        let again = look(folder)?;
        found.retain(|ailment| again.contains(ailment));
    }
    Ok(found)
}

fn look(folder: &Path) -> Result<Vec<Ailment>> {
    let mut found = Vec::new();
    let mut say = |paper, what: String| found.push(Ailment { paper, what });
    let manifest = match Index::manifest(folder) {
        Ok(manifest) => {
            manifest.check_readable(folder)?;
            None
        }
        Err(Error::Damaged(what)) => Some(what),
        Err(other) => return Err(other),
    };
    let commit = paper(folder, COMMIT)?;
    let copy = paper(folder, COPY)?;
    let segments = segment_files(folder)?;
    match (&commit, &copy) {
        (Err(Bad::Missing), Err(Bad::Missing)) if segments.is_empty() => {
            // The manifest is written first: nothing was indexed yet.
            return if manifest.is_some() { Ok(Vec::new()) } else { Err(Error::Nothing(folder.to_owned())) };
        }
        (Err(bad), copy) => {
            let copied = copy.is_ok();
            let with = if copied { "its copy is whole" } else { "so is its copy" };
            say(
                Paper::Commit { copied },
                format!("{COMMIT}, which says what the last commit holds, {}; {with}", bad.words()),
            );
        }
        // Before the first segment there is nothing to lose: an index in the making was cut off.
        (Ok(commit), Err(bad)) if seal_of(commit.as_bytes()).is_some() && !segments.is_empty() => {
            say(Paper::Copy, format!("{COPY}, which is there to restore the other, {}", bad.words()));
        }
        _ => {}
    }
    let listed: Option<BTreeSet<PathBuf>> =
        fs::read(folder.join(LIST)).ok().and_then(|b| serde_json::from_slice(&b).ok());
    match &listed {
        Some(listed) if segments.is_subset(listed) => {}
        Some(_) => say(Paper::List, format!("{LIST}, by which files are removed, does not list them all")),
        None if segments.is_empty() => {}
        None => say(Paper::List, format!("{LIST}, by which files are removed, cannot be read")),
    }
    if let Some(commit) = commit.ok().or(copy.ok()) {
        let payload = serde_json::from_str::<serde_json::Value>(&commit).ok();
        let payload = payload.as_ref().and_then(|c| c.get("payload")).and_then(|p| p.as_str());
        if let Some(what) = Files::fault(folder, payload)? {
            say(Paper::Log, what);
        }
    }
    if let Some(what) = manifest {
        say(Paper::Manifest, what);
    }
    Ok(found)
}

/// Why a paper cannot be used.
enum Bad {
    Missing,
    Altered,
}

impl Bad {
    fn words(&self) -> &'static str {
        match self {
            Bad::Missing => "is missing",
            Bad::Altered => "is not as it was written",
        }
    }
}

/// A sealed JSON object.
fn paper(folder: &Path, name: &str) -> Result<std::result::Result<String, Bad>> {
    let path = folder.join(name);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Err(Bad::Missing)),
        Err(e) => return Err(Error::io(path.display().to_string(), e)),
    };
    let whole = seal_of(&bytes) != Some(false) && serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok();
    Ok(String::from_utf8(bytes).ok().filter(|_| whole).ok_or(Bad::Altered))
}

/// The files of segments in a folder, by their names: `<32 hexadecimal digits>.<ending>`.
pub(super) fn segment_files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let wrap = |e| Error::io(folder.display().to_string(), e);
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(wrap)? {
        let name = entry.map_err(wrap)?.file_name();
        let named = name.to_str().and_then(|n| n.split_once('.')).is_some_and(|(id, ending)| {
            id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && !ending.is_empty()
        });
        if named {
            files.insert(PathBuf::from(name));
        }
    }
    Ok(files)
}

/// Whether anything in the folder shows that it is an index of newsdex whose manifest is gone.
pub(super) fn is_ours(folder: &Path) -> bool {
    [COMMIT, COPY].iter().any(|name| fs::read(folder.join(name)).is_ok_and(|b| seal_of(&b).is_some()))
}

/// What is the matter with a file of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    pub part: SegmentComponent,
    pub file: PathBuf,
    pub what: &'static str,
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} {}", self.file.display(), self.what)
    }
}

/// Reads the files of a segment to their ends and holds them against their checksums.
pub(super) fn damage(index: &tantivy::Index, segment: &SegmentMeta) -> Result<Vec<Damage>> {
    use SegmentComponent::{Delete, FastFields, FieldNorms, Positions, Postings, Store, Terms};
    let mut found = Vec::new();
    for part in [Terms, Postings, Positions, FastFields, FieldNorms, Store, Delete] {
        if part == Delete && !segment.has_deletes() {
            continue;
        }
        let file = segment.relative_path(part.clone());
        let checked = index.directory().open_read(&file).and_then(|_| index.directory().validate_checksum(&file));
        let what = match checked {
            Ok(true) => continue,
            Ok(false) => "is not as it was written",
            Err(OpenReadError::FileDoesNotExist(_)) => "is missing",
            Err(OpenReadError::IncompatibleIndex(_)) => "is of another version",
            Err(OpenReadError::IoError { io_error, .. }) => match io_error.kind() {
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => "is cut short or not as it was written",
                _ => "cannot be read",
            },
        };
        found.push(Damage { part, file, what });
    }
    Ok(found)
}
