//! Where a command writes: data to stdout, everything else to stderr.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;
use terminal_size::{Height, Width, terminal_size_of};

use super::Global;
use super::exit::Failure;
use crate::render::terminal::Page;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// The terminal, or whatever stands in its place, as the global options ask for it.
pub struct Session {
    quiet: bool,
    verbose: bool,
}

impl Session {
    pub fn new(global: &Global) -> Self {
        match global.color {
            clap::ColorChoice::Auto => ColorChoice::Auto,
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
        }
        .write_global();
        Session { quiet: global.quiet, verbose: global.verbose }
    }

    /// Where data goes, buffered: flush it before the command ends, for a failure to write must not get lost.
    pub fn stdout(&self) -> BufWriter<StdoutLock<'static>> {
        BufWriter::with_capacity(1 << 16, io::stdout().lock())
    }

    /// Whether text for a person may carry colours.
    pub fn colors(&self) -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Columns for text on stdout.
    pub fn width(&self) -> usize {
        width(terminal_size_of(io::stdout()))
    }

    /// Whether progress may be shown.
    pub fn progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Progress of unknown length: hidden unless progress may be shown.
    pub fn spinner(&self) -> ProgressBar {
        if self.progress() { ProgressBar::new_spinner() } else { ProgressBar::hidden() }
    }

    pub fn error(&self, failure: &Failure) {
        stderr(format_args!("{ERROR}error:{ERROR:#} {failure}"));
    }

    pub fn warn(&self, message: impl std::fmt::Display) {
        if !self.quiet {
            stderr(format_args!("{WARNING}warning:{WARNING:#} {message}"));
        }
    }

    /// A page for messages of several lines; `None` if none are wanted.
    pub fn messages(&self) -> Option<Page<io::StderrLock<'static>>> {
        let colors = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
        (!self.quiet).then(|| Page::new(io::stderr().lock(), width(terminal_size_of(io::stderr())), colors))
    }

    /// What a person at the terminal wants to know beside the data.
    pub fn say(&self, message: impl std::fmt::Display) {
        if !self.quiet {
            stderr(format_args!("{message}"));
        }
    }

    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// What only `--verbose` asks for.
    pub fn detail(&self, message: impl std::fmt::Display) {
        if self.verbose {
            stderr(format_args!("{message}"));
        }
    }
}

/// A line on stderr. That it may be closed is no reason to fail.
fn stderr(message: std::fmt::Arguments) {
    let _ = writeln!(anstream::stderr().lock(), "{message}");
}

/// The columns of a terminal, else `COLUMNS`, else 80.
fn width(terminal: Option<(Width, Height)>) -> usize {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal.map(|(width, _)| width.0.into()).or_else(columns).filter(|&w| w > 0).unwrap_or(80)
}
