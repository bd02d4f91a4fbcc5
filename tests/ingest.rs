//! Bringing an index up to date: what is added, replaced, skipped, deleted, and what survives.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use newsdex::cli::ingest::{Progress, Settings, Summary, ingest};
use newsdex::index::{Index, Result};

/// An archive and its index, in a folder that goes away.
struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(dir.path().join("archive")).expect("a folder");
        Desk { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file of stories (`id: text`, one JSON object a line). Its time differs from the last one's.
    fn file(&self, name: &str, stories: &[(&str, &str)]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        let lines: Vec<_> = stories
            .iter()
            .map(|(id, text)| serde_json::json!({"id": id, "title": format!("Story {id}"), "text": text}).to_string())
            .collect();
        let before = fs::metadata(&path).and_then(|m| m.modified()).ok();
        fs::write(&path, lines.join("\n")).expect("a file");
        if let Some(before) = before {
            let file = fs::File::options().write(true).open(&path).expect("the file");
            file.set_modified(before + Duration::from_secs(1)).expect("a time");
        }
    }

    fn index(&self) -> Result<Index> {
        Index::open_or_create(&self.path("index"), "test")
    }

    fn run_with(&self, paths: &[&str], change: impl FnOnce(&mut Settings)) -> Summary {
        let mut settings = settings();
        change(&mut settings);
        let paths: Vec<_> = paths.iter().map(|p| self.path(p)).collect();
        ingest(&self.index().expect("an index"), &paths, &settings, &AtomicBool::new(false), &mut |_| {})
            .expect("a run")
    }

    fn run(&self, paths: &[&str]) -> Summary {
        self.run_with(paths, |_| {})
    }

    /// All articles: id and the last line of the text. The temporary folder in ids is written `~`.
    fn articles(&self) -> BTreeMap<String, String> {
        let reader = self.index().expect("an index").reader().expect("a reader");
        let all = reader.ids(&tantivy::query::AllQuery).expect("ids");
        let body = |id: &String| {
            let at = reader.find(id).expect("a look-up").expect("the article");
            reader.article(at).expect("an article").text.lines().last().unwrap_or_default().to_owned()
        };
        let here = self.dir.path().display().to_string();
        all.iter().map(|id| (id.replace(&here, "~"), body(id))).collect()
    }
}

fn settings() -> Settings {
    Settings {
        read: Default::default(),
        threads: NonZero::new(2).expect("two"),
        memory: 64 << 20,
        rehash: false,
        prune: false,
        rested: false,
        commit_every: Duration::from_secs(60),
    }
}

/// `added replaced unchanged removed`, then `read skipped pruned` files.
fn counts(s: &Summary) -> [u64; 7] {
    [s.added, s.replaced, s.unchanged, s.removed, s.files_read, s.files_skipped, s.files_pruned]
}

fn articles<const N: usize>(list: [(&str, &str); N]) -> BTreeMap<String, String> {
    list.into_iter().map(|(id, text)| (id.to_owned(), text.to_owned())).collect()
}

#[test]
fn unchanged_files_are_skipped_and_changed_ones_replace_exactly() {
    let desk = Desk::new();
    desk.file("archive/a.jsonl", &[("a1", "The ferry sails."), ("a2", "The quay closes."), ("a3", "Rain falls.")]);
    desk.file("archive/b.jsonl", &[("b1", "The mayor speaks.")]);
    assert_eq!(counts(&desk.run(&["archive"])), [4, 0, 0, 0, 2, 0, 0]);
    assert_eq!(counts(&desk.run(&["archive"])), [0, 0, 4, 0, 0, 2, 0], "nothing changed");
    assert_eq!(counts(&desk.run_with(&["archive"], |s| s.rehash = true)), [0, 0, 4, 0, 2, 0, 0], "looked into");

    desk.file("archive/a.jsonl", &[("a1", "The ferry sails."), ("a2", "The quay opens.")]);
    assert_eq!(counts(&desk.run(&["archive"])), [0, 1, 2, 1, 1, 1, 0], "one unchanged, one replaced, one gone");
    assert_eq!(
        desk.articles(),
        articles([("a1", "The ferry sails."), ("a2", "The quay opens."), ("b1", "The mayor speaks.")])
    );
    assert_eq!(counts(&desk.run(&["archive/b.jsonl"])), [0, 0, 1, 0, 0, 1, 0], "the same file by another name");
}

