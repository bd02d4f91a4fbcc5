//! From paths to an index: the pipeline that joins reading, parsing and indexing.
//!
//! ```text
//! walk, cut into records ─▶ understand, parse, encode ─▶ decide, in order ─▶ index
//!      one thread               all threads                 this thread      the writer's threads
//! ```
//!
//! The engine behind `newsdex index`; what a user typed and what they are shown is not its business.
//!
//! # What is done with a file
//!
//! A file that was read to its end and has the same size and time is skipped unopened. From any other, every record is
//! read; one that stands where it stood with the same bytes is not parsed again; all others are, and replace what the
//! file gave before; what the file no longer holds is deleted. Then the file is noted as read, in the same commit as
//! its last articles. A run that is cut off thus goes on where it was: at most the records of one file are looked at
//! twice.
//!
//! A file that could not be read to its end adds what it gave and is looked at again next time; so does standard input,
//! from which nothing is ever missing.
//!
//! # What an id means
//!
//! An id belongs to the place that used it first. What comes from the same file under the same id replaces it. What
//! comes from elsewhere, or from another record of that file, is another article: it is kept too, its id qualified by
//! its collection (then by its path, then by its record), with a notice. Unless it says that it corrects or updates
//! that article: then it is a version of it, or the article is one of it (see [`super::revise`]). Paths are taken in
//! the order of their names, however they were given, and results in the order of records, however many threads work:
//! the same input gives the same ids.
//!
//! Memory is bounded by the options, but for what must be known of every article that one run adds (8 to 18 bytes).

use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use tantivy::DocAddress;

use super::ordered::ordered;
use super::revise::{self, Note, Revisions, Waiting};
use crate::article::{Notice, RawDocument};
use crate::index::files::{Files, Seen};
use crate::index::{Entry, FileKey, Index, Options, Permit, Reader, Result, Room, Writer, digest};
use crate::parse::{self, Parsed};
use crate::read::{self, Problem, Record, walk};

/// How to go about it.
#[derive(Clone, Debug)]
pub struct Settings {
    pub read: read::Options,
    /// Threads that parse; as many index.
    pub threads: NonZero<usize>,
    /// Bytes for everything that is under way.
    pub memory: usize,
    /// Look into files even if their size and time are what they were.
    pub rehash: bool,
    /// Delete what was read from files under the given folders that are gone.
    pub prune: bool,
    /// Leave files that may still be written to a later run ([`Entry::is_restless`]).
    pub rested: bool,
    /// Commit when the last commit is so long ago.
    pub commit_every: Duration,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    pub files: u64,
    /// Of the files that were done or skipped, and what is read of the one at hand, as they lie on the disk.
    pub bytes: u64,
    pub articles: u64,
    /// Articles that the last commit made durable.
    pub committed: u64,
    /// The file at hand.
    pub path: &'a str,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Files that were opened.
    pub files_read: u64,
    /// Files that were not, because nothing changed.
    pub files_skipped: u64,
    /// Files that are gone and whose articles were deleted.
    pub files_pruned: u64,
    /// Bytes of the files that were opened, as they lie on the disk.
    pub bytes: u64,
    pub added: u64,
    pub replaced: u64,
    /// Articles in files or records that did not change.
    pub unchanged: u64,
    pub removed: u64,
    /// Texts that are kept as versions of an article, or took the place of one that is.
    pub revised: u64,
    /// What users should know of single documents, by code.
    pub notices: BTreeMap<String, Told>,
    /// What could not be read, by code.
    pub problems: BTreeMap<String, Told>,
    /// Problems that lost text.
    pub lost: u64,
    /// Where it was interrupted. What was done until then is committed.
    pub stopped_at: Option<String>,
}

/// One kind of notice or problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub count: u64,
    /// The first few, each a line that begins with the place.
    pub examples: Vec<String>,
}

const EXAMPLES: usize = 3;

impl Summary {
    fn problem(&mut self, problem: &Problem) {
        self.lost += problem.lost as u64;
        tell(&mut self.problems, problem.code, || problem.to_string());
    }

