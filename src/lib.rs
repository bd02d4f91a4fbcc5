//! newsdex: a full-text search engine for news archives.
//!
//! ```text
//! bytes ─ read ─▶ RawDocument ─ parse ─▶ Article ─ index ─▶ tantivy
//!                                                             │
//!               terminal / JSON / CSV ◀─ render ◀─ Passage ◀─ search
//! ```
//!
//! The library and the command line are two equal front doors: all that a command does is a call away.
//! ARCHITECTURE.md holds the map, the invariants and their reasons.

pub mod article;
pub mod cli;
pub mod index;
pub mod parse;
pub mod read;
pub mod render;
pub mod search;
