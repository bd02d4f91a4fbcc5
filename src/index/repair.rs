//! Mending what can be mended of a damaged index, and an exact account of what cannot.
//!
//! | damaged | what is done |
//! | --- | --- |
//! | the commit | restored from its copy |
//! | the copy, tantivy's list, the log of what was read | made anew; a file whose line is lost is looked at again by `index` |
//! | the manifest | made anew once articles prove the versions; nobody knows the models, so the index must then be rebuilt |
//! | dictionaries, postings, positions or lengths of a segment | its articles are indexed anew from their stored texts |
//! | its stored texts | those whose checksum is right are kept if they agree with all postings and columns, the others are lost |
//! | its columns, or which of its articles are deleted | it is dropped: nobody knows where its articles came from, or which of them must stay away |
//! | what is derived from one article's text | made anew from the text |
//! | a sidecar | made anew |
//!
//! What is lost is named, with the file that it came from; that file counts as unread from then on, so that the next
//! `index` brings its articles back. It brings back articles, too, that were deleted by hand and still stand in that
//! file: nothing records such wishes.
//!
//! The order is such that a crash at any moment leaves an index that another repair completes: what was rescued is
//! committed before the segment is dropped that it was rescued from.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::columnar::{Column, ColumnarReader, DynamicColumn, StrColumn};
use tantivy::directory::{Directory, INDEX_WRITER_LOCK};
use tantivy::fastfield::AliveBitSet;
use tantivy::index::{SegmentComponent, SegmentReader};
use tantivy::store::StoreReader;
use tantivy::{DocId, TantivyError};

use super::check::{Looked, Segment, id_hash, opened};
use super::directory::{COMMIT, COPY, Folder, LIST};
use super::files::Files;
use super::health::{self, Damage, Paper};
use super::manifest::{self, Manifest};
use super::reader::Stored;
use super::versions::Version;
use super::{Entry, Error, FileKey, Index, Options, Result, Writer};
use crate::article::Article;

/// What was done, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// What was the matter and what became of it: a sentence each.
    pub mended: Vec<String>,
    /// Articles that were indexed anew from their stored texts.
    pub restored: u64,
    pub lost: Vec<Lost>,
    /// Articles that are lost and of which not even the id can be read.
    pub nameless: u64,
    /// The paths of files that the next `index` reads again.
    pub again: Vec<String>,
    /// Nobody knows any more which models understood the articles: rebuild the index.
    pub models_lost: bool,
    /// What is behind what was found cannot be seen before that is mended; only of a trial.
    pub more: bool,
}

/// An article that is lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    pub id: String,
    /// The path of the file it was read from, where that is known.
    pub file: Option<String>,
}

impl Repair {
    /// Nothing was the matter.
    pub fn is_nothing(&self) -> bool {
        *self == Repair::default()
    }

    pub fn lost_any(&self) -> bool {
        !self.lost.is_empty() || self.nameless > 0
    }
}

/// How to go about it.
pub struct Plan<'a> {
    /// Only look.
    pub trial: bool,
    /// Finds sentences, names and quotes of an article anew.
    pub understand: &'a dyn Fn(Article) -> Article,
}

/// Mends an index. `progress` hears how many articles were looked at.
///
/// # Errors
///
/// As [`Index::open`] where there is no index or one of another version; [`Error::Damaged`] if nothing can be done;
/// [`Error::Busy`] while another program writes.
pub fn repair(folder: &Path, plan: &Plan, progress: &mut dyn FnMut(u64)) -> Result<Repair> {
    let mut repair = Repair::default();
    let manifest = mend_papers(folder, plan, &mut repair)?;
    if repair.more {
        return Ok(repair);
    }
    let index = Index::open_unchecked(folder)?;
    let mut run = Run {
        index: &index,
        plan,
        repair,
        ids: FxHashMap::default(),
        lost: Vec::new(),
        again: FxHashSet::default(),
        writer: None,
    };
    run.segments(progress)?;
    let (articles, mut repair) = (run.ids.len() as u64, run.repair);
    if manifest {
        // Tokens, folding, fields and stored texts are this version's, or no article would have been found as it is.
        if articles > 0 && repair.restored + repair.lost.len() as u64 + repair.nameless > articles {
            return Err(Error::Damaged(format!(
                "{} is lost, and the articles do not prove its versions",
                manifest::FILE
            )));
        }
        repair.models_lost = true;
        repair.mended.push(format!("{} is made anew", manifest::FILE));
        // Others may read the index with it, and add to it once it was rebuilt.
        if !plan.trial {
            Manifest::own("unknown").write(folder)?;
        }
    }
    // In a trial a damaged segment may be in the way; then the sidecar is made anew in any case.
    for file in index.reader().and_then(|r| r.outdated_sidecars()).unwrap_or_default() {
        repair.mended.push(format!("{file} is not what the articles teach: it is made anew"));
        if !plan.trial {
            let file = folder.join(file);
            std::fs::remove_file(&file).map_err(|e| Error::io(file.display().to_string(), e))?;
        }
    }
    if !plan.trial && !repair.is_nothing() {
        index.reader()?.save_sidecars()?;
    }
    repair.lost.sort();
    repair.again.sort();
    Ok(repair)
}

