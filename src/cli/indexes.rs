//! The indexes that a query command asks.

use super::exit::Failure;
use super::session::Session;
use super::{Global, ledger, query};
use crate::index::{Index, Reader};
use crate::search;

/// Opens the indexes, under their ledger. A folder in which nothing is indexed yet is an empty index: it is told and
/// left out.
pub fn open(global: &Global, session: &Session) -> Result<Vec<Reader>, Failure> {
    let ledger = ledger::open(global)?;
    let mut readers = Vec::with_capacity(global.index.len());
    for folder in &global.index {
        match Index::open(folder).and_then(|index| index.reader()) {
            Ok(reader) => readers.push(reader),
            Err(error) if error.is_nothing() => session.warn(error),
            Err(error) => return Err(error.into()),
        }
    }
    search::ledger::under(readers, ledger).map_err(|e| query::search_failure(e, ""))
}
