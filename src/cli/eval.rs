//! `newsdex eval`: how good runs are, against judgements.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::session::Session;
use crate::render::terminal::{self, Page};
use crate::render::{csv, trec, wire};
use crate::search::eval::{self, Counted, Evaluated, Evaluation, LineError, Measure, Run, files};

const EXAMPLES: Examples = &[
    ("How good is a run?", "newsdex eval qrels.txt run.txt"),
    ("Straight from batch", "newsdex batch topics.tsv | newsdex eval qrels.txt -"),
    ("Each topic by itself, by two measures", "newsdex eval qrels.txt run.txt --per-query -m map -m nDCG@10"),
    ("Did a change help, or was it chance?", "newsdex eval qrels.txt before.txt after.txt"),
];

const AFTER: &str = "\
Measures have trec_eval's names (map, P_10, recall_100, recip_rank, ndcg_cut_10, Rprec, success_1, …) and its values; \
nDCG@10, P@10, MRR, R@100 are understood too. A run is sorted by score, ties by article id from the end of the \
alphabet, whatever its ranks say. Averages are over all topics with a relevant article, as `trec_eval -c` has them.

Of two runs, p is the probability of a difference so large, either way, if both are equally good: a paired \
randomisation test over topics, exact up to 16 that differ, else of 20,000 trials.";

/// Measure runs against judgements, as trec_eval does; compare two runs
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES), after_help = AFTER)]
pub struct Args {
    /// Judgements: `topic 0 article grade` a line
    #[arg(value_name = "QRELS")]
    judgements: PathBuf,
    /// A run: `topic Q0 article rank score tag` a line; `-` for standard input
    #[arg(value_name = "RUN")]
    first: PathBuf,
    /// Another run, to compare with the first
    #[arg(value_name = "RUN2")]
    second: Option<PathBuf>,
    /// Compute this measure; repeated: all of them; a usual choice unless given
    #[arg(long = "measure", short = 'm', value_name = "NAME", value_delimiter = ',')]
    measures: Vec<Measure>,
    /// Show each topic too
    #[arg(long)]
    per_query: bool,
    /// Leave out topics that a run does not answer, as trec_eval does without -c, instead of counting them as zero
    #[arg(long)]
    answered: bool,
    /// How to print the figures; `trec` as trec_eval prints them
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(FORMATS))]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::JsonLines, Format::Csv, Format::Trec];

pub fn run(args: Args, session: &Session) -> Result<Outcome, Failure> {
    if args.second.is_some() && args.format == Format::Trec {
        return Err(
            Failure::usage("--format trec holds one run").help("leave the second out, or use text, json or csv")
        );
    }
    let judgements = parsed(&args.judgements, files::judgements)?;
    let runs: Vec<(String, Run)> = std::iter::once(&args.first)
        .chain(&args.second)
        .map(|path| Ok((path.display().to_string(), parsed(path, files::run)?)))
        .collect::<Result<_, Failure>>()?;
    let measures = if args.measures.is_empty() { Measure::DEFAULT.to_vec() } else { args.measures };

    let all: Vec<&Run> = runs.iter().map(|(_, run)| run).collect();
    let counted = Counted::new(&judgements, &all, args.answered);
    let evaluations: Vec<Evaluation> = all.iter().map(|run| eval::evaluate(&counted, run, &measures)).collect();
    warn(&args.judgements, &judgements, &runs, &counted, &evaluations, session);

    let shown: Vec<Evaluated> = runs
        .iter()
        .zip(&evaluations)
        .map(|((file, run), evaluation)| Evaluated { file, tag: &run.tag, evaluation })
        .collect();
    let mut out = session.stdout();
    match args.format {
        Format::Text => {
            let mut page = Page::new(&mut out, session.width(), session.colors());
            terminal::evaluation(&mut page, &shown, args.per_query)?;
        }
        Format::Json => {
            let topics = args.per_query.then(|| wire::topics(&shown).collect());
            wire::line(&mut out, &wire::Evaluation { topics, ..wire::Evaluation::new(&shown) })?;
        }
        Format::JsonLines => {
            for topic in wire::topics(&shown).filter(|_| args.per_query) {
                wire::line(&mut out, &topic)?;
            }
            wire::line(&mut out, &wire::Evaluation::new(&shown))?;
        }
        Format::Csv => csv::evaluation(&mut out, &evaluations, args.per_query)?,
        Format::Trec => {
            for (file, evaluation) in shown.iter().map(|s| (s.tag, s.evaluation)) {
                trec::evaluation(&mut out, file, evaluation, args.per_query)?;
            }
        }
    }
    out.flush()?;
    Ok(if counted.topics.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// What the averages do not show: topics that count as zero or not at all.
fn warn(
    path: &Path,
    judgements: &eval::Judgements,
    runs: &[(String, Run)],
    counted: &Counted,
    evaluations: &[Evaluation],
    session: &Session,
) {
    let topics = |n: usize| terminal::count(n as u64, "topic", "topics");
    if counted.topics.is_empty() {
        session.warn(format_args!("no topic counts: `{}` has none with a relevant article", path.display()));
        return;
    }
    if counted.barren > 0 {
        session.warn(format_args!("left out {} without a relevant article", topics(counted.barren)));
    }
    for ((file, run), evaluation) in runs.iter().zip(evaluations) {
        let unjudged = run.topics.keys().filter(|topic| !judgements.contains_key(*topic)).count();
        if unjudged > 0 {
            session.warn(format_args!("`{file}` answers {} that nobody judged", topics(unjudged)));
        }
        if evaluation.unanswered > 0 {
            let what = topics(evaluation.unanswered);
            session.warn(format_args!("`{file}` does not answer {what}, counted as zero; --answered leaves them out"));
        }
        if !evaluation.judged {
            session
                .warn(format_args!("no article of `{file}` is judged: do ids and topics mean the same in both files?"));
        }
    }
}

/// Reads a file, or standard input, and makes sense of it.
fn parsed<T>(path: &Path, read: fn(&str) -> Result<T, LineError>) -> Result<T, Failure> {
    let name = path.display();
    let mut text = String::new();
    if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
    } else {
        text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    }
    read(&text).map_err(|error| Failure::usage(format!("{name}, {error}")))
}
