//! A consistent view of an index.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::collector::DocSetCollector;
use tantivy::columnar::Column;
use tantivy::directory::CompositeFile;
use tantivy::index::SegmentComponent;
use tantivy::query::Query;
use tantivy::schema::document::{DeserializeError, DocumentDeserialize, DocumentDeserializer};
use tantivy::schema::{Field, IndexRecordOption, OwnedValue};
use tantivy::store::StoreReader;
use tantivy::{DocAddress, DocId, DocSet, Searcher, TERMINATED, TantivyError, Term};

use super::boilerplate::Boilerplate;
use super::dictionary::Dictionary;
use super::ledger::Corrections;
use super::names::Names;
use super::outlets::Outlets;
use super::schema::Fields;
use super::sidecar::Sidecar;
use super::versions::Version;
use super::{Error, FileKey, Result, id_term, store};
use crate::article::Article;

/// What was committed when it was opened. It does not change: whatever is written meanwhile, one reader's answers
/// belong together. To see more, open another.
#[derive(Clone)]
pub struct Reader {
    pub(super) searcher: Searcher,
    pub(super) fields: Fields,
    /// Where the sidecars are.
    pub(super) folder: Option<PathBuf>,
    pub(super) commit: u64,
    pub(super) learned: Arc<Learned>,
    pub(super) corrections: Option<Arc<Corrections>>,
    pub(super) dictionaries: Arc<Mutex<Dictionaries>>,
}

/// The dictionaries that were asked for, by segment and field.
pub(super) type Dictionaries = FxHashMap<(u32, Field), Arc<Dictionary>>;

/// What the sidecars say, once it was asked for.
#[derive(Default)]
pub(super) struct Learned {
    names: OnceLock<Names>,
    boilerplate: OnceLock<Boilerplate>,
    outlets: OnceLock<Outlets>,
}

impl Reader {
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What these articles teach about names: from the sidecar if it belongs to this commit, else learned now.
    pub fn names(&self) -> Result<&Names> {
        self.learned(&self.learned.names)
    }

    /// What the outlets repeat in article after article: from the sidecar if it belongs to this commit, else learned
    /// now.
    pub fn boilerplate(&self) -> Result<&Boilerplate> {
        self.learned(&self.learned.boilerplate)
    }

    /// Which spellings mean which outlet: from the sidecar if it belongs to this commit, else learned now.
    pub fn outlets(&self) -> Result<&Outlets> {
        self.learned(&self.learned.outlets)
    }

