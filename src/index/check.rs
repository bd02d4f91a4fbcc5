//! Is the index whole? Proved from the index alone.
//!
//! Checked are the files ([`super::health`]): seals, checksums, the log of what was read; that every article can be
//! decoded, with all spans inside its text and all references among its parts; that its columns say what the article
//! says and the commit counts as many; that no two articles have one id; that the sidecars are what the articles teach;
//! and that the postings are exactly what the articles' layers give: no term, position or occurrence more or less.
//!
//! The last is done without holding the postings of an article: every occurrence (field, term, position) is hashed, and
//! the hashes of one article summed. One pass over the inverted index gives one sum an article, regenerating the layers
//! another, and the two must be equal.

use std::hash::Hasher;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rustc_hash::{FxHashSet, FxHasher};
use tantivy::directory::{Directory, META_LOCK};
use tantivy::index::SegmentMeta;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::store::StoreReader;
use tantivy::tokenizer::{TokenStream, Tokenizer};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyError};

use super::boilerplate::line;
use super::files::Files;
use super::health::{self, Paper};
use super::layers::{Layers, Splitter};
use super::reader::Stored;
use super::schema::{Fields, Record};
use super::sketch;
use super::versions::Version;
use super::{Error, FileKey, Index, Result, digest, id_term};
use crate::article::{Article, Span};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub articles: u64,
    /// Articles of files that were not read to their end, because a run was cut off; the next run goes on.
    pub of_unfinished_files: u64,
    pub faults: u64,
    /// The first faults, each a sentence.
    pub examples: Vec<String>,
}

/// Faults that are told; the rest are counted.
const EXAMPLES: usize = 20;

impl Report {
    pub fn is_clean(&self) -> bool {
        self.faults == 0
    }

    fn fault(&mut self, what: impl Into<String>) {
        self.faults += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(what.into());
        }
    }
}

/// Checks an index. `progress` hears how many articles were checked so far.
pub fn check(index: &Index, progress: &mut dyn FnMut(u64)) -> Result<Report> {
    let mut report = Report::default();
    if let Some(folder) = index.folder() {
        health::papers(folder)?.into_iter().for_each(|a| report.fault(a.what));
    }
    check_segments(index, &mut report, progress)?;
    Ok(report)
}

/// The same of a folder, which may be so damaged that it cannot be opened.
pub fn check_folder(folder: &Path, progress: &mut dyn FnMut(u64)) -> Result<Report> {
    let mut report = Report::default();
    let ailing = health::papers(folder)?;
    let closed = ailing.iter().any(|a| matches!(a.paper, Paper::Commit { .. } | Paper::List));
    ailing.into_iter().for_each(|a| report.fault(a.what));
    if !closed {
        check_segments(&Index::open_unchecked(folder)?, &mut report, progress)?;
    }
    Ok(report)
}

fn check_segments(index: &Index, report: &mut Report, progress: &mut dyn FnMut(u64)) -> Result<()> {
    let mut ids = FxHashSet::default();
    let mut whole = true;
    let files = Files::open(index.folder(), index.tantivy.load_metas()?.payload.as_deref());
    for (segment, opened) in opened(index)? {
        let damage = health::damage(&index.tantivy, segment.meta())?;
        // A merge may have taken its place meanwhile, and its files: what was opened is still there.
        if !damage.is_empty() && index.tantivy.searchable_segment_ids()?.contains(&segment.id()) {
            whole = false;
            damage.iter().for_each(|d| report.fault(d.to_string()));
            // What tantivy makes of such bytes nobody knows: better not to look.
            continue;
        }
        let opened = Segment::of(opened?, index.fields)?;
        if let Some(what) = opened.miscounted(segment.meta()) {
            report.fault(what);
        }
        for doc in opened.reader.doc_ids_alive() {
            report.articles += 1;
            match opened.look(doc)? {
                Looked::Unreadable(what) => report.fault(what),
                Looked::Read { article, faults, .. } => {
                    let id = &article.id;
                    if !ids.insert(id_hash(id)) {
                        report.fault(format!("{id}: two articles have this id"));
                    }
                    faults.iter().for_each(|what| report.fault(format!("{id}: {what}")));
                }
            }
            if let Ok(files) = &files {
                report.of_unfinished_files += files.get(opened.file(doc)).is_none() as u64;
            }
            progress(report.articles);
        }
    }
    if whole {
        let reader = index.reader()?;
        let outdated = reader.outdated_sidecars()?;
        // Should a commit have come meanwhile, they were held against other articles than those they were learned from.
        if index.tantivy.load_metas()?.opstamp == reader.commit {
            outdated.iter().for_each(|file| report.fault(format!("{file} is not what the articles teach")));
        }
    }
    Ok(())
}