    fn notice(&mut self, notice: &Notice, id: &str) {
        tell(&mut self.notices, &notice.code, || format!("{id}: {}", notice.message));
    }
}

fn tell(list: &mut BTreeMap<String, Told>, code: &str, example: impl FnOnce() -> String) {
    if !list.contains_key(code) {
        list.insert(code.to_owned(), Told::default());
    }
    if let Some(told) = list.get_mut(code) {
        told.count += 1;
        if told.examples.len() < EXAMPLES {
            told.examples.push(example());
        }
    }
}

/// Brings an index up to date with these paths.
///
/// `stop` ends it early: what was done is committed, and the summary says where it stopped. After an error the index is
/// as the last commit left it.
pub fn ingest(
    index: &Index,
    paths: &[PathBuf],
    settings: &Settings,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary> {
    let writer = index.writer(Options { threads: settings.threads.get(), memory: settings.memory / 4 * 3 })?;
    let before = index.reader()?;
    let roots = roots(paths);
    let mut sink = Sink {
        index,
        writer,
        before: before.clone(),
        summary: Summary::default(),
        added: FxHashSet::default(),
        freed: FxHashSet::default(),
        revisions: Revisions::default(),
        file: None,
        done: (0, 0),
        committed: 0,
        last_commit: Instant::now(),
        commit_every: settings.commit_every,
    };
    if settings.prune {
        sink.prune(&roots)?;
    }
    let feeder = Feeder {
        before,
        files: sink.writer.files().clone(),
        room: Room::of(settings.memory / 4),
        settings,
        stop,
        stopped: AtomicBool::new(false),
    };
    let fields = *sink.writer.fields();
    let run = ordered(
        |each| feeder.feed(&roots, each),
        settings.threads,
        |job| match job {
            Job::Records(file, records, permit) => {
                Done::Made(records.iter().flat_map(|r| make(r, &file, &fields)).collect(), permit)
            }
            Job::Other(done) => done,
        },
        |done| sink.take(done, progress),
    );
    // An interrupted run does not wait for merges.
    let stopped = feeder.stopped.load(Ordering::Relaxed);
    let commit = |writer: &mut Writer| if stopped { writer.commit() } else { writer.commit_last() };
    if let Err(e) = run.and_then(|()| sink.settle()).and_then(|()| commit(&mut sink.writer)) {
        return Err(sink.writer.abandon(e));
    }
    if stopped {
        sink.summary.stopped_at = Some(sink.file.as_ref().map_or_else(String::new, |f| f.file.entry.name.to_string()));
    } else {
        sink.writer.settle()?;
        index.reader()?.save_sidecars()?;
    }
    Ok(sink.summary)
}

/// A path that the user gave.
struct Root {
    given: PathBuf,
    /// Absolute and without links; as given where it does not exist.
    real: PathBuf,
}

impl Root {
    /// What a file under this root is known by, however the root was named.
    fn real_path(&self, found: &Path) -> PathBuf {
        match found.strip_prefix(&self.given) {
            Ok(below) if !below.as_os_str().is_empty() => self.real.join(below),
            _ => self.real.clone(),
        }
    }
}

/// The paths in the order of their names, each once.
fn roots(paths: &[PathBuf]) -> Vec<Root> {
    let mut paths = paths.to_vec();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .map(|given| Root { real: given.canonicalize().unwrap_or_else(|_| given.clone()), given })
        .collect()
}

fn key_of(path: &Path) -> FileKey {
    FileKey::of_bytes(path.as_os_str().as_encoded_bytes())
}

/// A file that is being read.
struct File {
    entry: read::Entry,
    real: PathBuf,
    key: FileKey,
    /// What it gave before, by the [`digest`] of the record.
    old: FxHashMap<u64, DocAddress>,
}

impl File {
    fn seen(&self, articles: u64) -> Seen {
        Seen { size: self.entry.size, modified: modified(&self.entry), articles }
    }
}

fn modified(entry: &read::Entry) -> i64 {
    entry.modified.map_or(0, |t| i64::try_from(t.as_nanosecond()).unwrap_or_default())
}

/// What the feeder hands to the threads.
enum Job {
    Records(Arc<File>, Vec<Record>, Permit),
    Other(Done),
}

/// What reaches the sink, in order.
enum Done {
    Open(Arc<File>),
    Made(Vec<Made>, Permit),
    Problem(Problem),
    /// The file ended; whether all of it was read.
    Close {
        whole: bool,
    },
    Skipped {
        articles: u64,
        bytes: u64,
    },
    /// Reading this file failed as the index was asked about it.
    Failed(crate::index::Error),
}

/// What one document became.
enum Made {
    Article(Box<Entry>, Qualifiers, Vec<Notice>),
    Unchanged(DocAddress),
    Problem(Problem),
    /// The parser failed: a fault of ours. The article's place.
    Fault(String),
}

/// What tells an article from another with the same id, the nearest to a reader's mind first.
struct Qualifiers {
    collection: Option<String>,
    place: String,
    record: u64,
}

impl Qualifiers {
    fn of(raw: &RawDocument) -> Self {
        let o = &raw.origin;
        let place = o.member.as_ref().map_or_else(|| o.path.clone(), |m| format!("{}!/{m}", o.path));
        Qualifiers { collection: o.collection.clone(), place, record: o.record }
    }

    /// The qualified forms of an id, without end.
    fn forms(&self, id: &str) -> impl Iterator<Item = String> + use<> {
        let Qualifiers { collection, place, record } = self;
        let short = collection.as_ref().filter(|c| *c != place).map(|c| format!("{id}@{c}"));
        let long = format!("{id}@{place}#{record}");
        short
            .into_iter()
            .chain([format!("{id}@{place}"), long.clone()])
            .chain((2..).map(move |n| format!("{long}.{n}")))
    }
}

/// Understands, parses and encodes the documents of a record. Runs on any thread.
fn make(record: &Record, file: &File, fields: &crate::index::schema::Fields) -> Vec<Made> {
    let one = |raw: RawDocument| {
        if let Some(at) = file.old.get(&digest(&raw.origin)) {
            return Made::Unchanged(*at);
        }
        let qualifiers = Qualifiers::of(&raw);
        let parsed = catch_unwind(AssertUnwindSafe(|| {
            let Parsed { article, notices } = parse::parse(raw);
            (Entry::new(&article, file.key, fields), notices)
        }));
        match parsed {
            Ok((entry, notices)) => Made::Article(Box::new(entry), qualifiers, notices),
            Err(_) => Made::Fault(format!("{}, record {}", qualifiers.place, qualifiers.record)),
        }
    };
    record.documents().into_iter().map(|item| item.map_or_else(Made::Problem, one)).collect()
}

/// Walks the files and cuts them into records.
struct Feeder<'a> {
    before: Reader,
    files: Files,
    room: Arc<Room>,
    settings: &'a Settings,
    stop: &'a AtomicBool,
    /// Whether it did.
    stopped: AtomicBool,
}

