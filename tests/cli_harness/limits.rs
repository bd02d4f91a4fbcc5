//! Every limit is told when it is met: what was too long, too deep or too much, and what happens to it.

use newsdex::search::{expand, quotes, syntax, verify};
use newsdex::{article, read};

use super::harness::Dir;
use super::index::indexed;

#[test]
fn the_table_of_limits_is_true() {
    let text = include_str!("../../ARCHITECTURE.md");
    let table = text.split("\n## ").find(|section| section.starts_with("Limits\n")).expect("a table of limits");
    let most = |constant: &str| -> usize {
        let row = table.lines().find(|row| row.contains(&format!("`{constant}`"))).expect(constant);
        let mut words = row.split('|').nth(2).expect("a figure").split_whitespace();
        let figure: usize = words.next().and_then(|w| w.replace(',', "").parse().ok()).expect("a figure");
        if words.next() == Some("MB") { figure << 20 } else { figure }
    };
    let limits = [
        ("read::MAX_RECORD", read::MAX_RECORD),
        ("article::MAX_TEXT", article::MAX_TEXT),
        ("read::MAX_DEPTH", read::MAX_DEPTH),
        ("read::MAX_RATIO", read::MAX_RATIO as usize),
        ("search::syntax::MAX_QUERY", syntax::MAX_QUERY),
        ("search::syntax::MAX_WORDS", syntax::MAX_WORDS),
        ("search::syntax::MAX_DEPTH", syntax::MAX_DEPTH),
        ("search::syntax::MAX_DISTANCE", syntax::MAX_DISTANCE as usize),
        ("search::expand::MAX_GROUP", expand::MAX_GROUP),
        ("search::quotes::MOST_ARTICLES", quotes::MOST_ARTICLES),
        ("search::verify::compare::LONGEST_CLAIM", verify::compare::LONGEST_CLAIM),
    ];
    for (constant, is) in limits {
        assert_eq!(most(constant), is, "{constant}");
    }
}

#[test]
fn queries_have_limits_and_say_so() {
    let dir = indexed();
    let long = "port ".repeat(14_000);
    dir.run(["search", &long]).code(2).says("the query is longer than 65536 bytes");
    dir.run(["search", &"a ".repeat(2100)]).code(2).says("the query has more than 2048 words");
    let deep = format!("{}port{}", "(".repeat(60), ")".repeat(60));
    dir.run(["search", &deep]).code(2).says("^");
    let nots = format!("port {}strike", "NOT ".repeat(5000));
    assert!(matches!(dir.run(["search", &nots]).code, Some(0..=2)));
    // Distances are cut to the longest there is.
    dir.run(["search", "port NEAR/99999999999999999999 strike"]).code(0);
    // Where more words match than are looked for, counts are a least.
    dir.run(["search", "*", "--format", "json"]);
    dir.run(["search", "a* OR b* OR c* OR ?*", "--limit", "3"]);
    dir.run(["verify", &"the quay is closed and ".repeat(400)]);
    dir.run(["search", "wages~9"]);
}

#[test]
fn records_and_nesting_have_limits_and_the_rest_is_read() {
    let dir = Dir::new();
    let record = |id: &str, text: &str| serde_json::json!({"id": id, "title": "A title", "text": text}).to_string();
    let lines = [
        record("before", "The quay is open."),
        record("huge", &"quay ".repeat(7 << 20)),
        record("after", "It is shut."),
    ];
    dir.write("archive/a.jsonl", lines.join("\n"));
    dir.run(["index", "archive"]).code(3).says("Problems").says("too-long");
    dir.run(["show", "before", "after"]).code(0);
    dir.run(["show", "huge"]).code(1);
    let deep = format!("{}\"text\"{}", "[".repeat(100_000), "]".repeat(100_000));
    dir.write("deep/a.json", deep).write("deep/b.html", format!("<p>{}The quay is open.", "<div>".repeat(50_000)));
    dir.write("deep/c.xml", format!("<?xml version=\"1.0\"?>{}", "<a>".repeat(50_000)));
    let done = dir.run(["index", "deep", "--index", "other"]);
    assert!(matches!(done.code, Some(0 | 3)), "{:?} {}", done.code, done.stderr);
    dir.run(["check", "--index", "other"]).code(0);
}