#[test]
fn what_is_gone_is_pruned_when_asked() {
    let desk = Desk::new();
    desk.file("archive/a.jsonl", &[("a1", "The ferry sails.")]);
    desk.file("archive/sub/b.jsonl", &[("b1", "The mayor speaks.")]);
    desk.file("other/c.jsonl", &[("c1", "Rain falls.")]);
    desk.run(&["archive", "other"]);
    fs::remove_file(desk.path("archive/sub/b.jsonl")).expect("gone");
    fs::remove_file(desk.path("other/c.jsonl")).expect("gone");
    assert_eq!(counts(&desk.run(&["archive"])), [0, 0, 1, 0, 0, 1, 0], "not asked");
    assert_eq!(counts(&desk.run_with(&["archive"], |s| s.prune = true)), [0, 0, 1, 1, 0, 1, 1]);
    assert_eq!(desk.articles(), articles([("a1", "The ferry sails."), ("c1", "Rain falls.")]), "other was not given");
    // A folder that cannot be looked into tells nothing about what was in it.
    fs::remove_dir_all(desk.path("archive")).expect("gone");
    assert_eq!(counts(&desk.run_with(&["archive"], |s| s.prune = true)), [0; 7]);
}

#[test]
fn a_file_that_moved_keeps_its_ids_when_pruned() {
    let desk = Desk::new();
    desk.file("archive/a.jsonl", &[("a1", "The ferry sails.")]);
    desk.run(&["archive"]);
    fs::rename(desk.path("archive/a.jsonl"), desk.path("archive/z.jsonl")).expect("moved");
    assert_eq!(counts(&desk.run_with(&["archive"], |s| s.prune = true)), [1, 0, 0, 1, 1, 0, 1]);
    assert_eq!(desk.articles(), articles([("a1", "The ferry sails.")]));
}

#[test]
fn the_same_id_from_elsewhere_is_kept_and_told() {
    let desk = Desk::new();
    desk.file("archive/a.jsonl", &[("x", "One."), ("x", "Two.")]);
    desk.file("archive/b.jsonl", &[("x", "Three.")]);
    desk.file("other/a.jsonl", &[("x", "Four.")]);
    let summary = desk.run(&["other", "archive"]);
    assert_eq!(counts(&summary)[0], 4);
    assert_eq!(summary.notices["same-id"].count, 3);
    let all =
        articles([("x", "One."), ("x@~/archive", "Two."), ("x@~/archive/b.jsonl", "Three."), ("x@~/other", "Four.")]);
    assert_eq!(desk.articles(), all);
    let summary = desk.run_with(&["archive", "other"], |s| s.rehash = true);
    assert_eq!(counts(&summary), [0, 0, 4, 0, 3, 0, 0]);
    assert_eq!(desk.articles(), all, "again changes nothing");

    desk.file("archive/b.jsonl", &[("x", "Three, corrected.")]);
    assert_eq!(counts(&desk.run(&["archive"])), [0, 1, 2, 0, 1, 1, 0]);
    assert_eq!(desk.articles()["x@~/archive/b.jsonl"], "Three, corrected.", "replaces its own");
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let desk = Desk::new();
    for f in 0..8 {
        let ids: Vec<_> = (0..40).map(|i| format!("{}", (f * 7 + i) % 90)).collect();
        let texts: Vec<_> = (0..40).map(|i| format!("File {f}, story {i}.")).collect();
        let stories: Vec<_> = ids.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        desk.file(&format!("archive/{f}.jsonl"), &stories);
    }
    let mut results = Vec::new();
    for threads in [1, 2, 5] {
        let _ = fs::remove_dir_all(desk.path("index"));
        let summary = desk.run_with(&["archive"], |s| {
            s.threads = NonZero::new(threads).expect("some");
            s.commit_every = Duration::from_millis(threads as u64 % 2);
        });
        results.push((summary, desk.articles()));
    }
    assert_eq!(results[0].1.len(), 320);
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}

