//! What may be the matter with an index folder, and that it is told so that its user knows what to do.

use std::fs;
use std::path::{Path, PathBuf};

use newsdex::article::{Article, Tokens};
use newsdex::index::check::check;
use newsdex::index::{Entry, Error, FileKey, Index, Options, Writer};

const SMALL: Options = Options { threads: 1, memory: 0 };

fn story(id: &str, text: &str) -> Article {
    Article { id: id.into(), text: text.into(), tokens: Tokens::of(text), ..Article::default() }
}

fn add(writer: &Writer, id: &str, text: &str) {
    writer.add(Entry::new(&story(id, text), FileKey::of("file"), writer.fields())).expect("room");
}

/// A folder with an index of five articles in two segments; a sixth is deleted, too few of all to start a merge.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("index");
    let index = Index::open_or_create(&path, "models 1").expect("an index");
    let mut writer = index.writer(SMALL).expect("a writer");
    add(&writer, "a", "The ferry sails at dawn.");
    add(&writer, "b", "The zeppelin Quarzsand burns.");
    ["x", "y", "z"].iter().for_each(|id| add(&writer, id, "The council meets."));
    writer.commit().expect("a commit");
    add(&writer, "c", "Rain falls on the quay.");
    writer.delete("b");
    writer.finish().expect("a commit");
    (dir, path)
}

fn count(path: &Path) -> Result<u64, Error> {
    Ok(Index::open(path)?.reader()?.articles())
}

/// The files with this ending.
fn files(path: &Path, ending: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(path).expect("the folder").flatten().map(|e| e.path());
    all.filter(|p| p.extension().is_some_and(|e| e == ending)).collect()
}

#[test]
fn a_folder_without_an_index() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(count(&dir.path().join("none")).is_err_and(|e| e.is_missing() && e.is_unusable()));
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).expect("a folder");
    fs::write(empty.join("README.md"), "Here the index is built.").expect("a file");
    assert!(count(&empty).is_err_and(|e| e.is_nothing()));
    assert_eq!(Index::open_or_create(&empty, "m").and_then(|i| i.reader()).map(|r| r.articles()).ok(), Some(0));
    assert_eq!(count(&empty).ok(), Some(0));
}

#[test]
fn a_folder_of_something_else_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("thesis.txt"), "mine").expect("a file");
    let refused = |e: Error| matches!(e, Error::NotAnIndex { .. }) && e.is_unusable();
    assert!(count(dir.path()).is_err_and(refused));
    assert!(Index::open_or_create(dir.path(), "m").is_err_and(refused));
    assert_eq!(fs::read_dir(dir.path()).expect("the folder").count(), 1);
    assert!(Index::open_or_create(&dir.path().join("thesis.txt"), "m").is_err_and(|e| e.is_unusable()));
    assert!(count(&dir.path().join("thesis.txt")).is_err_and(|e| e.is_unusable()));
}

#[test]
fn another_version_is_refused() {
    let (_dir, path) = folder();
    assert!(Index::open_or_create(&path, "models 2").is_err_and(|e| matches!(e, Error::Version { .. })));
    assert_eq!(count(&path).ok(), Some(5), "other models only matter to who adds");
    let manifest = path.join("newsdex.json");
    let text = fs::read_to_string(&manifest).expect("the manifest");
    // As another newsdex might have written it: without a seal.
    let text = format!("{}\n}}\n", text.split(",\n  \"seal\"").next().unwrap_or_default());
    let other = text.replace("\"analysis\": ", "\"analysis\": 9");
    assert_ne!(text, other);
    fs::write(&manifest, other).expect("a manifest");
    assert!(count(&path).is_err_and(|e| matches!(e, Error::Version { .. }) && e.is_unusable()));
    fs::write(&manifest, "{").expect("a manifest");
    assert!(count(&path).is_err_and(|e| e.is_unusable()));
}

