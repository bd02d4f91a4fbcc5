//! Changes to an index.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy, UserOperation};
use tantivy::{IndexWriter, Term};

use super::boilerplate::Boilerplate;
use super::files::{Files, Seen};
use super::names::Names;
use super::outlets::Outlets;
use super::schema::Fields;
use super::sidecar::Sidecar;
use super::{Entry, Error, FileKey, Index, Result, Room, directory, health, id_term};

/// What a writer may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Indexing threads.
    pub threads: usize,
    /// Bytes for articles on their way and segments in the making, over all threads.
    pub memory: usize,
}

/// tantivy's least, a thread.
const LEAST_MEMORY: usize = 15_000_000;

/// A segment with more deleted articles than this, of all, is merged even if it is alone of its size.
const DELETED_BEFORE_MERGE: f32 = 0.2;

impl Default for Options {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        Options { threads, memory: 160 << 20 }
    }
}

/// Adds, replaces and deletes articles. There is one at a time for an index, in all processes.
///
/// Nothing is visible or durable before [`commit`](Writer::commit). After an error drop it: what was committed is safe,
/// and another writer begins there.
pub struct Writer {
    inner: IndexWriter<Entry>,
    fields: Fields,
    files: Files,
    queue: Arc<Room>,
    folder: Option<PathBuf>,
}

impl Writer {
    pub(super) fn new(index: &Index, options: Options) -> Result<Writer> {
        let threads = options.threads.clamp(1, 8);
        // A quarter is for articles that wait: tantivy's queue counts documents, not bytes.
        let each = (options.memory / 4 * 3 / threads).max(LEAST_MEMORY);
        let inner = index.tantivy.writer_with_options(
            IndexWriterOptions::builder()
                .num_worker_threads(threads)
                .memory_budget_per_thread(each)
                .num_merge_threads(1)
                .build(),
        )?;
        let mut merging = LogMergePolicy::default();
        merging.set_del_docs_ratio_before_merge(DELETED_BEFORE_MERGE);
        inner.set_merge_policy(Box::new(merging));
        let files = Files::open(index.folder(), index.tantivy.load_metas()?.payload.as_deref())?;
        Ok(Writer {
            inner,
            fields: index.fields,
            files,
            queue: Room::of(options.memory / 4),
            folder: index.folder.clone(),
        })
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What was read from where.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Adds an article whose id no other has.
    ///
    /// Blocks while too many bytes wait to be indexed.
    pub fn add(&self, mut entry: Entry) -> Result<()> {
        entry.permit = Some(self.queue.enter(entry.bytes()));
        self.inner.add_document(entry)?;
        Ok(())
    }

    /// Adds an article in place of the one with its id, if there is one: no commit falls between.
    pub fn replace(&self, mut entry: Entry) -> Result<()> {
        entry.permit = Some(self.queue.enter(entry.bytes()));
        let old = self.id(&entry.id);
        self.inner.run([UserOperation::Delete(old), UserOperation::Add(entry)])?;
        Ok(())
    }

    /// Deletes the article with this id, if there is one.
    pub fn delete(&self, id: &str) {
        self.inner.delete_term(self.id(id));
    }

    /// Notes that all articles of a file were added; true with the next commit.
    pub fn note_read(&self, key: FileKey, path: &str, seen: Seen) {
        self.files.note(key, path, seen);
    }

    /// Notes that a file must be read again before its articles are whole.
    pub fn note_changing(&self, key: FileKey) {
        self.files.forget(key);
    }

    /// Deletes all articles that were read from a file, and forgets the file.
    pub fn delete_file(&self, key: FileKey) {
        self.inner.delete_term(Term::from_field_u64(self.fields.file, key.0));
        self.files.forget(key);
    }

    /// Makes all changes since the last commit durable and visible, together.
    pub fn commit(&mut self) -> Result<()> {
        // The log of files first: the commit that follows makes it valid.
        let log = self.files.prepare()?;
        let mut commit = self.inner.prepare_commit()?;
        if let Some((_, payload)) = &log {
            commit.set_payload(payload);
        }
        commit.commit()?;
        if let Some((prepared, _)) = log {
            self.files.committed(prepared);
        }
        Ok(())
    }

    /// Ends the work after an error: gives up what was not committed, the space it takes too, and says what was the matter.
    ///
    /// Who adds an article only learns that an indexing thread is gone; why, that thread says when it is asked.
    pub fn abandon(mut self, error: Error) -> Error {
        let cause = self.inner.prepare_commit().err().map(Error::from);
        if self.inner.rollback().is_ok() {
            // Where even that fails, the next commit cleans up.
            let _ = self.inner.garbage_collect_files().wait();
        }
        match error {
            Error::Engine(_) => cause.unwrap_or(error),
            error => error,
        }
    }

    /// Commits, and waits for the merges that the commit gave reason for.
    pub fn finish(mut self) -> Result<()> {
        self.commit()?;
        self.settle()
    }

    /// Waits for the merges that the last commit gave reason for.
    pub fn settle(self) -> Result<()> {
        Ok(self.inner.wait_merging_threads()?)
    }

    /// Commits, then rewrites segments so that nothing is left of articles that were deleted or replaced: of all
    /// segments if `whole` (which makes one of them, the fastest to search), else of those that need it.
    pub fn purge(mut self, whole: bool) -> Result<()> {
        // A segment can only be in one merge: none but these.
        self.merge_nothing();
        self.commit()?;
        let segments = self.inner.index().searchable_segment_metas()?;
        let deleted = segments.iter().any(|s| s.has_deletes());
        if whole {
            if segments.len() > 1 || deleted {
                let ids: Vec<_> = segments.iter().map(|s| s.id()).collect();
                self.inner.merge(&ids).wait()?;
            }
        } else {
            for segment in segments.iter().filter(|s| s.has_deletes()) {
                self.inner.merge(&[segment.id()]).wait()?;
            }
        }
        drop(segments);
        self.inner.garbage_collect_files().wait()?;
        self.sweep()?;
        self.inner.wait_merging_threads()?;
        Ok(())
    }

    /// Removes files of segments that no commit knows, should tantivy have lost sight of them, and sidecars that were never
    /// finished. Nothing is under way.
    fn sweep(&self) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let living = self.inner.index().load_metas()?.list_segment_files();
        let mut strays = health::segment_files(folder)?;
        strays.retain(|file| !living.contains(file));
        strays.extend([Names::FILE, Boilerplate::FILE, Outlets::FILE].map(directory::unfinished));
        for stray in strays {
            let path = folder.join(stray);
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::io(path.display().to_string(), e));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Leaves all segments as they are.
    pub(super) fn merge_nothing(&self) {
        self.inner.set_merge_policy(Box::new(NoMergePolicy));
    }

    fn id(&self, id: &str) -> Term {
        Term::from_field_text(self.fields.id, &id_term(id))
    }
}
