//! The `newsdex` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    newsdex::cli::run(std::env::args_os())
}
