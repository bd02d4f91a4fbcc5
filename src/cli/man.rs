//! `newsdex man`: manual pages, for packagers.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::exit::{Failure, Outcome};
use super::help::{self, Examples};

const EXAMPLES: Examples =
    &[("Read the manual page", "newsdex man | man -l -"), ("Write a page for every command", "newsdex man --out man1")];

/// Print the manual page, or write one for every command
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// The command to print the page of; the whole program if none is given
    command: Option<String>,
    /// Write the pages of all commands into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

pub fn run(args: Args) -> Result<Outcome, Failure> {
    let mut all = super::command();
    all.build();
    let Some(folder) = args.out else {
        let command = match &args.command {
            None => &all,
            Some(name) => all.find_subcommand(name).ok_or_else(|| {
                Failure::usage(format!("there is no command `{name}`")).help("`newsdex --help` lists them")
            })?,
        };
        std::io::stdout().write_all(&page(command)?)?;
        return Ok(Outcome::Done);
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    for command in std::iter::once(&all).chain(all.get_subcommands().filter(|c| c.get_name() != "help")) {
        let file = folder.join(Man::new(command.clone()).get_filename());
        std::fs::write(&file, page(command)?).with_context(|| format!("cannot write `{}`", file.display()))?;
    }
    Ok(Outcome::Done)
}

/// The page of one command: clap_mangen's sections, with the examples before the options.
fn page(command: &clap::Command) -> std::io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    if let Some(examples) = command.get_before_help() {
        let mut roff = Roff::new();
        roff.control("SH", ["EXAMPLES"]);
        // Lines as `help::examples` makes them: what it does, then the command line, indented further.
        for line in examples.to_string().lines().skip(1) {
            match line.strip_prefix("    ") {
                Some(command) => roff.control("br", []).text([bold(command)]),
                None => roff.control("PP", []).text([roman(line.trim())]),
            };
        }
        roff.to_writer(&mut out)?;
    }
    man.render_options_section(&mut out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut out)?;
    }
    if command.get_after_help().is_some() {
        man.render_extra_section(&mut out)?;
    }
    Ok(out)
}