/// Mends what is not of a segment. Whether the manifest is still to be made.
fn mend_papers(folder: &Path, plan: &Plan, repair: &mut Repair) -> Result<bool> {
    let ailing = health::papers(folder)?;
    let directory = Folder::open(folder).map_err(TantivyError::from)?;
    let _lock = match plan.trial {
        true => None,
        false => Some(directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(|e| TantivyError::LockFailure(e, None))?),
    };
    let wrap = |name: &str, e| Error::io(folder.join(name).display().to_string(), e);
    let mut manifest = false;
    for ailment in ailing {
        let what = ailment.what;
        match ailment.paper {
            Paper::Commit { copied: false } => return Err(Error::Damaged(what)),
            Paper::Commit { copied: true } => {
                repair.mended.push(format!("{what}: it is restored from that"));
                repair.more |= plan.trial;
                if !plan.trial {
                    let copy = std::fs::read(folder.join(COPY)).map_err(|e| wrap(COPY, e))?;
                    // Written as it is, seal and all.
                    directory.restore(&copy).map_err(|e| wrap(COMMIT, e))?;
                }
            }
            Paper::Copy => {
                repair.mended.push(format!("{what}: it is made anew"));
                if !plan.trial {
                    let commit = std::fs::read(folder.join(COMMIT)).map_err(|e| wrap(COMMIT, e))?;
                    directory.restore(&commit).map_err(|e| wrap(COPY, e))?;
                }
            }
            Paper::List => {
                repair.mended.push(format!("{what}: it is made anew"));
                repair.more |= plan.trial;
                if !plan.trial {
                    let mut all = health::segment_files(folder)?;
                    all.insert(COMMIT.into());
                    let list = serde_json::to_vec(&all).unwrap_or_default();
                    directory.atomic_write(Path::new(LIST), &list).map_err(|e| wrap(LIST, e))?;
                }
            }
            Paper::Log => {
                repair.mended.push(format!("{what}: files that are not in it any more will be looked at again"));
                if !plan.trial {
                    edit_commit(&directory, folder, |commit| {
                        let payload = commit.get("payload").and_then(|p| p.as_str()).map(str::to_owned);
                        let mut lines = String::new();
                        let mut keep = |line: &str| lines.extend([line, "\n"]);
                        Files::salvage(folder, payload.as_deref(), &mut keep, &mut || ())?;
                        commit["payload"] = Files::renew(folder, payload.as_deref(), &lines)?.into();
                        Ok(())
                    })?;
                }
            }
            Paper::Manifest => {
                repair.mended.push(what);
                manifest = true;
            }
        }
    }
    Ok(manifest)
}

/// Changes what the commit says. The caller holds the writer's lock.
fn edit_commit(
    directory: &Folder,
    folder: &Path,
    edit: impl FnOnce(&mut serde_json::Value) -> Result<()>,
) -> Result<()> {
    let wrap = |e| Error::io(folder.join(COMMIT).display().to_string(), e);
    let damaged = |e: serde_json::Error| Error::Damaged(format!("{COMMIT} cannot be read ({e})"));
    let bytes = std::fs::read(folder.join(COMMIT)).map_err(wrap)?;
    let mut commit: serde_json::Value = serde_json::from_slice(&bytes).map_err(damaged)?;
    if let Some(object) = commit.as_object_mut() {
        object.shift_remove("seal");
    }
    edit(&mut commit)?;
    let bytes = serde_json::to_vec_pretty(&commit).map_err(damaged)?;
    directory.atomic_write(Path::new(COMMIT), &bytes).map_err(wrap)
}

