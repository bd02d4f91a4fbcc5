//! After `delete --purge` no byte of the text is left in the folder: not in the segments, packed or not, not in
//! dictionaries, columns and sidecars, not among earlier versions.

use std::fs;

use newsdex::index::Index;
use tantivy::DocAddress;

use super::harness::Dir;

/// Words that stand in no other article, names among them.
const MARKS: [&str; 4] = ["Quarzsandbrunn", "quarzsandbrunn", "Zenobia Xylander", "xylander"];

/// Where one of the marks stands: in a file of the folder as it is, in a block of it that is packed, or in an article,
/// deleted or not, of a segment.
fn remains(dir: &Dir) -> Vec<String> {
    let mut found = Vec::new();
    let mut look = |bytes: &[u8], place: &str| {
        for mark in MARKS {
            if memchr::memmem::find(bytes, mark.as_bytes()).is_some() {
                found.push(format!("{mark} in {place}"));
            }
        }
    };
    let folder = dir.path().join("index");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).expect("the index").flatten() {
        let bytes = fs::read(entry.path()).expect("a file");
        let name = entry.file_name().display().to_string();
        look(&bytes, &name);
        // Every block that zstd packed, wherever it begins.
        for at in memchr::memmem::find_iter(&bytes, &[0x28, 0xb5, 0x2f, 0xfd]) {
            if let Ok(mut reader) = zstd::Decoder::new(&bytes[at..]) {
                let mut block = Vec::new();
                // What follows the block is no part of it.
                let _ = std::io::Read::read_to_end(&mut reader, &mut block);
                look(&block, &format!("{name}, unpacked"));
            }
        }
        names.push(name);
    }
    // Texts are stored in an encoding of their own: these are read as the program reads them, deleted ones too.
    let reader = Index::open(&folder).and_then(|index| index.reader()).expect("a reader");
    let segments = reader.searcher().segment_readers();
    for (ord, segment) in segments.iter().enumerate() {
        for doc in 0..segment.max_doc() {
            let texts = reader.texts(DocAddress::new(ord as u32, doc)).expect("its texts");
            look(format!("{texts:?}").as_bytes(), "an article");
        }
    }
    // And there are no other segments in the folder than these.
    let known = |name: &&String| segments.iter().any(|s| name.starts_with(&s.segment_id().uuid_string()));
    let stores = names.iter().filter(|name| name.ends_with(".store"));
    found.extend(stores.filter(|name| !known(name)).map(|name| format!("unknown segment {name}")));
    found
}

#[test]
fn no_byte_of_a_purged_text_is_left() {
    let dir = Dir::new();
    for i in 0..30 {
        dir.write(
            &format!("archive/other-{i}.txt"),
            format!("Ferry {i}\n\nThe ferry to Port Selby sails at {i}, it was said.\n"),
        );
    }
    for i in 0..5 {
        let text = format!(
            "The sand of Quarzsandbrunn\n\nZenobia Xylander, mayor of Quarzsandbrunn, spoke on day {i}. \"Our quarzsandbrunn \
             is ours,\" said Xylander.\n"
        );
        dir.write(&format!("archive/sand-{i}.txt"), text);
    }
    // An outlet that is named after her, in two spellings, and ends its stories with a line that names the town.
    let stories = [
        "Boats landed herring by the ton at dawn while gulls fought over what fell from the crates.",
        "Mills along the upper river will saw less oak this winter than in any year since the war ended.",
        "Drivers of the last line refuse to change their hours unless the depot gets a second kitchen.",
        "Readers queue outside two branches whose roofs leak onto shelves of dictionaries and atlases.",
        "Engineers closed one arch after divers found that its pier stands on nothing but gravel.",
        "Snow fell in April for the first time in a generation and broke the branches of pear trees.",
        "Growers want to pull out old apple trees because nobody buys small sour fruit any longer.",
        "Thieves took nine saddles from the station in one night and left every wheel where it was.",
    ];
    for (i, story) in stories.iter().enumerate() {
        let source = if i == 7 { "xylanderpost.example" } else { "Xylander Post" };
        let text = format!("{story}\n\nGet the week’s stories from quarzsandbrunn in your inbox every Friday.");
        let record = serde_json::json!({"id": format!("post-{i}"), "url": format!("https://xylanderpost.example/{i}"),
            "source": source, "title": format!("Story {i}"), "text": text, "published": format!("2023-0{}-11", i + 1)});
        dir.write(&format!("archive/post-{i}.jsonl"), record.to_string());
    }
    dir.write("archive/short.txt", "A visit\n\nXylander came to the quay on Friday, officials said.\n");
    let story = |text: &str, updated: &str| {
        serde_json::json!({"id": "report", "url": "https://courier.example/report", "title": "The report", "text": text,
            "published": "2023-03-01", "updated": updated})
        .to_string()
    };
    let (old, new) = (
        "Quarzsandbrunn is poor, the report says. It has one road and no port, it says.",
        "Correction: an earlier \
        version of this article named a town. The town is poor, the report says. It has one road and no port, it says.",
    );
    dir.write("archive/report.jsonl", story(old, "2023-03-01"));
    dir.run(["index", "archive", "-q"]).code(0);
    dir.write("archive/report.jsonl", story(new, "2023-03-02"));
    dir.run(["index", "archive", "-q"]).code(0);
    dir.run(["show", "report", "--versions"]).code(0).shows("[-Quarzsandbrunn-]");
    // Left behind by a writer that lost sight of it.
    dir.write("index/0123456789abcdef0123456789abcdef.term", "xylander");

    let found = remains(&dir).join("; ");
    for place in [".term", ".fast", "an article", "names.tsv", "boilerplate.tsv", "outlets.tsv"] {
        assert!(found.contains(place), "the test would not see it in {place}: {found}");
    }
    dir.run(["delete", "--query", "Quarzsandbrunn OR Xylander", "--purge"]).code(0);
    dir.run(["delete", "report", "--purge"]).code(0);
    assert_eq!(remains(&dir), [""; 0]);
    // The log of what was read names files, not what was in them.
    let log = fs::read_to_string(dir.path().join("index/files-1.log")).expect("the log");
    assert!(log.lines().all(|line| line.contains("/archive/") || line.ends_with(" gone")), "{log}");
    dir.run(["check"]).code(0).shows("no fault");
    dir.run(["search", "ferry"]).code(0);
    // They stay away as long as their files do not change, and of a purge nothing comes back with the next run.
    dir.run(["index", "archive", "-q"]).code(0);
    assert_eq!(remains(&dir), [""; 0]);
}
