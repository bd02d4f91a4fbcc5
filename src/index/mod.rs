//! The index: how articles lie in tantivy, and everything else that is in an index folder.
//!
//! One document is one article, with annotation layers that share the positions of its words ([`schema`]). This module
//! is the only home of field names; it neither parses articles nor reads files.

pub mod schema;
pub mod sketch;
