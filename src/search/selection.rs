//! The articles that an answer counts over: which they are, without rank, and the columns that say what they are.
//!
//! Counts over names, dates and sources read the index's fast columns and never an article: that keeps the facets of
//! a hundred thousand matches at the cost of reading a few arrays.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::Query;
use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, SegmentOrdinal, SegmentReader};

use super::compile::compile;
use super::engine::{self, Bm25};
use super::{Filters, syntax};
use crate::index::Reader;
use crate::index::ledger::Corrections;
use crate::index::schema::Fields;

/// Articles of one index, segment by segment, in the order of their numbers.
#[derive(Clone)]
pub struct Selection<'r> {
    pub reader: &'r Reader,
    docs: Vec<Docs>,
    /// How many of the articles only because of names that are inferred.
    pub inferred: u64,
}

/// Articles of one segment.
#[derive(Clone, Debug)]
enum Docs {
    /// All that are not deleted.
    All,
    Some(Vec<DocId>),
}

impl<'r> Selection<'r> {
    /// Every article.
    pub fn all(reader: &'r Reader) -> Selection<'r> {
        Selection { reader, docs: vec![Docs::All; reader.searcher().segment_readers().len()], inferred: 0 }
    }

    /// The articles of each index that match a query and its filters.
    pub fn matching(
        readers: &'r [Reader],
        query: &syntax::Node,
        filters: &Filters,
    ) -> Result<Vec<Selection<'r>>, super::Error> {
        if query.expr == syntax::Expr::All && *filters == Filters::default() {
            return Ok(readers.iter().map(Selection::all).collect());
        }
        let segments = engine::segments(readers);
        let mut bm25 = Bm25::of(&segments)?;
        let plan = compile(query, filters, &segments, &mut bm25)?;
        let mut selections: Vec<Selection> =
            readers.iter().map(|reader| Selection { reader, docs: Vec::new(), inferred: 0 }).collect();
        for segment in &segments {
            let mut docs = Vec::new();
            engine::run(&plan, segment, &bm25, false, |doc, _| docs.push(doc))?;
            selections[segment.owner].docs.push(Docs::Some(docs));
        }
        if plan.infers {
            let certain = Filters { certain: true, ..filters.clone() };
            for (all, certain) in selections.iter_mut().zip(Selection::matching(readers, query, &certain)?) {
                all.inferred = all.len().saturating_sub(certain.len());
            }
        }
        Ok(selections)
    }

    /// The articles that match a query of tantivy's.
    pub fn of(reader: &'r Reader, query: &dyn Query) -> tantivy::Result<Selection<'r>> {
        let mut docs = vec![Docs::Some(Vec::new()); reader.searcher().segment_readers().len()];
        for (segment, mut list) in reader.searcher().search(query, &Numbers)? {
            list.sort_unstable();
            if let Some(slot) = docs.get_mut(segment as usize) {
                *slot = Docs::Some(list);
            }
        }
        Ok(Selection { reader, docs, inferred: 0 })
    }

    /// How many articles.
    pub fn len(&self) -> u64 {
        self.segments().map(|s| s.count()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn contains(&self, at: DocAddress) -> bool {
        self.segments().nth(at.segment_ord as usize).is_some_and(|s| s.contains(at.doc_id))
    }

    /// The addresses of all articles.
    pub fn addresses(&self) -> impl Iterator<Item = DocAddress> + '_ {
        self.segments().flat_map(|s| s.docs().map(move |doc| DocAddress::new(s.ord, doc)))
    }

    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let readers = self.reader.searcher().segment_readers();
        self.docs.iter().zip(readers).enumerate().map(|(ord, (docs, reader))| Segment {
            ord: ord as SegmentOrdinal,
            reader,
            owner: self.reader,
            docs,
        })
    }
}

/// The articles of one segment, with its columns.
#[derive(Clone, Copy)]
pub struct Segment<'s> {
    pub ord: SegmentOrdinal,
    reader: &'s SegmentReader,
    owner: &'s Reader,
    docs: &'s Docs,
}

impl<'s> Segment<'s> {
    pub fn count(&self) -> u64 {
        match self.docs {
            Docs::All => self.reader.num_docs().into(),
            Docs::Some(list) => list.len() as u64,
        }
    }

    /// The articles' numbers, in order.
    pub fn docs(&self) -> Box<dyn Iterator<Item = DocId> + 's> {
        match self.docs {
            Docs::All => Box::new(self.reader.doc_ids_alive()),
            Docs::Some(list) => Box::new(list.iter().copied()),
        }
    }

    pub fn contains(&self, doc: DocId) -> bool {
        match self.docs {
            Docs::All => !self.reader.is_deleted(doc),
            Docs::Some(list) => list.binary_search(&doc).is_ok(),
        }
    }

    pub fn fields(&self) -> &'s Fields {
        self.owner.fields()
    }

    /// What the ledger says of these articles' names.
    pub fn corrections(&self) -> Option<&'s Corrections> {
        self.owner.corrections()
    }

    pub fn reader(&self) -> &'s SegmentReader {
        self.reader
    }

    /// A column of numbers; `None` where no article of the segment has a value.
    pub fn numbers(&self, field: Field) -> tantivy::Result<Option<Column<u64>>> {
        self.reader.fast_fields().column_opt(self.name(field))
    }

    /// A column of strings; `None` where no article of the segment has a value.
    pub fn strings(&self, field: Field) -> tantivy::Result<Option<StrColumn>> {
        self.reader.fast_fields().str(self.name(field))
    }

    fn name(&self, field: Field) -> &'s str {
        self.owner.searcher().schema().get_field_name(field)
    }
}

/// The strings of some of a column's ordinals, which are given in order, each once.
pub fn strings_of(column: &StrColumn, ordinals: &[u64]) -> tantivy::Result<Vec<String>> {
    let mut out = Vec::with_capacity(ordinals.len());
    let all = column
        .dictionary()
        .sorted_ords_to_term_cb(ordinals, |bytes| out.push(String::from_utf8_lossy(bytes).into_owned()))?;
    if all { Ok(out) } else { Err(tantivy::TantivyError::InternalError("a column without its strings".into())) }
}

/// Collects the numbers of all matches.
struct Numbers;

impl Collector for Numbers {
    type Fruit = Vec<(SegmentOrdinal, Vec<DocId>)>;
    type Child = SegmentNumbers;

    fn for_segment(&self, ord: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentNumbers> {
        Ok(SegmentNumbers { ord, docs: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<(SegmentOrdinal, Vec<DocId>)>) -> tantivy::Result<Self::Fruit> {
        Ok(fruits)
    }
}

struct SegmentNumbers {
    ord: SegmentOrdinal,
    docs: Vec<DocId>,
}

impl SegmentCollector for SegmentNumbers {
    type Fruit = (SegmentOrdinal, Vec<DocId>);

    fn collect(&mut self, doc: DocId, _: f32) {
        self.docs.push(doc);
    }

    fn harvest(self) -> Self::Fruit {
        (self.ord, self.docs)
    }
}