    fn learned<'l, S: Sidecar>(&self, known: &'l OnceLock<S>) -> Result<&'l S> {
        if let Some(known) = known.get() {
            return Ok(known);
        }
        let saved = self.folder.as_deref().and_then(|folder| S::read(folder, self.commit));
        let now = saved.map_or_else(|| S::learn(self), Ok)?;
        Ok(known.get_or_init(|| now))
    }

    /// Makes the sidecars anew beside the index, so that no query has to, and nothing stays in them that is deleted.
    pub fn save_sidecars(&self) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        self.names()?.write(folder, self.commit)?;
        self.boilerplate()?.write(folder, self.commit)?;
        self.outlets()?.write(folder, self.commit)
    }

    /// The sidecars that say that they belong to this commit and are not what the articles teach.
    pub fn outdated_sidecars(&self) -> Result<Vec<&'static str>> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let sidecars = [
            (Names::FILE, Names::is_outdated(self, folder, self.commit)?),
            (Boilerplate::FILE, Boilerplate::is_outdated(self, folder, self.commit)?),
            (Outlets::FILE, Outlets::is_outdated(self, folder, self.commit)?),
        ];
        Ok(sidecars.into_iter().filter(|(_, outdated)| *outdated).map(|(file, _)| file).collect())
    }

    /// The same articles under a ledger: from here on it is applied wherever names are asked for.
    pub fn with_corrections(self, corrections: Corrections) -> Reader {
        let corrections = (!corrections.ledger.is_empty()).then(|| Arc::new(corrections));
        Reader { corrections, ..self }
    }

    /// What the ledger says of these articles' names; `None` if it says nothing.
    pub fn corrections(&self) -> Option<&Corrections> {
        self.corrections.as_deref()
    }

    /// The terms of a field in one segment.
    pub fn dictionary(&self, segment: u32, field: Field) -> tantivy::Result<Arc<Dictionary>> {
        let mut opened = self.dictionaries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dictionary) = opened.get(&(segment, field)) {
            return Ok(dictionary.clone());
        }
        let open = || -> io::Result<Dictionary> {
            let file =
                self.searcher.segment_reader(segment).open_read(SegmentComponent::Terms).map_err(io::Error::other)?;
            match CompositeFile::open(&file)?.open_read(field) {
                Some(terms) => Dictionary::open(terms),
                None => Dictionary::empty(),
            }
        };
        let dictionary = Arc::new(open()?);
        opened.insert((segment, field), dictionary.clone());
        Ok(dictionary)
    }

    /// How many articles there are.
    pub fn articles(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// The whole article at an address.
    pub fn article(&self, at: DocAddress) -> Result<Article> {
        self.stored(at)?.article()
    }

    /// What the article at an address said before, the latest text first.
    pub fn versions(&self, at: DocAddress) -> Result<Vec<Version>> {
        self.stored(at)?.versions()
    }

    /// All texts of the article at an address: as it stands, then what it said before, the latest first.
    pub fn texts(&self, at: DocAddress) -> Result<(Version, Vec<Version>)> {
        let stored = self.stored(at)?;
        Ok((Version { article: stored.article()?, file: self.file(at)? }, stored.versions()?))
    }

    /// What is stored at an address, still encoded.
    pub(super) fn stored(&self, at: DocAddress) -> Result<Stored> {
        Ok(Stored::of(self.searcher.doc(at)?, at.doc_id, &self.fields))
    }

    /// The whole article at an address as the archive and the user teach it: names as the ledger has them, its outlet
    /// under the one name, its boilerplate marked. This is what is shown.
    pub fn corrected(&self, at: DocAddress) -> Result<Article> {
        let mut article = self.article(at)?;
        if let Some(repeated) = self.boilerplate()?.of(&article) {
            let lines = self.numbers_opt(at.segment_ord, self.fields.line)?;
            let lines = lines.iter().flat_map(|column| column.values_for_doc(at.doc_id)).map(|hash| hash as u32);
            repeated.mark(&mut article, lines);
        }
        let outlets = self.outlets()?;
        article.source = article.source.map(|source| outlets.name(&source).to_owned());
        if let Some(corrections) = self.corrections() {
            corrections.correct(&mut article, at);
        }
        Ok(article)
    }

    /// Where the article with this id is.
    pub fn find(&self, id: &str) -> Result<Option<DocAddress>> {
        let mut found = None;
        self.each_with(&Term::from_field_text(self.fields.id, &id_term(id)), |at| found = Some(at))?;
        Ok(found)
    }

    /// The articles that were read from a file, with their [digests](super::digest).
    pub fn of_file(&self, file: FileKey) -> Result<Vec<(DocAddress, u64)>> {
        let mut found = Vec::new();
        self.each_with(&Term::from_field_u64(self.fields.file, file.0), |at| found.push(at))?;
        let mut column = None;
        let mut out = Vec::with_capacity(found.len());
        for at in found {
            let (ord, digests) = match column.take() {
                Some((ord, digests)) if ord == at.segment_ord => (ord, digests),
                _ => (at.segment_ord, self.numbers(at.segment_ord, "digest")?),
            };
            out.push((at, digests.first(at.doc_id).unwrap_or_default()));
            column = Some((ord, digests));
        }
        Ok(out)
    }

    /// The id of the article at an address.
    pub fn id(&self, at: DocAddress) -> Result<String> {
        // The column has the term, which for a very long id is not the id.
        self.article(at).map(|a| a.id)
    }

    /// The id of the article at an address as the column has it: a very long one ends in its digest.
    pub(super) fn filed_id(&self, at: DocAddress) -> Result<String> {
        let name = self.searcher.schema().get_field_name(self.fields.id);
        let column = self.searcher.segment_reader(at.segment_ord).fast_fields().str(name)?;
        let mut id = String::new();
        if let Some(column) = column
            && let Some(ord) = column.ords().first(at.doc_id)
        {
            column.ord_to_str(ord, &mut id).map_err(|e| Error::io("the ids", e))?;
        }
        Ok(id)
    }

    /// The file that the article at an address was read from.
    pub fn file(&self, at: DocAddress) -> Result<FileKey> {
        Ok(FileKey(self.numbers(at.segment_ord, "file")?.first(at.doc_id).unwrap_or_default()))
    }

    /// The ids of all articles that match a query, in order of id.
    pub fn ids(&self, query: &dyn Query) -> Result<Vec<String>> {
        let found = self.searcher.search(query, &DocSetCollector)?;
        let mut ids = found.into_iter().map(|at| self.id(at)).collect::<Result<Vec<_>>>()?;
        ids.sort_unstable();
        Ok(ids)
    }

    /// A fast field of numbers in one segment.
    pub(super) fn numbers(&self, segment: u32, field: &str) -> Result<Column<u64>> {
        Ok(self.searcher.segment_reader(segment).fast_fields().u64(field)?)
    }

    /// The same; `None` where no article of the segment has a value.
    pub(super) fn numbers_opt(&self, segment: u32, field: Field) -> Result<Option<Column<u64>>> {
        let name = self.searcher.schema().get_field_name(field);
        Ok(self.searcher.segment_reader(segment).fast_fields().column_opt(name)?)
    }

    /// Hands over every article that has a term and is not deleted.
    fn each_with(&self, term: &Term, mut each: impl FnMut(DocAddress)) -> Result<()> {
        for (ord, segment) in self.searcher.segment_readers().iter().enumerate() {
            let inverted = segment.inverted_index(term.field())?;
            let Some(mut docs) = inverted.read_postings(term, IndexRecordOption::Basic).map_err(TantivyError::from)?
            else {
                continue;
            };
            while docs.doc() != TERMINATED {
                if !segment.is_deleted(docs.doc()) {
                    each(DocAddress::new(ord as u32, docs.doc()));
                }
                docs.advance();
            }
        }
        Ok(())
    }
}

