//! What was read from where: for each file its size and time when it was read to its end.
//!
//! This is how `index` skips what did not change without opening it. It cannot stand in the articles' own columns: an
//! article may be deleted, or be replaced from another file, while its file is unchanged, and a file may hold none. Nor
//! may it get ahead of the articles: a file is *read* when all its articles are committed, not before.
//!
//! So there is a log beside the segments, a line a file, to which every commit appends; and the commit itself, in
//! tantivy's `meta.json`, says which log and how many of its bytes are valid. The two become true in one instant. What
//! a crash left behind the valid bytes is cut off by the next writer. A log of which more than half is outdated is
//! written anew under the next number.
//!
//! ```text
//! meta.json   payload: "files-1.log 4711"
//! files-1.log <key> <size> <modified, ns> <articles> <path>\n     a later line of the same key counts
//!             <key> gone\n
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::{Error, FileKey, Result};

/// What was known of a file when it was read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// In bytes.
    pub size: u64,
    /// When it was last changed: nanoseconds since 1970.
    pub modified: i64,
    /// How many articles it gave.
    pub articles: u64,
}

/// All files that were read, as of one commit and what was noted since. Clones are the same list: who walks the files
/// asks while who writes the articles notes.
#[derive(Clone, Debug)]
pub struct Files(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    seen: FxHashMap<FileKey, Seen>,
    /// Lines noted since the last commit.
    fresh: Vec<u8>,
    /// Lines of the log, to know how many are outdated.
    lines: usize,
    log: Option<Log>,
}

/// The file, and how much of it the last commit vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Log {
    folder: PathBuf,
    number: u64,
    valid: u64,
}

/// Logs with fewer lines are not worth writing anew.
const FEW: usize = 1000;

impl Files {
    pub(super) fn open(folder: Option<&Path>, payload: Option<&str>) -> Result<Files> {
        Ok(Files(Arc::new(Mutex::new(State::open(folder, payload)?))))
    }

    /// What is the matter with the log that a commit vouches for, if anything.
    pub(super) fn fault(folder: &Path, payload: Option<&str>) -> Result<Option<String>> {
        let mut wrong = 0;
        let whole = Files::salvage(folder, payload, &mut |_| {}, &mut || wrong += 1)?;
        let lines = |n| if n == 1 { "a line".to_owned() } else { format!("{n} lines") };
        Ok(match (whole, wrong) {
            (true, 0) => None,
            (true, n) => Some(format!("the log of the files that were read has {} that cannot be", lines(n))),
            (false, _) => Some("the log of the files that were read is missing or cut short".into()),
        })
    }