#[test]
fn the_second_writer_is_told_and_readers_see_one_state() {
    let (_dir, path) = folder();
    let index = Index::open(&path).expect("an index");
    let before = index.reader().expect("a reader");
    let mut writer = index.writer(SMALL).expect("a writer");
    assert!(Index::open(&path).expect("an index").writer(SMALL).is_err_and(|e| e.is_busy()));
    add(&writer, "d", "Fares rise.");
    assert_eq!(count(&path).ok(), Some(5), "not committed");
    writer.commit().expect("a commit");
    assert_eq!(count(&path).ok(), Some(6));
    assert_eq!(before.articles(), 5, "what was open does not change");
    drop(writer);
    assert!(index.writer(SMALL).is_ok());
}

#[test]
fn damage_is_told_and_never_a_panic() {
    for ending in ["idx", "store", "fast", "term", "pos", "fieldnorm"] {
        let (_dir, path) = folder();
        let file = files(&path, ending).remove(0);
        let whole = fs::read(&file).expect("the file");
        fs::remove_file(&file).expect("gone");
        assert!(count(&path).is_err_and(|e| e.is_unusable()), "{ending} is missing");
        fs::write(&file, &whole[..whole.len() / 2]).expect("a file");
        assert!(count(&path).is_err_and(|e| e.is_unusable()), "{ending} is cut");
        let mut flipped = whole.clone();
        flipped[0] ^= 0x55;
        fs::write(&file, flipped).expect("a file");
        let report = Index::open(&path).and_then(|index| check(&index, &mut |_| {}));
        assert!(report.is_ok_and(|r| !r.is_clean()), "{ending} has another byte");
    }
    let (_dir, path) = folder();
    fs::write(path.join("meta.json"), "{\"segments\"").expect("a file");
    assert!(count(&path).is_err_and(|e| e.is_unusable()));
}

#[test]
fn purged_text_is_nowhere_in_the_folder() {
    let (_dir, path) = folder();
    // What is compressed cannot be searched for: files of the segment that had it must be gone, and no dictionary of
    // the others, nor of the one made in its place, may have a word of it.
    let segments = |deleted: bool| -> Vec<String> {
        let reader = Index::open(&path).and_then(|i| i.reader()).expect("a reader");
        let all = reader.searcher().segment_readers().iter().filter(|s| !deleted || s.num_deleted_docs() > 0);
        all.map(|s| s.segment_id().uuid_string()).collect()
    };
    let holds = |word: &str| {
        let reader = Index::open(&path).and_then(|i| i.reader()).expect("a reader");
        reader.searcher().segment_readers().iter().any(|segment| {
            let terms = segment.inverted_index(reader.fields().text).expect("its terms");
            terms.terms().get(word).expect("a look-up").is_some()
        })
    };
    let old = segments(true);
    assert!(old.len() == 1 && holds("Quarzsand"), "deleted, but still there");
    Index::open(&path).expect("an index").writer(SMALL).expect("a writer").purge(false).expect("purged");
    assert!(!holds("Quarzsand") && holds("ferry"));
    let names = fs::read_dir(&path).expect("the folder").flatten().map(|e| e.file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with(&old[0])));
    let index = Index::open(&path).expect("an index");
    let reader = index.reader().expect("a reader");
    assert_eq!((reader.articles(), files(&path, "store").len()), (5, 2));
    assert!(reader.searcher().segment_readers().iter().all(|s| s.num_deleted_docs() == 0));
    index.writer(SMALL).expect("a writer").purge(true).expect("optimized");
    assert_eq!((count(&path).ok(), files(&path, "store").len()), (Some(5), 1));
    assert!(check(&index, &mut |_| {}).expect("a check").is_clean());
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, path) = folder();
    let permit = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("permissions");
    for lock in files(&path, "lock") {
        fs::remove_file(lock).expect("gone");
    }
    permit(0o555);
    let forbidden = fs::write(path.join("probe"), "x").is_err();
    let (read, written) = (count(&path), Index::open(&path).and_then(|i| i.writer(SMALL)).map(drop));
    permit(0o755);
    assert_eq!(read.ok(), Some(5));
    // The superuser may write everywhere: then there is nothing to see here.
    assert!(!forbidden || written.is_err_and(|e| matches!(e, Error::Io { .. })));
}
