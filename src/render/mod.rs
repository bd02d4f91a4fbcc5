//! How answers look: for a terminal, and for machines.
//!
//! [`wire`] holds the versioned output types and is the only place that knows serde; what a person reads is composed
//! in [`terminal`]. Nothing here asks questions of an index or knows a command's arguments: it gets answers and a
//! place to write.

pub mod cite;
pub mod csv;
pub mod terminal;
#[cfg(test)]
mod testing;
pub mod trec;
pub mod wire;
