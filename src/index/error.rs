//! What can go wrong with an index, said so that its user knows what to do.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenReadError, OpenWriteError};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("nothing is indexed in {} yet; `newsdex index PATH… --index {}` does it", .0.display(), .0.display())]
    Nothing(PathBuf),
    #[error("there is no folder {}; `newsdex index PATH… --index {}` makes it", .0.display(), .0.display())]
    Missing(PathBuf),
    #[error("{} is not an index of newsdex: it holds {found}; name another folder", folder.display())]
    NotAnIndex { folder: PathBuf, found: String },
    #[error("the index in {} is of another version ({found}, this newsdex has {own}); \
             {}, or use the newsdex that made it", folder.display(), remedy(*rebuildable))]
    Version { folder: PathBuf, found: String, own: String, rebuildable: bool },
    #[error("the index is damaged: {0}; `newsdex check` says how far, `newsdex check --repair` mends what can be")]
    Damaged(String),
    #[error("another newsdex is writing to this index; try again when it is done")]
    Busy,
    #[error("the disk is full; what was committed before is kept")]
    DiskFull,
    #[error("{what}: {cause}")]
    Io { what: String, cause: io::Error },
    #[error("{0}")]
    Engine(String),
}

/// What brings an index of another version up to date.
fn remedy(rebuildable: bool) -> &'static str {
    match rebuildable {
        true => "run `newsdex index --rebuild`, which needs no original file",
        false => "remove it and run `newsdex index` again",
    }
}

impl Error {
    /// Nothing was indexed here yet: an empty index rather than a broken one.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Error::Nothing(_))
    }

    /// There is no such folder.
    pub fn is_missing(&self) -> bool {
        matches!(self, Error::Missing(_))
    }

    /// The index is missing, damaged, of another version or no index at all: exit code 4.
    pub fn is_unusable(&self) -> bool {
        use Error::{Damaged, Missing, NotAnIndex, Nothing, Version};
        matches!(self, Nothing(_) | Missing(_) | NotAnIndex { .. } | Version { .. } | Damaged(_))
    }

    /// Another process is writing: worth trying again.
    pub fn is_busy(&self) -> bool {
        matches!(self, Error::Busy)
    }

    pub fn is_disk_full(&self) -> bool {
        matches!(self, Error::DiskFull)
    }

    pub(super) fn io(what: impl Into<String>, cause: io::Error) -> Error {
        if full(&cause) {
            return Error::DiskFull;
        }
        Error::Io { what: what.into(), cause }
    }
}

/// `ENOSPC`, `EFBIG` and `EDQUOT` as the standard library prints them.
const NO_SPACE: [&str; 3] = ["(os error 28)", "(os error 27)", "(os error 122)"];

fn full(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
        || no_space(&e.to_string())
}

/// tantivy wraps errors, and hands some on in words only.
fn no_space(words: &str) -> bool {
    NO_SPACE.iter().any(|full| words.contains(full))
}

impl From<super::store::Corrupt> for Error {
    fn from(e: super::store::Corrupt) -> Error {
        Error::Damaged(e.to_string())
    }
}

impl From<TantivyError> for Error {
    fn from(e: TantivyError) -> Error {
        let io = |e: &Arc<io::Error>, path: String| match e.kind() {
            _ if full(e) => Error::DiskFull,
            // tantivy says so of files that are too short for their footer.
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Error::Damaged(format!("{path}{e}")),
            // Not the system's, so what was read made no sense (a block that cannot be unpacked).
            io::ErrorKind::Other if e.raw_os_error().is_none() && !e.to_string().contains("(os error ") => {
                Error::Damaged(format!("{path}{e}"))
            }
            kind => Error::Io { what: format!("{path}the index"), cause: io::Error::new(kind, e.clone()) },
        };
        match &e {
            TantivyError::LockFailure(LockError::LockBusy, _) => Error::Busy,
            TantivyError::LockFailure(LockError::IoError(e), _) | TantivyError::IoError(e) => io(e, String::new()),
            TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(path)) => {
                Error::Damaged(format!("{} is missing", path.display()))
            }
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => {
                io(io_error, format!("{}: ", filepath.display()))
            }
            TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
                io(io_error, format!("{}: ", filepath.display()))
            }
            TantivyError::InternalError(what) if no_space(what) => Error::DiskFull,
            TantivyError::DataCorruption(what) => Error::Damaged(format!("{what:?}")),
            TantivyError::IncompatibleIndex(what)
            | TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(what)) => {
                Error::Damaged(format!("{what:?}"))
            }
            _ => Error::Engine(e.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_as_one_however_tantivy_says_it() {
        let io = io::Error::from_raw_os_error(28);
        let words = TantivyError::InternalError(format!("'{io}'"));
        assert!(Error::from(words).is_disk_full());
        assert!(Error::from(TantivyError::IoError(Arc::new(io))).is_disk_full());
        let wrapped = io::Error::other(io::Error::from_raw_os_error(27));
        assert!(Error::from(TantivyError::IoError(Arc::new(wrapped))).is_disk_full());
        let other = io::Error::other(io::Error::from_raw_os_error(5));
        assert!(!Error::from(TantivyError::IoError(Arc::new(other))).is_unusable(), "not damage but the system's");
        assert!(!Error::from(TantivyError::InternalError("a thread died".into())).is_disk_full());
    }
}
