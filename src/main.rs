//! The `newsdex` command.

fn main() {}
