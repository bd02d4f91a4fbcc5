//! The index: how articles lie in tantivy, and everything else that is in an index folder.
//!
//! One document is one article, with annotation layers that share the positions of its words ([`schema`]). This module
//! is the only home of field names; it neither parses articles nor reads files.
//!
//! ```text
//! Article ─ layers, store ─▶ Entry ─ Writer ─▶ segments ─ Reader ─▶ Article
//! ```
//!
//! [`layers`] says which term stands where and how that reaches tantivy; [`store`] is the whole article as bytes.

pub mod boilerplate;
pub mod check;
mod columns;
pub mod dictionary;
mod directory;
mod document;
mod error;
pub mod files;
pub mod health;
pub mod layers;
pub mod ledger;
mod manifest;
pub mod names;
pub mod outlets;
mod reader;
pub mod repair;
mod room;
pub mod schema;
mod sidecar;
pub mod sketch;
pub mod stats;
pub mod store;
#[cfg(test)]
pub mod testing;
pub mod versions;
mod writer;

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tantivy::IndexSettings;
use tantivy::directory::error::OpenReadError;
use tantivy::index::SegmentComponent;
use tantivy::schema::Schema;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::tokenizer::TextAnalyzer;

pub use directory::replace;
pub use document::{Entry, date_key, entity_key};
pub use error::{Error, Result};
pub use reader::Reader;
pub use room::{Permit, Room};
pub use writer::{Options, Writer};

use crate::article::Origin;
use directory::Folder;
use manifest::Manifest;
use schema::Fields;

/// An index: in a folder, or in memory.
pub struct Index {
    tantivy: tantivy::Index,
    fields: Fields,
    folder: Option<PathBuf>,
}

impl Index {
    /// An empty index that lives as long as this value and its readers.
    pub fn in_ram() -> Result<Index> {
        let (schema, fields) = schema::build();
        let tantivy = tantivy::Index::builder().schema(schema).settings(settings()).create_in_ram()?;
        Ok(Index::of(tantivy, fields, None))
    }

    /// Opens an index to read, or to delete from.
    pub fn open(folder: &Path) -> Result<Index> {
        Index::manifest(folder)?.check_readable(folder)?;
        Index::open_unchecked(folder)
    }

    /// The manifest of a folder that should be an index.
    fn manifest(folder: &Path) -> Result<Manifest> {
        if !folder.exists() {
            return Err(Error::Missing(folder.to_owned()));
        }
        match Manifest::read(folder)? {
            Some(manifest) => Ok(manifest),
            None if health::is_ours(folder) => Err(no_manifest()),
            None => Err(foreign(folder)?.unwrap_or_else(|| Error::Nothing(folder.to_owned()))),
        }
    }

    /// Opens an index whose manifest was looked at.
    fn open_unchecked(folder: &Path) -> Result<Index> {
        let directory = Folder::open(folder).map_err(tantivy::TantivyError::from)?;
        if !tantivy::Index::exists(&directory).map_err(tantivy::TantivyError::from)? {
            never_committed(folder)?;
            return Err(Error::Nothing(folder.to_owned()));
        }
        let (schema, fields) = schema::build();
        let tantivy = tantivy::Index::open(directory)?;
        same_schema(folder, &tantivy, &schema)?;
        Ok(Index::of(tantivy, fields, Some(folder.to_owned())))
    }

    /// Opens an index to add to, or makes one in a folder that is empty (but for its README) or does not exist.
    ///
    /// `models` names the models that articles are parsed with: an index keeps to one set of them.
    pub fn open_or_create(folder: &Path, models: &str) -> Result<Index> {
        match Manifest::read(folder)? {
            Some(manifest) => manifest.check_writable(folder, models)?,
            None if health::is_ours(folder) => return Err(no_manifest()),
            None => {
                if folder.exists()
                    && let Some(error) = foreign(folder)?
                {
                    return Err(error);
                }
                fs::create_dir_all(folder).map_err(|e| Error::io(folder.display().to_string(), e))?;
                Manifest::own(models).write(folder)?;
            }
        }
        let (schema, fields) = schema::build();
        let directory = Folder::open(folder).map_err(tantivy::TantivyError::from)?;
        let builder = tantivy::Index::builder().schema(schema.clone()).settings(settings());
        let tantivy = if tantivy::Index::exists(&directory).map_err(tantivy::TantivyError::from)? {
            tantivy::Index::open(directory)?
        } else {
            never_committed(folder)?;
            builder.open_or_create(directory)?
        };
        same_schema(folder, &tantivy, &schema)?;
        Ok(Index::of(tantivy, fields, Some(folder.to_owned())))
    }

    /// Opens an index that other models may have filled, to rebuild it from what it stores.
    pub fn open_to_rebuild(folder: &Path) -> Result<Index> {
        Index::manifest(folder)?.check_rebuildable(folder)?;
        Index::open_unchecked(folder)
    }

