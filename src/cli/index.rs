//! `newsdex index`: brings an index up to date with files and folders.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Global;
use super::exit::{Failure, Outcome};
use super::help::{self, Examples};
use super::ingest::{self, Progress, Settings, Summary, Told};
use super::input::InputArgs;
use super::rebuild;
use super::session::Session;
use super::watch;
use crate::index::Index;
use crate::parse;
use crate::read::walk;
use crate::render::terminal::{Piece, count, thousands};

const EXAMPLES: Examples = &[
    ("Index a folder; again later, only what is new or changed is read", "newsdex index corpus"),
    ("Forget what has gone from the folder", "newsdex index corpus --prune"),
    ("Bring an index of an earlier newsdex up to date", "newsdex index --rebuild"),
    ("Go on indexing what a feed reader puts there", "newsdex index incoming --watch"),
    ("Index what another program writes", "newsdex parse corpus --format jsonl | newsdex index - --index piped"),
];

/// Index files and folders: add what is new, replace what changed
///
/// What did not change since the last time is skipped. Articles can be searched after each commit; an interrupted run
/// keeps what it committed and goes on from there when it is run again.
#[derive(clap::Args)]
#[command(before_help = help::examples(EXAMPLES))]
pub struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// Find names and quotes anew in all articles, from the texts in the index; no file is read
    ///
    /// For an index that another newsdex made. It is one commit: until it is done, all is as it was.
    #[arg(long, conflicts_with_all = ["PATH", "rehash", "prune", "watch"])]
    rebuild: bool,
    /// Look into files even if their size and time did not change
    #[arg(long)]
    rehash: bool,
    /// Delete the articles of files that have gone from the given folders
    #[arg(long)]
    prune: bool,
    /// Go on: look every so many seconds (5 unless given) for what is new or changed, until Ctrl-C
    ///
    /// A file is read when it has not changed for two seconds. Between runs others may write to the index.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "5",
          value_parser = clap::value_parser!(u32).range(1..))]
    watch: Option<u32>,
    /// Memory to use at most, in megabytes
    #[arg(long, value_name = "MB", default_value = "256", value_parser = clap::value_parser!(u32).range(64..))]
    memory: u32,
}

/// Longer than this no article waits to be searchable and safe.
const COMMIT_EVERY: Duration = Duration::from_secs(30);

pub fn run(args: Args, global: &Global, session: &Session) -> Result<Outcome, Failure> {
    let stop = interruptible()?;
    let folder = global.one_index()?;
    if args.rebuild {
        return rebuild(folder, args.input.threads(), (args.memory as usize) << 20, &stop, session);
    }
    let index = Index::open_or_create(folder, parse::MODELS)?;
    let settings = Settings {
        read: args.input.options(),
        threads: args.input.threads(),
        memory: (args.memory as usize) << 20,
        rehash: args.rehash,
        prune: args.prune,
        rested: false,
        commit_every: COMMIT_EVERY,
    };
    let summary = match args.watch {
        None => bring_up_to_date(&index, &args.input.paths, &settings, &stop, session)?,
        Some(seconds) => {
            if args.input.paths.iter().any(|p| p.as_os_str() == "-") {
                return Err(Failure::usage("standard input cannot be watched").help("name files or folders"));
            }
            session.say("Following; Ctrl-C ends it.");
            let mut settings = Settings { rested: true, ..settings };
            watch::follow(&args.input.paths, Duration::from_secs(seconds.into()), &stop, session, || {
                let summary = bring_up_to_date(&index, &args.input.paths, &settings, &stop, session)?;
                settings.rehash = false;
                Ok(summary)
            })?
        }
    };
    Ok(if summary.stopped_at.is_some() {
        Outcome::Interrupted
    } else if summary.lost > 0 {
        Outcome::SomeUnread
    } else {
        Outcome::Done
    })
}

/// One run, with its progress and its summary.
fn bring_up_to_date(
    index: &Index,
    paths: &[PathBuf],
    settings: &Settings,
    stop: &AtomicBool,
    session: &Session,
) -> Result<Summary, Failure> {
    let bar = session.progress().then(|| Bar::new(paths));
    let began = Instant::now();
    let summary = ingest::ingest(index, paths, settings, stop, &mut |progress| {
        if let Some(bar) = &bar {
            bar.show(progress);
        }
    })?;
    if let Some(bar) = bar {
        bar.clear();
    }
    tell(&summary, began.elapsed(), session)?;
    Ok(summary)
}

