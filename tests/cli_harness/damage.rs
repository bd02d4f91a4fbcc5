//! Damage of every kind to every kind of file of an index: it is told, no command panics, and a repair followed by
//! `index` gives the index that was never damaged.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use newsdex::index::Index;

use super::harness::{Dir, corpus};

/// An archive of its own and its index in two segments, of which the older has articles that were replaced.
fn archive() -> Dir {
    let dir = Dir::new();
    for name in ["capital-lines", "meridian-press-agency"] {
        copy(&corpus().join(name), &dir.path().join("archive").join(name));
    }
    story(&dir, "It sails at nine.");
    // On one thread, so that each run gives one segment, however many cores there are.
    let index = ["index", "archive", "-q", "--threads", "1"];
    dir.run(index).code(0);
    story(&dir, "It sails at ten.");
    dir.write("archive/quay.txt", "The quay\n\nThe quay of Port Selby is closed, the harbour master said on Monday.\n");
    dir.run(index).code(0);
    assert!(files(&dir, "store").len() > 1 && files(&dir, "del").len() == 1);
    dir
}

fn story(dir: &Dir, words: &str) {
    dir.write(
        "archive/ferry.txt",
        format!("The ferry\n\n{words} \"We are late,\" the harbour master said last night.\n"),
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("copied");
        }
    }
}

/// The files of the index with this ending, the largest first.
fn files(dir: &Dir, ending: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(dir.path().join("index")).expect("the index").flatten().map(|e| e.path());
    let mut files: Vec<_> = all.filter(|p| p.to_string_lossy().ends_with(ending)).collect();
    files.sort_by_key(|f| std::cmp::Reverse(fs::metadata(f).map_or(0, |m| m.len())));
    files
}

