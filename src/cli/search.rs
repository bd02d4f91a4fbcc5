//! `newsdex search`: ranked passages.

use std::io::Write;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::indexes;
use super::query::{self, FilterArgs, Limit, RankingArgs};
use super::session::Session;
use crate::index::Reader;
use crate::render::terminal::{self, Page, Shown};
use crate::render::{csv, wire};
use crate::search::facet::breakdown::{Kind, breakdown};
use crate::search::selection::Selection;
use crate::search::{self, Answer, By, Duplicates, Hit, Request};

const EXAMPLES: Examples = &[
    ("The best passages on a subject", "newsdex search 'port strike wages'"),
    (
        "A phrase, in one year, from one outlet",
        "newsdex search '\"port strike\"' --since 2023 --source 'Northgate Herald'",
    ),
    (
        "Two words close together; a name under any of its variants",
        "newsdex search 'strike NEAR/5 wages' --person 'van der Zwaan'",
    ),
    ("What somebody said on something", "newsdex search 'speaker:Vitolberga said:inflation'"),
    ("Articles instead of passages, the newest first", "newsdex search inflation --by article --sort newest"),
    ("Each printing of the same wire copy for itself", "newsdex search 'rate rise' --duplicates show"),
    ("What the matching articles are, without the hits", "newsdex search strike --facets source,year,person -n 0"),
    ("Keywords in context, a line each", "newsdex search 'strike*' --kwic"),
    ("For another program", "newsdex search inflation --limit all --format jsonl"),
];

const LANGUAGE: &str = "\
The query language:
  port strike                words, ranked together; of two or three, articles with all come first
  \"port strike\"              a phrase; \"port strike\"~3 with up to three words between; \"port stri*\"
  a AND b, a OR b, NOT a     over the whole article; also +a -b ( )
  a NEAR/5 b, a BEFORE/5 b   within five words, in any order or in this one
  a SENTENCE b               in one sentence; PARAGRAPH likewise
  wag*, organi?ation, wage~1 wildcards and misspellings
  exact:Polish               as written: case, accents and ending count
  headline: body: byline: cue: source: section: url:        in that field
  speaker:Lagarde said:rates                                who spoke, what was said
  person: organization: place: entity:\"World Bank\"          named, under any variant; exact:person:\"Ann Lee\" only so
  date:2021-06, date:2021..2022, words:>500, has:quotes     facts
A prefix that is no field (10:30, Trump: …) is text. --plain takes all as mere words.";

/// Find passages, best first, with what matched highlighted
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES), after_help = LANGUAGE)]
pub struct Args {
    /// What to look for; several words need no quotes
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    /// Take the query as mere words, whatever signs it holds
    #[arg(long)]
    plain: bool,
    /// Rank passages, or articles with their best passages
    #[arg(long, value_name = "WHAT", default_value = "passage")]
    by: ByArg,
    /// How to order the hits
    #[arg(long, value_name = "ORDER", default_value = "relevance")]
    sort: SortArg,
    /// Show so many hits; `all` for every one
    #[arg(long, short = 'n', value_name = "N", default_value = "10")]
    limit: Limit,
    /// Leave out so many hits first
    #[arg(long, value_name = "N", default_value = "0")]
    offset: usize,
    /// Show at most so many passages of one article
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u16).range(1..))]
    per_article: u16,
    /// Show the same copy in several outlets or on several days as one hit, or each for itself
    #[arg(long, value_name = "WHAT", default_value = "collapse")]
    duplicates: DuplicatesArg,
    /// Let passages hold what outlets repeat in article after article, too ("Sign up for our newsletter")
    #[arg(long)]
    boilerplate: bool,
    /// Count the matching articles by these too:
    /// `source,section,language,year,month,person,organization,place,group,speaker`
    ///
    /// `-n 0` shows the counts alone.
    #[arg(long, value_name = "FACET", value_delimiter = ',', value_parser = facets(), hide_possible_values = true)]
    facets: Vec<Kind>,
    /// Show so many values of each facet; `all` for every one
    #[arg(long, value_name = "N", default_value = "10", requires = "facets")]
    facet_limit: Limit,
    /// Show what matched in its context, a line each
    #[arg(long)]
    kwic: bool,
    /// Say how the query was understood and what each part of it matches
    #[arg(long)]
    explain_query: bool,
    /// Say what each score is made of
    #[arg(long)]
    explain: bool,
    /// How to print the hits
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(FORMATS))]
    format: Format,
    #[command(flatten)]
    ranking: RankingArgs,
    #[command(flatten)]
    filters: FilterArgs,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::JsonLines, Format::Csv];

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ByArg {
    Passage,
    Article,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SortArg {
    Relevance,
    Newest,
    Oldest,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DuplicatesArg {
    /// One hit, the earliest printing; the others are named beside it
    Collapse,
    /// A hit each
    Show,
}

fn facets() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.iter().map(|k| k.name()))
        .try_map(|name| Kind::from_name(&name).ok_or("no such facet"))
}

impl From<DuplicatesArg> for Duplicates {
    fn from(duplicates: DuplicatesArg) -> Self {
        match duplicates {
            DuplicatesArg::Collapse => Duplicates::Collapse,
            DuplicatesArg::Show => Duplicates::Show,
        }
    }
}