/// The segments of the last commit, opened where that can be done.
pub(super) fn opened(index: &Index) -> Result<Vec<(tantivy::index::Segment, Result<SegmentReader>)>> {
    // As for a reader: no file is removed between listing and opening.
    let _lock = index.tantivy.directory().acquire_lock(&META_LOCK).map_err(|e| TantivyError::LockFailure(e, None))?;
    let segments = index.tantivy.searchable_segments()?;
    let open = |segment: tantivy::index::Segment| {
        let reader = catch_unwind(AssertUnwindSafe(|| SegmentReader::open(&segment)));
        let reader = reader.map_or_else(
            |_| Err(Error::Damaged(format!("segment {} cannot be opened", segment.id().uuid_string()))),
            |opened| opened.map_err(Error::from),
        );
        (segment, reader)
    };
    Ok(segments.into_iter().map(open).collect())
}

/// A segment that is looked at article by article.
pub(super) struct Segment {
    pub reader: SegmentReader,
    store: StoreReader,
    fields: Fields,
    columns: Columns,
    postings: Vec<u64>,
}

/// What was seen of an article.
pub(super) enum Looked {
    /// It cannot be decoded.
    Unreadable(String),
    Read {
        article: Box<Article>,
        versions: Vec<Version>,
        /// What of it is not as it should be. All of it can be made anew from its text, unless `broken`.
        faults: Vec<String>,
        /// Its zones or paragraphs are not in its text.
        broken: bool,
    },
}

impl Segment {
    pub fn of(reader: SegmentReader, fields: Fields) -> Result<Segment> {
        let wrap = |e| Error::io("the stored articles", e);
        Ok(Segment {
            store: reader.get_store_reader(8).map_err(wrap)?,
            columns: Columns::of(&reader)?,
            postings: postings_sums(&reader, &fields)?,
            fields,
            reader,
        })
    }

    /// The file that an article was read from.
    pub fn file(&self, doc: DocId) -> FileKey {
        FileKey(self.columns.file.first(doc).unwrap_or_default())
    }

    /// The id under which an article is filed.
    pub fn id(&self, doc: DocId) -> Option<String> {
        self.columns.id_of(doc)
    }

    /// Where the commit counts other articles than there are.
    fn miscounted(&self, meta: &SegmentMeta) -> Option<String> {
        let counts = (meta.max_doc(), meta.num_docs());
        let own = (self.columns.words.num_docs(), self.reader.doc_ids_alive().count() as u32);
        (counts != own).then(|| format!("segment {} has {own:?} articles, not {counts:?}", meta.id().uuid_string()))
    }

    pub fn look(&self, doc: DocId) -> Result<Looked> {
        let stored = Stored::read(&self.store, doc, &self.fields);
        let (article, stored) = match stored.and_then(|stored| Ok((stored.article()?, stored))) {
            Ok(both) => both,
            Err(Error::Damaged(what)) => return Ok(Looked::Unreadable(what)),
            Err(e) => return Err(e),
        };
        let mut faults = Vec::new();
        let versions = stored.versions().unwrap_or_else(|e| {
            faults.push(format!("its earlier texts: {e}"));
            Vec::new()
        });
        for what in versions.iter().filter_map(|v| misfit(&v.article)) {
            faults.push(format!("in an earlier version, {what}"));
        }
        faults.extend(misfit(&article).map(str::to_owned));
        faults.extend(self.columns.faults(doc, &article));
        if self.postings.get(doc as usize) != Some(&layers_sum(&article, &self.fields)) {
            faults.push("its words or annotations are not indexed as they stand in it".into());
        }
        let broken = !faults.is_empty() && is_broken(&article);
        Ok(Looked::Read { article: Box::new(article), versions, faults, broken })
    }
}

/// Whether zones or paragraphs are outside the text.
fn is_broken(a: &Article) -> bool {
    !a.zones.iter().map(|z| &z.span).chain(&a.paragraphs).all(|s| a.text.get(s.range()).is_some())
}

/// Tells ids apart in the space of a number.
pub(super) fn id_hash(id: &str) -> u64 {
    hash(|h| h.write(id_term(id).as_bytes()))
}