/// Everything that is known of every article.
fn contents(dir: &Dir) -> BTreeMap<String, String> {
    let reader = Index::open(&dir.path().join("index")).and_then(|i| i.reader()).expect("a reader");
    let ids = reader.ids(&tantivy::query::AllQuery).expect("ids");
    let article = |id: &String| {
        let at = reader.find(id).expect("a look-up").expect("the article");
        format!("{:?}", reader.texts(at).expect("its texts"))
    };
    ids.iter().map(|id| (id.clone(), article(id))).collect()
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Harm {
    Flip(f64),
    Cut(f64),
    Stump,
    Gone,
}

impl Harm {
    fn to(self, path: &Path) {
        let mut bytes = fs::read(path).expect("the file");
        let at = |share: f64| ((bytes.len() as f64 * share) as usize).min(bytes.len().saturating_sub(1));
        match self {
            Harm::Flip(share) => {
                let at = at(share);
                bytes[at] ^= 0x10;
            }
            Harm::Cut(share) => bytes.truncate(at(share)),
            Harm::Stump => bytes.truncate(5),
            Harm::Gone => return fs::remove_file(path).expect("gone"),
        }
        fs::write(path, bytes).expect("damaged");
    }
}

/// Queries of every kind on an index that may be damaged: any answer or failure will do, but no crash.
fn ask(dir: &Dir, what: &str) {
    let questions: &[&[&str]] =
        &[&["search", "\"the port\" OR wag* OR speaker:Brandsma", "--by", "article", "--facets", "source"], &["stats"]];
    for question in questions {
        let done = dir.run(*question);
        // 5 with a word on `check`: what was damaged could not be used, and that was said.
        let told = done.code == Some(5) && done.stderr.contains("newsdex check");
        assert!(told || matches!(done.code, Some(0 | 1 | 4)), "{what}: {question:?}: {:?} {}", done.code, done.stderr);
    }
}

fn bytes(dir: &Dir) -> BTreeMap<PathBuf, Vec<u8>> {
    files(dir, "").into_iter().map(|path| (path.clone(), fs::read(path).expect("a file"))).collect()
}

/// Repairs, indexes again and compares. `lossless`: nothing may have been lost on the way.
fn heals(dir: &Dir, sound: &BTreeMap<String, String>, lossless: bool, what: &str) {
    let before = bytes(dir);
    let tried = dir.run(["check", "--repair", "--dry-run"]);
    assert!(tried.code == Some(4), "{what}: a trial says {:?} {}", tried.code, tried.stderr);
    assert!(bytes(dir) == before, "{what}: a trial changes nothing");
    let done = dir.run(["check", "--repair"]);
    assert!(matches!(done.code, Some(0 | 3)), "{what}: {:?} {}{}", done.code, done.stdout, done.stderr);
    assert!(!lossless || done.code == Some(0), "{what}: {}{}", done.stdout, done.stderr);
    if done.code == Some(0) {
        assert!(contents(dir) == *sound, "{what}: nothing was lost, it says");
    }
    dir.run(["check"]).code(0).shows("no fault");
    dir.run(["index", "archive", "-q"]).code(0);
    assert!(
        contents(dir) == *sound,
        "{what}: another index than undisturbed; repair said {}{}",
        done.stdout,
        done.stderr
    );
    dir.run(["check", "--repair"]).code(0).no_data().says("nothing to mend");
}

/// Some of these harms to each kind of file, others to the next; all of them to all if `NEWSDEX_DAMAGE` is set.
fn harm_all(endings: &[&str], harms: &[Harm], lossless: bool) {
    let few = if std::env::var_os("NEWSDEX_DAMAGE").is_some() { harms.len() } else { 2 };
    let dir = archive();
    let sound = contents(&dir);
    let (index, kept) = (dir.path().join("index"), dir.path().join("kept"));
    copy(&index, &kept);
    for (i, ending) in endings.iter().enumerate() {
        for harm in harms.iter().cycle().skip(i * few).take(few) {
            let file = files(&dir, &format!(".{ending}")).remove(0);
            let what = format!("{harm:?} of {ending}");
            harm.to(&file);
            let checked = dir.run(["check"]).code(4);
            let said = format!("{}{}", checked.stdout, checked.stderr);
            assert!(said.contains("fault") || said.contains("damaged"), "{what}: {said}");
            ask(&dir, &what);
            heals(&dir, &sound, lossless, &what);
            fs::remove_dir_all(&index).expect("gone");
            copy(&kept, &index);
        }
    }
}

const EVERY: [Harm; 5] = [Harm::Flip(0.6), Harm::Gone, Harm::Cut(0.7), Harm::Flip(0.02), Harm::Stump];

#[test]
fn what_is_made_from_the_texts_is_made_anew() {
    harm_all(&["idx", "term", "pos", "fieldnorm"], &EVERY, true);
}

#[test]
fn of_damaged_texts_and_columns_it_is_told_what_is_lost_and_index_brings_it_back() {
    harm_all(&["store", "fast", "del"], &EVERY, false);
}

#[test]
fn papers_are_made_anew() {
    harm_all(&["json", "copy", "log"], &EVERY, true);
    harm_all(&["managed.json"], &[Harm::Cut(0.5), Harm::Stump, Harm::Gone], true);
}

#[test]
fn a_lost_commit_is_no_empty_index() {
    let dir = archive();
    for name in ["meta.json", "meta.json.copy"] {
        fs::remove_file(dir.path().join("index").join(name)).expect("gone");
    }
    for command in [&["index", "archive"][..], &["search", "port"], &["check"], &["check", "--repair"]] {
        dir.run(command).code(4);
    }
    dir.run(["index", "archive"]).code(4).says("meta.json is missing");
}

#[test]
fn a_sidecar_that_is_wrong_is_made_anew() {
    let dir = archive();
    let sound = contents(&dir);
    let names = dir.path().join("index/names.tsv");
    let text = fs::read_to_string(&names).expect("names");
    fs::write(&names, format!("{text}person\tnobody\tsomebody\tSomebody\t3\t3\n")).expect("written");
    dir.run(["check"]).code(4).shows("names.tsv");
    heals(&dir, &sound, true, "a line too many");
    assert_eq!(
        fs::read_to_string(&names).expect("names").lines().skip(1).collect::<Vec<_>>(),
        text.lines().skip(1).collect::<Vec<_>>()
    );
    // One that is gone or unreadable is learned anew by whoever needs it.
    fs::remove_file(&names).expect("gone");
    dir.run(["check"]).code(0);
    dir.run(["search", "person:Brandsma"]).code(0);
}

#[test]
fn what_is_lost_is_named_with_its_file() {
    let dir = archive();
    let sound = contents(&dir);
    let store = files(&dir, "store").remove(0);
    Harm::Gone.to(&store);
    let trial = dir.run(["check", "--repair", "--dry-run", "--format", "json"]).code(4).json_lines().remove(0);
    assert_eq!((&trial["schema"], &trial["dry_run"]), (&"newsdex.repair/1".into(), &true.into()));
    let done = dir.run(["check", "--repair"]).code(3).says(" lost").says("to read again");
    let lost: BTreeMap<&str, &str> = done.stdout.lines().filter_map(|l| l.split_once('\t')).collect();
    assert_eq!(trial["lost"].as_array().map(Vec::len), Some(lost.len()), "the trial says what is lost");
    assert!(lost.len() > 10 && lost.values().all(|file| Path::new(file).is_file()), "{lost:?}");
    let left = contents(&dir);
    assert!(sound.keys().all(|id| left.contains_key(id) != lost.contains_key(id.as_str())), "{lost:?}");
}
