//! Tests as data: every case in `tests/suite/<area>/<topic>.md` through one function an area.
//!
//! A case is a heading `## name`, a fenced block `in` and a fenced block `out`; prose may stand anywhere outside. The
//! fence is longer than any in the block, so cases can hold Markdown. `cargo test --test suite -- NAME` runs the cases
//! whose path (`parse/dateline/agency in brackets`) contains NAME; `UPDATE_SUITE=1` writes what came out into the
//! files, to be read in the diff before it is committed.

#[path = "suite_harness/answers.rs"]
mod answers;
#[path = "suite_harness/cases.rs"]
mod cases;
#[path = "suite_harness/entity.rs"]
mod entity;
#[path = "suite_harness/names.rs"]
mod names;
#[path = "suite_harness/parse.rs"]
mod parse;
#[path = "suite_harness/quote.rs"]
mod quote;
#[path = "suite_harness/read.rs"]
mod read;
#[path = "suite_harness/search.rs"]
mod search;

/// What turns a case's input into its output, for each folder of `tests/suite`.
const AREAS: &[cases::Area] = &[
    ("boilerplate", answers::boilerplate),
    ("duplicates", answers::duplicates),
    ("facets", answers::facets),
    ("quotes", answers::quotes),
    ("timeline", answers::timeline),
    ("verify", answers::verify),
    ("entity", entity::area),
    ("names", names::area),
    ("parse", parse::area),
    ("quote", quote::area),
    ("read", read::area),
    ("search", search::area),
];

fn main() -> std::process::ExitCode {
    cases::run(AREAS)
}
