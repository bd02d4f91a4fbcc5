//! tantivy's folder of memory-mapped files, except that reading needs no permission to write, and that the commit is
//! sealed.
//!
//! What a commit holds stands in one small file ([`COMMIT`]), of which tantivy keeps no checksum: one wrong digit in it
//! loses a segment or brings deleted articles back. So it is written with a seal, a digest of all that stands before
//! it, which every reading checks; and once more as [`COPY`], from which `check --repair` restores it. (All other files
//! end in a checksum of tantivy's or can be made anew.)
//!
//! Opening a reader takes a lock, so that a writer's garbage collection cannot remove a file between the moment a
//! segment is listed and the moment it is opened; and to take the lock, tantivy creates its file. On read-only media
//! that fails. There, this directory locks the file that exists, for which reading is enough; where there is none, no
//! writer ever worked here and nothing is to be locked against. And tantivy waits for that lock without end, which is
//! as long as who has it is suspended; here who waits too long says so.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

/// tantivy's file that says what the last commit holds.
pub const COMMIT: &str = "meta.json";
/// The same again. A crash between the two leaves it one commit behind, which is whole too: nothing is removed before
/// both are written.
pub const COPY: &str = "meta.json.copy";
/// tantivy's list of the files that it may remove.
pub const LIST: &str = ".managed.json";

#[derive(Clone, Debug)]
pub struct Folder {
    files: MmapDirectory,
    path: PathBuf,
}

impl Folder {
    pub fn open(path: &Path) -> Result<Folder, OpenDirectoryError> {
        Ok(Folder { files: MmapDirectory::open(path)?, path: path.to_owned() })
    }

    /// Writes a sealed commit and its copy as they are.
    pub fn restore(&self, sealed: &[u8]) -> io::Result<()> {
        self.files.atomic_write(Path::new(COMMIT), sealed)?;
        self.files.atomic_write(Path::new(COPY), sealed)
    }
}

impl Directory for Folder {
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath != META_LOCK.filepath {
            return self.files.acquire_lock(lock);
        }
        let held = hold(&self.path.join(&lock.filepath)).map_err(|e| LockError::IoError(Arc::new(e)))?;
        Ok(DirectoryLock::from(Box::new(held)))
    }

    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = self.files.get_file_handle(path)?;
        // tantivy panics on files that have not even room for the end of their footer.
        if file.len() < LEAST {
            return Err(OpenReadError::wrap_io_error(
                io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut short"),
                path.into(),
            ));
        }
        Ok(file)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.files.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let data = self.files.atomic_read(path)?;
        if path == Path::new(COMMIT) && seal_of(&data) == Some(false) {
            let e = io::Error::new(io::ErrorKind::InvalidData, "it is not as it was written");
            return Err(OpenReadError::wrap_io_error(e, path.into()));
        }
        Ok(data)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path != Path::new(COMMIT) {
            return self.files.atomic_write(path, data);
        }
        let sealed = seal(data);
        self.files.atomic_write(path, &sealed)?;
        // The commit is made, whatever becomes of the copy; only an outdated one must not stay.
        if self.files.atomic_write(Path::new(COPY), &sealed).is_err() {
            let _ = self.files.delete(Path::new(COPY));
        }
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

/// The last bytes of a footer: how long it is, and that it is one.
const LEAST: usize = 8;

const SEAL: &[u8] = b",\n  \"seal\": \"";
const END: &[u8] = b"\"\n}\n";

/// Writes a file whole or not at all, by way of the one that [`unfinished`] names.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = unfinished(path);
    let mut file = File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

/// Where [`replace`] begins: what a crash leaves there may be removed.
pub fn unfinished(path: impl AsRef<Path>) -> PathBuf {
    let mut name = path.as_ref().as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// A JSON object with the seal as its last value; anything else as it is.
pub fn seal(object: &[u8]) -> Vec<u8> {
    let Some(body) = object.trim_ascii_end().strip_suffix(b"}").map(<[u8]>::trim_ascii_end) else {
        return object.to_vec();
    };
    [body, SEAL, digest(body).as_bytes(), END].concat()
}

/// Whether the seal of an object is its own; `None` where it has none.
pub fn seal_of(object: &[u8]) -> Option<bool> {
    let at = memchr::memmem::rfind(object, SEAL)?;
    let (body, seal) = object.split_at(at);
    Some(seal == [SEAL, digest(body).as_bytes(), END].concat())
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Opening all segments, or listing what can be removed, takes milliseconds: who has the lock longer does not go on.
const LONGEST_HELD: Duration = Duration::from_secs(10);

/// Takes the lock that keeps files from being removed; `None` where there is no need to.
fn hold(path: &Path) -> io::Result<Option<File>> {
    let (file, shared) = match OpenOptions::new().write(true).create(true).truncate(false).open(path) {
        Err(e) if forbidden(&e) => match File::open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => (opened?, true),
        },
        opened => (opened?, false),
    };
    let began = Instant::now();
    loop {
        match if shared { file.try_lock_shared() } else { file.try_lock() } {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(e)) => return Err(e),
            Err(TryLockError::WouldBlock) if began.elapsed() < LONGEST_HELD => sleep(Duration::from_millis(1)),
            Err(TryLockError::WouldBlock) => {
                let what = format!("another newsdex holds {} and does not go on: is it suspended?", path.display());
                return Err(io::Error::new(io::ErrorKind::TimedOut, what));
            }
        }
    }
}

fn forbidden(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_until_a_byte_changes() {
        let sealed = seal(b"{\n  \"segments\": [],\n  \"payload\": \"files-1.log 40\"\n}\n");
        assert_eq!(seal_of(&sealed), Some(true));
        serde_json::from_slice::<serde_json::Value>(&sealed).expect("an object still");
        for at in 0..sealed.len() {
            let mut other = sealed.clone();
            other[at] ^= 4;
            // A seal that cannot be found leaves what it sealed unharmed.
            assert_ne!(seal_of(&other), Some(true), "byte {at}");
            assert_ne!(seal_of(&sealed[..at]), Some(true), "cut at {at}");
        }
        assert_eq!(seal_of(b"{}"), None);
    }
}
