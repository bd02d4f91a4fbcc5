//! From a question to ranked passages.
//!
//! ```text
//! text ─ syntax ─▶ tree ─ compile, expand ─▶ plan ─ engine, interval ─▶ articles ─ rank ─▶ passage, highlight ─▶ hits
//! ```

mod advice;
mod answer;
mod apart;
pub mod batch;
mod collapse;
mod compile;
pub mod duplicates;
mod engine;
pub mod eval;
pub mod expand;
pub mod facet;
mod highlight;
pub mod interval;
pub mod ledger;
pub mod names;
mod passage;
mod plan;
pub mod quotes;
mod rank;
mod request;
pub mod selection;
pub mod similar;
pub mod syntax;
pub mod timeline;
pub mod verify;
pub mod within;

pub use answer::{each, search};
pub use request::{Answer, By, Duplicates, Error, Filters, Hit, Part, Passage, Printing, Rank, Ranking, Request, Sort};