/// What became of single articles is told so often; all are counted.
const TOLD: usize = 40;

/// Mending the segments.
struct Run<'a> {
    index: &'a Index,
    plan: &'a Plan<'a>,
    repair: Repair,
    /// Of all articles that are whole or rescued: the file each came from, by its id.
    ids: FxHashMap<u64, FileKey>,
    /// What is lost, and the keys of the files, which have no path before the log is read.
    lost: Vec<(Lost, Option<FileKey>)>,
    /// Files that must be read again.
    again: FxHashSet<FileKey>,
    /// Opened when there is something to write.
    writer: Option<Writer>,
}

impl Run<'_> {
    fn segments(&mut self, progress: &mut dyn FnMut(u64)) -> Result<()> {
        let (mut sick, mut sound) = (Vec::new(), Vec::new());
        for (segment, reader) in opened(self.index)? {
            let damage = health::damage(&self.index.tantivy, segment.meta())?;
            if damage.is_empty() {
                let columns = Columns::of(&segment)?;
                let reader = reader?;
                for doc in reader.doc_ids_alive() {
                    if let (Some(id), Some(file)) = (columns.id(doc), columns.file(doc)) {
                        self.ids.insert(id_hash(&id), file);
                    }
                }
                sound.push(reader);
            } else {
                sick.push((segment, reader.ok(), damage));
            }
        }
        if !sick.is_empty() {
            self.rescue_all(sick)?;
        }
        let mut seen = FxHashSet::default();
        let mut done = 0;
        for reader in sound {
            let segment = Segment::of(reader, *self.index.fields())?;
            for doc in segment.reader.doc_ids_alive() {
                self.mend(&segment, doc, &mut seen)?;
                done += 1;
                progress(done);
            }
        }
        self.account()?;
        if let Some(writer) = self.writer.take() {
            self.again.iter().for_each(|key| writer.note_changing(*key));
            // Nothing of what was dropped stays on the disk.
            writer.purge(false)?;
        }
        Ok(())
    }

    /// The writer; `None` in a trial.
    fn writer(&mut self) -> Result<Option<&mut Writer>> {
        if self.plan.trial {
            return Ok(None);
        }
        if self.writer.is_none() {
            self.writer = Some(self.index.writer(Options::default())?);
        }
        Ok(self.writer.as_mut())
    }

    /// Makes an article of a sound segment what its text says.
    fn mend(&mut self, segment: &Segment, doc: DocId, seen: &mut FxHashSet<u64>) -> Result<()> {
        let file = segment.file(doc);
        let (article, versions, faults, broken) = match segment.look(doc)? {
            Looked::Read { article, versions, faults, broken } => (*article, versions, faults, broken),
            Looked::Unreadable(what) => {
                let id = segment.id(doc).unwrap_or_default();
                return self.lose(id, file, &what);
            }
        };
        if broken {
            return self.lose(article.id, file, &faults.join("; "));
        }
        let twice = !seen.insert(id_hash(&article.id));
        if faults.is_empty() && !twice {
            return Ok(());
        }
        if twice {
            // The later one stays; the file of the other is asked again.
            self.again.extend(self.ids.insert(id_hash(&article.id), file));
            self.say(format!("{}: two articles have this id; one is kept", article.id));
        }
        if !faults.is_empty() {
            self.repair.restored += 1;
            self.say(format!("{}: {}", article.id, faults.join("; ")));
        }
        let understand = self.plan.understand;
        let anew = |v: Version| Version { article: understand(v.article), ..v };
        let current = if faults.is_empty() { Version { article, file } } else { anew(Version { article, file }) };
        let entry = Entry::with_versions(&current, &versions, self.index.fields());
        match self.writer()? {
            Some(writer) => writer.replace(entry),
            None => Ok(()),
        }
    }

    /// Tells of single articles, as far as anybody reads it.
    fn say(&mut self, what: String) {
        if self.repair.mended.len() < TOLD {
            self.repair.mended.push(what);
        }
    }

    /// Gives up an article of a sound segment.
    fn lose(&mut self, id: String, file: FileKey, what: &str) -> Result<()> {
        if let Some(writer) = self.writer()? {
            writer.delete(&id);
        }
        self.say(format!("{id}: {what}"));
        self.lost.push((Lost { id, file: None }, Some(file)));
        Ok(())
    }

    /// Saves what can be saved of damaged segments, then drops them.
    fn rescue_all(&mut self, sick: Vec<(tantivy::index::Segment, Option<SegmentReader>, Vec<Damage>)>) -> Result<()> {
        if let Some(writer) = self.writer()? {
            // To merge or to delete would be to read them.
            writer.merge_nothing();
        }
        let mut dropped = Vec::new();
        for (segment, reader, damage) in sick {
            dropped.push(segment.id().uuid_string());
            self.rescue(&segment, reader, &damage)?;
        }
        self.account()?;
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        self.again.iter().for_each(|key| writer.note_changing(*key));
        writer.commit()?;
        drop(writer);
        let folder = self.index.folder().unwrap_or(Path::new(""));
        let directory = Folder::open(folder).map_err(TantivyError::from)?;
        let lock = directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(|e| TantivyError::LockFailure(e, None))?;
        edit_commit(&directory, folder, |commit| {
            let is_dropped = |s: &serde_json::Value| {
                s["segment_id"].as_str().is_some_and(|id| dropped.contains(&id.replace('-', "")))
            };
            if let Some(segments) = commit.get_mut("segments").and_then(|s| s.as_array_mut()) {
                segments.retain(|s| !is_dropped(s));
            }
            // Sidecars are known by this number: what was learned from the dropped is not this commit's.
            let number = commit["opstamp"].as_u64().unwrap_or_default();
            commit["opstamp"] = (number + 1).into();
            Ok(())
        })?;
        drop(lock);
        // Even if nothing else is to be done: it removes the files of what was dropped.
        self.writer().map(drop)
    }

    fn rescue(
        &mut self,
        segment: &tantivy::index::Segment,
        reader: Option<SegmentReader>,
        damage: &[Damage],
    ) -> Result<()> {
        use SegmentComponent::{Delete, FastFields, Store};
        let whole = |part| damage.iter().all(|d| d.part != part);
        let columns = if whole(FastFields) { Some(Columns::of(segment)?) } else { None };
        let store = match whole(Store) {
            true => Some(open_store(segment)?),
            false => None,
        };
        // Where only the stored texts are damaged, all else says which of them still are what they were.
        let fields = *self.index.fields();
        let proof = reader.filter(|_| damage.iter().all(|d| d.part == Store));
        let proof = proof.and_then(|r| quietly(|| Segment::of(r, fields).ok()).flatten());
        let alive = if whole(Delete) { Some(alive(segment)?) } else { None };
        let may_stay = alive.is_some() && columns.is_some();
        let (mut rescued, mut lost) = (0, 0);
        for doc in alive.unwrap_or_else(|| (0..segment.meta().max_doc()).collect()) {
            let stored = |store: &StoreReader| {
                let stored = Stored::read(store, doc, &fields).ok()?;
                Some((stored.article().ok()?, stored.versions().unwrap_or_default()))
            };
            let proven = |segment: &Segment| match segment.look(doc) {
                Ok(Looked::Read { article, versions, faults, .. }) if faults.is_empty() => Some((*article, versions)),
                _ => None,
            };
            let found = match (&store, &proof) {
                (Some(store), _) => stored(store),
                (None, Some(segment)) => quietly(|| proven(segment)).flatten(),
                (None, None) => None,
            };
            let file = columns.as_ref().and_then(|c| c.file(doc));
            let id = match &found {
                Some((article, _)) => Some(article.id.clone()),
                None => columns.as_ref().and_then(|c| c.id(doc)),
            };
            if id.as_ref().is_some_and(|id| self.ids.contains_key(&id_hash(id))) {
                // It is there: rescued by a repair that was cut off, or this is what it was before it was replaced.
                continue;
            }
            match (found, file) {
                (Some((article, versions)), Some(file)) if may_stay => {
                    self.ids.insert(id_hash(&article.id), file);
                    let entry = Entry::with_versions(&Version { article, file }, &versions, &fields);
                    if let Some(writer) = self.writer()? {
                        writer.add(entry)?;
                    }
                    rescued += 1;
                }
                (found, file) => {
                    let path = found.map(|(article, _)| article.origin.path);
                    self.lost.push((Lost { id: id.unwrap_or_default(), file: path }, file));
                    lost += 1;
                }
            }
        }
        let files: Vec<_> = damage.iter().map(Damage::to_string).collect();
        let mut what = format!("{}: {} indexed anew", files.join("; "), articles(rescued));
        if lost > 0 {
            what += &format!(", {lost} lost");
        }
        let deleted = segment.meta().num_deleted_docs();
        if !whole(Delete) {
            what += &format!(" ({deleted} of its articles had been deleted or replaced: nobody knows which)");
        }
        self.repair.mended.push(what);
        self.repair.restored += rescued;
        Ok(())
    }

    /// Names what is lost so far, and the files that must be read again.
    fn account(&mut self) -> Result<()> {
        let commit = self.index.tantivy.load_metas()?;
        // In a trial its log may be damaged still.
        let files = Files::open(self.index.folder(), commit.payload.as_deref()).ok();
        let homeless = self.lost.iter().any(|(_, file)| file.is_none());
        self.again.extend(self.lost.iter().filter_map(|(_, file)| *file));
        let mut counts: FxHashMap<FileKey, u64> = FxHashMap::default();
        for file in self.ids.values() {
            *counts.entry(*file).or_default() += 1;
        }
        let mut paths: FxHashMap<FileKey, String> = FxHashMap::default();
        if let Some(files) = &files {
            files.each_path(|key, path| drop(paths.insert(key, path.to_owned())))?;
            // Articles of unknown files are lost: they are of those that give fewer than they gave.
            let short = |key| files.get(key).is_some_and(|seen| counts.get(&key).copied().unwrap_or(0) < seen.articles);
            paths.retain(|key, _| self.again.contains(key) || (homeless && short(*key)));
        }
        self.again.extend(paths.keys());
        for (lost, file) in self.lost.drain(..) {
            let path = file.and_then(|key| paths.get(&key).cloned());
            match lost.id.is_empty() {
                true => self.repair.nameless += 1,
                false => self.repair.lost.push(Lost { file: path.or(lost.file), ..lost }),
            }
        }
        self.repair.again.extend(paths.into_values());
        self.repair.again.sort();
        self.repair.again.dedup();
        Ok(())
    }
}

