//! Indexes of earlier versions, kept as they were written: what this newsdex makes of them.
//!
//! `tests/fixture/<schema>` is an index of a part of the sample archive, one for every version of the stored format
//! since there were any. That of this version must open, be whole and answer as it did; all others must be refused with
//! the command that brings them up to date, and be left as they are.
//!
//! Whoever raises a version (`index::schema::VERSION`, `index::store::VERSION`) makes the new folder with one command,
//! and keeps the old one if that version was ever released ([`WAY_OUT`]).

#[path = "cli_harness/mod.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line")]
mod harness;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use harness::Dir;
use newsdex::index::{schema, store};

/// What must not change with how answers are ranked: which articles a query finds, and an article with all that was
/// understood of it.
const QUERIES: [&str; 4] = ["board OR rates", "\"interest rates\"", "speaker:Vitolberga", "date:2023 NOT port"];
const SHOWN: &str = "bank-dissent";

/// What to do when this test fails.
const WAY_OUT: &str = "If the format of the index changed, raise `index::schema::VERSION` or `index::store::VERSION`, whose change it is; if \
                       what is learned from an archive did, raise the version in the first line of its sidecar; if the models or the reading of the sample archive did, nothing is to be raised. Then write the fixture of this \
                       version, look at what differs in its answers and commit it:\n\n    \
                       NEWSDEX_FIXTURE=write cargo test --test upgrade\n\nKeep the folders of versions that were released.";

/// All that open an index: none of them may take what it does not know for something else.
const COMMANDS: [&str; 17] = [
    "search port",
    "quotes port",
    "entities port",
    "entities ledger",
    "entities merge A B",
    "timeline port",
    "verify four",
    "similar bank-dissent",
    "show bank-dissent",
    "batch topics.tsv",
    "stats",
    "check",
    "check --repair",
    "index corpus",
    "index --rebuild",
    "delete bank-dissent",
    "optimize",
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture")
}

/// The version as the manifest writes it.
fn own() -> String {
    format!("{}.{}", schema::VERSION, store::VERSION)
}

fn answers(dir: &Dir) -> String {
    let mut all = String::new();
    for query in QUERIES {
        let topics = dir.pipe(
            ["batch", "-", "--syntax", "query", "--by", "article", "--depth", "1000"],
            format!("q\t{query}\n").as_bytes(),
        );
        let mut ids: Vec<_> =
            topics.code(0).stdout.lines().filter_map(|l| Some(l.split_whitespace().nth(2)?.to_owned())).collect();
        ids.sort();
        all += &format!("{query}: {}\n", ids.join(" "));
    }
    let article = dir.run(["show", SHOWN, "--format", "jsonl"]).code(0).json_lines().remove(0);
    for field in ["id", "headline", "byline", "published", "text", "quotes", "mentions", "entities"] {
        // Of lists the lengths: what stands in them is the wire format's, which has a version of its own.
        let value = article[field].as_array().map_or_else(|| article[field].to_string(), |list| list.len().to_string());
        all += &format!("{field}: {value}\n");
    }
    all
}

fn write() {
    let dir = Dir::new();
    // A copy, for the index keeps the real paths of its files.
    dir.write("corpus/README", "")
        .line(&format!("cp -r '{}' corpus/", harness::corpus().join("capital-lines").display()))
        .code(0);
    dir.run(["index", "corpus/capital-lines", "-q", "--threads", "1"]).code(0);
    dir.run(["optimize"]).code(0);
    let folder = fixtures().join(own());
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in files(&dir.path().join("index")) {
        fs::write(folder.join(name), bytes).expect("written");
    }
    fs::write(fixtures().join(format!("{}.answers", own())), answers(&dir)).expect("written");
}

/// The files of an index but for its locks.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = fs::read_dir(folder).expect("the index").flatten();
    let named = all.map(|e| (e.file_name().to_string_lossy().into_owned(), e.path()));
    named.filter(|(name, _)| !name.ends_with(".lock")).map(|(n, path)| (n, fs::read(path).expect("a file"))).collect()
}

/// A copy that may be written to.
fn copy(folder: &Path) -> Dir {
    let dir = Dir::new();
    for (name, bytes) in files(folder) {
        dir.write(&format!("index/{name}"), bytes);
    }
    dir
}

#[test]
fn an_index_of_this_version_opens_and_others_are_refused_with_the_way_out() {
    if std::env::var("NEWSDEX_FIXTURE").is_ok_and(|v| v == "write") {
        write();
    }
    let mut met = false;
    for folder in fs::read_dir(fixtures()).expect("fixtures").flatten().map(|e| e.path()).filter(|p| p.is_dir()) {
        let version = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let dir = copy(&folder);
        let before = files(&dir.path().join("index"));
        if version == own() {
            met = true;
            let checked = dir.run(["check"]);
            let answers = (checked.code == Some(0)).then(|| answers(&dir));
            let kept = fs::read_to_string(folder.with_file_name(format!("{version}.answers"))).unwrap_or_default();
            assert!(
                answers.as_ref() == Some(&kept),
                "the index of version {version} is not read as it was written.\n{WAY_OUT}\n\nThe check says: {}{}\n\n{}\n\
                 but was\n\n{kept}",
                checked.stdout,
                checked.stderr,
                answers.unwrap_or_default()
            );
            dir.corpus().run(["index", "--rebuild", "-q"]).code(0);
            dir.run(["check"]).code(0).shows("no fault");
            continue;
        }
        dir.corpus();
        dir.write("topics.tsv", "a\tport strike\n");
        for command in COMMANDS {
            dir.run(command.split(' ')).code(4).says("is of another version").says("run `newsdex index`");
        }
        assert!(files(&dir.path().join("index")) == before, "an index of {version} was changed");
    }
    assert!(met, "tests/fixture has no index of version {}.\n{WAY_OUT}", own());
}
