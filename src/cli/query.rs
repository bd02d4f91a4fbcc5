//! What query commands have in common: the query, the filters, the indexes that are asked.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;

use super::exit::Failure;
use crate::article::{EntityType, Span};
use crate::index::{self, Reader};
use crate::render::terminal;
use crate::search::selection::Selection;
use crate::search::syntax::{self, DateRange, Node};
use crate::search::timeline::Unit;
use crate::search::{self, Filters, Rank, Ranking};

/// What the matching articles must be besides.
#[derive(clap::Args)]
#[command(next_help_heading = "Filters (repeated: one of them)")]
pub struct ArticleFilters {
    /// Published on or after this day; a year or month means its first day
    #[arg(long, value_name = "DATE", value_parser = since)]
    since: Option<Date>,
    /// Published on or before this day; a year or month means its last day
    #[arg(long, value_name = "DATE", value_parser = until)]
    until: Option<Date>,
    /// From this outlet
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// In this section
    #[arg(long, value_name = "NAME")]
    section: Vec<String>,
    /// In this language: `en`, `de`
    #[arg(long, value_name = "CODE")]
    language: Vec<String>,
    /// Names this person
    #[arg(long, value_name = "NAME")]
    person: Vec<String>,
    /// Names this organization
    #[arg(long, value_name = "NAME")]
    organization: Vec<String>,
    /// Names this place
    #[arg(long, value_name = "NAME")]
    place: Vec<String>,
    /// Leave out articles in which a name is only inferred: "Harris" most likely means Kamala Harris
    #[arg(long)]
    certain: bool,
}

/// The filters where a speaker is one of them.
#[derive(clap::Args)]
#[command(next_help_heading = "Filters (repeated: one of them)")]
pub struct FilterArgs {
    #[command(flatten)]
    article: ArticleFilters,
    /// Quotes this speaker
    #[arg(long, value_name = "NAME")]
    speaker: Vec<String>,
}

/// How articles are ranked.
#[derive(clap::Args)]
#[command(next_help_heading = "Ranking")]
pub struct RankingArgs {
    /// By which evidence
    #[arg(long, value_name = "METHOD", default_value = "default")]
    rank: RankArg,
    /// Let words that the best articles have in common count as well, if these are on one subject
    #[arg(long)]
    expand: bool,
    /// Lift newer articles: the newest scores double, and the lift falls by half every so many days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    recency: Option<u32>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum RankArg {
    /// All evidence
    Default,
    /// Words alone: BM25 with k1 = 1.2 and b = 0.75
    Bm25,
}

impl RankingArgs {
    pub fn ranking(self) -> Ranking {
        let rank = match self.rank {
            RankArg::Default => Rank::Default,
            RankArg::Bm25 => Rank::Bm25,
        };
        Ranking { rank, expand: self.expand, recency: self.recency }
    }
}

impl FilterArgs {
    pub fn filters(self) -> Filters {
        Filters { speakers: self.speaker, ..self.article.filters() }
    }
}

impl ArticleFilters {
    pub fn filters(self) -> Filters {
        Filters {
            dates: DateRange { since: self.since, until: self.until },
            sources: self.source,
            sections: self.section,
            languages: self.language.iter().map(|code| code.to_lowercase()).collect(),
            persons: self.person,
            organizations: self.organization,
            places: self.place,
            speakers: Vec::new(),
            certain: self.certain,
        }
    }
}

const NO_DATE: &str = "not a year (2021), month (2021-06) or day (2021-06-05)";

pub fn since(value: &str) -> Result<Date, &'static str> {
    syntax::date_range(value).and_then(|r| r.since).ok_or(NO_DATE)
}

pub fn until(value: &str) -> Result<Date, &'static str> {
    syntax::date_range(value).and_then(|r| r.until).ok_or(NO_DATE)
}

/// How many hits: a number, or `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub Option<usize>);

impl std::str::FromStr for Limit {
    type Err = &'static str;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        if value == "all" {
            return Ok(Limit(None));
        }
        value.parse().map(|n| Limit(Some(n))).map_err(|_| "a number or `all`")
    }
}

/// The articles that match a query and the filters; all of them where both are empty.
pub fn select<'r>(
    readers: &'r [Reader],
    query: &str,
    plain: bool,
    filters: &Filters,
) -> Result<Vec<Selection<'r>>, Failure> {
    // Mere words need at least one; a query of none asks for every article.
    let node = parse(query, plain && !query.is_empty())?;
    Selection::matching(readers, &node, filters).map_err(|e| search_failure(e, query))
}

/// The types of entities, by name.
pub fn types() -> impl TypedValueParser<Value = EntityType> {
    PossibleValuesParser::new(EntityType::ALL.iter().map(|t| t.name()))
        .try_map(|name| EntityType::from_name(&name).ok_or("no such type"))
}

/// `day`, `week`, `month` or `year`.
pub fn units() -> impl TypedValueParser<Value = Unit> {
    PossibleValuesParser::new(Unit::ALL.iter().map(|u| u.name()))
        .try_map(|name| Unit::from_name(&name).ok_or("no such unit"))
}

/// Reads a query as it was typed, or as mere words.
pub fn parse(query: &str, plain: bool) -> Result<Node, Failure> {
    if plain { Ok(syntax::plain(query)) } else { syntax::parse(query).map_err(|e| failure(e, query)) }
}

/// A query that cannot be understood: what is wrong, where, and what to write instead.
pub fn failure(error: syntax::Error, query: &str) -> Failure {
    let place = terminal::caret(query, fitting(error.span, query), 76);
    let failure = Failure::usage(error.message).place(place);
    match error.hint {
        Some(hint) => failure.help(hint),
        None => failure,
    }
}

/// Why a search failed.
pub fn search_failure(error: search::Error, query: &str) -> Failure {
    match error {
        search::Error::Query(error) => failure(error, query),
        search::Error::Postings(error) => index::Error::from(error).into(),
        search::Error::Index(error) => error.into(),
    }
}

/// The span, if it lies in the query.
fn fitting(span: Span, query: &str) -> Span {
    if query.get(span.range()).is_some() { span } else { Span::new(query.len(), query.len()) }
}
