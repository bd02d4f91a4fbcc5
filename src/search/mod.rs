//! From a question to ranked passages.

pub mod verify;