    /// Hands over the lines of the log that are what they were written as; the others are told. `false` if a part is
    /// missing.
    ///
    /// A key is a digest of its path, so a line proves itself but for its figures; a wrong figure only has a file read
    /// again.
    pub(super) fn salvage(
        folder: &Path,
        payload: Option<&str>,
        sound: &mut dyn FnMut(&str),
        unsound: &mut dyn FnMut(),
    ) -> Result<bool> {
        let Some(payload) = payload else { return Ok(true) };
        let Some((number, valid)) = parse_payload(payload) else { return Ok(false) };
        let log = Log { folder: folder.to_owned(), number, valid };
        let bytes = match fs::read(log.path()) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(valid == 0),
            Err(e) => return Err(Error::io(log.path().display().to_string(), e)),
        };
        let there = bytes.get(..usize::try_from(valid).unwrap_or(usize::MAX)).unwrap_or(&bytes);
        for line in there.split_inclusive(|b| *b == b'\n') {
            let line = line.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok());
            match line.and_then(|line| parse_line(line).filter(is_itself).and(Some(line))) {
                Some(line) => sound(line),
                None => unsound(),
            }
        }
        Ok(bytes.len() as u64 >= valid)
    }

    /// Writes these lines as the log of the next number; gives the payload that makes it valid.
    pub(super) fn renew(folder: &Path, payload: Option<&str>, lines: &str) -> Result<String> {
        let number = payload.and_then(parse_payload).map_or(1, |(number, _)| number + 1);
        let log = Log { folder: folder.to_owned(), number, valid: lines.len() as u64 };
        let write = || {
            let mut file = File::create(log.path())?;
            file.write_all(lines.as_bytes())?;
            file.sync_all()?;
            sync_folder(folder)
        };
        write().map_err(|e| Error::io(log.path().display().to_string(), e))?;
        Ok(format!("{} {}", log.name(), log.valid))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn get(&self, key: FileKey) -> Option<Seen> {
        self.state().seen.get(&key).copied()
    }

    /// How many files were read to their end.
    pub fn len(&self) -> usize {
        self.state().seen.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The committed files and their paths, in no particular order.
    pub fn each_path(&self, each: impl FnMut(FileKey, &str)) -> Result<()> {
        self.state().each_path(each)
    }

    /// Notes that a file was read to its end; true with the next commit.
    pub(super) fn note(&self, key: FileKey, path: &str, seen: Seen) {
        self.state().note(key, path, seen);
    }

    /// Notes that a file is gone, or must be read again.
    pub(super) fn forget(&self, key: FileKey) {
        self.state().forget(key);
    }

    /// Makes what was noted durable and gives the payload that makes it valid.
    pub(super) fn prepare(&self) -> Result<Option<(Prepared, String)>> {
        self.state().prepare()
    }

    /// The commit that carries the payload succeeded.
    pub(super) fn committed(&self, prepared: Prepared) {
        self.state().committed(prepared);
    }
}

impl State {
    /// Reads what the last commit vouches for. `payload` is the commit's; an index in memory has no folder.
    fn open(folder: Option<&Path>, payload: Option<&str>) -> Result<State> {
        let mut files = State::default();
        let Some(folder) = folder else { return Ok(files) };
        let (number, valid) = payload.map_or(Some((1, 0)), parse_payload).ok_or_else(|| damaged("meta.json"))?;
        let log = Log { folder: folder.to_owned(), number, valid };
        if valid > 0 {
            log.each_line(|line| {
                files.lines += 1;
                let (key, seen, _) = parse_line(line).ok_or_else(|| damaged(&log.name()))?;
                match seen {
                    Some(seen) => files.seen.insert(key, seen),
                    None => files.seen.remove(&key),
                };
                Ok(())
            })?;
        }
        files.log = Some(log);
        Ok(files)
    }

    fn note(&mut self, key: FileKey, path: &str, seen: Seen) {
        put_line(&mut self.fresh, key, path, &seen);
        self.lines += 1;
        self.seen.insert(key, seen);
    }

    fn forget(&mut self, key: FileKey) {
        if self.seen.remove(&key).is_some() {
            let _ = writeln!(self.fresh, "{:016x} gone", key.0);
            self.lines += 1;
        }
    }

    fn each_path(&self, mut each: impl FnMut(FileKey, &str)) -> Result<()> {
        let Some(log) = self.log.as_ref().filter(|l| l.valid > 0) else { return Ok(()) };
        log.each_line(|line| {
            let (key, seen, path) = parse_line(line).ok_or_else(|| damaged(&log.name()))?;
            // A path never changes, so of several lines of one file that are still in force any will do; but one
            // that was forgotten and came back has an outdated line too, of other size and time as a rule.
            if seen.is_some() && self.seen.get(&key) == seen.as_ref() {
                each(key, &unescape(path));
            }
            Ok(())
        })
    }

    fn prepare(&mut self) -> Result<Option<(Prepared, String)>> {
        let Some(log) = &self.log else { return Ok(None) };
        let outdated = self.lines - self.seen.len().min(self.lines);
        let next = if self.lines > FEW && outdated * 2 > self.lines { self.rewrite(log) } else { self.append(log) };
        let next = next.map_err(|e| Error::io(log.path().display().to_string(), e))?;
        let payload = format!("{} {}", next.name(), next.valid);
        Ok(Some((Prepared(next), payload)))
    }

    fn committed(&mut self, Prepared(next): Prepared) {
        self.fresh.clear();
        if let Some(old) = self.log.replace(next.clone())
            && old.number != next.number
        {
            self.lines = self.seen.len();
            // Readers hold no log open; one that is left behind is only space.
            let _ = fs::remove_file(old.path());
        }
    }

    fn append(&self, log: &Log) -> io::Result<Log> {
        if self.fresh.is_empty() {
            return Ok(log.clone());
        }
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(log.path())?;
        file.set_len(log.valid)?;
        file.seek(SeekFrom::Start(log.valid))?;
        file.write_all(&self.fresh)?;
        file.sync_all()?;
        sync_folder(&log.folder)?;
        Ok(Log { valid: log.valid + self.fresh.len() as u64, ..log.clone() })
    }

    fn rewrite(&self, log: &Log) -> io::Result<Log> {
        let mut lines = Vec::new();
        let mut done = rustc_hash::FxHashSet::default();
        let mut keep = |key, seen: Option<Seen>, path: &str| {
            if seen.is_some() && self.seen.get(&key) == seen.as_ref() && done.insert(key) {
                put_line(&mut lines, key, path, &self.seen[&key]);
            }
        };
        let mut keep_line = |line: &str| {
            let (key, seen, path) = parse_line(line).ok_or(io::ErrorKind::InvalidData)?;
            keep(key, seen, &unescape(path));
            Ok(())
        };
        log.each_line_io(&mut keep_line)?;
        for line in self.fresh.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            keep_line(std::str::from_utf8(line).unwrap_or_default())?;
        }
        let next = Log { number: log.number + 1, valid: lines.len() as u64, ..log.clone() };
        let mut file = File::create(next.path())?;
        file.write_all(&lines)?;
        file.sync_all()?;
        sync_folder(&next.folder)?;
        Ok(next)
    }
}

