//! `newsdex check`: whether an index is whole, and mending it.

use std::io::Write;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::Global;
use super::exit::{Failure, Outcome};
use super::format::Format;
use super::help::{self, Examples};
use super::rebuild;
use super::session::Session;
use crate::index::repair::{self, Plan};
use crate::index::{self, Index, Options, check};
use crate::render::terminal::{self, Page};
use crate::render::wire;

const EXAMPLES: Examples = &[
    ("Prove that the index is whole", "newsdex check"),
    ("See what a repair would do, and what would be lost", "newsdex check --repair --dry-run"),
    ("Mend it, then read again what was lost", "newsdex check --repair; newsdex index corpus"),
];

/// Prove that the index is whole, from the index alone
///
/// Checksums, articles against their spans, figures and postings. Exits with 4 if there is a fault.
///
/// --repair makes anew what can be made from the rest of the index, names every article that is lost (on stdout: its
/// id, a tab, its file) and has the next `index` read its file again. It exits with 0 if nothing was lost and with 3 if
/// something was.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    /// Mend what can be mended and say what is lost
    #[arg(long)]
    repair: bool,
    /// Only say what a repair would do
    #[arg(long, requires = "repair")]
    dry_run: bool,
    /// How to print the report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = Format::among(&[Format::Text, Format::Json]))]
    format: Format,
}

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    if args.repair {
        return mend(&args, global.one_index()?, session);
    }
    let mut out = session.stdout();
    let mut clean = true;
    for folder in &global.index {
        let bar = session.spinner();
        let report =
            check::check_folder(folder, &mut |articles| bar.set_message(format!("{articles} articles checked")))?;
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

fn mend(args: &Args, folder: &Path, session: &Session) -> Result<Outcome, Failure> {
    let bar = session.spinner();
    let plan = Plan { trial: args.dry_run, understand: &rebuild::understood };
    let repair =
        repair::repair(folder, &plan, &mut |articles| bar.set_message(format!("{articles} articles looked at")))?;
    if repair.models_lost && !args.dry_run {
        bar.set_message("Finding names and quotes anew");
        let index = Index::open_to_rebuild(folder)?;
        let Options { threads, memory } = Options::default();
        let threads = NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN);
        rebuild::rebuild(&index, threads, memory, &AtomicBool::new(false), &mut |_| {})?;
    }
    bar.finish_and_clear();
    let mut out = session.stdout();
    if args.format == Format::Json {
        wire::line(&mut out, &wire::Repair::new(folder, args.dry_run, &repair))?;
    } else {
        terminal::repair(&mut session.messages(), &mut out, args.dry_run, &repair)?;
    }
    out.flush()?;
    if args.dry_run {
        return Ok(if repair.is_nothing() { Outcome::Done } else { Outcome::Damaged });
    }
    let left = check::check_folder(folder, &mut |_| {})?;
    if !left.is_clean() {
        return Err(index::Error::Damaged(left.examples.join("; ")).into());
    }
    Ok(if repair.lost_any() { Outcome::SomeUnread } else { Outcome::Done })
}
