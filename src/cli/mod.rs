//! The command line: what the user typed, and which part of the library does it.
//!
//! One file a subcommand. Each has `Args`, which is what was typed, and `run`, which makes the working objects of the
//! library from it, calls them and hands the answer to [`render`](crate::render). What is common stands beside them:
//! how a command ends ([`exit`]), where it writes ([`session`]), how its help leads with examples ([`help`]). No rule
//! about news or search lives here.
//!
//! stdout carries data and nothing else. Messages go to stderr, progress too, and only where that is a terminal.

pub mod exit;
mod fault;
mod format;
pub mod help;
mod indexes;
pub mod ingest;
mod input;
mod ledger;
mod ordered;
mod query;
mod rebuild;
mod revise;
mod session;

mod batch;
mod check;
mod completions;
mod delete;
mod entities;
mod eval;
mod index;
mod man;
mod parse;
mod quotes;
mod search;
mod show;
mod similar;
mod stats;
mod timeline;
mod verify;
mod watch;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand};

use exit::{Failure, Outcome};
use session::Session;

/// Search news archives: articles, passages, quotes with their speakers, names.
///
/// newsdex reads what a newsroom has (folders of text or HTML, JSON, feeds, WARC and more), understands it as articles
/// and answers questions with ranked passages that point to the exact words. It runs on this machine alone and never
/// touches the network.
#[derive(Parser)]
#[command(name = "newsdex", version, before_help = help::examples(EXAMPLES), after_help = AFTER)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: help::Examples = &[
    ("Index a folder of news", "newsdex index corpus"),
    ("Find passages in it", "newsdex search 'port strike wages'"),
    ("Who said what about it", "newsdex quotes inflation --speaker Vitolberga"),
    ("Check a quotation", "newsdex verify 'It is not twelve and it is not seven'"),
    ("Read one article with its quotes and names marked", "newsdex show port-deal"),
    ("See how articles are understood, without an index", "newsdex parse corpus"),
];

const AFTER: &str = "\
Exit codes: 0 done, 1 nothing found, 2 wrong use, 3 some input could not be read, 4 index missing, damaged or of \
another version, 5 any other failure, 130 interrupted.

`newsdex help COMMAND` says more of each command.";

/// What every command takes.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The index's folder; queries take several and answer over all
    #[arg(long, value_name = "DIR", global = true, env = "NEWSDEX_INDEX", default_value = "index", action = ArgAction::Append)]
    pub index: Vec<PathBuf>,
    /// What you know better about names; entities.toml in the index unless given
    #[arg(long, value_name = "FILE", global = true, env = "NEWSDEX_LEDGER")]
    pub ledger: Option<PathBuf>,
    /// Colours: on a terminal, always or never (NO_COLOR counts)
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: clap::ColorChoice,
    /// Only errors on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// More on stderr
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

impl Global {
    /// The index, for a command that works on one.
    fn one_index(&self) -> Result<&Path, Failure> {
        match self.index.as_slice() {
            [one] => Ok(one),
            _ => Err(Failure::usage("this command works on one index: give --index once")),
        }
    }
}

#[derive(Subcommand)]
enum Command {
    Index(index::Args),
    Search(search::Args),
    Quotes(quotes::Args),
    Entities(entities::Args),
    Timeline(timeline::Args),
    Verify(verify::Args),
    Show(show::Args),
    Similar(similar::Args),
    Batch(batch::Args),
    Eval(eval::Args),
    Parse(parse::Args),
    Stats(stats::Args),
    Check(check::Args),
    Delete(delete::Args),
    Optimize(delete::OptimizeArgs),
    Completions(completions::Args),
    Man(man::Args),
}

/// The whole command line as clap knows it: for parsing, and for what is generated from it.
pub fn command() -> clap::Command {
    help::dress(Cli::command())
}

/// Runs one command line, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match command().try_get_matches_from(args).and_then(|m| clap::FromArgMatches::from_arg_matches(&m)) {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and version to stdout, errors to stderr, and knows what is which.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let Cli { global, command } = cli;
    let session = Session::new(&global);
    let result = fault::caught(&session, || dispatch(command, &global, &session));
    if let Err(failure) = &result
        && !failure.is_closed_pipe()
    {
        session.error(failure);
    }
    ExitCode::from(exit::code(&result))
}

fn dispatch(command: Command, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    match command {
        Command::Index(args) => index::run(args, global, session),
        Command::Search(args) => search::run(args, global, session),
        Command::Quotes(args) => quotes::run(args, global, session),
        Command::Entities(args) => entities::run(args, global, session),
        Command::Timeline(args) => timeline::run(args, global, session),
        Command::Verify(args) => verify::run(args, global, session),
        Command::Show(args) => show::run(args, global, session),
        Command::Similar(args) => similar::run(args, global, session),
        Command::Batch(args) => batch::run(args, global, session),
        Command::Eval(args) => eval::run(args, session),
        Command::Parse(args) => parse::run(args, session),
        Command::Stats(args) => stats::run(args, global, session),
        Command::Check(args) => check::run(args, global, session),
        Command::Delete(args) => delete::run(args, global, session),
        Command::Optimize(args) => delete::optimize(args, global),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
