//! Is the index whole? Proved from the index alone.
//!
//! Checked are the checksums of all files; that every article can be decoded, with all spans inside its text and all
//! references among its parts; that its columns say what the article says; that no two articles have one id; and that the
//! postings are exactly what the articles' layers give: no term, position or occurrence more or less.
//!
//! The last is done without holding the postings of an article: every occurrence (field, term, position) is hashed, and
//! the hashes of one article summed. One pass over the inverted index gives one sum an article, regenerating the layers
//! another, and the two must be equal.

use std::hash::Hasher;

use rustc_hash::{FxHashSet, FxHasher};
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::{TokenStream, Tokenizer};
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED};

use super::boilerplate::line;
use super::files::Files;
use super::layers::{Layers, Splitter};
use super::schema::Record;
use super::sketch::Shingles;
use super::{Error, Index, Reader, Result, digest, id_term};
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
    let mut damaged: Vec<_> = index.tantivy.validate_checksum()?.into_iter().collect();
    damaged.sort();
    for file in damaged {
        report.fault(format!("{} is not as it was written", file.display()));
    }
    if !report.is_clean() {
        // What tantivy makes of such bytes nobody knows: better not to look.
        return Ok(report);
    }
    let files = Files::open(index.folder(), index.tantivy.load_metas()?.payload.as_deref())?;
    let reader = index.reader()?;
    let mut ids = FxHashSet::default();
    for (ord, segment) in reader.searcher().segment_readers().iter().enumerate() {
        let postings = postings_sums(segment, &reader)?;
        let columns = Columns::of(&reader, ord as u32)?;
        for doc in segment.doc_ids_alive() {
            report.articles += 1;
            let stored = reader.stored(DocAddress::new(ord as u32, doc));
            let (article, stored) = match stored.and_then(|stored| Ok((stored.article()?, stored))) {
                Ok(both) => both,
                Err(Error::Damaged(what)) => {
                    report.fault(what);
                    continue;
                }
                Err(e) => return Err(e),
            };
            match stored.versions() {
                Ok(versions) => {
                    for what in versions.iter().filter_map(|v| misfit(&v.article)) {
                        report.fault(format!("{}: in an earlier version, {what}", article.id));
                    }
                }
                Err(Error::Damaged(what)) => report.fault(what),
                Err(e) => return Err(e),
            }
            let id = &article.id;
            if !ids.insert(hash(|h| h.write(id.as_bytes()))) {
                report.fault(format!("{id}: two articles have this id"));
            }
            if let Some(what) = misfit(&article) {
                report.fault(format!("{id}: {what}"));
            }
            columns.check(doc, &article, &mut report);
            if layers_sum(&article, &reader) != postings[doc as usize] {
                report.fault(format!("{id}: its words or annotations are not indexed as they stand in it"));
            }
            let file = super::FileKey(columns.file.first(doc).unwrap_or_default());
            report.of_unfinished_files += files.get(file).is_none() as u64;
            progress(report.articles);
        }
    }
    Ok(report)
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
    fn of(reader: &Reader, segment: u32) -> Result<Columns> {
        let fast = reader.searcher().segment_reader(segment).fast_fields();
        let id = fast.str("id")?;
        Ok(Columns {
            id: id.ok_or_else(|| Error::Damaged(format!("segment {segment} has no ids")))?,
            words: reader.numbers(segment, "words")?,
            quotes: reader.numbers(segment, "quotes")?,
            digest: reader.numbers(segment, "digest")?,
            sketch: fast.column_opt("sketch")?,
            line: fast.column_opt("line")?,
            file: reader.numbers(segment, "file")?,
        })
    }

    fn check(&self, doc: DocId, article: &Article, report: &mut Report) {
        let mut id = String::new();
        let read = self.id.ords().first(doc).map(|ord| self.id.ord_to_str(ord, &mut id));
        if !matches!(read, Some(Ok(true))) || id != id_term(&article.id) {
            report.fault(format!("{}: it is filed under the id {id:?}", article.id));
        }
        let numbers = [
            (&self.words, u64::from(article.tokens.words())),
            (&self.quotes, article.quotes.len() as u64),
            (&self.digest, digest(&article.origin)),
        ];
        if numbers.iter().any(|(column, n)| column.first(doc) != Some(*n)) {
            report.fault(format!("{}: its number of words, of quotes or its digest is not its own", article.id));
        }
        let sketch = self.sketch.iter().flat_map(|column| column.values_for_doc(doc));
        if !sketch.eq(Shingles::of(article).kept()) {
            report.fault(format!("{}: its sketch, by which copies are found, is not its own", article.id));
        }
        let lines = self.line.iter().flat_map(|column| column.values_for_doc(doc));
        if !lines.eq(line::hashes(article).into_iter().map(u64::from)) {
            report.fault(format!("{}: its lines, by which boilerplate is found, are not its own", article.id));
        }
    }
}

/// For every document of a segment: the sum over its occurrences, as they stand in the inverted index.
fn postings_sums(segment: &SegmentReader, reader: &Reader) -> Result<Vec<u64>> {
    let mut sums = vec![0u64; segment.max_doc() as usize];
    let mut positions = Vec::new();
    for (field, record) in reader.fields().layers() {
        let inverted = segment.inverted_index(field)?;
        let option = match record {
            Record::Presence => IndexRecordOption::Basic,
            Record::Count => IndexRecordOption::WithFreqs,
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
                    let mut count = |position, times: u32| {
                        let one = occurrence(field, terms.key(), position).wrapping_mul(times.into());
                        *sum = sum.wrapping_add(one);
                    };
                    match record {
                        Record::Presence => count(0, 1),
                        Record::Count => count(0, docs.term_freq()),
                        Record::Positions => {
                            docs.positions(&mut positions);
                            positions.iter().for_each(|p| count(*p, 1));
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
fn layers_sum(article: &Article, reader: &Reader) -> u64 {
    let mut sum = 0u64;
    let mut splitter = Splitter::default();
    Layers::of(article, reader.fields()).each(|field, layer| {
        let presence = reader.fields().layers().any(|(f, record)| f == field && record == Record::Presence);
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
