//! `newsdex parse`: what `index` would understand, without an index.

use std::io::Write;
use std::ops::ControlFlow;

use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::input::InputArgs;
use super::ordered::ordered;
use super::session::Session;
use crate::parse::{self, Parsed};
use crate::read::{Options, Problem, Record, walk};
use crate::render::terminal::{self, Page};
use crate::render::{csv, wire};

const EXAMPLES: Examples = &[
    ("See how an article is understood: text, quotes and their speakers, names", "newsdex parse corpus/scraped"),
    ("Turn a dump into rows for other programs", "newsdex parse corpus --format jsonl > articles.jsonl"),
    ("A table of headlines, dates and sources", "newsdex parse corpus --format csv"),
];

/// Print what `index` would understand, without an index
///
/// Reads files as `index` does and prints every article as it was understood. Articles come in the order in which they
/// were read, however many threads parse them.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// How to print the articles
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(FORMATS))]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::JsonLines, Format::Csv];

pub fn run(args: Args, session: &Session) -> Result<Outcome, Failure> {
    let printer = Printer { format: args.format, width: session.width(), colors: session.colors() };
    let options = args.input.options();
    let mut tally = Tally::default();
    let mut out = session.stdout();

    out.write_all(printer.opening()?.as_slice())?;
    ordered(
        |each| read(&args.input, &options, each),
        args.input.threads(),
        |found| found.map(|record| printer.print(&record)),
        |printed: Result<Vec<Printed>, Problem>| -> Result<(), Failure> {
            let items = printed.unwrap_or_else(|problem| vec![Err(problem)]);
            for item in items {
                match item {
                    Ok(bytes) => {
                        if tally.articles > 0 {
                            out.write_all(printer.between())?;
                        }
                        tally.articles += 1;
                        out.write_all(&bytes?)?;
                    }
                    Err(problem) => tally.problem(&problem, session),
                }
            }
            Ok(())
        },
    )?;
    out.write_all(printer.closing())?;
    out.flush()?;
    Ok(tally.outcome(session))
}

/// Hands over every record of the paths, in order, and what could not be read in its place.
fn read(input: &InputArgs, options: &Options, each: &mut dyn FnMut(Result<Record, Problem>) -> ControlFlow<()>) {
    for entry in walk(&input.paths) {
        let go_on = match entry {
            Ok(entry) => entry.records(options, each),
            Err(problem) => each(Err(problem)),
        };
        if go_on.is_break() {
            return;
        }
    }
}

/// An article as bytes of the output, or why there is none.
type Printed = Result<Result<Vec<u8>, Failure>, Problem>;

struct Printer {
    format: Format,
    width: usize,
    colors: bool,
}

impl Printer {
    fn print(&self, record: &Record) -> Vec<Printed> {
        record.documents().into_iter().map(|document| document.map(|raw| self.article(&parse::parse(raw)))).collect()
    }

    fn article(&self, Parsed { article, notices }: &Parsed) -> Result<Vec<u8>, Failure> {
        // An article on the wire is three to four times its text.
        let mut out = Vec::with_capacity(article.text.len() * 4 + 1024);
        match self.format {
            Format::Text => {
                let mut page = Page::new(&mut out, self.width, self.colors);
                terminal::article(&mut page, article, terminal::View { notices, ..terminal::View::default() })?;
            }
            Format::Csv => csv::Rows::new(&mut out).article(article)?,
            Format::Json => serde_json::to_writer(&mut out, &wire::Article::new(article, notices))?,
            Format::JsonLines | Format::Trec => {
                wire::line(&mut out, &wire::Article::new(article, notices))?;
            }
        }
        Ok(out)
    }

    fn opening(&self) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        match self.format {
            Format::Json => out.extend(b"["),
            Format::Csv => csv::Rows::new(&mut out).header(csv::ARTICLE)?,
            Format::Text | Format::JsonLines | Format::Trec => {}
        }
        Ok(out)
    }

    fn between(&self) -> &'static [u8] {
        match self.format {
            Format::Text => b"\n\n",
            Format::Json => b",\n",
            Format::Csv | Format::JsonLines | Format::Trec => b"",
        }
    }

    fn closing(&self) -> &'static [u8] {
        if self.format == Format::Json { b"]\n" } else { b"" }
    }
}

/// Up to here each problem is told as it comes; the rest are counted.
const TOLD: u64 = 20;

/// What was read and what was not.
#[derive(Default)]
struct Tally {
    articles: u64,
    lost: u64,
    passed: u64,
}

impl Tally {
    fn problem(&mut self, problem: &Problem, session: &Session) {
        if !problem.lost {
            self.passed += 1;
            return session.detail(problem);
        }
        self.lost += 1;
        if self.lost <= TOLD {
            session.warn(problem);
        } else {
            session.detail(problem);
        }
    }

    fn outcome(&self, session: &Session) -> Outcome {
        use terminal::{count, thousands};
        if self.lost > TOLD {
            session.warn(format_args!("{} in all could not be read; --verbose tells each", thousands(self.lost)));
        }
        let passed = match self.passed {
            0 => String::new(),
            n => format!(
                "; {} passed over",
                count(n, "file or record without an article", "files or records without an article")
            ),
        };
        session.detail(format_args!("{} parsed{passed}", count(self.articles, "article", "articles")));
        match (self.lost, self.articles) {
            (1.., _) => Outcome::SomeUnread,
            (0, 0) => {
                session.warn(format_args!("no article found{passed}"));
                Outcome::NothingFound
            }
            _ => Outcome::Done,
        }
    }
}