fn rebuild(
    folder: &Path,
    threads: NonZero<usize>,
    memory: usize,
    stop: &AtomicBool,
    session: &Session,
) -> Result<Outcome, Failure> {
    let index = Index::open_to_rebuild(folder)?;
    let bar = session.spinner();
    let began = Instant::now();
    let done = rebuild::rebuild(&index, threads, memory, stop, &mut |done| {
        bar.set_message(format!("{} understood anew", count(done, "article", "articles")));
        bar.tick();
    })?;
    bar.finish_and_clear();
    let Some(articles) = done else {
        session.warn("interrupted: nothing was changed");
        return Ok(Outcome::Interrupted);
    };
    let seconds = began.elapsed().as_secs_f64();
    session.say(format_args!("{} understood anew in {seconds:.1} s", count(articles, "article", "articles")));
    Ok(Outcome::Done)
}

/// A flag that Ctrl-C raises. A second Ctrl-C ends the program at once.
fn interruptible() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = stop.clone();
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(super::exit::INTERRUPTED.into());
        }
    })?;
    Ok(stop)
}

/// What was done: a line for the articles, a line for the files, then every kind of notice and problem.
fn tell(summary: &Summary, took: Duration, session: &Session) -> Result<(), Failure> {
    let Some(mut page) = session.messages() else { return Ok(()) };
    let palette = page.palette;
    let some = |n: u64, what: &str| (n > 0).then(|| format!("{} {what}", thousands(n)));
    let articles: Vec<_> = [
        some(summary.added, "added"),
        some(summary.replaced, "replaced"),
        some(summary.revised, "kept as versions"),
        some(summary.removed, "removed"),
        some(summary.unchanged, "unchanged"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let articles = if articles.is_empty() { "no articles".into() } else { articles.join(" · ") };
    page.item(Piece::new("Articles", palette.label), 10, &[Piece::plain(articles)])?;

    let mut files = vec![format!("{} read", thousands(summary.files_read))];
    files.extend(some(summary.files_skipped, "unchanged"));
    files.extend(some(summary.files_pruned, "gone"));
    let seconds = took.as_secs_f64();
    let fresh = summary.added + summary.replaced;
    files.push(format!("{seconds:.1} s"));
    if fresh > 0 && seconds > 0.0 {
        files.push(format!("{} articles/s", thousands((fresh as f64 / seconds) as u64)));
        files.push(format!("{:.1} MB/s", summary.bytes as f64 / 1e6 / seconds));
    }
    page.item(Piece::new("Files", palette.label), 10, &[Piece::new(files.join(" · "), palette.faint)])?;

    for (label, list, style) in
        [("Notices", &summary.notices, palette.faint), ("Problems", &summary.problems, palette.notice)]
    {
        if list.is_empty() {
            continue;
        }
        page.line(&[Piece::new(label, palette.label)])?;
        for (code, Told { count, examples }) in list {
            page.item(Piece::plain(format!("{:>8}", thousands(*count))), 10, &[Piece::new(code.as_str(), style)])?;
            for example in examples {
                page.prose(12, &[Piece::new(example.as_str(), palette.faint)])?;
            }
        }
    }
    if let Some(place) = &summary.stopped_at {
        let at = if place.is_empty() { String::new() } else { format!(" in {place}") };
        let what = format!("Interrupted{at}. What was done is kept; run the same command to go on.");
        page.prose(0, &[Piece::new(what, palette.notice)])?;
    }
    page.flush()?;
    Ok(())
}

/// How far it is, on a terminal.
struct Bar {
    bar: ProgressBar,
    /// The bytes of all files, once they are counted.
    total: Arc<AtomicU64>,
}

impl Bar {
    fn new(paths: &[PathBuf]) -> Bar {
        let total = Arc::new(AtomicU64::new(0));
        let (paths, sum) = (paths.to_vec(), total.clone());
        // Beside the work: a large archive takes a while to count. It ends with the program.
        std::thread::spawn(move || {
            let bytes = walk(&paths).filter_map(|entry| entry.ok()).map(|entry| entry.size).sum();
            sum.store(bytes, Ordering::Relaxed);
        });
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
        Bar { bar, total }
    }

    fn show(&self, progress: Progress) {
        let total = self.total.load(Ordering::Relaxed);
        let template = match (self.bar.length(), total) {
            (None, 0) => "{spinner} {msg}",
            (None, _) => {
                self.bar.set_length(total);
                "{wide_bar:.cyan/dim} {percent:>3}% {msg} · {eta} left"
            }
            (Some(_), _) => "",
        };
        if let Ok(style) = ProgressStyle::with_template(template)
            && !template.is_empty()
        {
            self.bar.set_style(style.progress_chars("━╸─"));
        }
        let rate = progress.articles as f64 / self.bar.elapsed().as_secs_f64().max(0.1);
        self.bar.set_message(format!(
            "{} · {}/s",
            count(progress.articles, "article", "articles"),
            thousands(rate as u64)
        ));
        self.bar.set_position(progress.bytes);
    }

    fn clear(self) {
        self.bar.finish_and_clear();
    }
}
