//! From a question to ranked passages.

pub mod syntax;
pub mod verify;
