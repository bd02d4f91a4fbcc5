//! A panic is a fault of ours: it ends the command with a message like any other failure, not with a trace.
//!
//! Nothing that can be read or typed is meant to panic. But index files are not read to their ends when they are
//! opened, and what tantivy makes of a damaged one cannot be known: the message sends its reader to `check`.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::{Mutex, PoisonError};

use super::exit::{Failure, Outcome};
use super::session::Session;

/// The first panic of this process: where, and what it said.
static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// Runs a command; a panic in it, on whatever thread, is a failure.
pub fn caught(session: &Session, run: impl FnOnce() -> Result<Outcome, Failure>) -> Result<Outcome, Failure> {
    let verbose = session.is_verbose();
    set_hook(Box::new(move |panic| {
        if verbose {
            eprintln!("{panic}\n{}", std::backtrace::Backtrace::force_capture());
        }
        let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| panic.to_string().replace('\n', " "));
    }));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let first = FIRST.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        Err(Failure::from(anyhow::Error::msg(format!("newsdex failed: {first}")))
            .help("`newsdex check` tells whether the index is damaged; if it is whole, please report this fault"))
    })
}
