//! `newsdex timeline`: matching articles over time.

use std::io::Write;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::session::Session;
use super::{indexes, query};
use crate::render::terminal::{self, Page};
use crate::render::{csv, wire};
use crate::search::timeline::{self, Unit};

const EXAMPLES: Examples = &[
    ("When was it news?", "newsdex timeline 'port strike'"),
    ("By year, for a spreadsheet", "newsdex timeline inflation --unit year --format csv"),
];

/// Count matching articles by day, week, month or year
///
/// An article counts on the date printed on it; those without a certain date are counted apart.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// What to look for; every article if nothing is given
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Take the query as mere words, whatever signs it holds
    #[arg(long)]
    plain: bool,
    /// How long a bar is; what fits unless given
    #[arg(long, value_name = "UNIT", value_parser = query::units())]
    unit: Option<Unit>,
    /// How to print the counts
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(FORMATS))]
    format: Format,
    #[command(flatten)]
    filters: query::FilterArgs,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::JsonLines, Format::Csv];

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let typed = args.query.join(" ");
    let readers = indexes::open(global, session)?;
    let among = query::select(&readers, &typed, args.plain, &args.filters.filters())?;
    let timeline = timeline::timeline(&among, args.unit).map_err(crate::index::Error::from)?;

    let mut out = session.stdout();
    let buckets = || timeline.buckets.iter().map(|b| wire::Bucket::new(b, timeline.unit));
    match args.format {
        Format::Text | Format::Trec => {
            let mut page = Page::new(&mut out, session.width(), session.colors());
            terminal::timeline(&mut page, &timeline)?;
        }
        Format::Json => {
            let all = wire::Timeline { buckets: Some(buckets().collect()), ..wire::Timeline::new(&typed, &timeline) };
            wire::line(&mut out, &all)?;
        }
        Format::JsonLines => {
            for bucket in buckets() {
                wire::line(&mut out, &bucket)?;
            }
            wire::line(&mut out, &wire::Timeline::new(&typed, &timeline))?;
        }
        Format::Csv => {
            let mut rows = csv::Rows::new(&mut out);
            rows.header(csv::BUCKET)?;
            for bucket in &timeline.buckets {
                rows.bucket(bucket, timeline.unit)?;
            }
        }
    }
    out.flush()?;
    Ok(if timeline.articles == 0 { Outcome::NothingFound } else { Outcome::Done })
}
