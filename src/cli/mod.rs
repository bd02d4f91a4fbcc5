//! The command line: what the user typed, and which part of the library does it.
