//! Following: `index --watch` goes on indexing what arrives.
//!
//! The paths are looked through again and again rather than subscribed to: that works on network shares and through
//! links, forgets nothing while newsdex is not running, and a look opens no file. Between two looks at which something
//! is new the index is left alone: no writer is held, so `delete` and others can work on it.
//!
//! A file is taken when it has rested for [`REST`](crate::read::REST): what is still being written is left to a later
//! look. One that could not be read is not tried again until it changes.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use rustc_hash::FxHashMap;

use super::exit::Failure;
use super::ingest::Summary;
use super::session::Session;
use crate::index;
use crate::read::walk;

/// How soon an interrupt is heard.
const HEARD_WITHIN: Duration = Duration::from_millis(100);

/// Looking takes at most this share of the time, however many files there are.
const SHARE: u32 = 20;

/// Sizes and times of the files that can be read.
type Look = FxHashMap<PathBuf, (u64, Option<jiff::Timestamp>)>;

fn look(paths: &[PathBuf]) -> Look {
    let now = SystemTime::now();
    walk(paths)
        .filter_map(Result::ok)
        .filter(|entry| !entry.is_restless(now))
        .map(|entry| (entry.path, (entry.size, entry.modified)))
        .collect()
}

/// Runs `index` whenever something under the paths is new, until `stop` is raised. Gives what the last run gave.
///
/// An index that another program writes to is waited for.
pub fn follow(
    paths: &[PathBuf],
    every: Duration,
    stop: &AtomicBool,
    session: &Session,
    mut index: impl FnMut() -> Result<Summary, Failure>,
) -> Result<Summary, Failure> {
    let mut last = Summary::default();
    let mut indexed: Option<Look> = None;
    let (mut unread, mut waiting) = (0, false);
    while !stop.load(Ordering::Relaxed) && last.stopped_at.is_none() {
        let began = Instant::now();
        // Looked at before it is indexed: what comes in between is seen next time.
        let now = look(paths);
        let looking = began.elapsed();
        if indexed.as_ref() != Some(&now) {
            match index() {
                Ok(summary) => {
                    unread += summary.lost;
                    last = summary;
                    indexed = Some(now);
                    waiting = false;
                }
                Err(failure) if failure.is(index::Error::is_busy) => {
                    if !waiting {
                        session.warn(format_args!("{failure}; waiting for it"));
                    }
                    waiting = true;
                }
                Err(failure) => return Err(failure),
            }
        }
        let until = Instant::now() + every.max(looking * SHARE);
        while Instant::now() < until && !stop.load(Ordering::Relaxed) {
            sleep(HEARD_WITHIN.min(until.saturating_duration_since(Instant::now())));
        }
    }
    last.lost = unread;
    Ok(last)
}