impl From<SortArg> for search::Sort {
    fn from(sort: SortArg) -> Self {
        match sort {
            SortArg::Relevance => search::Sort::Relevance,
            SortArg::Newest => search::Sort::Newest,
            SortArg::Oldest => search::Sort::Oldest,
        }
    }
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    if args.format == Format::Csv && !args.facets.is_empty() {
        return Err(
            Failure::usage("--facets and hits are no rows of one table").help("use --format text, json or jsonl")
        );
    }
    let typed = args.query.join(" ");
    // Keywords in context are counted by article: each of its matches has a line.
    let by = if args.kwic || matches!(args.by, ByArg::Article) { By::Article } else { By::Passage };
    let request = Request {
        filters: args.filters.filters(),
        by,
        sort: args.sort.into(),
        ranking: args.ranking.ranking(),
        explain: args.explain,
        limit: args.limit.0,
        offset: args.offset,
        per_article: args.per_article.into(),
        duplicates: args.duplicates.into(),
        boilerplate: args.boilerplate,
        explain_query: args.explain_query,
        ..Request::new(query::parse(&typed, args.plain)?)
    };
    let readers = indexes::open(global, session)?;
    let mut shown = Shown { offset: args.offset, ..Shown::default() };
    let failed = |stopped: Stopped| match stopped {
        Stopped::Search(error) => query::search_failure(error, &typed),
        Stopped::Output(failure) => failure,
    };

    let counts = match args.facets.as_slice() {
        [] => None,
        kinds => {
            let among = Selection::matching(&readers, &request.query, &request.filters)
                .map_err(|e| query::search_failure(e, &typed))?;
            let most = args.facet_limit.0.unwrap_or(usize::MAX);
            Some(breakdown(&among, kinds, most, request.filters.certain).map_err(crate::index::Error::from)?)
        }
    };
    let facets = || counts.as_ref().map(|counts| counts.iter().map(wire::Facet::new).collect());

    // Hits are written as they come: an answer of any length is never held as a whole, but for the one JSON document.
    let mut out = session.stdout();
    let answer = match args.format {
        Format::Text | Format::Trec => {
            let mut page = Page::new(&mut out, session.width(), session.colors());
            let answer = each(&readers, &request, &mut shown, |i, hit| text(&mut page, i, &hit, args.kwic));
            if let (Some(counts), Ok(Answer { total: 1.., .. })) = (&counts, &answer) {
                if shown.hits > 0 {
                    page.blank()?;
                }
                terminal::breakdown(&mut page, counts)?;
            }
            answer
        }
        Format::Json => {
            let mut hits = Vec::new();
            let answer = each(&readers, &request, &mut shown, |_, hit| {
                hits.push(hit);
                Ok(())
            })
            .map_err(failed)?;
            let hits = hits.iter().map(|hit| wire::Hit::new(hit, by)).collect();
            let all = wire::Search { hits: Some(hits), facets: facets(), ..wire::Search::new(&typed, &answer) };
            wire::line(&mut out, &all)?;
            Ok(answer)
        }
        Format::JsonLines => {
            let answer =
                each(&readers, &request, &mut shown, |_, hit| Ok(wire::line(&mut out, &wire::Hit::new(&hit, by))?))
                    .map_err(failed)?;
            let last = wire::Search { facets: facets(), ..wire::Search::new(&typed, &answer) };
            wire::line(&mut out, &last)?;
            Ok(answer)
        }
        Format::Csv => {
            let mut rows = csv::Rows::new(&mut out);
            rows.header(csv::HIT)?;
            each(&readers, &request, &mut shown, |_, hit| Ok(rows.hit(&hit)?))
        }
    }
    .map_err(failed)?;
    out.flush()?;
    drop(out);
    tell(&answer, &request, shown, session)?;
    Ok(if answer.total == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// Why hits stopped coming.
enum Stopped {
    Search(search::Error),
    Output(Failure),
}

impl From<search::Error> for Stopped {
    fn from(error: search::Error) -> Self {
        Stopped::Search(error)
    }
}

/// Hands over each hit with its place on the page, and counts.
fn each(
    readers: &[Reader],
    request: &Request,
    shown: &mut Shown,
    mut write: impl FnMut(usize, Hit) -> Result<(), Failure>,
) -> Result<Answer, Stopped> {
    search::each(readers, request, |hit| {
        let place = shown.hits;
        shown.hits += 1;
        shown.collapsed += hit.printings.len();
        write(place, hit).map_err(Stopped::Output)
    })
}

fn text(page: &mut Page<impl Write>, place: usize, hit: &Hit, kwic: bool) -> Result<(), Failure> {
    if kwic {
        return Ok(terminal::kwic(page, hit)?);
    }
    if place > 0 {
        page.blank()?;
    }
    Ok(terminal::hit(page, hit)?)
}

/// Beside the hits: how many there are; why there are none; how the query was understood, if asked for.
fn tell(answer: &Answer, request: &Request, shown: Shown, session: &Session) -> Result<(), Failure> {
    let Some(mut page) = session.messages() else { return Ok(()) };
    if answer.total == 0 {
        page.prose(0, &[terminal::Piece::plain(format!("Nothing matches {}", answer.understood))])?;
    } else if request.explain_query {
        page.prose(0, &[terminal::Piece::plain(format!("Understood as {}", answer.understood))])?;
    }
    terminal::parts(&mut page, &answer.parts)?;
    if answer.total > 0 {
        let faint = page.palette.faint;
        let summary = terminal::summary(answer, shown);
        page.prose(0, &[terminal::Piece::new(summary, faint)])?;
    }
    Ok(())
}