fn articles(n: u64) -> String {
    if n == 1 { "an article of its segment is".to_owned() } else { format!("{n} articles of its segment are") }
}

/// Runs what may panic on damaged bytes.
fn quietly<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

fn open_store(segment: &tantivy::index::Segment) -> Result<StoreReader> {
    let file = segment.open_read(SegmentComponent::Store).map_err(TantivyError::from)?;
    StoreReader::open(file, 8).map_err(|e| Error::io("the stored articles", e))
}

/// The articles of a segment that are not deleted.
fn alive(segment: &tantivy::index::Segment) -> Result<Vec<DocId>> {
    if !segment.meta().has_deletes() {
        return Ok((0..segment.meta().max_doc()).collect());
    }
    let file = segment.open_read(SegmentComponent::Delete).map_err(TantivyError::from)?;
    let bytes = file.read_bytes().map_err(|e| Error::io("the deleted articles", e))?;
    Ok(AliveBitSet::open(bytes).iter_alive().collect())
}

/// The columns that say which article this is, read without the rest of the segment.
struct Columns {
    id: Option<StrColumn>,
    file: Option<Column<u64>>,
}

impl Columns {
    fn of(segment: &tantivy::index::Segment) -> Result<Columns> {
        let wrap = |e| Error::io("the columns", e);
        let file = segment.open_read(SegmentComponent::FastFields).map_err(TantivyError::from)?;
        let columns = ColumnarReader::open(file).map_err(wrap)?;
        let open = |name: &str| -> Result<Option<DynamicColumn>> {
            let handles = columns.read_columns(name).map_err(wrap)?;
            handles.first().map(|handle| handle.open()).transpose().map_err(wrap)
        };
        Ok(Columns {
            id: open("id")?.and_then(|c| if let DynamicColumn::Str(ids) = c { Some(ids) } else { None }),
            file: open("file")?.and_then(|c| if let DynamicColumn::U64(files) = c { Some(files) } else { None }),
        })
    }

    fn id(&self, doc: DocId) -> Option<String> {
        let ids = self.id.as_ref()?;
        let mut id = String::new();
        let known = ids.ord_to_str(ids.ords().first(doc)?, &mut id).ok()?;
        known.then_some(id)
    }

    fn file(&self, doc: DocId) -> Option<FileKey> {
        self.file.as_ref()?.first(doc).map(FileKey)
    }
}