/// A log that is durable but not yet vouched for.
pub(super) struct Prepared(Log);

impl Log {
    fn name(&self) -> String {
        format!("files-{}.log", self.number)
    }

    fn path(&self) -> PathBuf {
        self.folder.join(self.name())
    }

    fn each_line(&self, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
        let mut result = Ok(());
        let read = self.each_line_io(|line| {
            if result.is_ok() {
                result = each(line);
            }
            Ok(())
        });
        match read {
            Ok(()) => result,
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
                Err(damaged(&self.name()))
            }
            Err(e) => Err(Error::io(self.path().display().to_string(), e)),
        }
    }

    fn each_line_io(&self, mut each: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        if self.valid == 0 {
            return Ok(());
        }
        let file = File::open(self.path())?;
        if file.metadata()?.len() < self.valid {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut lines = BufReader::with_capacity(1 << 16, file.take(self.valid));
        let mut line = String::new();
        while lines.read_line(&mut line)? > 0 {
            each(line.trim_end_matches('\n'))?;
            line.clear();
        }
        Ok(())
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    // A new name is durable once its folder is; where folders cannot be opened as files, renames are durable anyway.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn damaged(name: &str) -> Error {
    Error::Damaged(format!("{name} does not say which files were read"))
}

fn parse_payload(payload: &str) -> Option<(u64, u64)> {
    let (name, valid) = payload.split_once(' ')?;
    let number = name.strip_prefix("files-")?.strip_suffix(".log")?;
    Some((number.parse().ok()?, valid.parse().ok()?))
}

fn put_line(out: &mut Vec<u8>, key: FileKey, path: &str, seen: &Seen) {
    let path = path.replace('\\', "\\\\").replace('\n', "\\n");
    // Writing to memory does not fail.
    let _ = writeln!(out, "{:016x} {} {} {} {path}", key.0, seen.size, seen.modified, seen.articles);
}

/// Key, what was seen (`None`: gone) and the escaped path.
fn parse_line(line: &str) -> Option<(FileKey, Option<Seen>, &str)> {
    let (key, rest) = line.split_once(' ')?;
    let key = FileKey(u64::from_str_radix(key, 16).ok()?);
    if rest == "gone" {
        return Some((key, None, ""));
    }
    let mut parts = rest.splitn(4, ' ');
    let size = parts.next()?.parse().ok()?;
    let modified = parts.next()?.parse().ok()?;
    let articles = parts.next()?.parse().ok()?;
    Some((key, Some(Seen { size, modified, articles }), parts.next()?))
}

/// Whether a line's key is that of its path. Of a path that is not Unicode the log has only what can be printed.
fn is_itself((key, seen, path): &(FileKey, Option<Seen>, &str)) -> bool {
    let path = unescape(path);
    seen.is_none() || path.contains(char::REPLACEMENT_CHARACTER) || FileKey::of(&path) == *key
}

fn unescape(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(if chars.next() == Some('n') { '\n' } else { '\\' }),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(n: u64) -> Seen {
        Seen { size: n, modified: -5, articles: n }
    }

    fn paths(files: &Files) -> Vec<String> {
        let mut out = Vec::new();
        files.each_path(|_, path| out.push(path.to_owned())).unwrap();
        out.sort();
        out
    }

    fn commit(files: &Files) -> String {
        let (prepared, payload) = files.prepare().unwrap().unwrap();
        files.committed(prepared);
        payload
    }

    #[test]
    fn only_what_a_commit_vouches_for_is_true() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = ["a\nb\\n", "b b"].map(|p| (FileKey::of(p), p));
        let files = Files::open(Some(dir.path()), None).unwrap();
        files.note(a.0, a.1, seen(1));
        let first = commit(&files);
        files.note(b.0, b.1, seen(2));
        files.forget(a.0);
        // Written, but the commit never came: as after a crash.
        let (_, second) = files.prepare().unwrap().unwrap();

        let after_crash = Files::open(Some(dir.path()), Some(&first)).unwrap();
        assert_eq!((after_crash.get(a.0), after_crash.get(b.0)), (Some(seen(1)), None));
        assert_eq!(paths(&after_crash), [a.1]);
        let after_commit = Files::open(Some(dir.path()), Some(&second)).unwrap();
        assert_eq!((after_commit.get(a.0), after_commit.get(b.0)), (None, Some(seen(2))));

        // The next writer overwrites what the crash left.
        after_crash.note(b.0, b.1, seen(3));
        let third = commit(&after_crash);
        assert_eq!(paths(&Files::open(Some(dir.path()), Some(&third)).unwrap()), [a.1, b.1]);
    }

    #[test]
    fn an_outdated_log_is_written_anew() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(Some(dir.path()), None).unwrap();
        let mut payload = String::new();
        for round in 0..3 {
            for i in 0..FEW {
                let path = format!("f{i}");
                files.note(FileKey::of(&path), &path, seen(round));
            }
            payload = commit(&files);
        }
        assert!(payload.starts_with("files-2.log"), "{payload}");
        assert!(!dir.path().join("files-1.log").exists());
        let again = Files::open(Some(dir.path()), Some(&payload)).unwrap();
        assert_eq!((again.len(), paths(&again).len()), (FEW, FEW));
        assert_eq!(again.get(FileKey::of("f7")), Some(seen(2)));
    }

    #[test]
    fn a_damaged_log_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let open = |payload| Files::open(Some(dir.path()), Some(payload)).map(|f| f.len()).map_err(|e| e.is_unusable());
        assert_eq!(open("files-1.log 10"), Err(true), "missing");
        fs::write(dir.path().join("files-1.log"), "no log\n").unwrap();
        assert_eq!(open("files-1.log 7"), Err(true), "no log");
        assert_eq!(open("files-1.log 99"), Err(true), "too short");
        assert_eq!(open("nonsense"), Err(true));
    }
}
