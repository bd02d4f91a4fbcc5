//! `newsdex entities`: who and what is named in the matching articles.

use std::io::Write;

use clap::ValueEnum;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::query::{self, Limit};
use super::session::Session;
use super::{indexes, ledger};
use crate::article::EntityType;
use crate::render::terminal::{self, Page, Piece};
use crate::render::{csv, wire};
use crate::search::facet::{self, As, Question};
use crate::search::names::naming;
use crate::search::selection::Selection;
use crate::search::timeline::Unit;

const EXAMPLES: Examples = &[
    ("Who and what is named in articles on a subject", "newsdex entities 'port strike'"),
    ("Who is quoted most", "newsdex entities inflation --as speaker --type person"),
    ("Who appears together with whom, beyond chance", "newsdex entities --with 'van der Zwaan' --type person"),
    ("How often month by month", "newsdex entities --type person --over month"),
];

const CORRECTIONS: &str = "\
Corrections are written to entities.toml in the index (or --ledger) and hold from the next question on, without indexing \
again. They may be edited there by hand.

To look for a word that is a command: `newsdex entities -- merge`.";

/// Count the people, organizations and places in the matching articles
///
/// Counts are of distinct articles, most first.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES), after_help = CORRECTIONS)]
#[command(disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    edit: Option<ledger::Edit>,
    /// What to look for; every article if nothing is given
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Take the query as mere words, whatever signs it holds
    #[arg(long)]
    plain: bool,
    /// Only names of this type; repeated: of any of them
    #[arg(long = "type", value_name = "TYPE", value_parser = query::types())]
    kinds: Vec<EntityType>,
    /// Count articles that name them, or those that quote them
    #[arg(long = "as", value_name = "ROLE", default_value = "mentioned")]
    role: RoleArg,
    /// Those that appear together with this person, organization or place, the least likely by chance first
    #[arg(long, value_name = "NAME")]
    with: Option<String>,
    /// Count each by day, week, month or year too
    #[arg(long, value_name = "UNIT", value_parser = query::units())]
    over: Option<Unit>,
    /// Show so many names; `all` for every one
    #[arg(long, short = 'n', value_name = "N", default_value = "25")]
    limit: Limit,
    /// Leave out so many names first
    #[arg(long, value_name = "N", default_value = "0")]
    offset: usize,
    /// How to print the names
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(FORMATS))]
    format: Format,
    #[command(flatten)]
    filters: query::FilterArgs,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::JsonLines, Format::Csv];

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArg {
    Mentioned,
    Speaker,
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    if let Some(edit) = args.edit {
        let counting = args.plain || !args.kinds.is_empty() || args.with.is_some() || args.over.is_some();
        if counting || !args.query.is_empty() {
            return Err(Failure::usage("a correction takes no options of counting")
                .help("name it first: newsdex entities merge …"));
        }
        return ledger::run(edit, global, session);
    }
    let typed = args.query.join(" ");
    let filters = args.filters.filters();
    let question = Question {
        certain: filters.certain,
        kinds: args.kinds,
        role: match args.role {
            RoleArg::Mentioned => As::Mentioned,
            RoleArg::Speaker => As::Speaker,
        },
        over: args.over,
        limit: args.limit.0,
        offset: args.offset,
    };
    let readers = indexes::open(global, session)?;
    let among = query::select(&readers, &typed, args.plain, &filters)?;
    let facets = match &args.with {
        None => facet::entities(&among, &question),
        Some(name) => {
            let query = naming(name, &query::parse(&typed, args.plain && !typed.is_empty())?);
            let with = Selection::matching(&readers, &query, &filters).map_err(|e| query::search_failure(e, &typed))?;
            facet::together(&among, &with, name, &question)
        }
    }
    .map_err(crate::index::Error::from)?;

    let mut out = session.stdout();
    let names = || facets.list.iter().map(wire::EntityCount::new);
    match args.format {
        Format::Text | Format::Trec => {
            let mut page = Page::new(&mut out, session.width(), session.colors());
            if !facets.list.is_empty() {
                terminal::entities(&mut page, &facets)?;
            }
        }
        Format::Json => {
            let all =
                wire::EntityCounts { entities: Some(names().collect()), ..wire::EntityCounts::new(&typed, &facets) };
            wire::line(&mut out, &all)?;
        }
        Format::JsonLines => {
            for name in names() {
                wire::line(&mut out, &name)?;
            }
            wire::line(&mut out, &wire::EntityCounts::new(&typed, &facets))?;
        }
        Format::Csv => {
            let mut rows = csv::Rows::new(&mut out);
            rows.header(csv::ENTITY)?;
            for facet in &facets.list {
                rows.entity(facet)?;
            }
        }
    }
    out.flush()?;
    drop(out);
    if let Some(mut page) = session.messages() {
        let names = terminal::count(facets.names, "name", "names");
        let articles = terminal::count(facets.articles, "article", "articles");
        let faint = page.palette.faint;
        page.prose(0, &[Piece::new(format!("{names} in {articles}"), faint)])?;
    }
    Ok(if facets.list.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
