//! Killing the indexer at any moment loses nothing that was committed and leaves nothing half done.
//!
//! The tests run themselves as a child that works on an index and says what is committed; the parent kills it (SIGKILL)
//! after a random time, again and again, while files also change and vanish. What the child does is a [`Phase`]:
//! reading with very frequent commits, merging, pruning, following, mending. `NEWSDEX_CRASHES` sets how often each is
//! killed.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::num::NonZero;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use newsdex::cli::ingest::{Progress, Settings, ingest};
use newsdex::index::check::check;
use newsdex::index::repair::{Plan, Repair, repair};
use newsdex::index::{Index, Options, Reader};

const CHILD: &str = "NEWSDEX_CRASH_CHILD";

/// What a child is killed at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// Reading, with a commit every few milliseconds; files that are gone are pruned first.
    Index,
    /// One commit at the end of all, which prunes, replaces and adds.
    Commit,
    /// After every run all segments are merged, so that nothing of what was replaced stays on the disk.
    Merge,
    /// The command itself, following the archive.
    Watch,
    /// `check --repair` of an index that is damaged.
    Mend,
}

impl Phase {
    fn of(name: &str) -> Phase {
        let all = [Phase::Index, Phase::Commit, Phase::Merge, Phase::Watch, Phase::Mend];
        all.into_iter().find(|phase| format!("{phase:?}") == name).expect("a phase")
    }
}

/// Not a test of its own: what the child does.
#[test]
fn child() {
    let Ok(task) = std::env::var(CHILD) else { return };
    let (phase, folder) = task.split_once(' ').expect("a phase and a folder");
    let folder = Path::new(folder);
    match Phase::of(phase) {
        Phase::Index => index(folder, Duration::from_millis(5)),
        Phase::Commit => index(folder, Duration::from_secs(600)),
        Phase::Merge => {
            index(folder, Duration::from_millis(20));
            let index = Index::open(&folder.join("index")).expect("an index");
            index.writer(Options::default()).and_then(|writer| writer.purge(true)).expect("merged");
        }
        Phase::Mend => drop(mend(folder).expect("mended")),
        Phase::Watch => unreachable!("is a command of its own"),
    }
}

/// Tries again while the index is busy: a process that another test is just starting holds on to copies of this one's
/// open files, locks among them, until it is itself.
fn patiently<T>(mut work: impl FnMut() -> newsdex::index::Result<T>) -> newsdex::index::Result<T> {
    for _ in 0..200 {
        match work() {
            Err(e) if e.is_busy() => std::thread::sleep(Duration::from_millis(20)),
            done => return done,
        }
    }
    work()
}

fn mend(folder: &Path) -> newsdex::index::Result<Repair> {
    let plan = Plan { trial: false, understand: &|a| a };
    patiently(|| repair(&folder.join("index"), &plan, &mut |_| {}))
}

/// Starts a child at its work.
fn start(phase: Phase, folder: &Path) -> Child {
    let mut command = match phase {
        Phase::Watch => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_newsdex"));
            command.args(["index", "archive", "--prune", "--watch=1", "-q"]).current_dir(folder);
            command
        }
        _ => {
            let mut command = Command::new(std::env::current_exe().expect("this program"));
            command.args(["--exact", "child", "--nocapture"]);
            command.env(CHILD, format!("{phase:?} {}", folder.display()));
            command
        }
    };
    command.env_remove("NEWSDEX_INDEX").stdout(Stdio::piped()).spawn().expect("a child")
}

fn index(folder: &Path, commit_every: Duration) {
    let settings = Settings {
        read: Default::default(),
        threads: NonZero::new(2).expect("two"),
        memory: 64 << 20,
        rehash: false,
        prune: true,
        rested: false,
        commit_every,
    };
    let index = Index::open_or_create(&folder.join("index"), newsdex::parse::MODELS).expect("an index");
    let mut last = 0;
    let mut tell = |p: Progress| {
        if p.committed > last {
            last = p.committed;
            println!("committed {last}");
            std::io::stdout().flush().expect("the parent listens");
        }
    };
    patiently(|| ingest(&index, &[folder.join("archive")], &settings, &AtomicBool::new(false), &mut tell))
        .expect("a run");
}

/// A small generator (Marsaglia's xorshift): the test must not depend on the clock.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// Writes the archive as it is at one time: some files change and some vanish from time to time.
fn archive(folder: &Path, time: u64) {
    for f in 0..12u64 {
        let path = folder.join("archive").join(format!("{f:02}.jsonl"));
        if (f + time).is_multiple_of(7) {
            let _ = fs::remove_file(&path);
            continue;
        }
        let version = (f + time) / 5;
        let story = |i: u64| {
            let version = if i.is_multiple_of(3) { version } else { 0 };
            let text = format!(
                "The council of Port Selby met on day {i}. \"We will repair the quay,\" said Mayor Ada Quill. Version \
                 {version} of story {i} of file {f}."
            );
            serde_json::json!({"id": format!("{f}-{i}"), "title": format!("Quay {i}"), "text": text}).to_string()
        };
        let lines: Vec<_> = (0..40).map(story).collect();
        let text = lines.join("\n");
        if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            fs::write(&path, text).expect("a file");
            let file = fs::File::options().write(true).open(&path).expect("the file");
            let when = std::time::UNIX_EPOCH + Duration::from_secs(1_600_000_000 + time);
            file.set_modified(when).expect("a time");
        }
    }
}

