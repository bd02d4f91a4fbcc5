//! `newsdex stats`: what an index holds.

use std::io::Write;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::session::Session;
use crate::index::boilerplate::Boilerplate;
use crate::index::{Index, stats};
use crate::render::terminal::{self, Page};
use crate::render::{csv, wire};

const EXAMPLES: Examples = &[
    ("See what is in the index", "newsdex stats"),
    ("The lines that outlets repeat in article after article", "newsdex stats --boilerplate"),
    ("The same for a program", "newsdex stats --format json"),
];

/// Show what the index holds: articles, dates, sources, size
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// List instead the lines that outlets repeat, and in how many articles
    ///
    /// They are left out of passages and quotes.
    #[arg(long)]
    boilerplate: bool,
    /// How to print the figures; `csv` for --boilerplate only
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(FORMATS))]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::JsonLines, Format::Csv];

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    if args.boilerplate {
        return boilerplate(&args, global, session);
    }
    if args.format == Format::Csv {
        return Err(Failure::usage("the figures of an index are no table").help("use --format text or json"));
    }
    let mut out = session.stdout();
    for (i, folder) in global.index.iter().enumerate() {
        let stats = stats::stats(&Index::open(folder)?)?;
        if args.format != Format::Text {
            wire::line(&mut out, &wire::Stats::new(folder, &stats))?;
            continue;
        }
        let mut page = Page::new(&mut out, session.width(), session.colors());
        if i > 0 {
            page.blank()?;
        }
        terminal::stats(&mut page, folder, &stats)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn boilerplate(args: &Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let mut out = session.stdout();
    let mut learned: Vec<Boilerplate> = Vec::with_capacity(global.index.len());
    for folder in &global.index {
        learned.push(Index::open(folder)?.reader()?.boilerplate()?.clone());
    }
    let lines = || learned.iter().flat_map(Boilerplate::lines);
    match args.format {
        Format::Json => {
            for (folder, learned) in global.index.iter().zip(&learned) {
                wire::line(&mut out, &wire::Boilerplate::new(folder, learned))?;
            }
        }
        Format::JsonLines => {
            for line in lines() {
                wire::line(&mut out, &wire::Line::new(line, true))?;
            }
        }
        Format::Csv => {
            let mut rows = csv::Rows::new(&mut out);
            rows.header(csv::LINE)?;
            for line in lines() {
                rows.line(line)?;
            }
        }
        Format::Text | Format::Trec => {
            let mut page = Page::new(&mut out, session.width(), session.colors());
            for (i, learned) in learned.iter().filter(|l| !l.lines().is_empty()).enumerate() {
                if i > 0 {
                    page.rule()?;
                }
                terminal::boilerplate(&mut page, learned.lines())?;
            }
        }
    }
    out.flush()?;
    Ok(if lines().next().is_none() { Outcome::NothingFound } else { Outcome::Done })
}