/// Records travel in batches of about so many bytes: large enough that handing them over costs nothing beside parsing.
const BATCH: usize = 128 << 10;

impl Feeder<'_> {
    fn feed(&self, roots: &[Root], each: &mut dyn FnMut(Job) -> ControlFlow<()>) {
        let mut visited = FxHashSet::default();
        for root in roots {
            for found in walk(std::slice::from_ref(&root.given)) {
                let go_on = match found {
                    _ if self.stopping() => ControlFlow::Break(()),
                    Ok(entry) => self.file(root, entry, &mut visited, each),
                    Err(problem) => each(Job::Other(Done::Problem(problem))),
                };
                if go_on.is_break() {
                    return;
                }
            }
        }
    }

    fn stopping(&self) -> bool {
        let stop = self.stop.load(Ordering::Relaxed);
        self.stopped.fetch_or(stop, Ordering::Relaxed);
        stop
    }

    fn file(
        &self,
        root: &Root,
        entry: read::Entry,
        visited: &mut FxHashSet<FileKey>,
        each: &mut dyn FnMut(Job) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let real = root.real_path(&entry.path);
        let key = key_of(&real);
        if !visited.insert(key) || (self.settings.rested && entry.is_restless(SystemTime::now())) {
            return ControlFlow::Continue(());
        }
        if let Some(seen) = self.files.get(key).filter(|_| !self.settings.rehash && !entry.is_stdin())
            && (seen.size, seen.modified) == (entry.size, modified(&entry))
        {
            return each(Job::Other(Done::Skipped { articles: seen.articles, bytes: entry.size }));
        }
        let old = match self.before.of_file(key) {
            Ok(old) => old.into_iter().map(|(at, digest)| (digest, at)).collect(),
            Err(e) => return each(Job::Other(Done::Failed(e))),
        };
        let file = Arc::new(File { entry, real, key, old });
        each(Job::Other(Done::Open(file.clone())))?;

        let (mut batch, mut bytes, mut whole) = (Vec::new(), 0, true);
        let send = |batch: &mut Vec<Record>, bytes: usize, each: &mut dyn FnMut(Job) -> ControlFlow<()>| {
            if batch.is_empty() {
                return ControlFlow::Continue(());
            }
            // Parsed and encoded, an article is about four times as large as its record.
            let permit = self.room.enter(bytes * 4);
            each(Job::Records(file.clone(), std::mem::take(batch), permit))
        };
        let read = file.entry.records(&self.settings.read, &mut |record| {
            if self.stopping() {
                return ControlFlow::Break(());
            }
            match record {
                Ok(record) => {
                    bytes += record.size();
                    batch.push(record);
                    if bytes < BATCH {
                        return ControlFlow::Continue(());
                    }
                    send(&mut batch, std::mem::take(&mut bytes), each)
                }
                Err(problem) => {
                    whole &= !problem.lost;
                    send(&mut batch, std::mem::take(&mut bytes), each)?;
                    each(Job::Other(Done::Problem(problem)))
                }
            }
        });
        send(&mut batch, bytes, each)?;
        // Interrupted: the file stays open, and the sink says where.
        read?;
        each(Job::Other(Done::Close { whole: whole && !file.entry.is_stdin() }))
    }
}

