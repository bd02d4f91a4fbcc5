//! How a command ends: the one place that turns results into exit codes and failures into messages.
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | done |
//! | 1 | done, but nothing was found |
//! | 2 | wrong use: arguments or a query that cannot be understood |
//! | 3 | some input could not be read; the rest was |
//! | 4 | the index is missing, damaged or of another version |
//! | 5 | any other failure |
//! | 130 | interrupted |
//!
//! A reader who closes the pipe (`newsdex … | head`) has what they wanted: that ends quietly with 0.

use std::io;

use crate::index;

/// How a command that did its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    NothingFound,
    /// Some input could not be read.
    SomeUnread,
    /// A check found the index damaged.
    Damaged,
    /// Stopped by Ctrl-C, with what was done until then kept.
    Interrupted,
}

/// Why a command could not do its work: what happened and where, and what to do next.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    what: anyhow::Error,
    place: Option<String>,
    help: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Usage,
    Index,
    ClosedPipe,
    Other,
}

impl Failure {
    /// The arguments do not make sense.
    pub fn usage(what: impl Into<String>) -> Self {
        Failure { kind: Kind::Usage, what: anyhow::Error::msg(what.into()), place: None, help: None }
    }

    /// Shows where: lines of their own.
    pub fn place(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Says what to do next.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether the index failed in this way.
    pub fn is(&self, what: impl Fn(&index::Error) -> bool) -> bool {
        self.what.downcast_ref().is_some_and(what)
    }

    pub fn is_closed_pipe(&self) -> bool {
        self.kind == Kind::ClosedPipe
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let what = error.into();
        let unusable = |e: &index::Error| e.is_unusable();
        let kind = if what.chain().any(is_broken_pipe) {
            Kind::ClosedPipe
        } else if what.downcast_ref().is_some_and(unusable) {
            Kind::Index
        } else {
            Kind::Other
        };
        Failure { kind, what, place: None, help: None }
    }
}

/// Only stdout is ever a pipe that may close before its time; the libraries that write to it wrap its error.
fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let kind = if let Some(e) = error.downcast_ref::<io::Error>() {
        Some(e.kind())
    } else if let Some(e) = error.downcast_ref::<serde_json::Error>() {
        e.io_error_kind()
    } else if let Some(csv::ErrorKind::Io(e)) = error.downcast_ref::<csv::Error>().map(csv::Error::kind) {
        Some(e.kind())
    } else {
        None
    };
    kind == Some(io::ErrorKind::BrokenPipe)
}

/// The message of a failure: what happened, where, and what to do next.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:#}", self.what)?;
        let more = [&self.place, &self.help];
        for line in more.into_iter().flatten().flat_map(|text| text.lines()) {
            write!(f, "\n  {line}")?;
        }
        Ok(())
    }
}

/// The exit code of a command that was interrupted.
pub const INTERRUPTED: u8 = 130;

/// The exit code of a command.
pub fn code(result: &Result<Outcome, Failure>) -> u8 {
    match result {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::NothingFound) => 1,
        Ok(Outcome::SomeUnread) => 3,
        Ok(Outcome::Damaged) => 4,
        Ok(Outcome::Interrupted) => INTERRUPTED,
        Err(failure) => match failure.kind {
            Kind::ClosedPipe => 0,
            Kind::Usage => 2,
            Kind::Index => 4,
            Kind::Other => 5,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_a_normal_end_whoever_reports_it() {
        let pipe = || io::Error::from(io::ErrorKind::BrokenPipe);
        let json = serde_json::to_writer(Closed, "x").expect_err("closed");
        let mut csv = csv::Writer::from_writer(Closed);
        let csv = csv.write_record(["x"]).and_then(|()| csv.flush().map_err(Into::into)).expect_err("closed");
        for failure in [Failure::from(pipe()), json.into(), csv.into(), anyhow::Error::from(pipe()).context("x").into()]
        {
            assert!(failure.is_closed_pipe(), "{failure:?}");
            assert_eq!(code(&Err(failure)), 0);
        }
        assert_eq!(code(&Err(io::Error::from(io::ErrorKind::StorageFull).into())), 5);
    }

    struct Closed;

    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