fn all(reader: &Reader) -> Vec<(String, String)> {
    let ids = reader.ids(&tantivy::query::AllQuery).expect("ids");
    let text = |id: &String| {
        let at = reader.find(id).expect("a look-up").expect("the article");
        reader.article(at).expect("an article").text
    };
    ids.iter().map(|id| (id.clone(), text(id))).collect()
}

/// Nothing here takes longer, unless the machine has much else to do.
const LONGEST: Duration = Duration::from_secs(4);

/// How often each phase is killed midway.
fn kills(few: u64) -> u64 {
    std::env::var("NEWSDEX_CRASHES").ok().and_then(|n| n.parse().ok()).unwrap_or(few)
}

/// Kills a phase so often midway, and looks at what is left each time; then holds the end against an undisturbed run.
fn survives(phase: Phase, few: u64) {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path();
    fs::create_dir(folder.join("archive")).expect("a folder");
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ phase as u64);
    let mut killed_midway = 0;
    // How long a run takes about, to be learned; a follower never ends and lets what is new rest for two seconds.
    let mut whole = Duration::from_millis(if phase == Phase::Watch { 3200 } else { 400 });
    if phase == Phase::Mend {
        archive(folder, 0);
        index(folder, Duration::from_millis(5));
    }
    let mut round = 0;
    while killed_midway < kills(few) {
        archive(folder, round / 3);
        if phase == Phase::Mend {
            index(folder, Duration::from_millis(5));
            damage(&folder.join("index"), &mut chance);
        }
        let mut child = start(phase, folder);
        std::thread::sleep(whole.mul_f64(chance.below(100) as f64 / 100.0));
        child.kill().expect("killed");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let committed =
            out.lines().map_while(Result::ok).filter_map(|l| l.strip_prefix("committed ")?.parse().ok()).last();
        let ended = child.wait().expect("an end");
        assert!(ended.success() || ended.signal() == Some(9), "{phase:?}, round {round}: the child failed: {ended}");
        // Sooner where it was done before, so that there are kills midway however fast the machine; later where it was
        // not.
        if ended.success() {
            whole = whole.mul_f64(0.7);
        } else {
            killed_midway += 1;
            whole = whole.mul_f64(1.2).min(LONGEST);
        }
        if phase == Phase::Mend {
            // Whatever the first one left, another completes it.
            mend(folder).unwrap_or_else(|e| panic!("round {round}: {e}"));
            // The command rebuilds an index whose manifest was lost; these articles are as the models left them.
            let index = Index::open_to_rebuild(&folder.join("index"));
            index.and_then(|index| index.declare(newsdex::parse::MODELS)).expect("a manifest");
        }
        let committed: u64 = committed.unwrap_or(0);
        match Index::open(&folder.join("index")) {
            Ok(index) => {
                let report = check(&index, &mut |_| {}).expect("a check");
                assert!(report.is_clean(), "{phase:?}, round {round}: {:?}", report.examples);
                // All that the child added or replaced is among the articles: none was deleted after being added.
                assert!(report.articles >= committed, "{phase:?}, round {round}: {} of {committed}", report.articles);
            }
            Err(e) => assert!((e.is_nothing() || e.is_missing()) && committed == 0, "{phase:?}, round {round}: {e}"),
        }
        round += 1;
    }

    index(folder, Duration::from_secs(60));
    let again = Index::open(&folder.join("index")).expect("an index");
    assert!(check(&again, &mut |_| {}).expect("a check").is_clean());
    fs::rename(folder.join("index"), folder.join("killed")).expect("moved");
    index(folder, Duration::from_secs(60));
    let undisturbed = Index::open(&folder.join("index")).expect("an index").reader().expect("a reader");
    assert!(all(&again.reader().expect("a reader")) == all(&undisturbed), "{phase:?}: not as an undisturbed run");
}

/// Another bit somewhere in a file that holds articles.
fn damage(index: &Path, chance: &mut Chance) {
    let endings = ["store", "idx", "term", "pos", "fast", "fieldnorm", "del", "json", "copy"];
    let mut files: Vec<_> = fs::read_dir(index).expect("the index").flatten().map(|e| e.path()).collect();
    files.retain(|p| {
        p.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) && !p.ends_with(".managed.json")
    });
    files.sort();
    let path = &files[chance.below(files.len() as u64) as usize];
    let mut bytes = fs::read(path).expect("a file");
    let at = chance.below(bytes.len() as u64) as usize;
    bytes[at] ^= 1 << chance.below(8);
    fs::write(path, bytes).expect("damaged");
}

#[test]
fn killed_while_it_reads_and_commits() {
    survives(Phase::Index, 9);
}

#[test]
fn killed_before_and_at_the_only_commit() {
    survives(Phase::Commit, 6);
}

#[test]
fn killed_while_segments_are_merged() {
    survives(Phase::Merge, 6);
}

#[test]
fn killed_while_it_follows() {
    survives(Phase::Watch, 3);
}

#[test]
fn killed_while_it_mends() {
    survives(Phase::Mend, 6);
}