/// What of an article does not fit its text, if anything.
fn misfit(a: &Article) -> Option<&'static str> {
    let inside = |s: &Span| a.text.get(s.range()).is_some();
    let speakers = || a.quotes.iter().filter_map(|q| q.speaker.as_ref());
    let entity = |e: u32| (e as usize) < a.entities.len();
    let checks = [
        ("a zone is outside its text", a.zones.iter().all(|z| inside(&z.span))),
        ("a paragraph is outside its text", a.paragraphs.iter().all(inside)),
        ("a sentence is outside its text", a.sentences.iter().all(inside)),
        ("a quote is outside its text", a.quotes.iter().flat_map(|q| q.parts.iter().chain(&q.cue)).all(inside)),
        ("a quote has no words", a.quotes.iter().all(|q| !q.parts.is_empty())),
        ("a quote is in no paragraph", a.quotes.iter().all(|q| (q.paragraph as usize) < a.paragraphs.len())),
        ("a speaker is outside its text", speakers().filter_map(|s| s.mention.as_ref()).all(inside)),
        ("a speaker is nobody", speakers().filter_map(|s| s.entity).all(entity)),
        ("a name is outside its text", a.mentions.iter().all(|m| inside(&m.span))),
        ("a name is nobody's", a.mentions.iter().all(|m| entity(m.entity))),
    ];
    checks.iter().find(|(_, holds)| !holds).map(|(what, _)| *what)
}

/// The columns that an article determines.
struct Columns {
    id: tantivy::columnar::StrColumn,
    words: tantivy::columnar::Column<u64>,
    quotes: tantivy::columnar::Column<u64>,
    digest: tantivy::columnar::Column<u64>,
    /// `None` where no article of the segment has text.
    sketch: Option<tantivy::columnar::Column<u64>>,
    /// `None` where no article of the segment has a line.
    line: Option<tantivy::columnar::Column<u64>>,
    file: tantivy::columnar::Column<u64>,
}

impl Columns {
    fn of(segment: &SegmentReader) -> Result<Columns> {
        let fast = segment.fast_fields();
        let id = fast.str("id")?;
        Ok(Columns {
            id: id
                .ok_or_else(|| Error::Damaged(format!("segment {} has no ids", segment.segment_id().uuid_string())))?,
            words: fast.u64("words")?,
            quotes: fast.u64("quotes")?,
            digest: fast.u64("digest")?,
            sketch: fast.column_opt("sketch")?,
            line: fast.column_opt("line")?,
            file: fast.u64("file")?,
        })
    }

    fn id_of(&self, doc: DocId) -> Option<String> {
        let mut id = String::new();
        self.id.ord_to_str(self.id.ords().first(doc)?, &mut id).ok().filter(|known| *known).map(|_| id)
    }

    /// What of an article's columns is not its own.
    fn faults(&self, doc: DocId, article: &Article) -> Vec<String> {
        let mut faults = Vec::new();
        let id = self.id_of(doc).unwrap_or_default();
        if id != id_term(&article.id) {
            faults.push(format!("it is filed under the id {id:?}"));
        }
        let numbers = [
            (&self.words, u64::from(article.tokens.words())),
            (&self.quotes, article.quotes.len() as u64),
            (&self.digest, digest(&article.origin)),
        ];
        if numbers.iter().any(|(column, n)| column.first(doc) != Some(*n)) {
            faults.push("its number of words, of quotes or its digest is not its own".into());
        }
        let sketch = self.sketch.iter().flat_map(|column| column.values_for_doc(doc));
        if !sketch.eq(sketch::kept(article)) {
            faults.push("its sketch, by which copies are found, is not its own".into());
        }
        let lines = self.line.iter().flat_map(|column| column.values_for_doc(doc));
        if !lines.eq(line::hashes(article).into_iter().map(u64::from)) {
            faults.push("its lines, by which boilerplate is found, are not its own".into());
        }
        faults
    }
}

