//! The same input gives the same articles and the same answers: on any number of threads, in whatever order its files
//! come, whether at once or one after the other.
//!
//! Compared are whole outputs after `optimize`, for tantivy's statistics count deleted articles until they are merged
//! away.

#[path = "cli_harness/mod.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line")]
mod harness;

use std::fs;
use std::path::PathBuf;

use harness::{Dir, corpus};

/// The sample archive, without what names one id twice (there the first to come has it, so the order of *runs*
/// matters), and stories by which names are inferred and copies collapsed.
fn archive(dir: &Dir) -> Vec<PathBuf> {
    for i in 0..5 {
        let text = format!(
            "Ada Quill opened ferry {i}\n\nAda Quill, mayor of Port Selby, opened ferry {i} on Monday. \"It sails at last,\" \
             said Quill.\n\nThe ferry was late by {i} years, the Harbour Union said.\n"
        );
        dir.write(&format!("more/full-{i}.txt"), text);
    }
    dir.write(
        "more/bare.txt",
        "Quill shuts a quay\n\nQuill shut the old quay of the port on Friday, officials said.\n",
    );
    let copy = "Dockers accept an offer\n\nDockers in Port Selby accepted an offer of nine per cent over two years on Tuesday, ending \
                a strike that had shut the port for twelve days. \"It is what we asked for,\" said Lucas Brandt, who leads the \
                Harbour Union. Ships will be unloaded from Thursday on, the port authority said, the oldest first.\n";
    for outlet in ["courier", "herald", "post"] {
        dir.write(&format!("more/{outlet}.txt"), format!("{copy}\nReporting by the {outlet}.\n"));
    }
    let mut files = Vec::new();
    let roots = ["capital-lines", "meridian-press-agency"].map(|name| corpus().join(name));
    for root in roots.into_iter().chain([dir.path().join("more")]) {
        gather(&root, &mut files);
    }
    files.sort();
    files
}

fn gather(folder: &std::path::Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { gather(&path, out) } else { out.push(path) }
    }
}

const QUESTIONS: &[&[&str]] = &[
    &["search", "port strike wages", "--limit", "50"],
    &["search", "ferry OR bank OR port", "--limit", "100", "--duplicates", "show"],
    &["search", "ferry OR bank OR port", "--limit", "100", "--by", "article"],
    &["search", "person:\"Ada Quill\"", "--limit", "50"],
    &["search", "speaker:Quill sail*", "--limit", "50"],
    &["search", "\"port authority\" NEAR/20 oldest"],
    &["search", "port", "--sort", "newest", "--limit", "100"],
    &["quotes", "--limit", "200"],
    &["quotes", "port", "--speaker", "Quill"],
    &["entities"],
    &["entities", "port", "--as", "speaker"],
    &["timeline", "port"],
    &["verify", "it is what we asked for"],
];

/// All answers, without what no two runs have in common.
fn answers(dir: &Dir, index: &str) -> String {
    let mut all = String::new();
    for question in QUESTIONS {
        let done = dir.run(question.iter().chain(&["--index", index, "--format", "json"]));
        assert!(matches!(done.code, Some(0 | 1)), "{question:?}: {}", done.stderr);
        for mut answer in done.json_lines() {
            strip(&mut answer);
            all += &format!("{question:?}\n{}\n", serde_json::to_string_pretty(&answer).expect("JSON"));
        }
        let text = dir.run(question.iter().chain(&["--index", index]));
        let lines = text.stdout.lines().filter(|l| !l.contains(" ms"));
        all += &lines.collect::<Vec<_>>().join("\n");
    }
    let mut stats = dir.run(["stats", "--format", "json", "--index", index]).code(0).json_lines().remove(0);
    // Blocks are packed in the order of articles.
    stats["disk"].take();
    strip(&mut stats);
    all + &stats.to_string()
}

fn strip(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(object) => {
            for name in ["index", "took_ms"] {
                object.remove(name);
            }
            object.values_mut().for_each(strip);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}

#[track_caller]
fn same(a: &str, b: &str, what: &str) {
    if a != b {
        let differ = a.lines().zip(b.lines()).find(|(a, b)| a != b);
        let question = a.lines().zip(b.lines()).take_while(|(a, b)| a == b).filter(|(a, _)| a.starts_with('[')).last();
        panic!("{what}: {question:?}: {differ:?}");
    }
}

#[test]
fn any_number_of_threads_and_any_order_of_files() {
    let dir = Dir::new();
    let files = archive(&dir);
    let mut expected = None;
    for (threads, turn) in [("1", 0), ("2", 7), ("4", 13), ("3", 29)] {
        let mut order = files.clone();
        order.rotate_left(turn % files.len());
        if turn % 2 == 1 {
            order.reverse();
        }
        let index = format!("index-{threads}");
        let args = ["index", "-q", "--threads", threads, "--index", &index].map(PathBuf::from);
        dir.run(args.iter().chain(&order)).code(0).silent();
        dir.run(["optimize", "--index", &index]).code(0);
        let answers = answers(&dir, &index);
        same(expected.get_or_insert_with(|| answers.clone()), &answers, threads);
    }
    // One after the other, in several runs, backwards; some of them twice.
    for part in files.rchunks(9) {
        dir.run(["index", "-q", "--index", "parts"].map(PathBuf::from).iter().chain(part)).code(0);
    }
    dir.run(["index", "-q", "--rehash", "--index", "parts"].map(PathBuf::from).iter().chain(&files[..20])).code(0);
    dir.run(["optimize", "--index", "parts"]).code(0);
    let expected = expected.expect("answers");
    assert!(
        expected.contains("\"inferred\": true") && expected.contains("\"duplicates\": [\n"),
        "names are inferred and copies collapsed"
    );
    same(&expected, &answers(&dir, "parts"), "in several runs");
}
