//! Killing the indexer at any moment loses nothing that was committed and leaves nothing half done.
//!
//! The test runs itself as a child that indexes with very frequent commits and says what is committed; the parent kills it
//! (SIGKILL) after a random time, again and again, while files also change and vanish. `NEWSDEX_CRASHES` sets how often.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use newsdex::cli::ingest::{Settings, ingest};
use newsdex::index::check::check;
use newsdex::index::{Index, Reader};

const CHILD: &str = "NEWSDEX_CRASH_CHILD";

/// Not a test of its own: what the child does.
#[test]
fn child() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    index(Path::new(&folder), Duration::from_millis(5));
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
    let index = Index::open_or_create(&folder.join("index"), "test").expect("an index");
    let mut last = 0;
    ingest(&index, &[folder.join("archive")], &settings, &AtomicBool::new(false), &mut |p| {
        if p.committed > last {
            last = p.committed;
            println!("committed {last}");
            std::io::stdout().flush().expect("the parent listens");
        }
    })
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

#[test]
fn killed_at_any_moment_it_opens_clean_and_goes_on_to_the_same_index() {
    let rounds = std::env::var("NEWSDEX_CRASHES").ok().and_then(|n| n.parse().ok()).unwrap_or(12u64);
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path();
    fs::create_dir(folder.join("archive")).expect("a folder");
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut killed_midway = 0;
    let mut whole = Duration::from_millis(400);
    for round in 0..rounds {
        archive(folder, round / 3);
        let began = std::time::Instant::now();
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "child", "--nocapture"])
            .env(CHILD, folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        std::thread::sleep(whole.mul_f64(chance.below(100) as f64 / 100.0));
        child.kill().expect("killed");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let committed =
            out.lines().map_while(Result::ok).filter_map(|l| l.strip_prefix("committed ")?.parse().ok()).last();
        let ended = child.wait().expect("an end");
        if ended.success() {
            whole = whole.min(began.elapsed());
        } else {
            killed_midway += 1;
        }
        let committed: u64 = committed.unwrap_or(0);
        match Index::open(&folder.join("index")) {
            Ok(index) => {
                let report = check(&index, &mut |_| {}).expect("a check");
                assert!(report.is_clean(), "round {round}: {:?}", report.examples);
                // All that the child added or replaced is among the articles: none was deleted after being added.
                assert!(report.articles >= committed, "round {round}: {} of {committed}", report.articles);
            }
            Err(e) => assert!((e.is_nothing() || e.is_missing()) && committed == 0, "round {round}: {e}"),
        }
    }
    assert!(killed_midway > 0, "no run was ever killed midway");

    index(folder, Duration::from_secs(60));
    let again = Index::open(&folder.join("index")).expect("an index");
    assert!(check(&again, &mut |_| {}).expect("a check").is_clean());
    fs::rename(folder.join("index"), folder.join("killed")).expect("moved");
    index(folder, Duration::from_secs(60));
    let undisturbed = Index::open(&folder.join("index")).expect("an index").reader().expect("a reader");
    assert!(all(&again.reader().expect("a reader")) == all(&undisturbed), "other articles than of an undisturbed run");
}
