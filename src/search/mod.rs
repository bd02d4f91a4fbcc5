//! From a question to ranked passages.
//!
//! ```text
//! text ─ syntax ─▶ tree ─ compile, expand ─▶ plan ─ engine, interval ─▶ articles ─ rank ─▶ passage, highlight ─▶ hits
//! ```

pub mod facet;
mod request;
pub mod selection;
pub mod syntax;
pub mod timeline;
pub mod verify;

pub use request::{Answer, By, Error, Filters, Hit, Part, Passage, Rank, Request, Sort};
