//! `newsdex entities merge`, `split`, `rename`, `retype`, `ignore`, `ledger` and `undo`: the user's word on names.
//!
//! They change a text file that may as well be changed by hand (see [`ledger`](crate::index::ledger)); what stands in
//! it already, comments too, stays as it is.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::civil::Date;

use super::exit::{Failure, Outcome};
use super::help::{self, Examples};
use super::query::{since, until};
use super::session::Session;
use super::{Global, indexes, query};
use crate::article::EntityType;
use crate::index;
use crate::index::ledger::{self, Entry, Rule, Subject, When};
use crate::search::ledger::is_known;

const MERGE: Examples = &[("Two names of one", "newsdex entities merge 'Marijke van der Zwaan' 'M. van der Zwaan'")];
const SPLIT: Examples = &[
    (
        "One name of two, told apart by words near it",
        "newsdex entities split 'Ann Lee' 'Ann Lee (swimmer)' --beside relay --beside pool",
    ),
    ("Told apart by outlet and time", "newsdex entities split Selby 'Selby (Ohio)' --source 'Ohio Post' --since 2023"),
];
const RENAME: Examples = &[("Another spelling", "newsdex entities rename Kiev Kyiv")];
const RETYPE: Examples = &[("What it really is", "newsdex entities retype 'Northgate Herald' organization")];
const IGNORE: Examples = &[("No name at all", "newsdex entities ignore Monday misc:Tuesday")];
const LEDGER: Examples = &[("What was said so far", "newsdex entities ledger")];
const UNDO: Examples = &[("Take the last back", "newsdex entities undo")];

/// The first words that are commands; `newsdex entities -- merge` looks for the word.
#[derive(Subcommand)]
pub enum Edit {
    /// Say that several names are one's
    ///
    /// A name with a type before it (person:Washington) is meant only where it is that. Counts of what is merged are
    /// of distinct articles.
    #[command(before_help = help::examples(MERGE))]
    Merge {
        /// What they shall be called
        name: String,
        /// Their other names
        #[arg(required = true)]
        also: Vec<String>,
        /// What they are, whatever articles take them for
        #[arg(long = "type", value_name = "TYPE", value_parser = query::types())]
        kind: Option<EntityType>,
        #[command(flatten)]
        note: Note,
    },
    /// Say that in some articles a name is somebody else's
    ///
    /// In the articles for which all that is given holds, the name means the other one. Options that are repeated
    /// are alternatives.
    #[command(before_help = help::examples(SPLIT), group = clap::ArgGroup::new("when").required(true).multiple(true))]
    Split {
        /// The name that several bear
        name: String,
        /// What one of them shall be called
        to: String,
        /// In this article
        #[arg(long = "article", value_name = "ID", group = "when")]
        articles: Vec<String>,
        /// In articles from this outlet
        #[arg(long = "source", value_name = "NAME", group = "when")]
        sources: Vec<String>,
        /// In articles published on or after this day
        #[arg(long, value_name = "DATE", value_parser = since, group = "when")]
        since: Option<Date>,
        /// In articles published on or before this day
        #[arg(long, value_name = "DATE", value_parser = until, group = "when")]
        until: Option<Date>,
        /// Where one of these words stands within ten words of the name
        #[arg(long, value_name = "WORDS", group = "when")]
        beside: Vec<String>,
        #[command(flatten)]
        note: Note,
    },
    /// Say what somebody or something shall be called
    ///
    /// It is still found under the old name.
    #[command(before_help = help::examples(RENAME))]
    Rename {
        name: String,
        to: String,
        #[command(flatten)]
        note: Note,
    },
    /// Say what a name is: a person, an organization, a place, a group, something else
    #[command(before_help = help::examples(RETYPE))]
    Retype {
        name: String,
        #[arg(value_parser = query::types())]
        kind: EntityType,
        #[command(flatten)]
        note: Note,
    },
    /// Say that these are no names
    #[command(before_help = help::examples(IGNORE))]
    Ignore {
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        #[command(flatten)]
        note: Note,
    },
    /// List what was said about names, numbered, and warn of names that are in no article
    #[command(before_help = help::examples(LEDGER))]
    Ledger,
    /// Take an entry back: the last, or the one with this number
    #[command(before_help = help::examples(UNDO))]
    Undo { number: Option<usize> },
}

