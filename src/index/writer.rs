//! Changes to an index.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tantivy::index::SegmentMeta;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, MergeCandidate, MergePolicy, NoMergePolicy, UserOperation};
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
    /// Threads of the run. One in [`MADE_FOR_ONE`] of them writes segments, beside those that make the articles.
    pub threads: usize,
    /// Bytes for articles on their way and segments in the making, over all threads.
    pub memory: usize,
}

/// Threads that understand articles for each that writes segments, which takes a fourth of their time or less. Each has
/// a segment in the making: fewer of them are fewer and larger segments.
const MADE_FOR_ONE: usize = 4;

/// tantivy's least, a thread.
const LEAST_MEMORY: usize = 15_000_000;

/// Which segments become one, and when.
///
/// Every word of a query is looked up in the dictionary of each segment, which for short queries is most of the work;
/// so segments should be few. While articles come in, [`MERGED_TOGETHER`] of about one size are merged, and one of
/// which many articles were deleted. At the end of a run the smallest are merged until [`FEW`] are left, but only as
/// far as that rewrites no more than [`WORTH`] times the articles that the run added: who adds a story does not wait
/// for thousands to be written again.
#[derive(Debug)]
struct Merging {
    sizes: LogMergePolicy,
    run: Arc<Run>,
}

/// What a writer has done so far.
#[derive(Debug, Default)]
struct Run {
    added: AtomicU64,
    ending: AtomicBool,
}

/// Of all articles of a segment; if more were deleted it is merged, even if it is alone of its size.
const DELETED_BEFORE_MERGE: f32 = 0.2;
const MERGED_TOGETHER: usize = 4;
/// Segments of fewer articles are of one size.
const SMALL: u32 = 2000;
const FEW: usize = 3;
const WORTH: u64 = 2;

impl Merging {
    fn of(run: Arc<Run>) -> Merging {
        let mut sizes = LogMergePolicy::default();
        sizes.set_del_docs_ratio_before_merge(DELETED_BEFORE_MERGE);
        sizes.set_min_num_segments(MERGED_TOGETHER);
        sizes.set_min_layer_size(SMALL);
        Merging { sizes, run }
    }
}

impl MergePolicy for Merging {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let candidates = self.sizes.compute_merge_candidates(segments);
        if !candidates.is_empty() || segments.len() <= FEW || !self.run.ending.load(Ordering::Relaxed) {
            return candidates;
        }
        let mut smallest: Vec<_> = segments.iter().collect();
        smallest.sort_by_key(|s| s.num_docs());
        smallest.truncate(segments.len() - FEW + 1);
        let articles: u64 = smallest.iter().map(|s| u64::from(s.num_docs())).sum();
        match articles <= WORTH * self.run.added.load(Ordering::Relaxed) {
            true => vec![MergeCandidate(smallest.iter().map(|s| s.id()).collect())],
            false => candidates,
        }
    }
}

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
    run: Arc<Run>,
    folder: Option<PathBuf>,
}

impl Writer {
    pub(super) fn new(index: &Index, options: Options) -> Result<Writer> {
        let threads = options.threads.div_ceil(MADE_FOR_ONE).clamp(1, 8);
        // A quarter is for articles that wait: tantivy's queue counts documents, not bytes.
        let each = (options.memory / 4 * 3 / threads).max(LEAST_MEMORY);
        let inner = index.tantivy.writer_with_options(
            IndexWriterOptions::builder()
                .num_worker_threads(threads)
                .memory_budget_per_thread(each)
                .num_merge_threads(1)
                .build(),
        )?;
        let run = Arc::new(Run::default());
        inner.set_merge_policy(Box::new(Merging::of(run.clone())));
        let files = Files::open(index.folder(), index.tantivy.load_metas()?.payload.as_deref())?;
        Ok(Writer {
            inner,
            fields: index.fields,
            files,
            queue: Room::of(options.memory / 4),
            run,
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
        self.run.added.fetch_add(1, Ordering::Relaxed);
        self.inner.add_document(entry)?;
        Ok(())
    }

    /// Adds an article in place of the one with its id, if there is one: no commit falls between.
    pub fn replace(&self, mut entry: Entry) -> Result<()> {
        entry.permit = Some(self.queue.enter(entry.bytes()));
        self.run.added.fetch_add(1, Ordering::Relaxed);
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

    /// Ends the work after an error: gives up what was not committed, the space it takes too, and says what was the
    /// matter.
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

    /// The last [`commit`](Writer::commit) of a run: segments are merged until there are few.
    pub fn commit_last(&mut self) -> Result<()> {
        self.run.ending.store(true, Ordering::Relaxed);
        self.commit()
    }

    /// Commits for the last time, and waits for the merges that the commit gave reason for.
    pub fn finish(mut self) -> Result<()> {
        self.commit_last()?;
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

    /// Removes files of segments that no commit knows, should tantivy have lost sight of them, and sidecars that were
    /// never finished. Nothing is under way.
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

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::index::SegmentId;

    /// The sizes that are merged, of segments of these sizes.
    fn merged(sizes: &[u32], added: u64, ending: bool) -> Vec<Vec<u32>> {
        let index = Index::in_ram().unwrap();
        let segments: Vec<_> =
            sizes.iter().map(|n| index.tantivy.new_segment_meta(SegmentId::generate_random(), *n)).collect();
        let run = Run { added: added.into(), ending: ending.into() };
        let size = |id: &SegmentId| segments.iter().find(|s| s.id() == *id).map_or(0, |s| s.num_docs());
        let candidates = Merging::of(Arc::new(run)).compute_merge_candidates(&segments);
        candidates.iter().map(|c| c.0.iter().map(size).collect()).collect()
    }

    #[test]
    fn segments_of_one_size_are_merged_and_at_the_end_of_a_run_the_smallest() {
        let none: [Vec<u32>; 0] = [];
        assert_eq!(merged(&[9000, 8000, 7000, 50_000], 30_000, false), none);
        assert_eq!(merged(&[9000, 8000, 7000, 8500, 50_000], 30_000, false), [[9000, 8500, 8000, 7000]]);
        assert_eq!(merged(&[1, 1900, 20, 50_000, 300], 4, false), [[1900, 300, 20, 1]], "all small");
        assert_eq!(merged(&[90_000, 40_000, 9000, 3000], 50_000, true), [[3000, 9000]]);
        assert_eq!(merged(&[90_000, 40_000, 20_000, 9000, 3000], 50_000, true), [[3000, 9000, 20_000]]);
        assert_eq!(merged(&[90_000, 40_000, 9000, 1], 1, true), none, "a story does not wait for nine thousand");
        assert_eq!(merged(&[90_000, 40_000, 9000], 50_000, true), none, "few");
    }
}