/// For every document of a segment: the sum over its occurrences, as they stand in the inverted index.
fn postings_sums(segment: &SegmentReader, fields: &Fields) -> Result<Vec<u64>> {
    let mut sums = vec![0u64; segment.max_doc() as usize];
    let mut positions = Vec::new();
    for (field, record) in fields.layers() {
        let inverted = segment.inverted_index(field)?;
        let option = match record {
            Record::Presence => IndexRecordOption::Basic,
            Record::Positions => IndexRecordOption::WithFreqsAndPositions,
        };
        let mut terms = inverted.terms().stream().map_err(|e| Error::io("the terms", e))?;
        while terms.advance() {
            let mut docs = inverted
                .read_postings_from_terminfo(terms.value(), option)
                .map_err(|e| Error::io("the postings", e))?;
            while docs.doc() != TERMINATED {
                let doc = docs.doc();
                if !segment.is_deleted(doc) {
                    let sum = &mut sums[doc as usize];
                    let mut count = |position| *sum = sum.wrapping_add(occurrence(field, terms.key(), position));
                    match record {
                        Record::Presence => count(0),
                        Record::Positions => {
                            docs.positions(&mut positions);
                            positions.iter().for_each(|p| count(*p));
                        }
                    }
                }
                docs.advance();
            }
        }
    }
    Ok(sums)
}

/// The same sum, from the article.
fn layers_sum(article: &Article, fields: &Fields) -> u64 {
    let mut sum = 0u64;
    let mut splitter = Splitter::default();
    Layers::of(article, fields).each(|field, layer| {
        let presence = fields.layers().any(|(f, record)| f == field && record == Record::Presence);
        let mut met = FxHashSet::default();
        let mut stream = splitter.token_stream(layer.encoded());
        while stream.advance() {
            let token = stream.token();
            let one = occurrence(field, token.text.as_bytes(), token.position as u32);
            if !presence || met.insert(one) {
                sum = sum.wrapping_add(one);
            }
        }
    });
    sum
}

fn occurrence(field: Field, term: &[u8], position: u32) -> u64 {
    hash(|h| {
        h.write_u32(field.field_id());
        h.write_u32(position);
        h.write(term);
    })
}

fn hash(feed: impl FnOnce(&mut FxHasher)) -> u64 {
    let mut hasher = FxHasher::default();
    feed(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Quote;
    use crate::index::testing::{article, harbour};
    use crate::index::{Entry, FileKey, Options};

    fn faults(entries: impl FnOnce(&super::super::Writer) -> Vec<Entry>) -> Vec<String> {
        let index = Index::in_ram().unwrap();
        let writer = index.writer(Options { threads: 1, memory: 0 }).unwrap();
        for entry in entries(&writer) {
            writer.add(entry).unwrap();
        }
        writer.finish().unwrap();
        check(&index, &mut |_| {}).unwrap().examples
    }

    fn entry(a: &Article, writer: &super::super::Writer) -> Entry {
        Entry::new(a, FileKey::of("file"), writer.fields())
    }

    #[test]
    fn a_whole_index_is_clean() {
        let stories =
            [harbour(), article("b", "Ferry fares rise\n\nFares rise by a tenth. Riders grumble."), Article::default()];
        assert_eq!(faults(|w| stories.iter().map(|a| entry(a, w)).collect()), [""; 0]);
    }

    #[test]
    fn each_kind_of_fault_is_found() {
        let twice = faults(|w| vec![entry(&harbour(), w), entry(&harbour(), w)]);
        assert_eq!(twice, ["harbour-1: two articles have this id"]);

        let mut outside = harbour();
        outside.sentences[0] = Span::new(3, 4000);
        assert_eq!(faults(|w| vec![entry(&outside, w)]), ["harbour-1: a sentence is outside its text"]);

        let mut nobody = harbour();
        nobody.mentions[0].entity = 99;
        assert_eq!(faults(|w| vec![entry(&nobody, w)]), ["harbour-1: a name is nobody's"]);

        let mut empty = harbour();
        empty.quotes[0] = Quote { parts: Vec::new(), ..empty.quotes[0].clone() };
        assert_eq!(faults(|w| vec![entry(&empty, w)]), ["harbour-1: a quote has no words"]);

        // Indexed as one article, stored as another.
        let mut other = harbour();
        other.text = other.text.replacen("strike", "strife", 1);
        let mixed = |w: &super::super::Writer| vec![entry(&harbour(), w).with_stored_of(entry(&other, w))];
        assert_eq!(faults(mixed), ["harbour-1: its words or annotations are not indexed as they stand in it"]);
        other = harbour();
        other.quotes.pop();
        let mixed = |w: &super::super::Writer| vec![entry(&harbour(), w).with_stored_of(entry(&other, w))];
        assert_eq!(faults(mixed).len(), 2, "the column of quotes, and the layers");
    }
}
