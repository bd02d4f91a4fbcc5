//! `newsdex check`: whether an index is whole.

use std::io::Write;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::session::Session;
use crate::index::{Index, check};
use crate::render::terminal::{self, Page};
use crate::render::wire;

const EXAMPLES: Examples = &[("Prove that the index is whole", "newsdex check")];

/// Prove that the index is whole, from the index alone
///
/// Checksums, articles against their spans, figures and postings. Exits with 4 if there is a fault.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// How to print the report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(&[Format::Text, Format::Json]))]
    format: Format,
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let mut out = session.stdout();
    let mut clean = true;
    for folder in &global.index {
        let index = Index::open(folder)?;
        let bar = session.spinner();
        let report = check::check(&index, &mut |articles| bar.set_message(format!("{articles} articles checked")))?;
        bar.finish_and_clear();
        clean &= report.is_clean();
        if args.format == Format::Json {
            wire::line(&mut out, &wire::Check::new(folder, &report))?;
        } else {
            let mut page = Page::new(&mut out, session.width(), session.colors());
            terminal::check(&mut page, &report)?;
        }
    }
    out.flush()?;
    Ok(if clean { Outcome::Done } else { Outcome::Damaged })
}