/// Decides what becomes of every document, in the order of the input.
struct Sink<'a> {
    index: &'a Index,
    writer: Writer,
    /// The index as it was when the run began.
    before: Reader,
    summary: Summary,
    /// Hashes of the ids that this run added.
    added: FxHashSet<u64>,
    /// Articles of before that this run deleted, not replaced.
    freed: FxHashSet<DocAddress>,
    revisions: Revisions,
    file: Option<Current>,
    /// Files and their bytes.
    done: (u64, u64),
    committed: u64,
    last_commit: Instant,
    commit_every: Duration,
}

/// The file whose documents are coming in.
struct Current {
    file: Arc<File>,
    /// Articles of before that were found unchanged or were replaced.
    met: FxHashSet<DocAddress>,
    articles: u64,
}

impl Sink<'_> {
    fn take(&mut self, done: Done, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        match done {
            Done::Failed(e) => return Err(e),
            Done::Problem(problem) => self.summary.problem(&problem),
            Done::Skipped { articles, bytes } => {
                self.summary.files_skipped += 1;
                self.summary.unchanged += articles;
                self.done.0 += 1;
                self.done.1 += bytes;
            }
            Done::Open(file) => {
                // Until it is read to its end, what the index has of it is a mixture.
                self.writer.note_changing(file.key);
                self.summary.files_read += 1;
                self.file = Some(Current { file, met: FxHashSet::default(), articles: 0 });
            }
            Done::Made(made, _permit) => {
                for one in made {
                    self.one(one)?;
                }
            }
            Done::Close { whole } => self.close(whole)?,
        }
        if self.last_commit.elapsed() >= self.commit_every {
            self.commit()?;
        }
        let path = self.file.as_ref().map_or("", |f| &f.file.entry.name);
        let (files, mut bytes) = self.done;
        if let Some(Current { file, .. }) = &self.file {
            bytes += file.entry.meter.bytes().min(file.entry.size);
        }
        progress(Progress { files, bytes, articles: self.articles(), committed: self.committed, path });
        Ok(())
    }

    fn articles(&self) -> u64 {
        self.summary.added + self.summary.replaced
    }

    fn one(&mut self, made: Made) -> Result<()> {
        let Some(current) = &mut self.file else { return Ok(()) };
        match made {
            Made::Problem(problem) => self.summary.problem(&problem),
            Made::Fault(place) => {
                self.summary.lost += 1;
                let what = "the parser failed on it; this is a fault in newsdex: please report it";
                tell(&mut self.summary.problems, "parser-fault", || format!("{place}: {what}"));
            }
            Made::Unchanged(at) => {
                current.articles += 1;
                current.met.insert(at);
                self.summary.unchanged += 1;
            }
            Made::Article(entry, qualifiers, notices) => {
                current.articles += 1;
                for notice in &notices {
                    self.summary.notice(notice, entry.id());
                }
                self.article(*entry, &qualifiers)?;
            }
        }
        Ok(())
    }

    /// Adds an article under its id if that is free or its own. Else it waits to be compared with the one that has it.
    fn article(&mut self, entry: Entry, qualifiers: &Qualifiers) -> Result<()> {
        let Some(file) = self.file.as_ref().map(|f| f.file.key) else { return Ok(()) };
        match self.claim(entry.id(), file)? {
            Claim::Free => {
                self.summary.added += 1;
                self.writer.add(entry)
            }
            Claim::Own(at) => self.replace(entry, at),
            Claim::Taken => {
                for id in qualifiers.forms(entry.id()) {
                    let claim = self.claim(&id, file)?;
                    if claim != Claim::Taken {
                        let own = claim != Claim::Free;
                        self.revisions.wait(Waiting { entry, file, qualified: id, own });
                        break;
                    }
                }
                if self.revisions.is_full() { self.settle() } else { Ok(()) }
            }
        }
    }

    /// Puts an article in the place of what its file held before under its id.
    fn replace(&mut self, entry: Entry, at: DocAddress) -> Result<()> {
        match revise::replace(entry, at, &self.before)? {
            None => self.summary.unchanged += 1,
            Some(entry) => {
                self.summary.replaced += 1;
                self.writer.replace(entry)?;
            }
        }
        Ok(())
    }

    /// Decides what becomes of the articles that wait. Commits, for what has their ids must be there to be read.
    fn settle(&mut self) -> Result<()> {
        if self.revisions.is_empty() {
            return Ok(());
        }
        self.commit()?;
        let now = self.index.reader()?;
        let (groups, notes) = self.revisions.take();
        for (id, group) in groups {
            let settled = revise::settle(&now, &id, group)?;
            self.summary.revised += settled.texts;
            self.summary.unchanged += settled.known.len() as u64 - settled.texts;
            for known in settled.known.iter().filter(|w| w.own) {
                // It was another article until the other said that it is not.
                self.writer.delete(&known.qualified);
            }
            if let Some(entry) = settled.revised {
                self.added.insert(hash(&id));
                self.writer.replace(entry)?;
            }
            for Waiting { entry, file, qualified, own } in settled.others {
                let message = format!("another article has this id; this one is kept as {qualified}");
                self.summary.notice(&Notice::new("same-id", message), &id);
                let entry = entry.with_id(qualified, file, self.writer.fields())?;
                self.summary.replaced += own as u64;
                self.summary.added += !own as u64;
                if own { self.writer.replace(entry)? } else { self.writer.add(entry)? }
            }
        }
        for Note { file, path, seen } in notes {
            self.writer.note_read(file, &path, seen);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        self.writer.commit()?;
        self.committed = self.articles();
        self.last_commit = Instant::now();
        Ok(())
    }

    /// Takes an id for an article from this file, unless another has it.
    fn claim(&mut self, id: &str, key: FileKey) -> Result<Claim> {
        let hash = hash(id);
        if self.added.contains(&hash) {
            return Ok(Claim::Taken);
        }
        let claim = match self.before.find(id)?.filter(|at| !self.freed.contains(at)) {
            None => Claim::Free,
            Some(at) => match &mut self.file {
                // An earlier record of the same file may have met it already.
                Some(current) if self.before.file(at)? == key => match current.met.insert(at) {
                    true => Claim::Own(at),
                    false => return Ok(Claim::Taken),
                },
                _ => return Ok(Claim::Taken),
            },
        };
        self.added.insert(hash);
        Ok(claim)
    }

    fn close(&mut self, whole: bool) -> Result<()> {
        let Some(Current { file, met, articles }) = self.file.take() else { return Ok(()) };
        self.done.0 += 1;
        self.done.1 += file.entry.size;
        self.summary.bytes += file.entry.size;
        if !whole {
            return Ok(());
        }
        let missing: Vec<_> = file.old.values().filter(|at| !met.contains(at)).copied().collect();
        if !missing.is_empty() {
            // What waits may be a text of an article that is missing here.
            self.settle()?;
        }
        for at in missing {
            let id = self.before.id(at)?;
            if self.added.contains(&hash(&id)) {
                // Another file gave its text in this run.
                continue;
            }
            self.freed.insert(at);
            let files = self.writer.files();
            match revise::fall_back(
                self.before.versions(at)?,
                |f| f != file.key && files.get(f).is_some(),
                &self.before,
            ) {
                Some(entry) => {
                    self.added.insert(hash(&id));
                    self.summary.replaced += 1;
                    self.writer.replace(entry)?;
                }
                None => {
                    self.writer.delete(&id);
                    self.summary.removed += 1;
                }
            }
        }
        let note = Note { file: file.key, path: file.real.to_string_lossy().into_owned(), seen: file.seen(articles) };
        if self.revisions.is_empty() {
            self.writer.note_read(note.file, &note.path, note.seen);
        } else {
            self.revisions.note(note);
        }
        Ok(())
    }

    /// Deletes what came from files under the roots that are no longer there.
    ///
    /// A root of which a part cannot be looked into is left alone: what is out of sight is not gone.
    fn prune(&mut self, roots: &[Root]) -> Result<()> {
        let mut there = FxHashSet::default();
        let mut seen_whole = Vec::new();
        for root in roots {
            let mut whole = true;
            for found in walk(std::slice::from_ref(&root.given)) {
                match found {
                    Ok(entry) => drop(there.insert(key_of(&root.real_path(&entry.path)))),
                    Err(problem) => whole &= !problem.lost,
                }
            }
            if whole {
                seen_whole.push(&root.real);
            }
        }
        let mut gone = Vec::new();
        self.writer.files().each_path(|key, path| {
            if !there.contains(&key) && seen_whole.iter().any(|root| Path::new(path).starts_with(root)) {
                gone.push(key);
            }
        })?;
        for key in gone {
            self.summary.files_pruned += 1;
            self.writer.delete_file(key);
            for (at, _) in self.before.of_file(key)? {
                self.freed.insert(at);
                let there = |f| f != key && self.writer.files().get(f).is_some();
                match revise::fall_back(self.before.versions(at)?, there, &self.before) {
                    Some(entry) => {
                        self.added.insert(hash(entry.id()));
                        self.summary.replaced += 1;
                        self.writer.add(entry)?;
                    }
                    None => self.summary.removed += 1,
                }
            }
        }
        Ok(())
    }
}

/// Whose an id is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    Free,
    /// An earlier state of the same file had it, here.
    Own(DocAddress),
    Taken,
}

fn hash(id: &str) -> u64 {
    use std::hash::Hasher;
    let mut hasher = FxHasher::default();
    hasher.write(id.as_bytes());
    hasher.finish()
}
