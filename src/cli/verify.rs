//! `newsdex verify`: whether somebody said so.

use std::io::Write;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::session::Session;
use super::{indexes, query};
use crate::render::terminal::{self, Page};
use crate::render::wire;
use crate::search::verify::{self, Claim, Ruling};

const EXAMPLES: Examples = &[
    ("Were these the words, who said them, and where?", "newsdex verify 'It is not twelve and it is not seven'"),
    ("Did she say so?", "newsdex verify 'Four is more than three' --speaker Vitolberga"),
    ("Misquoted: what differs is shown word by word", "newsdex verify 'Four is always more than two'"),
];

/// Check a quotation: the nearest words in print, what differs, who said them where
///
/// Verbatim means equal but for case, spaces and punctuation marks; nothing else is forgiven. Exits with 1 if nothing
/// like it was found.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// The words; several arguments are joined
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Who is said to have said so
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    /// Show so many other wordings beside the closest
    #[arg(long, value_name = "N", default_value = "2")]
    others: usize,
    /// How to print the verdict
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(&[Format::Text, Format::Json]))]
    format: Format,
    #[command(flatten)]
    filters: query::ArticleFilters,
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let claim = Claim { words: args.words.join(" "), speaker: args.speaker, others: args.others };
    let readers = indexes::open(global, session)?;
    let among = query::select(&readers, "", false, &args.filters.filters())?;
    let verdict = verify::verify(&claim, &among)?;

    let mut out = session.stdout();
    if args.format == Format::Json {
        wire::line(&mut out, &wire::Verdict::new(&claim.words, &verdict))?;
    } else {
        let mut page = Page::new(&mut out, session.width(), session.colors());
        terminal::verdict(&mut page, &claim.words, &verdict)?;
    }
    out.flush()?;
    Ok(if verdict.ruling == Ruling::NotFound { Outcome::NothingFound } else { Outcome::Done })
}
