//! `newsdex show`: one article as it was understood.

use std::io::Write;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use tantivy::DocAddress;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::session::Session;
use super::{indexes, query};
use crate::article::Article;
use crate::index::Reader;
use crate::render::cite::{self, Style};
use crate::render::terminal::{self, Page};
use crate::render::wire;
use crate::search::within::{Within, within};

const EXAMPLES: Examples = &[
    ("Read an article with its quotes and names marked", "newsdex show herald-port-deal"),
    ("What a query matches in the whole text", "newsdex show herald-port-deal --query 'strike NEAR/5 dockers'"),
    ("Cite it", "newsdex show herald-port-deal --cite"),
    ("What it said before it was corrected", "newsdex show herald-port-deal --versions"),
    ("All that is known of it, for a program", "newsdex show herald-port-deal --format json"),
];

/// Show one article as it was understood
///
/// The text with quotes and names marked, who speaks, and where it came from. Ids are what `search` prints.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// The article's id
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// How to print the article
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(FORMATS))]
    format: Format,
    /// Highlight what this query matches
    #[arg(long, value_name = "QUERY", conflicts_with = "cite")]
    query: Option<String>,
    /// Show what the article said before it was corrected or updated too, and what changed
    ///
    /// In JSON each earlier text follows as a document of its own, the latest first.
    #[arg(long, conflicts_with = "cite")]
    versions: bool,
    /// Print a citation instead: `plain`, or for a reference manager
    #[arg(long, value_name = "STYLE", num_args = 0..=1, default_missing_value = "plain", value_parser = styles(),
          conflicts_with = "format")]
    cite: Option<Style>,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::JsonLines];

fn styles() -> impl TypedValueParser<Value = Style> {
    PossibleValuesParser::new(Style::ALL.iter().map(|s| s.name()))
        .try_map(|name| Style::from_name(&name).ok_or("no such style"))
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let typed = args.query.as_deref().unwrap_or_default();
    let query = args.query.is_some().then(|| query::parse(typed, false)).transpose()?;
    let readers = indexes::open(global, session)?;
    let mut out = session.stdout();
    let (mut shown, mut missing) = (0, 0);
    for id in &args.ids {
        let Some((reader, at, article)) = find(&readers, id)? else {
            missing += 1;
            session.warn(format_args!("no article has the id `{id}`; `newsdex search` prints ids"));
            continue;
        };
        let found = match &query {
            None => Within::default(),
            Some(query) => {
                let owner = readers.iter().position(|r| std::ptr::eq(r, reader)).unwrap_or_default();
                within(&readers, query, owner, at).map_err(|e| query::search_failure(e, typed))?
            }
        };
        if query.is_some() && !found.matches {
            let but = if found.highlights.is_empty() { "" } else { "; what of it stands there is marked" };
            session.warn(format_args!("`{id}` does not match the query{but}"));
        }
        let earlier: Vec<_> = reader.versions(at)?.into_iter().map(|v| v.article).collect();
        if let Some(style) = args.cite {
            out.write_all(cite::cite(&article, style).as_bytes())?;
        } else if args.format == Format::Text {
            if shown > 0 {
                writeln!(out)?;
            }
            let mut page = Page::new(&mut out, session.width(), session.colors());
            let view =
                terminal::View { versions: earlier.len(), matches: &found.highlights, ..terminal::View::default() };
            terminal::article(&mut page, &article, view)?;
            if args.versions {
                terminal::versions(&mut page, &article, &earlier)?;
            }
        } else {
            let texts = std::iter::once(&article).chain(earlier.iter().filter(|_| args.versions));
            for text in texts {
                let matched = query.as_ref().filter(|_| std::ptr::eq(text, &article)).map(|_| &*found.highlights);
                wire::line(&mut out, &wire::Article::new(text, &[]).highlighted(matched))?;
            }
        }
        shown += 1;
    }
    out.flush()?;
    Ok(if missing > 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// The article with this id in the first index that has it, and where it is.
pub fn find<'a>(readers: &'a [Reader], id: &str) -> Result<Option<(&'a Reader, DocAddress, Article)>, Failure> {
    for reader in readers {
        if let Some(at) = reader.find(id)? {
            return Ok(Some((reader, at, reader.corrected(at)?)));
        }
    }
    Ok(None)
}
