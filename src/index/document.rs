//! One article, ready for tantivy: all its fields' values, made where the article was parsed so that the indexing
//! threads have nothing left to do but to index.

use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf, Value};
use tantivy::schema::{Document, Field};

use super::boilerplate::line;
use super::layers::Layers;
use super::schema::Fields;
use super::sketch;
use super::versions::Version;
use super::{FileKey, digest, id_term, store};
use crate::article::{Article, DateFrom, Stamp};

/// The document of one article.
#[derive(Debug)]
pub struct Entry {
    pub(super) id: String,
    values: Vec<(Field, Datum)>,
    bytes: usize,
    /// Given back when tantivy is done with the document; see [`super::Room`].
    pub(super) permit: Option<super::Permit>,
}

#[derive(Debug)]
pub enum Datum {
    Text(String),
    Bytes(Vec<u8>),
    Number(u64),
}

impl Entry {
    /// Encodes an article that was read from this file.
    pub fn new(article: &Article, file: FileKey, fields: &Fields) -> Entry {
        let mut values = Vec::with_capacity(32);
        let mut bytes = 0;
        let mut text = |field, s: String| {
            bytes += s.len();
            values.push((field, Datum::Text(s)));
        };
        text(fields.id, id_term(&article.id).into_owned());
        Layers::of(article, fields).each(|field, layer| text(field, layer.into_encoded()));
        article.source.iter().for_each(|s| text(fields.source, s.clone()));
        article.section.iter().for_each(|s| text(fields.section, s.clone()));
        article.language.iter().for_each(|s| text(fields.language, s.clone()));
        for e in &article.entities {
            text(fields.entity, entity_key(e.kind, &e.name));
        }
        for name in article.quotes.iter().filter_map(|q| q.speaker.as_ref()?.name.as_ref()) {
            text(fields.said_by, name.clone());
        }
        let mut number = |field, n| values.push((field, Datum::Number(n)));
        if let Some(stamp) = article.published {
            number(fields.published, date_key(stamp));
        }
        if article.published_from == Some(DateFrom::File) {
            number(fields.undated, 1);
        }
        number(fields.words, article.tokens.words().into());
        number(fields.quotes, article.quotes.len() as u64);
        line::hashes(article).iter().for_each(|&hash| number(fields.line, hash.into()));
        sketch::kept(article).for_each(|hash| number(fields.sketch, hash));
        number(fields.file, file.0);
        number(fields.digest, digest(&article.origin));
        let stored = store::encode(article);
        bytes += stored.len();
        values.push((fields.stored, Datum::Bytes(stored)));
        Entry { id: article.id.clone(), values, bytes, permit: None }
    }

    /// Encodes an article and the texts that it had before.
    pub fn with_versions(current: &Version, earlier: &[Version], fields: &Fields) -> Entry {
        let mut entry = Entry::new(&current.article, current.file, fields);
        if !earlier.is_empty() {
            let stored = store::encode_versions(earlier);
            entry.bytes += stored.len();
            entry.values.push((fields.versions, Datum::Bytes(stored)));
        }
        entry
    }

    /// The article that was encoded.
    pub fn article(&self) -> super::Result<Article> {
        let stored = self.values.iter().find_map(|(_, v)| if let Datum::Bytes(b) = v { Some(b) } else { None });
        Ok(store::decode(stored.map_or(&[], Vec::as_slice))?)
    }

    /// The same article under another id.
    pub fn with_id(self, id: String, file: FileKey, fields: &Fields) -> super::Result<Entry> {
        let article = Article { id, ..self.article()? };
        Ok(Entry::new(&article, file, fields))
    }

    /// This article's layers and columns with another's text: for what must never happen.
    #[cfg(test)]
    pub fn with_stored_of(mut self, other: Entry) -> Entry {
        self.values.retain(|(_, v)| !matches!(v, Datum::Bytes(_)));
        self.values.extend(other.values.into_iter().filter(|(_, v)| matches!(v, Datum::Bytes(_))));
        self
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// About how many bytes it holds.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// How the facet column writes an entity: `person|Christine Lagarde`.
pub fn entity_key(kind: crate::article::EntityType, name: &str) -> String {
    let kind = kind.name();
    let mut key = String::with_capacity(kind.len() + 1 + name.len());
    key.extend([kind, "|", name]);
    key
}

/// The civil date as the number `yyyymmdd`; years before 0 count as 0.
pub fn date_key(stamp: Stamp) -> u64 {
    let d = stamp.date;
    u64::from(d.year().max(0) as u16) * 10_000 + d.month() as u64 * 100 + d.day() as u64
}

/// A value as tantivy takes it.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a>(&'a Datum);

impl<'a> Value<'a> for Given<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self.0 {
            Datum::Text(s) => ReferenceValueLeaf::Str(s),
            Datum::Bytes(b) => ReferenceValueLeaf::Bytes(b),
            Datum::Number(n) => ReferenceValueLeaf::U64(*n),
        })
    }
}

impl Document for Entry {
    type Value<'a> = Given<'a>;
    type FieldsValuesIter<'a> =
        std::iter::Map<std::slice::Iter<'a, (Field, Datum)>, fn(&'a (Field, Datum)) -> (Field, Given<'a>)>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        fn given(pair: &(Field, Datum)) -> (Field, Given<'_>) {
            (pair.0, Given(&pair.1))
        }
        self.values.iter().map(given)
    }
}