#[test]
fn interrupted_it_says_where_and_goes_on_from_there() {
    let desk = Desk::new();
    // Longer than all that is under way at once.
    let long = "The harbour authority published its figures for the quarter. ".repeat(2000);
    let ids: Vec<_> = (0..80).map(|i| format!("s{i:02}")).collect();
    let stories: Vec<_> = ids.iter().map(|id| (id.as_str(), long.as_str())).collect();
    desk.file("archive/a.jsonl", &stories);
    let stop = AtomicBool::new(false);
    let mut at_end = |p: Progress| stop.store(p.articles >= 5, Ordering::Relaxed);
    let paths = [desk.path("archive")];
    let summary = ingest(&desk.index().expect("an index"), &paths, &settings(), &stop, &mut at_end).expect("a run");
    assert!(summary.stopped_at.as_ref().is_some_and(|p| p.ends_with("a.jsonl")), "{summary:?}");
    assert!(summary.added >= 5 && summary.added < 80, "{}", summary.added);
    assert_eq!(desk.articles().len() as u64, summary.added, "what was done is committed");
    let again = desk.run(&["archive"]);
    assert_eq!((again.added, again.unchanged, again.stopped_at), (80 - summary.added, summary.added, None));
}

#[test]
fn a_deleted_article_stays_deleted_while_its_file_is_unchanged() {
    let desk = Desk::new();
    desk.file("archive/a.jsonl", &[("a1", "The ferry sails."), ("a2", "The quay closes.")]);
    desk.run(&["archive"]);
    let index = desk.index().expect("an index");
    let writer = index.writer(Default::default()).expect("a writer");
    writer.delete("a2");
    writer.finish().expect("a commit");
    assert_eq!(counts(&desk.run(&["archive"])), [0, 0, 2, 0, 0, 1, 0]);
    assert_eq!(desk.articles(), articles([("a1", "The ferry sails.")]));
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_is_tried_again_and_deletes_nothing() {
    let desk = Desk::new();
    desk.file("archive/a.jsonl", &[("a1", "The ferry sails."), ("a2", "The quay closes.")]);
    let whole = fs::read(desk.path("archive/a.jsonl")).expect("the file");
    let gz = |bytes: &[u8]| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut out, bytes).expect("packed");
        out.finish().expect("packed")
    };
    fs::remove_file(desk.path("archive/a.jsonl")).expect("gone");
    let packed = gz(&whole);
    fs::write(desk.path("archive/a.jsonl.gz"), &packed).expect("a file");
    assert_eq!(counts(&desk.run(&["archive"])), [2, 0, 0, 0, 1, 0, 0]);
    fs::write(desk.path("archive/a.jsonl.gz"), &packed[..packed.len() - 12]).expect("a file");
    for _ in 0..2 {
        let summary = desk.run(&["archive"]);
        assert_eq!((summary.files_read, summary.removed, summary.lost > 0), (1, 0, true), "{summary:?}");
        assert_eq!(desk.articles().len(), 2);
    }
}

#[test]
fn nothing_that_is_asked_for_is_no_error() {
    let desk = Desk::new();
    let summary = desk.run(&["archive", "nowhere"]);
    assert_eq!((counts(&summary), summary.lost), ([0; 7], 1));
    assert!(summary.problems.contains_key("missing"));
    assert!(Path::new(&desk.path("index")).join("newsdex.json").exists());
}

/// A story of one id in several states, each in a file of its own: `(file, updated, text)`.
fn states(desk: &Desk, files: &[(&str, Option<&str>, &str)]) {
    for (name, updated, text) in files {
        let story = serde_json::json!({
            "id": "quay", "title": "Quay closes", "source": "The Courier", "published": "2023-03-25",
            "updated": updated, "text": text,
        });
        fs::write(desk.path(name), story.to_string()).expect("a file");
    }
}

