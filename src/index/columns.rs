//! What the sidecars are learned from: the columns and terms that say of each article where it is from.

use tantivy::columnar::StrColumn;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyError};

use super::schema::filed;
use super::{Reader, Result};

/// The outlets that a segment's articles name.
pub(super) struct Sources {
    column: Option<StrColumn>,
    names: Vec<String>,
}

impl Sources {
    pub fn of(reader: &Reader, segment: &SegmentReader) -> Result<Sources> {
        let field = reader.searcher().schema().get_field_name(reader.fields().source);
        let column = segment.fast_fields().str(field)?;
        let mut names = Vec::new();
        if let Some(column) = &column {
            let mut terms = column.dictionary().stream().map_err(TantivyError::from)?;
            while terms.advance() {
                names.push(String::from_utf8_lossy(terms.key()).into_owned());
            }
        }
        Ok(Sources { column, names })
    }

    pub fn of_doc(&self, doc: DocId) -> Option<&str> {
        let ord = self.column.as_ref()?.ords().first(doc)?;
        self.names.get(ord as usize).map(String::as_str)
    }
}

/// The sites that a segment's articles stand on.
pub(super) struct Sites {
    names: Vec<String>,
    /// For each article an index into the names; past their end where no address is known.
    docs: Vec<u32>,
}

impl Sites {
    pub fn of(reader: &Reader, segment: &SegmentReader) -> Result<Sites> {
        Sites::read(segment, reader.fields().filed).map_err(Into::into)
    }

    fn read(segment: &SegmentReader, field: Field) -> tantivy::Result<Sites> {
        let mut sites = Sites { names: Vec::new(), docs: vec![u32::MAX; segment.max_doc() as usize] };
        let prefix = format!("{}=", filed::DOMAIN);
        let inverted = segment.inverted_index(field)?;
        let mut terms = inverted.terms().range().ge(&prefix).into_stream()?;
        while let Some((term, info)) = terms.next() {
            let Some(name) = term.strip_prefix(prefix.as_bytes()) else { break };
            let mut docs = inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            while docs.doc() != TERMINATED {
                if let Some(slot) = sites.docs.get_mut(docs.doc() as usize) {
                    *slot = sites.names.len() as u32;
                }
                docs.advance();
            }
            sites.names.push(String::from_utf8_lossy(name).into_owned());
        }
        Ok(sites)
    }

    pub fn of_doc(&self, doc: DocId) -> Option<&str> {
        let name = *self.docs.get(doc as usize)?;
        self.names.get(name as usize).map(String::as_str)
    }
}

/// What can stand in a column of a sidecar.
pub(super) fn plain(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}
