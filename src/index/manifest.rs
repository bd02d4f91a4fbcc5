//! The versions of an index: what its bytes mean.
//!
//! `newsdex.json` beside tantivy's files records the versions of the schema, of the analysis (tokens, folding, layers)
//! and of the models, and nothing else. It makes a folder an index of newsdex: it is written before the first article
//! and changes only when all articles were understood anew. It is sealed like the commit ([`super::directory`]). What
//! was read from where lives with the articles ([`super::files`]).

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::directory::{self, seal, seal_of};
use super::{Error, Result, schema, store};

pub const FILE: &str = "newsdex.json";

/// Raised whenever tokens, folding or the terms of the layers change.
pub const ANALYSIS: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Fields and stored articles: [`schema::VERSION`] and [`store::VERSION`].
    schema: String,
    analysis: u32,
    /// Of names and quotes, as `parse` calls them. Others still read the index, but do not add to it.
    models: String,
}

impl Manifest {
    pub fn own(models: &str) -> Manifest {
        Manifest {
            schema: format!("{}.{}", schema::VERSION, store::VERSION),
            analysis: ANALYSIS,
            models: models.to_owned(),
        }
    }

    /// The manifest of a folder; `None` where there is none.
    pub fn read(folder: &Path) -> Result<Option<Manifest>> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) if seal_of(&bytes) == Some(false) => {
                Err(Error::Damaged(format!("{} is not as it was written", path.display())))
            }
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|e| Error::Damaged(format!("{} cannot be read ({e})", path.display()))),
            // Not a folder at all: whoever looks into it next says so.
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(e) => Err(Error::io(path.display().to_string(), e)),
        }
    }

    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(FILE);
        let bytes =
            seal(&serde_json::to_vec_pretty(self).map_err(|e| Error::io(path.display().to_string(), e.into()))?);
        directory::replace(&path, &bytes).map_err(|e| Error::io(path.display().to_string(), e))
    }

    /// Whether this newsdex can read the index.
    pub fn check_readable(&self, folder: &Path) -> Result<()> {
        self.check(folder, &Manifest::own(&self.models))
    }

    /// Whether this newsdex can add to the index.
    pub fn check_writable(&self, folder: &Path, models: &str) -> Result<()> {
        self.check(folder, &Manifest::own(models))
    }

    /// Whether this newsdex can make the index its own from what is stored in it: tokens and models may be others.
    pub fn check_rebuildable(&self, folder: &Path) -> Result<()> {
        let own = Manifest::own(&self.models);
        if self.schema == own.schema { Ok(()) } else { self.check(folder, &own) }
    }

    fn check(&self, folder: &Path, own: &Manifest) -> Result<()> {
        if self == own {
            return Ok(());
        }
        let say = |m: &Manifest| format!("schema {}, analysis {}, models {}", m.schema, m.analysis, m.models);
        let (folder, found, own_version) = (folder.to_owned(), say(self), say(own));
        Err(Error::Version { folder, found, own: own_version, rebuildable: self.schema == own.schema })
    }
}
