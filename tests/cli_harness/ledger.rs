//! The ledger: what the user says of names, by command and by hand.

use super::harness::Dir;

const FIRST: &str = "\
{\"id\":\"a\",\"headline\":\"Ann Lee wins\",\"body\":\"Ann Lee of Port Selby won the relay on Monday. \\\"I knew it,\\\" said Ann Lee.\",\"date\":\"2021-03-01\"}
{\"id\":\"b\",\"headline\":\"Minister Ann Lee resigns\",\"body\":\"Minister Ann Lee resigned. \\\"It is time,\\\" said Ann Lee.\",\"date\":\"2022-03-01\"}
{\"id\":\"c\",\"headline\":\"Annie Lee Brown gone\",\"body\":\"Annie Lee Brown, the minister, left office in Port Selby.\",\"date\":\"2022-04-01\"}
";

fn indexed() -> Dir {
    let dir = Dir::new();
    dir.write("news.jsonl", FIRST).run(["index", "news.jsonl"]).code(0);
    dir
}

/// How many articles name somebody, as `entities` counts them; `None` if the name is not listed.
fn count(dir: &Dir, name: &str) -> Option<u64> {
    let lines = dir.run(["entities", "-n", "all", "--format", "jsonl"]).json_lines();
    lines.iter().find(|l| l["name"] == name).and_then(|l| l["articles"].as_u64())
}

#[test]
fn names_are_merged_and_the_merger_is_taken_back() {
    let dir = indexed();
    let before = (count(&dir, "Ann Lee"), count(&dir, "Annie Lee Brown"));
    assert_eq!(before, (Some(2), Some(1)));
    let merge = ["entities", "merge", "Ann Lee", "Annie Lee Brown", "--note", "she married"];
    dir.run(merge).code(0).no_data().says("index/entities.toml:2").says("undo");
    assert_eq!((count(&dir, "Ann Lee"), count(&dir, "Annie Lee Brown")), (Some(3), None));
    dir.run(["search", "--person", "Annie Lee Brown", "minister OR relay", "--format", "csv"])
        .code(0)
        .shows(",a,,2021-03-01");
    dir.run(["show", "c"]).code(0).shows("Ann Lee");
    dir.run(["timeline", "person:\"Ann Lee\""]).code(0).shows("3 articles");
    dir.run(["entities", "ledger"]).code(0).shows("  1  merge Annie Lee Brown into Ann Lee").silent();
    dir.run(["entities", "undo"]).code(0).says("taken back");
    assert_eq!((count(&dir, "Ann Lee"), count(&dir, "Annie Lee Brown")), before);
    dir.run(["entities", "undo"]).code(2).says("nothing to take back");
    dir.run(["entities", "ledger"]).code(1).no_data();
}

#[test]
fn a_correction_after_options_is_no_question() {
    let dir = indexed();
    dir.run(["entities", "--index", "index", "merge", "Ann Lee", "Annie Lee Brown"]).code(0).no_data().says("undo");
    dir.run(["entities", "--type", "person", "merge", "Ann Lee", "A"]).code(2).says("no options of counting");
    dir.run(["entities", "--", "merge"]).code(1);
}

#[test]
fn what_was_typed_by_hand_is_kept() {
    let dir = indexed();
    let by_hand = "# Ours.\n\n# Days are no people.\n[[ignore]]\nname = 'Monday' # not Ruby\n";
    dir.write("index/entities.toml", by_hand).run(["entities", "rename", "Port Selby", "Selby \"Port\""]).code(0);
    let text = || std::fs::read_to_string(dir.path().join("index/entities.toml")).expect("a ledger");
    assert_eq!(text(), format!("{by_hand}\n[[rename]]\nname = \"Port Selby\"\nto = 'Selby \"Port\"'\n"));
    assert_eq!(count(&dir, "Selby \"Port\""), Some(2));
    dir.run(["entities", "undo", "1"]).code(0);
    assert_eq!(text(), "# Ours.\n\n[[rename]]\nname = \"Port Selby\"\nto = 'Selby \"Port\"'\n");
    dir.run(["entities", "undo", "7"]).code(2).says("no entry 7");
}

#[test]
fn one_name_is_split_and_the_speaker_with_it() {
    let dir = indexed();
    dir.run(["entities", "split", "Ann Lee", "Ann Lee (swimmer)", "--beside", "relay"]).code(0);
    assert_eq!((count(&dir, "Ann Lee"), count(&dir, "Ann Lee (swimmer)")), (Some(1), Some(1)));
    let quotes = dir.run(["quotes", "--speaker", "Ann Lee (swimmer)", "--format", "csv"]).code(0).shows("I knew it");
    assert!(!quotes.stdout.contains("It is time"));
    dir.run(["entities", "split", "Ann Lee", "Ann"]).code(2).says("--beside");
    dir.run(["entities", "retype", "Port Selby", "misc"]).code(0);
    dir.run(["entities", "ignore", "Monday", "misc:Nobody Atall"]).code(0).says("no article names misc:Nobody Atall");
    dir.run(["timeline", "place:Selby"]).code(1);
    dir.run(["timeline", "misc:Selby"]).code(0).shows("2 articles");
}

#[test]
fn a_ledger_may_be_elsewhere_and_must_be_right() {
    let dir = indexed();
    let mine = "[[rename]]\nname = \"Ann Lee\"\nto = \"A. L.\"\n";
    dir.write("mine.toml", mine);
    dir.run(["entities", "--ledger", "mine.toml", "--type", "person"]).code(0).shows("A. L.");
    dir.with(["entities", "--type", "person"], |c| _ = c.env("NEWSDEX_LEDGER", "mine.toml")).code(0).shows("A. L.");
    assert_eq!(count(&dir, "A. L."), None);
    dir.run(["search", "relay", "--ledger", "none.toml"]).code(2).says("there is no ledger none.toml");

    dir.write("index/entities.toml", "[[merge]]\nname = \"A\"\nalso = [\"B\", 3]\n");
    for command in ["search relay", "entities", "quotes relay", "timeline relay", "show a", "verify relay"] {
        let args = command.split(' ');
        dir.run(args).code(2).no_data().says("index/entities.toml:3:14:").says("also = [\"B\", 3]\n").says("^");
    }
    // What would contradict is not written.
    dir.write("index/entities.toml", mine);
    dir.run(["entities", "rename", "Ann Lee", "B"]).code(2).says("entities.toml:5:1").says("line 1");
    assert_eq!(std::fs::read_to_string(dir.path().join("index/entities.toml")).expect("kept"), mine);
}

#[test]
fn what_is_inferred_is_said_and_can_be_left_out() {
    let dir = Dir::new();
    let full = |i: u32| {
        format!(
            "{{\"id\":\"f{i}\",\"headline\":\"Harbour news {i}\",\"body\":\"Mayor Pieter Haverkamp opened pier {i}. \\\"It is done,\\\" said Pieter Haverkamp.\"}}\n"
        )
    };
    let bare = "{\"id\":\"bare\",\"headline\":\"Piers\",\"body\":\"Mr Haverkamp wants another pier. \\\"One more,\\\" said Mr Haverkamp.\"}\n";
    dir.write("n.jsonl", (1..=4).map(full).collect::<String>() + bare).run(["index", "n.jsonl"]).code(0);
    let search = ["search", "person:\"Pieter Haverkamp\"", "--by", "article", "--format", "jsonl"];
    let found = dir.run(search).code(0).json_lines();
    let (total, hits) = found.split_last().expect("hits");
    assert_eq!((&total["total"], &total["inferred"]), (&5.into(), &1.into()));
    let last = hits.last().expect("five");
    assert_eq!((&last["article"]["id"], &last["inferred"]), (&"bare".into(), &true.into()));
    assert!(hits[..4].iter().all(|h| h["inferred"] == false && h["score"].as_f64() > last["score"].as_f64()));
    dir.run(&search[..2]).code(0).shows("name inferred").says("5 articles, 1 by inferred names");
    dir.run(["search", "exact:person:\"Pieter Haverkamp\""]).code(0).says("4 articles");
    dir.run(["search", "pier", "--person", "Pieter Haverkamp", "--certain"]).code(0).says("4 articles");
    dir.run(["timeline", "person:\"Pieter Haverkamp\""]).shows("1 of them inferred");
    dir.write("topics.tsv", "1\tperson:\"Pieter Haverkamp\"\n");
    let run =
        dir.run(["batch", "topics.tsv", "--syntax", "query", "--by", "article", "--format", "jsonl"]).json_lines();
    let ranked: Vec<_> = hits.iter().map(|h| &h["article"]["id"]).collect();
    assert_eq!(run.iter().map(|row| &row["article"]).collect::<Vec<_>>(), ranked, "as a search has them");
    dir.run(["quotes", "--speaker", "Pieter Haverkamp"]).code(0).shows("One more").shows("name inferred");
    dir.run(["quotes", "--speaker", "Pieter Haverkamp", "--certain"]).code(0).says("4 quotes");
    dir.run(["entities", "--type", "person"]).code(0).shows("Inferred");
    let count = |args: &[&str]| {
        let lines = dir.run([&["entities", "--type", "person", "--format", "jsonl"], args].concat()).json_lines();
        let him = lines.iter().find(|l| l["name"] == "Pieter Haverkamp").expect("listed").clone();
        (him["articles"].as_u64(), him["inferred"].as_u64(), lines.len())
    };
    assert_eq!(count(&[]), (Some(5), Some(1), 2));
    assert_eq!(count(&["--certain"]), (Some(4), Some(0), 3));
}

#[test]
fn commands_and_words_are_told_apart() {
    let dir = indexed();
    dir.run(["entities", "merge"]).code(2).says("<NAME>");
    dir.run(["entities", "--", "relay"]).code(0).shows("Ann Lee");
    dir.run(["entities", "--", "merge"]).code(1).no_data();
    dir.run(["entities", "help"]).code(1);
    // The examples of each command run.
    let dir = Dir::new();
    dir.corpus().run(["index", "corpus"]).code(0);
    for edit in ["merge", "split", "rename", "retype", "ignore", "ledger", "undo"] {
        let help = dir.run(["entities", edit, "--help"]).code(0).silent().stdout;
        let (examples, _) = help.split_once("Usage:").expect("examples first");
        let lines: Vec<_> = examples.lines().filter(|l| l.trim().starts_with("newsdex")).collect();
        assert!(!lines.is_empty(), "{help}");
        for line in lines {
            dir.line(line.trim()).code(0);
        }
    }
}
