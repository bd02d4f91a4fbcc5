//! `newsdex batch`: many topics at once, for experiments.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::query::RankingArgs;
use super::session::Session;
use super::{indexes, query};
use crate::render::{csv, trec, wire};
use crate::search::By;
use crate::search::batch::{self, Row, Topic};

const EXAMPLES: Examples = &[
    (
        "A TREC run of many topics (lines of id, tab, text)",
        "printf '1\\tport strike\\n' | newsdex batch - --format trec",
    ),
    ("Passages, named by article and place", "printf '1\\tport strike\\n' | newsdex batch - --by passage"),
    ("Rows for a data frame", "printf '1\\tinflation\\n' | newsdex batch - --format csv --depth 20"),
];

/// Rank articles or passages for many topics, one a line: for experiments
///
/// Topics are plain words whatever signs and capitals they hold, unless --syntax query. Near-duplicates are never
/// collapsed.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// Topics, `id<TAB>text` a line; `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What is ranked
    #[arg(long, value_name = "WHAT", default_value = "article")]
    by: ByArg,
    /// How many articles or passages a topic
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    depth: u32,
    /// How topics are read
    #[arg(long, value_name = "SYNTAX", default_value = "plain")]
    syntax: SyntaxArg,
    #[command(flatten)]
    ranking: RankingArgs,
    /// How many threads search; as many as there are cores unless given
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// How to print the ranks
    #[arg(long, value_name = "FORMAT", default_value = "trec", value_parser = Format::among(FORMATS))]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Trec, Format::JsonLines, Format::Csv];

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ByArg {
    Article,
    /// Named `ID#START-END`, by their place in the article's text
    Passage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SyntaxArg {
    Plain,
    Query,
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let topics = topics(&args)?;
    let readers = indexes::open(global, session)?;
    let by = match args.by {
        ByArg::Article => By::Article,
        ByArg::Passage => By::Passage,
    };
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let rows = batch::batch(&readers, &topics, by, args.depth as usize, args.ranking.ranking(), threads)
        .map_err(|e| query::search_failure(e, ""))?;

    let mut out = session.stdout();
    if args.format == Format::Csv {
        csv::Rows::new(&mut out).header(csv::RANK)?;
    }
    for (topic, rows) in topics.iter().zip(&rows) {
        print(&mut out, args.format, &topic.id, rows)?;
    }
    out.flush()?;
    Ok(if rows.iter().all(Vec::is_empty) { Outcome::NothingFound } else { Outcome::Done })
}

fn print(out: &mut impl Write, format: Format, topic: &str, rows: &[Row]) -> Result<(), Failure> {
    match format {
        Format::Trec => trec::run(out, topic, rows.iter().map(|row| (row.name(), row.score)))?,
        Format::Csv => {
            let mut csv = csv::Rows::new(out);
            for (i, row) in rows.iter().enumerate() {
                csv.rank(topic, i + 1, row)?;
            }
        }
        Format::Text | Format::Json | Format::JsonLines => {
            for (i, row) in rows.iter().enumerate() {
                wire::line(&mut *out, &wire::Rank::new(topic, i + 1, row))?;
            }
        }
    }
    Ok(())
}

fn topics(args: &Args) -> Result<Vec<Topic>, Failure> {
    let mut text = String::new();
    let name = args.file.display();
    if args.file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).context("cannot read the topics from standard input")?;
    } else {
        text = std::fs::read_to_string(&args.file).with_context(|| format!("cannot read the topics in `{name}`"))?;
    }
    let mut topics = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (id, text) = line.split_once('\t').ok_or_else(|| {
            Failure::usage(format!("{name}, line {}: there is no tab", i + 1))
                .help("a topic is its id, a tab, its text")
        })?;
        let query = query::parse(text, args.syntax == SyntaxArg::Plain)?;
        topics.push(Topic { id: id.trim().to_owned(), query });
    }
    Ok(topics)
}
