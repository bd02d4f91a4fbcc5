//! `newsdex quotes`: who said what about it.

use std::io::Write;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::indexes;
use super::query::{self, Limit};
use super::search::{DuplicatesArg, SortArg};
use super::session::Session;
use crate::article::QuoteKind;
use crate::render::terminal::{self, Grouped, Page, Piece};
use crate::render::{csv, wire};
use crate::search::quotes::{self, Question};

const EXAMPLES: Examples = &[
    ("Who said what about it", "newsdex quotes inflation"),
    ("What one person said, in one year", "newsdex quotes inflation --speaker Vitolberga --since 2023 --until 2023"),
    ("All that was said about somebody, by speaker", "newsdex quotes --about 'van der Zwaan' --group speaker"),
];

/// Find quotes, best first, with who said them where
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// What was said; every quote if nothing is given
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Take the query as mere words, whatever signs it holds
    #[arg(long)]
    plain: bool,
    /// Who said it, under any form of the name
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    /// Who or what is named in or around the quote
    #[arg(long, value_name = "NAME")]
    about: Option<String>,
    /// Only quotes of this kind; repeated: of any of them
    #[arg(long = "kind", value_name = "KIND", value_parser = kinds())]
    kinds: Vec<QuoteKind>,
    /// Put quotes together by speaker or article
    #[arg(long, value_name = "WHAT")]
    group: Option<GroupArg>,
    /// How to order the quotes
    #[arg(long, value_name = "ORDER", default_value = "relevance")]
    sort: SortArg,
    /// Show the same words of the same speaker in several articles as one quote, or each for itself
    #[arg(long, value_name = "WHAT", default_value = "collapse")]
    duplicates: DuplicatesArg,
    /// Find quotes in what outlets repeat in article after article, too
    #[arg(long)]
    boilerplate: bool,
    /// Show so many quotes; `all` for every one
    #[arg(long, short = 'n', value_name = "N", default_value = "10")]
    limit: Limit,
    /// Leave out so many quotes first
    #[arg(long, value_name = "N", default_value = "0")]
    offset: usize,
    /// How to print the quotes
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(FORMATS))]
    format: Format,
    #[command(flatten)]
    filters: query::ArticleFilters,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::JsonLines, Format::Csv];

#[derive(Clone, Copy, Debug, ValueEnum)]
enum GroupArg {
    Speaker,
    Article,
}

fn kinds() -> impl TypedValueParser<Value = QuoteKind> {
    PossibleValuesParser::new(QuoteKind::ALL.iter().map(|k| k.name()))
        .try_map(|name| QuoteKind::from_name(&name).ok_or("no such kind"))
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let typed = args.query.join(" ");
    let question = Question {
        query: query::parse(&typed, args.plain && !typed.is_empty())?,
        filters: args.filters.filters(),
        speaker: args.speaker,
        about: args.about,
        kinds: args.kinds,
        sort: args.sort.into(),
        duplicates: args.duplicates.into(),
        boilerplate: args.boilerplate,
        limit: args.limit.0,
        offset: args.offset,
    };
    let readers = indexes::open(global, session)?;
    let answer = quotes::quotes(&readers, &question).map_err(|e| query::search_failure(e, &typed))?;

    let mut out = session.stdout();
    let hits = || answer.list.iter().map(wire::QuoteHit::new);
    match args.format {
        Format::Text | Format::Trec => {
            let grouped = match args.group {
                None => Grouped::Ranked,
                Some(GroupArg::Speaker) => Grouped::Speaker,
                Some(GroupArg::Article) => Grouped::Article,
            };
            let mut page = Page::new(&mut out, session.width(), session.colors());
            terminal::quotes(&mut page, &answer.list, grouped)?;
        }
        Format::Json => {
            let all = wire::Quotes { quotes: Some(hits().collect()), ..wire::Quotes::new(&typed, &answer) };
            wire::line(&mut out, &all)?;
        }
        Format::JsonLines => {
            for hit in hits() {
                wire::line(&mut out, &hit)?;
            }
            wire::line(&mut out, &wire::Quotes::new(&typed, &answer))?;
        }
        Format::Csv => {
            let mut rows = csv::Rows::new(&mut out);
            rows.header(csv::QUOTE)?;
            for hit in &answer.list {
                rows.quote(hit)?;
            }
        }
    }
    out.flush()?;
    drop(out);
    if let Some(mut page) = session.messages() {
        let at_least = if answer.at_least { "at least " } else { "" };
        let total = terminal::count(answer.total, "quote", "quotes");
        let articles = terminal::count(answer.articles, "article", "articles");
        let faint = page.palette.faint;
        let inferred = match answer.inferred {
            0 => String::new(),
            n => format!(", {n} by an inferred name"),
        };
        page.prose(0, &[Piece::new(format!("{at_least}{total}{inferred} · {articles} match"), faint)])?;
    }
    Ok(if answer.total == 0 { Outcome::NothingFound } else { Outcome::Done })
}
