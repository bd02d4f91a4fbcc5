//! The indexes that a query command asks.

use std::path::PathBuf;

use super::exit::Failure;
use super::session::Session;
use crate::index::{Index, Reader};

/// Opens the indexes. A folder in which nothing is indexed yet is an empty index: it is told and left out.
pub fn open(folders: &[PathBuf], session: &Session) -> Result<Vec<Reader>, Failure> {
    let mut readers = Vec::with_capacity(folders.len());
    for folder in folders {
        match Index::open(folder).and_then(|index| index.reader()) {
            Ok(reader) => readers.push(reader),
            Err(error) if error.is_nothing() => session.warn(error),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(readers)
}
