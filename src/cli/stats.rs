//! `newsdex stats`: what an index holds.

use std::io::Write;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::session::Session;
use crate::index::{Index, stats};
use crate::render::terminal::{self, Page};
use crate::render::wire;

const EXAMPLES: Examples =
    &[("See what is in the index", "newsdex stats"), ("The same for a program", "newsdex stats --format json")];

/// Show what the index holds: articles, dates, sources, size
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// How to print the figures
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(&[Format::Text, Format::Json]))]
    format: Format,
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let mut out = session.stdout();
    for (i, folder) in global.index.iter().enumerate() {
        let stats = stats::stats(&Index::open(folder)?)?;
        if args.format == Format::Json {
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
