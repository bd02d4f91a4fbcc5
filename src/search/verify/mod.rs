//! Did they say that? The check that a fact-checker does.

pub mod compare;