#[derive(clap::Args)]
pub struct Note {
    /// A comment to write above the entry
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

pub fn run(edit: Edit, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let (rules, note) = match edit {
        Edit::Ledger => return list(global, session),
        Edit::Undo { number } => return undo(number, global, session),
        Edit::Merge { name, also, kind, note } => {
            (vec![Rule::Merge { name, also: also.iter().map(|n| Subject::new(n)).collect(), kind }], note)
        }
        Edit::Split { name, to, articles, sources, since, until, beside, note } => {
            let when = When { articles, sources, since, until, beside };
            (vec![Rule::Split { name: Subject::new(&name), to, when }], note)
        }
        Edit::Rename { name, to, note } => (vec![Rule::Rename { name: Subject::new(&name), to }], note),
        Edit::Retype { name, kind, note } => (vec![Rule::Retype { name: Subject::new(&name), kind }], note),
        Edit::Ignore { names, note } => {
            (names.iter().map(|name| Rule::Ignore { name: Subject::new(name) }).collect(), note)
        }
    };
    let path = place(global)?;
    let mut text = indexes::ledger_text(&path)?.unwrap_or_default();
    for (i, rule) in rules.iter().enumerate() {
        text = ledger::append(&text, rule, note.note.as_deref().filter(|_| i == 0));
    }
    // What cannot be read again is not written.
    let ledger = indexes::parsed_ledger(&[(path.clone(), text.clone())])?;
    // An index that cannot be used is left as it is.
    for folder in &global.index {
        index::Index::open(folder).map(drop).or_else(|e| if e.is_nothing() { Ok(()) } else { Err(e) })?;
    }
    write(&path, &text)?;
    let readers = indexes::open(global, session)?;
    let added = ledger.entries().len().saturating_sub(rules.len());
    for entry in ledger.entries().iter().skip(added) {
        session.say(format_args!("{} ({}:{})", said(&entry.rule), path.display(), entry.line));
        warn_of_unknown(entry, &readers, session)?;
    }
    session.say("`newsdex entities undo` takes it back");
    Ok(Outcome::Done)
}

/// The one ledger to change.
fn place(global: &Global) -> Result<PathBuf, Failure> {
    match &global.ledger {
        Some(path) => Ok(path.clone()),
        None => Ok(global.one_index()?.join(ledger::FILE)),
    }
}

/// Writes the ledger whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    index::replace(path, text.as_bytes())
        .map_err(|e| anyhow::Error::from(e).context(format!("cannot write the ledger {}", path.display())).into())
}

fn list(global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let ledger = indexes::ledger(global)?;
    let readers = indexes::open(global, session)?;
    let mut out = session.stdout();
    for (i, entry) in ledger.entries().iter().enumerate() {
        writeln!(out, "{:>3}  {} ({}:{})", i + 1, said(&entry.rule), entry.file.display(), entry.line)?;
    }
    out.flush()?;
    drop(out);
    for entry in ledger.entries() {
        warn_of_unknown(entry, &readers, session)?;
    }
    if ledger.is_empty() {
        session.say("no ledger yet: names are as articles have them");
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}

fn undo(number: Option<usize>, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let path = place(global)?;
    let text = indexes::ledger_text(&path)?.unwrap_or_default();
    let ledger = indexes::parsed_ledger(&[(path.clone(), text.clone())])?;
    let entries = ledger.entries();
    let which = number.unwrap_or(entries.len());
    let Some(entry) = which.checked_sub(1).and_then(|i| entries.get(i)) else {
        return Err(match entries.len() {
            0 => Failure::usage("there is nothing to take back: the ledger has no entries"),
            n => Failure::usage(format!("the ledger has no entry {which}, its last is {n}"))
                .help("`newsdex entities ledger` numbers them"),
        });
    };
    write(&path, &ledger::remove(&text, entry))?;
    session.say(format_args!("taken back: {}", said(&entry.rule)));
    Ok(Outcome::Done)
}

fn warn_of_unknown(entry: &Entry, readers: &[crate::index::Reader], session: &Session) -> Result<(), Failure> {
    if readers.is_empty() {
        return Ok(());
    }
    for subject in entry.rule.subjects() {
        if !is_known(readers, &subject).map_err(crate::index::Error::from)? {
            session.warn(format_args!("{}:{}: no article names {subject}", entry.file.display(), entry.line));
        }
    }
    Ok(())
}

/// An entry as a sentence.
fn said(rule: &Rule) -> String {
    let list = |words: &[String]| words.join(", ");
    match rule {
        Rule::Merge { name, also, kind } => {
            let also: Vec<String> = also.iter().map(Subject::to_string).collect();
            let kind = kind.map(|kind| format!(", {}", kind.name())).unwrap_or_default();
            format!("merge {} into {name}{kind}", list(&also))
        }
        Rule::Split { name, to, when } => {
            let mut parts = Vec::new();
            let lists = [("article", &when.articles), ("source", &when.sources), ("beside", &when.beside)];
            parts.extend(lists.iter().filter(|(_, l)| !l.is_empty()).map(|(what, l)| format!("{what} {}", list(l))));
            parts.extend(when.since.map(|day| format!("since {day}")));
            parts.extend(when.until.map(|day| format!("until {day}")));
            format!("split {name}: {to} where {}", parts.join(", "))
        }
        Rule::Rename { name, to } => format!("rename {name} to {to}"),
        Rule::Retype { name, kind } => format!("retype {name}: {}", kind.name()),
        Rule::Ignore { name } => format!("ignore {name}"),
    }
}
