//! What the archive teaches: boilerplate, and the names of outlets.

use super::harness::Dir;
use super::index::indexed;

/// Articles of one outlet, each a story of its own with the same last line.
fn stories(range: std::ops::Range<usize>, line: &str) -> String {
    let words = |i: usize, n: usize| (0..n).map(|j| format!("word{i}x{j}")).collect::<Vec<_>>().join(" ");
    let story = |i| {
        let text = format!("{}.\n\n{}.\n\n{line}", words(i, 30), words(i + 1000, 30));
        serde_json::json!({"id": format!("s{i}"), "title": format!("Story number {i}"), "source": "Tarn Gull", "text": text})
    };
    range.map(|i| format!("{}\n", story(i))).collect()
}

const TIDES: &str = "Get the tide tables and the week’s stories from the estuary in your inbox every Friday.";

#[test]
fn boilerplate_is_listed_in_every_format() {
    let dir = indexed();
    dir.run(["stats", "--boilerplate"]).code(0).silent().shows("The Tidewater Post").shows("6 of 6 articles");
    let whole = dir.run(["stats", "--boilerplate", "--format", "json"]).code(0).json_lines().remove(0);
    assert_eq!(whole["schema"], "newsdex.boilerplate/1");
    let lines = whole["lines"].as_array().expect("lines");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!((&lines[0]["line"], &lines[0]["articles"]), (&TIDES.into(), &6.into()));
    assert_eq!(
        (&lines[0]["outlet"], &lines[0]["source"]),
        (&"tidewaterpost.example".into(), &"The Tidewater Post".into())
    );
    assert_eq!(lines[0]["examples"].as_array().map(Vec::len), Some(3));
    let alone = dir.run(["stats", "--boilerplate", "--format", "jsonl"]).code(0).json_lines();
    assert_eq!((alone.len(), &alone[1]["schema"]), (2, &"newsdex.boilerplate/1".into()));
    let rows = dir.run(["stats", "--boilerplate", "--format", "csv"]).code(0).stdout;
    assert!(rows.starts_with("source,outlet,line,articles,among,examples\n"), "{rows}");
    dir.run(["stats", "--format", "csv"]).code(2).says("--format text or json");
}

#[test]
fn boilerplate_is_left_out_of_passages_and_marked_in_the_article() {
    let dir = indexed();
    let search = |args: &[&str]| {
        let lines = dir.run(["search", "--format", "jsonl"].iter().chain(args)).code(0).json_lines();
        let texts = lines.iter().filter_map(|hit| hit["text"].as_str().map(str::to_owned));
        (lines.last().expect("a summary")["total"].clone(), texts.collect::<Vec<_>>())
    };
    // "tide" stands in the line of all six, and in the story on eels.
    let (total, passages) = search(&["tide evening"]);
    assert!(passages.iter().any(|p| p.contains("torches")), "{passages:?}");
    let eels = |list: &[String]| list.iter().filter(|p| p.contains("torches") || p.contains("tide tables")).count();
    assert!(!passages.iter().any(|p| p.contains("torches") && p.contains("tide tables")));
    let (again, shown) = search(&["tide evening", "--boilerplate", "-n", "all", "--per-article", "9"]);
    assert_eq!(total, again, "what matches is the same");
    assert!(eels(&shown) > eels(&passages));
    let id = "https://www.tidewaterpost.example/2024/06/14/eels";
    dir.run(["show", id]).code(0).shows("┆ Get the tide tables");
    let article = dir.run(["show", id, "--format", "json"]).code(0).json_lines().remove(0);
    let marked = article["zones"].as_array().expect("zones").iter().filter(|z| z["kind"] == "boilerplate").count();
    assert_eq!(marked, 2);
}

#[test]
fn what_was_learned_follows_what_is_committed() {
    let dir = Dir::new();
    let listed = |dir: &Dir, code| dir.run(["stats", "--boilerplate", "--format", "jsonl"]).code(code).json_lines();
    dir.write("a.jsonl", stories(0..4, TIDES)).run(["index", "a.jsonl", "-q"]).code(0);
    assert_eq!(listed(&dir, 1).len(), 0, "four stories are too few");
    dir.write("b.jsonl", stories(4..8, TIDES)).run(["index", "b.jsonl", "-q"]).code(0);
    assert_eq!(listed(&dir, 0)[0]["articles"], 8);
    // In the other order it is the same.
    let other = Dir::new();
    other.write("a.jsonl", stories(4..8, TIDES)).write("b.jsonl", stories(0..4, TIDES));
    other.run(["index", "b.jsonl", "a.jsonl", "-q"]).code(0);
    assert_eq!(listed(&other, 0), listed(&dir, 0));
    // The sidecar is no more than a saving.
    std::fs::remove_file(dir.path().join("index/boilerplate.tsv")).expect("it was saved");
    assert_eq!(listed(&dir, 0)[0]["articles"], 8);
    dir.write("b.jsonl", stories(4..8, "This line is another one altogether")).run(["index", "b.jsonl", "-q"]).code(0);
    assert_eq!(listed(&dir, 1).len(), 0);
    dir.write("b.jsonl", stories(4..8, TIDES)).run(["index", "b.jsonl", "-q"]).code(0);
    dir.run(["delete", "s1", "s2", "s3", "s4", "--purge"]).code(0);
    assert_eq!(listed(&dir, 1).len(), 0);
    let saved = std::fs::read_to_string(dir.path().join("index/boilerplate.tsv")).expect("saved");
    assert!(!saved.contains("tide"), "nothing of what was taken down stays: {saved}");
    dir.run(["check"]).code(0).shows("no fault");
}

#[test]
fn an_outlet_is_named_once_however_its_articles_spell_it() {
    let dir = indexed();
    let stats = dir.run(["stats", "--format", "json"]).code(0).json_lines().remove(0);
    let sources: Vec<&str> =
        stats["sources"].as_array().expect("sources").iter().filter_map(|s| s["name"].as_str()).collect();
    assert!(sources.contains(&"Continental Morning") && sources.contains(&"The Northgate Herald"), "{sources:?}");
    assert!(!sources.iter().any(|s| s.ends_with(".example")), "{sources:?}");
    let total = |source: &str| {
        let ask = ["search", "the", "--source", source, "--format", "json", "-n", "0", "--facets", "source"];
        let answer = dir.run(ask).code(0).json_lines().remove(0);
        (answer["total"].as_u64(), answer["facets"][0]["values"].as_array().map(Vec::len))
    };
    assert_eq!(total("Continental Morning"), total("continentalmorning.example"));
    assert_eq!(total("Continental Morning").1, Some(1));
    let ask = ["search", "source:continentalmorning.example pledge", "--format", "jsonl", "-n", "1"];
    let hit = dir.run(ask).code(0).json_lines().remove(0);
    assert_eq!(hit["article"]["source"], "Continental Morning");
}
