//! `newsdex parse`.

use super::harness::Dir;

#[test]
fn the_sample_archive_is_read_whole_and_the_same_on_any_number_of_threads() {
    let dir = Dir::new();
    dir.corpus();
    let one = dir.run(["parse", "corpus", "--format", "jsonl", "--threads", "1"]).code(0).silent();
    let three = dir.run(["parse", "corpus", "--format", "jsonl", "--threads", "3"]).code(0).silent();
    assert!(one.stdout == three.stdout);
    let articles = one.json_lines();
    assert!(articles.len() >= 60, "{} articles", articles.len());
    for article in articles {
        assert_eq!(article["schema"], "newsdex.article/1");
        assert_ne!(article["text"], "", "{}", article["origin"]);
    }
}

#[test]
fn every_format_has_every_article() {
    let dir = Dir::new();
    dir.corpus();
    let lines = dir.run(["parse", "corpus", "--format", "jsonl"]).code(0).json_lines();
    let json = dir.run(["parse", "corpus", "--format", "json"]).code(0).stdout;
    let array: Vec<serde_json::Value> = serde_json::from_str(&json).expect("one document");
    assert!(array == lines);
    let csv = dir.run(["parse", "corpus", "--format", "csv"]).code(0).stdout;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let texts: Vec<_> = rows.records().map(|r| r.expect("a row").iter().next_back().map(str::to_owned)).collect();
    assert_eq!(texts.len(), lines.len());
    assert!(texts.iter().map(Option::as_deref).eq(lines.iter().map(|a| a["text"].as_str())));
    let text = dir.run(["parse", "corpus"]).code(0).stdout;
    assert_eq!(text.lines().filter(|l| l.starts_with("From  ")).count(), lines.len());
}

#[test]
fn what_parse_prints_it_reads_back_without_loss() {
    let dir = Dir::new();
    dir.corpus();
    let once = dir.run(["parse", "corpus", "--format", "jsonl"]).code(0);
    dir.write("once.jsonl", &once.stdout);
    let again = dir.run(["parse", "once.jsonl", "--format", "jsonl"]).code(0);
    assert_eq!(once.stdout.lines().count(), again.stdout.lines().count());
    for (before, after) in once.json_lines().iter().zip(again.json_lines()) {
        for (field, value) in before.as_object().expect("an article") {
            // The origin leads to the bytes that were read, and notices tell of that reading: these are others.
            assert!(
                field == "origin" || field == "notices" || after[field] == *value,
                "{field} of {}: {value} became {}",
                before["id"],
                after[field]
            );
        }
    }
}

#[test]
fn standard_input_is_a_path_like_others() {
    let dir = Dir::new();
    let done =
        dir.pipe(["parse", "-", "--format", "jsonl"], b"{\"id\": \"a\", \"title\": \"T\", \"text\": \"One. Two.\"}");
    let lines = done.code(0).silent().json_lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["id"], "a");
    assert_eq!(lines[0]["headline"], "T");
}

#[test]
fn bad_input_is_told_and_all_that_is_good_around_it_is_read() {
    let dir = Dir::new();
    let good = |id: &str| format!("{{\"id\": \"{id}\", \"text\": \"The harbour of {id} opened again.\"}}\n");
    dir.write("in/1-empty.txt", "")
        .write("in/2-binary.bin", [0u8, 1, 2, 3, 0, 0, 255, 254, 0, 9].repeat(100))
        .write("in/3-list.jsonl", format!("{}[1, 2]\n{}", good("Ayr"), good("Oban")))
        .write("in/4-cut.jsonl.gz", &gzip(good("Leith").repeat(200).as_bytes())[..60])
        .write("in/5-invalid.txt", b"The caf\xe9 in Ayr \xff opened again on Monday, the owner said.")
        .write("in/6-good.json", good("Troon"));
    let done = dir.run(["parse", "in", "nowhere", "--format", "jsonl"]).code(3);
    let ids: Vec<_> = done.json_lines().iter().filter_map(|a| a["id"].as_str().map(str::to_owned)).collect();
    for id in ["Ayr", "Oban", "Troon"] {
        assert!(ids.iter().any(|i| i == id), "{id} is not among {ids:?}");
    }
    let done =
        done.says("nowhere: does not exist").says("2-binary.bin").says("3-list.jsonl, line 2").says("4-cut.jsonl.gz");
    assert!(!done.stderr.contains("6-good.json"), "{}", done.stderr);

    dir.run(["parse", "in/6-good.json", "-q"]).code(0).silent();
    dir.run(["parse", "nowhere", "-q"]).code(3).silent().no_data();
    dir.run(["parse", "in/1-empty.txt"]).code(3).says("is empty").no_data();
    dir.write("picture/only.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    dir.run(["parse", "picture"]).code(1).says("no article found; 1 file or record").no_data();
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut out, bytes).expect("memory");
    out.finish().expect("memory")
}
