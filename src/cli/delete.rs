//! `newsdex delete` and `newsdex optimize`: articles that go, and segments that are merged.

use std::io::Write;

use super::exit::{Failure, Outcome};
use super::help::{self, Examples};
use super::session::Session;
use super::{Global, query};
use crate::index::{Index, Options};
use crate::render::terminal::count;

const EXAMPLES: Examples = &[
    ("See what would go", "newsdex delete --query 'source:\"Northgate Herald\"' --dry-run"),
    ("Take an article down: nothing of its text remains in the index's files", "newsdex delete fb-talks --purge"),
];

/// Delete articles by id or by query
///
/// Prints the ids of what is deleted. An article stays away until its file changes or --rehash reads it again.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// The articles' ids
    #[arg(value_name = "ID", required_unless_present = "query")]
    ids: Vec<String>,
    /// Delete every article that matches
    #[arg(long, value_name = "QUERY", conflicts_with = "ids")]
    query: Option<String>,
    /// Only say what would be deleted
    #[arg(long)]
    dry_run: bool,
    /// Rewrite the index's files so that nothing of the text remains
    ///
    /// What stays is where it was read from: the log of files keeps their paths, so that an unchanged one is not read
    /// again.
    #[arg(long)]
    purge: bool,
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let index = Index::open(global.one_index()?)?;
    let reader = index.reader()?;
    let mut ids = Vec::new();
    if let Some(typed) = &args.query {
        if typed.trim().is_empty() {
            return Err(Failure::usage("an empty query matches every article")
                .help("to start afresh, remove the index's folder"));
        }
        let readers = [reader];
        let among = query::select(&readers, typed, false, &Default::default())?;
        for (reader, selection) in readers.iter().zip(&among) {
            for address in selection.addresses() {
                ids.push(reader.id(address)?);
            }
        }
    } else {
        for id in &args.ids {
            match reader.find(id)? {
                Some(_) => ids.push(id.clone()),
                None => session.warn(format_args!("no article has the id `{id}`")),
            }
        }
    }
    if !args.dry_run && (!ids.is_empty() || args.purge) {
        let writer = index.writer(Options::default())?;
        ids.iter().for_each(|id| writer.delete(id));
        if args.purge {
            writer.purge(false)?
        } else {
            writer.finish()?
        }
        // What was learned from the articles that are gone goes too.
        index.reader()?.save_sidecars()?;
    }
    let mut out = session.stdout();
    for id in &ids {
        writeln!(out, "{id}")?;
    }
    out.flush()?;
    let done = if args.dry_run { "would be deleted" } else { "deleted" };
    session.say(format_args!("{} {done}", count(ids.len() as u64, "article", "articles")));
    let missing = args.query.is_none() && ids.len() < args.ids.len();
    Ok(if ids.is_empty() || missing { Outcome::NothingFound } else { Outcome::Done })
}

/// Merge the index into one segment, the fastest to search
///
/// Nothing of deleted articles remains.
#[derive(clap::Args)]
#[command(before_help = help::examples(&[("After much was added or deleted", "newsdex optimize")]))]
pub struct OptimizeArgs {}

pub fn optimize(_: OptimizeArgs, global: &Global) -> Result<Outcome, Failure> {
    let index = Index::open(global.one_index()?)?;
    index.writer(Options::default())?.purge(true)?;
    index.reader()?.save_sidecars()?;
    Ok(Outcome::Done)
}
