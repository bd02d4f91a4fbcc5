//! Changes to an index.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, UserOperation};
use tantivy::{IndexWriter, Term};

use super::schema::Fields;
use super::{Entry, FileKey, Index, Result, id_term};

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

impl Default for Options {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        Options { threads, memory: 160 << 20 }
    }
}

/// Adds, replaces and deletes articles. There is one at a time for an index, in all processes.
pub struct Writer {
    inner: IndexWriter<Entry>,
    fields: Fields,
    queue: Arc<Queue>,
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
        merging.set_del_docs_ratio_before_merge(0.2);
        inner.set_merge_policy(Box::new(merging));
        Ok(Writer { inner, fields: index.fields, queue: Arc::new(Queue::of(options.memory / 4)) })
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Adds an article. The caller knows that there is none with its id, or deletes it before.
    ///
    /// Blocks while too many bytes wait to be indexed.
    pub fn add(&self, mut entry: Entry) -> Result<()> {
        entry.permit = Some(self.queue.enter(entry.bytes()));
        self.inner.add_document(entry)?;
        Ok(())
    }

    /// Adds an article in place of the one with its id: no commit falls between.
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

    /// Deletes all articles that were read from this file.
    pub fn delete_file(&self, file: FileKey) {
        self.inner.delete_term(Term::from_field_u64(self.fields.file, file.0));
    }

    /// Makes all changes since the last commit durable and visible, together.
    pub fn commit(&mut self) -> Result<()> {
        self.inner.commit()?;
        Ok(())
    }

    fn id(&self, id: &str) -> Term {
        Term::from_field_text(self.fields.id, &id_term(id))
    }
}

/// Bounds the bytes of the articles between the parser and the indexing threads.
#[derive(Debug)]
struct Queue {
    limit: usize,
    waiting: Mutex<usize>,
    left: Condvar,
}

impl Queue {
    fn of(limit: usize) -> Queue {
        Queue { limit, waiting: Mutex::new(0), left: Condvar::new() }
    }

    /// Waits until there is room. What is larger than all the room goes alone.
    fn enter(self: &Arc<Self>, bytes: usize) -> Permit {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let crowded = |n: &mut usize| *n > 0 && *n + bytes > self.limit;
        let mut waiting = self.left.wait_while(waiting, crowded).unwrap_or_else(PoisonError::into_inner);
        *waiting += bytes;
        Permit { queue: self.clone(), bytes }
    }
}

/// Room in the queue, given back when dropped.
#[derive(Debug)]
pub(super) struct Permit {
    queue: Arc<Queue>,
    bytes: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        *self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.queue.left.notify_all();
    }
}
