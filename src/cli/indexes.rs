//! The indexes that a query command asks, and the ledger that corrects their names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::session::Session;
use super::{Global, query};
use crate::article::Span;
use crate::index::ledger::{self, Ledger};
use crate::index::{Index, Reader};
use crate::render::terminal;
use crate::search;

/// Opens the indexes, under their ledger. A folder in which nothing is indexed yet is an empty index: it is told and
/// left out.
pub fn open(global: &Global, session: &Session) -> Result<Vec<Reader>, Failure> {
    let ledger = self::ledger(global)?;
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

/// The ledgers of the indexes as one, or the one that is named instead.
pub fn ledger(global: &Global) -> Result<Ledger, Failure> {
    let paths = match &global.ledger {
        Some(path) => vec![path.clone()],
        None => global.index.iter().map(|folder| folder.join(ledger::FILE)).collect(),
    };
    let mut files = Vec::new();
    for path in paths {
        match ledger_text(&path)? {
            Some(text) => files.push((path, text)),
            None if global.ledger.is_some() => {
                return Err(Failure::usage(format!("there is no ledger {}", path.display()))
                    .help("`newsdex entities merge` and the like write one, or leave out --ledger"));
            }
            None => {}
        }
    }
    parsed_ledger(&files)
}

/// A ledger of these files' texts; what is wrong, with its line, where they cannot be understood.
pub fn parsed_ledger(files: &[(PathBuf, String)]) -> Result<Ledger, Failure> {
    Ledger::read(files).map_err(|e| {
        let place = terminal::caret(&e.text, Span::new(e.span.start, e.span.end), 76);
        Failure::usage(e.to_string()).place(place)
    })
}

/// The ledger's text; `None` if there is none yet.
pub fn ledger_text(path: &Path) -> Result<Option<String>, Failure> {
    let failed = |what: String| Failure::usage(format!("the ledger {}: {what}", path.display()));
    match fs::read(path) {
        Ok(bytes) => {
            let text = String::from_utf8(bytes).map_err(|e| {
                let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
                failed(format!("line {line} is not UTF-8"))
            })?;
            Ok(Some(text))
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(failed(e.to_string())),
    }
}
