//! `newsdex similar`: what else there is on the subject of an article.

use std::io::Write;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::session::Session;
use super::{indexes, query, show};
use crate::render::terminal::{self, Page};
use crate::render::wire;
use crate::search::similar;

const EXAMPLES: Examples = &[
    ("Background to an article, and who else printed it", "newsdex similar port-deal"),
    ("Only what came before it", "newsdex similar port-deal --until 2023-03-23"),
];

/// Find related articles, and other printings of the same copy
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// The article's id
    #[arg(value_name = "ID")]
    id: String,
    /// Show so many related articles
    #[arg(long, short = 'n', value_name = "N", default_value = "10")]
    limit: usize,
    /// How to print the articles
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(&[Format::Text, Format::Json]))]
    format: Format,
    #[command(flatten)]
    filters: query::FilterArgs,
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let readers = indexes::open(global, session)?;
    let Some((_, _, article)) = show::find(&readers, &args.id)? else {
        session.warn(format_args!("no article has the id `{}`; `newsdex search` prints ids", args.id));
        return Ok(Outcome::NothingFound);
    };
    let among = query::select(&readers, "", false, &args.filters.filters())?;
    let similar = similar::similar(&article, &among, args.limit)?;

    let mut out = session.stdout();
    if args.format == Format::Json {
        wire::line(&mut out, &wire::Similar::new(&article, &similar))?;
    } else {
        let mut page = Page::new(&mut out, session.width(), session.colors());
        terminal::similar(&mut page, &similar)?;
    }
    out.flush()?;
    let nothing = similar.related.is_empty() && similar.duplicates.is_empty();
    Ok(if nothing { Outcome::NothingFound } else { Outcome::Done })
}