const FIRST: &str = "The quay closes for ten days from Monday on, the harbour master told the council last night.";
const SECOND: &str = "The quay closes for two days from Monday on, the harbour master told the council last night.";
const THIRD: &str = "The quay closes for one day, on Monday, the harbour master told the council last night.";

/// The current text of `quay`, then its versions, by their last lines.
fn texts(desk: &Desk) -> Vec<String> {
    let reader = desk.index().expect("an index").reader().expect("a reader");
    assert_eq!(reader.articles(), 1, "one article");
    let at = reader.find("quay").expect("a look-up").expect("the article");
    let current = reader.article(at).expect("an article");
    let earlier = reader.versions(at).expect("versions").into_iter().map(|v| v.article);
    let line = |a: newsdex::article::Article| a.text.lines().last().unwrap_or_default().to_owned();
    assert!(newsdex::index::check::check(&desk.index().expect("an index"), &mut |_| {}).expect("a check").is_clean());
    std::iter::once(current).chain(earlier).map(line).collect()
}

#[test]
fn a_correction_keeps_the_earlier_text_in_whatever_order_they_are_read() {
    let three = [("a", None, FIRST), ("b", Some("2023-03-26"), SECOND), ("c", Some("2023-03-27"), THIRD)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        // The files are read in the order of their names.
        let names = ["archive/1.json", "archive/2.json", "archive/3.json"];
        let files: Vec<_> = order.iter().zip(names).map(|(&i, name)| (name, three[i].1, three[i].2)).collect();
        let desk = Desk::new();
        states(&desk, &files);
        let summary = desk.run(&["archive"]);
        assert_eq!((summary.added, summary.revised), (1, 2), "{order:?}");
        assert_eq!(texts(&desk), [THIRD, SECOND, FIRST], "{order:?}, at once");
        assert_eq!(counts(&desk.run_with(&["archive"], |s| s.rehash = true))[..4], [0, 0, 3, 0], "{order:?}, again");
        assert_eq!(texts(&desk), [THIRD, SECOND, FIRST], "{order:?}, again");

        let desk = Desk::new();
        for file in &files {
            states(&desk, std::slice::from_ref(file));
            desk.run(&["archive"]);
        }
        assert_eq!(texts(&desk), [THIRD, SECOND, FIRST], "{order:?}, one by one");
    }
}

#[test]
fn a_correction_in_the_same_file_keeps_the_earlier_text_and_a_silent_change_does_not() {
    let desk = Desk::new();
    let put = |updated, text| {
        states(&desk, &[("archive/quay.json", updated, text)]);
        desk.run_with(&["archive"], |s| s.rehash = true)
    };
    put(None, FIRST);
    assert_eq!(put(Some("2023-03-26"), SECOND).replaced, 1);
    assert_eq!(texts(&desk), [SECOND, FIRST]);
    put(Some("2023-03-25"), THIRD);
    assert_eq!(texts(&desk), [THIRD, FIRST], "what was said before stays; what was never corrected does not join it");
}

#[test]
fn when_the_file_of_the_correction_goes_the_earlier_text_stands_again() {
    let desk = Desk::new();
    states(&desk, &[("archive/1.json", None, FIRST), ("archive/2.json", Some("2023-03-26"), SECOND)]);
    desk.run(&["archive"]);
    assert_eq!(texts(&desk), [SECOND, FIRST]);
    fs::remove_file(desk.path("archive/2.json")).expect("to remove it");
    let summary = desk.run_with(&["archive"], |s| s.prune = true);
    assert_eq!((summary.replaced, summary.removed), (1, 0));
    assert_eq!(texts(&desk), [FIRST]);
}

#[test]
fn one_id_for_two_stories_is_no_correction() {
    let desk = Desk::new();
    states(&desk, &[("archive/1.json", None, FIRST)]);
    states(&desk, &[("archive/2.json", Some("2023-03-26"), "Voters in Selby chose a new mayor, who wants trams.")]);
    let summary = desk.run(&["archive"]);
    assert_eq!((summary.added, summary.revised, summary.notices["same-id"].count), (2, 0, 1));
}
