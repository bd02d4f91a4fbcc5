//! What the command says of itself.

use super::harness::Dir;

fn commands() -> Vec<clap::Command> {
    newsdex::cli::command().get_subcommands().filter(|c| c.get_name() != "help").cloned().collect()
}

/// The command lines among the examples of a help page.
fn examples(help: &str) -> Vec<&str> {
    let (_, after) = help.split_once("Examples:\n").expect("examples");
    let (examples, _) = after.split_once("\n\n").expect("more after the examples");
    examples.lines().filter_map(|l| l.strip_prefix("    ")).collect()
}

#[test]
fn help_leads_with_examples_and_they_run() {
    let dir = Dir::new();
    dir.corpus().run(["index", "corpus"]).code(0).no_data();
    // The files that examples speak of.
    dir.write("topics.tsv", "1\tport strike\n").write("qrels.txt", "1 0 port-deal 1\n1 0 port-vote 2\n");
    for run in ["run.txt", "before.txt", "after.txt"] {
        dir.write(run, "1 Q0 port-vote 1 2.5 x\n1 Q0 port-deal 2 1.5 x\n");
    }
    let pages = commands().into_iter().map(|c| vec![c.get_name().to_owned(), "--help".into()]);
    let mut ran = 0;
    for args in pages.chain([vec!["--help".to_owned()]]) {
        let help = dir.run(&args).code(0).silent().stdout;
        assert!(help.find("Examples:") < help.find("Usage:"), "{help}");
        assert!(!examples(&help).is_empty(), "{help}");
        for line in examples(&help) {
            // Without what other programs do with it.
            let alone = line.split(['|', '>']).next().unwrap_or(line);
            // What watches never ends by itself.
            if alone.starts_with("newsdex") && !alone.contains("--watch") {
                dir.line(alone).code(0);
                ran += 1;
            }
        }
    }
    assert!(ran >= commands().len(), "{ran} examples ran");
}

#[test]
fn the_reference_is_what_help_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/COMMANDS.md");
    let now = newsdex::cli::help::reference();
    if std::env::var_os("UPDATE_COMMANDS").is_some() {
        std::fs::write(path, &now).expect("written");
    }
    let was = std::fs::read_to_string(path).unwrap_or_default();
    assert!(was == now, "COMMANDS.md is stale: UPDATE_COMMANDS=1 cargo test --test cli reference");
    for command in commands() {
        assert!(now.contains(&format!("## newsdex {}", command.get_name())));
    }
    for code in [0, 1, 2, 3, 4, 5, 130] {
        assert!(now.contains(&format!("{code} ")), "exit code {code} is not in the reference");
    }
}

#[test]
fn completions_and_manual_pages() {
    let dir = Dir::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = dir.run(["completions", shell]).code(0).silent().stdout;
        assert!(commands().iter().all(|c| script.contains(c.get_name())), "{shell}");
    }
    dir.run(["completions", "cmd"]).code(2).says("possible values");
    dir.run(["man"]).code(0).shows(".TH newsdex 1").shows(".SH EXAMPLES").silent();
    dir.run(["man", "parse"]).code(0).shows("newsdex parse");
    dir.run(["man", "prase"]).code(2).says("no command `prase`");
    dir.run(["man", "--out", "pages"]).code(0);
    let pages = std::fs::read_dir(dir.path().join("pages")).expect("a folder").count();
    assert_eq!(pages, commands().len() + 1);
}

#[test]
fn wrong_use_is_told_with_what_to_do() {
    let dir = Dir::new();
    dir.run([""; 0]).code(2).says("Usage:").no_data();
    dir.run(["prase"]).code(2).says("a similar subcommand exists: 'parse'").no_data();
    dir.run(["parse"]).code(2).says("<PATH>").no_data();
    dir.run(["parse", "x", "--format", "trec"]).code(2).says("possible values: text, json, jsonl, csv");
    dir.run(["parse", "x", "--map", "body=story"]).code(2).says("there is no field \"body\"");
    dir.run(["parse", "x", "--threads", "0"]).code(2).says("--threads");
    dir.run(["--version"]).code(0).shows(env!("CARGO_PKG_VERSION"));
}
