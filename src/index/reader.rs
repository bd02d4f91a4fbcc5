//! A consistent view of an index.

use tantivy::query::{EnableScoring, Query, TermQuery};
use tantivy::schema::document::{DeserializeError, DocumentDeserialize, DocumentDeserializer};
use tantivy::schema::{IndexRecordOption, OwnedValue};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, Term};

use super::schema::Fields;
use super::{Error, Result, id_term, store};
use crate::article::Article;

/// What was committed when it was opened. It does not change: whatever is written meanwhile, one reader's answers
/// belong together. To see more, open another.
#[derive(Clone)]
pub struct Reader {
    pub(super) searcher: Searcher,
    pub(super) fields: Fields,
}

impl Reader {
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// How many articles there are.
    pub fn articles(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// The whole article at an address.
    pub fn article(&self, at: DocAddress) -> Result<Article> {
        let Stored(bytes) = self.searcher.doc(at)?;
        store::decode(&bytes).map_err(|e| Error::Damaged(format!("{e} (segment {}, {})", at.segment_ord, at.doc_id)))
    }

    /// Where the article with this id is.
    pub fn find(&self, id: &str) -> Result<Option<DocAddress>> {
        self.find_term(&Term::from_field_text(self.fields.id, &id_term(id)))
    }

    fn find_term(&self, term: &Term) -> Result<Option<DocAddress>> {
        let query = TermQuery::new(term.clone(), IndexRecordOption::Basic);
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        for (ord, segment) in self.searcher.segment_readers().iter().enumerate() {
            let mut docs = weight.scorer(segment, 1.0)?;
            while docs.doc() != TERMINATED {
                if !segment.is_deleted(docs.doc()) {
                    return Ok(Some(DocAddress::new(ord as u32, docs.doc())));
                }
                docs.advance();
            }
        }
        Ok(None)
    }
}

/// The one stored field.
struct Stored(Vec<u8>);

impl DocumentDeserialize for Stored {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut fields: D) -> std::result::Result<Self, DeserializeError> {
        match fields.next_field::<OwnedValue>()? {
            Some((_, OwnedValue::Bytes(bytes))) => Ok(Stored(bytes)),
            _ => Ok(Stored(Vec::new())),
        }
    }
}