    /// Says that these models understood all articles.
    pub fn declare(&self, models: &str) -> Result<()> {
        self.folder.as_deref().map_or(Ok(()), |folder| Manifest::own(models).write(folder))
    }

    fn of(tantivy: tantivy::Index, fields: Fields, folder: Option<PathBuf>) -> Index {
        tantivy.tokenizers().register(schema::LAYER_TOKENIZER, TextAnalyzer::from(layers::Splitter::default()));
        Index { tantivy, fields, folder }
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The folder, unless it is in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// A view of what is committed now.
    pub fn reader(&self) -> Result<Reader> {
        // Asked for first: should a commit come between, the sidecars seem outdated, never newer than they are.
        let commit = self.tantivy.load_metas()?.opstamp;
        let reader = self.tantivy.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        for segment in searcher.segment_readers() {
            // Every segment has positions, but tantivy opens one without: all phrases would be gone, silently.
            if matches!(segment.open_read(SegmentComponent::Positions), Err(OpenReadError::FileDoesNotExist(_)))
                // Unless it was merged into another since the reader was opened: then the reader still has it.
                && self.tantivy.searchable_segment_ids()?.contains(&segment.segment_id())
            {
                return Err(Error::Damaged(format!("{}.pos is missing", segment.segment_id().uuid_string())));
            }
        }
        let (fields, folder) = (self.fields, self.folder.clone());
        Ok(Reader {
            searcher,
            fields,
            folder,
            commit,
            learned: Default::default(),
            corrections: None,
            dictionaries: Default::default(),
        })
    }

    /// The one writer; [`Error::Busy`] while there is another.
    pub fn writer(&self, options: Options) -> Result<Writer> {
        Writer::new(self, options)
    }
}

/// Bytes of stored articles that are compressed together, which a fetch of one of them decompresses.
const BLOCK: usize = 12 << 10;

fn settings() -> IndexSettings {
    IndexSettings {
        docstore_blocksize: BLOCK,
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(3) }),
        // A thread more for each indexing thread gains nothing where all cores parse.
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// The error for a folder that holds something that is not ours; `None` if it is empty but for a README and files
/// that begin with a dot.
fn foreign(folder: &Path) -> Result<Option<Error>> {
    let wrap = |e: io::Error| match e.kind() {
        io::ErrorKind::NotADirectory => {
            Error::NotAnIndex { folder: folder.to_owned(), found: "no folder but a file".into() }
        }
        _ => Error::io(folder.display().to_string(), e),
    };
    for entry in fs::read_dir(folder).map_err(wrap)? {
        let name = entry.map_err(wrap)?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !name.starts_with("README") && !name.starts_with(manifest::FILE) {
            return Ok(Some(Error::NotAnIndex { folder: folder.to_owned(), found: name.into_owned() }));
        }
    }
    Ok(None)
}

fn no_manifest() -> Error {
    Error::Damaged(format!("{} is missing", manifest::FILE))
}

/// An error if there was a commit once: an index that lost it is not an empty one.
fn never_committed(folder: &Path) -> Result<()> {
    match folder.join(directory::COPY).exists() || !health::segment_files(folder)?.is_empty() {
        true => Err(Error::Damaged(format!("{} is missing", directory::COMMIT))),
        false => Ok(()),
    }
}

fn same_schema(folder: &Path, tantivy: &tantivy::Index, schema: &Schema) -> Result<()> {
    if tantivy.schema() == *schema {
        return Ok(());
    }
    Err(Error::Damaged(format!("the fields in {} are not those its manifest says", folder.display())))
}

/// The term of an id. Ids may be of any length, terms may not: a very long one ends in its digest.
pub fn id_term(id: &str) -> Cow<'_, str> {
    if id.len() <= layers::LONGEST_TERM {
        return Cow::Borrowed(id);
    }
    let hash = Sha256::digest(id.as_bytes());
    Cow::Owned(format!("{}…{:016x}", &id[..id.floor_char_boundary(200)], first_u64(&hash)))
}

/// Names a file that articles were read from, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey(pub(crate) u64);

impl FileKey {
    /// The key of a file. Give the same path however the file was reached: absolute, links resolved.
    pub fn of(path: &str) -> FileKey {
        FileKey::of_bytes(path.as_bytes())
    }

    /// The same for a path that may not be Unicode.
    pub fn of_bytes(path: &[u8]) -> FileKey {
        FileKey(first_u64(&Sha256::digest(path)))
    }
}

/// A hash of a record's content and place: equal means that nothing need be parsed again. Of 40 bits: a changed record
/// is taken for the same once in 10^12.
pub fn digest(origin: &Origin) -> u64 {
    let mut hash = Sha256::new();
    hash.update(origin.sha256.as_bytes());
    hash.update(origin.member.as_deref().unwrap_or_default().as_bytes());
    hash.update(origin.record.to_le_bytes());
    first_u64(&hash.finalize()) & ((1 << 40) - 1)
}

fn first_u64(hash: &[u8]) -> u64 {
    hash.first_chunk().map_or(0, |b| u64::from_le_bytes(*b))
}
