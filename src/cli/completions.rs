//! `newsdex completions`: what a shell needs to complete command lines.

use clap_complete::Shell;

use super::exit::{Failure, Outcome};
use super::help::{self, Examples};

const EXAMPLES: Examples = &[
    ("Complete newsdex in this bash", "source <(newsdex completions bash)"),
    ("For all fish sessions", "newsdex completions fish > ~/.config/fish/completions/newsdex.fish"),
];

/// Print a script that completes newsdex's commands and options in a shell
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    shell: Shell,
}

pub fn run(args: Args) -> Result<Outcome, Failure> {
    // clap_complete panics where it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "newsdex", &mut script);
    std::io::Write::write_all(&mut std::io::stdout(), &script)?;
    Ok(Outcome::Done)
}
