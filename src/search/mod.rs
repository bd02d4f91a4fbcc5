//! From a question to ranked passages.
//!
//! ```text
//! text ─ syntax ─▶ tree ─ compile, expand ─▶ plan ─ engine, interval ─▶ articles ─ rank ─▶ passage, highlight ─▶ hits
//! ```

pub mod duplicates;
pub mod expand;
pub mod facet;
pub mod interval;
pub mod names;
mod request;
pub mod selection;
pub mod similar;
pub mod syntax;
pub mod timeline;
pub mod verify;

pub use request::{Answer, By, Error, Filters, Hit, Part, Passage, Rank, Request, Sort};