/// One article and its versions, encoded; nothing where it has no such field.
pub(super) struct Stored {
    doc: DocId,
    article: Vec<u8>,
    versions: Vec<u8>,
}

impl Stored {
    fn of(Bytes(mut bytes): Bytes, doc: DocId, fields: &Fields) -> Stored {
        let mut take = |field| bytes.iter_mut().find(|(f, _)| *f == field).map(|(_, b)| std::mem::take(b));
        let (article, versions) = (take(fields.stored), take(fields.versions));
        Stored { doc, article: article.unwrap_or_default(), versions: versions.unwrap_or_default() }
    }

    /// What one segment stores of an article. That it cannot be read is damage, whatever the reason.
    pub fn read(store: &StoreReader, doc: DocId, fields: &Fields) -> Result<Stored> {
        let unreadable =
            |e: TantivyError| Error::Damaged(format!("a stored article cannot be read (number {doc}: {e})"));
        Ok(Stored::of(store.get(doc).map_err(unreadable)?, doc, fields))
    }

    pub fn article(&self) -> Result<Article> {
        store::decode(&self.article).map_err(|e| self.damaged(e))
    }

    pub fn versions(&self) -> Result<Vec<Version>> {
        store::decode_versions(&self.versions).map_err(|e| self.damaged(e))
    }

    fn damaged(&self, error: store::Corrupt) -> Error {
        Error::Damaged(format!("{error} (number {} of its segment)", self.doc))
    }
}

/// The stored fields as tantivy gives them.
struct Bytes(Vec<(Field, Vec<u8>)>);

impl DocumentDeserialize for Bytes {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut fields: D) -> std::result::Result<Self, DeserializeError> {
        let mut stored = Vec::with_capacity(1);
        while let Some((field, value)) = fields.next_field::<OwnedValue>()? {
            if let OwnedValue::Bytes(bytes) = value {
                stored.push((field, bytes));
            }
        }
        Ok(Bytes(stored))
    }
}
