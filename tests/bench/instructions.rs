//! Instructions of the hot paths: understanding an article, indexing it, answering a question.
//!
//! ```text
//! cargo bench --bench instructions
//! ```
//!
//! For machines that do other things meanwhile: the clock is no judge there, instructions are the same in every run but
//! for some in a thousand. Callgrind (of Valgrind) counts them; where it is not installed, this says so and measures
//! nothing. The program runs on one thread over so many articles and over twice as many, so that the difference holds
//! neither starting nor unpacking models. The articles are made up here, always the same. What was counted lies in
//! `target/tmp/instructions` and can be asked where: `callgrind_annotate --inclusive=yes parse.out`.
//!
//! Instructions are not time: what waits for memory costs more than it counts (see README.md).

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ARTICLES: usize = 300;
const QUESTIONS: usize = 100;

fn main() {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("needs valgrind, which is not installed; nothing measured");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("instructions");
    // What a run before left would be skipped as unchanged.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str, lines: Vec<String>| {
        let path = folder.join(name);
        fs::write(&path, lines.concat()).expect("room on the disk");
        path
    };
    let articles = |n| write(&format!("{n}.jsonl"), (0..n).map(article).collect());
    let questions = |n| write(&format!("{n}.tsv"), (0..n).map(question).collect());
    let words = (0..ARTICLES).map(|n| article(n).split_whitespace().count()).sum::<usize>() / ARTICLES;
    println!("{ARTICLES} articles of {words} words, {QUESTIONS} questions\n\n{:30} {:>14}", "", "instructions");

    let twice = |name: &str, n: usize, args: &dyn Fn(usize) -> Vec<String>| {
        let [once, double] = [n, 2 * n].map(|n| count(&folder.join(format!("{name}.out")), &args(n)));
        println!("{name:30} {:>14}", double.saturating_sub(once) / n as u64);
    };
    let string = |path: PathBuf| path.to_string_lossy().into_owned();
    let index = |n: usize| string(folder.join(format!("index-{n}")));
    let list = |args: &[&str]| args.iter().map(|a| a.to_string()).collect::<Vec<_>>();
    twice("parse, an article", ARTICLES, &|n| {
        list(&["parse", &string(articles(n)), "--format", "jsonl", "-q", "--threads", "1"])
    });
    twice("index, an article", ARTICLES, &|n| {
        list(&["index", &string(articles(n)), "--index", &index(n), "-q", "--threads", "1"])
    });
    twice("batch, a question", QUESTIONS, &|n| {
        list(&["batch", &string(questions(n)), "--index", &index(2 * ARTICLES), "--format", "trec"])
    });
}

/// Instructions of one run of the program, as callgrind says at its end.
fn count(out: &Path, args: &[String]) -> u64 {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}", out.display())])
        .arg(env!("CARGO_BIN_EXE_newsdex"))
        .args(args)
        .stdout(Stdio::null())
        .output()
        .expect("valgrind");
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{args:?}: {told}");
    let collected = told.lines().find_map(|l| l.split_once("Collected :"));
    collected.and_then(|(_, n)| n.trim().parse().ok()).expect("a count")
}

const FORENAMES: [&str; 8] = ["Orla", "Ines", "Ruben", "Tomas", "Greta", "Paul", "Amina", "David"];
const SURNAMES: [&str; 8] = ["Venn", "Holt", "Haas", "Maas", "Okafor", "Lindqvist", "Moreau", "Tarrant"];
const ROLES: [&str; 6] = ["mayor", "harbour master", "finance minister", "spokeswoman", "union leader", "economist"];
const BODIES: [&str; 6] = [
    "Tarn Shipping Co",
    "the Bank of Tarn",
    "the European Union",
    "Holt & Sons Ltd",
    "the city council",
    "Norvik Corp",
];
const PLACES: [&str; 6] = ["Tarn", "London", "Oslo", "New York", "Marseille", "Kano"];
const MATTERS: [&str; 8] =
    ["wages", "the new bridge", "port fees", "interest rates", "the ferry", "flood defences", "grain exports", "rents"];
const VERBS: [&str; 6] = ["said", "told reporters", "added", "warned", "argued", "announced"];

/// Always the same numbers for the same article.
struct Dice(u64);

impl Dice {
    fn of<'l>(&mut self, list: &[&'l str]) -> &'l str {
        list[self.upto(list.len())]
    }

    fn upto(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// An article as a line of JSON.
fn article(number: usize) -> String {
    let mut dice = Dice(number as u64 * 7919 + 1);
    let (place, matter, body) = (dice.of(&PLACES), dice.of(&MATTERS), dice.of(&BODIES));
    let mut text = format!("{}, June {} (Courier) - ", place.to_uppercase(), 1 + dice.upto(28));
    for paragraph in 0..3 + dice.upto(4) {
        if paragraph > 0 {
            text.push_str("\\n\\n");
        }
        let (name, surname) = (dice.of(&FORENAMES), dice.of(&SURNAMES));
        let (role, verb, other) = (dice.of(&ROLES), dice.of(&VERBS), dice.of(&MATTERS));
        let (year, million) = (1990 + dice.upto(30), 1 + dice.upto(900));
        let _ = match dice.upto(4) {
            0 => write!(
                text,
                "Talks on {matter} between {body} and {} ended without a result on Tuesday, {role} {name} {surname} {verb}. \
                 It was the third attempt since {year}.",
                dice.of(&BODIES)
            ),
            1 => write!(
                text,
                "\\\"We will not wait for {other} any longer,\\\" {surname} said. \\\"What was promised in {year} must be \
                 paid, all {million} million of it.\\\" He declined to say when."
            ),
            2 => write!(
                text,
                "{body} had reported a loss of {million}.5 million dollars, up from {} million a year before. Analysts in \
                 {place} expect that {other} will weigh on its results until the end of {year}.",
                1 + dice.upto(900)
            ),
            _ => write!(
                text,
                "According to {name} {surname}, the {role} of {}, the plan for {matter} is to be put to the vote in {place} \
                 next month. \\\"Nobody has seen the figures,\\\" she {verb}, \\\"and nobody will.\\\"",
                dice.of(&PLACES)
            ),
        };
    }
    format!("{{\"id\":\"{number}\",\"headline\":\"{body} at odds over {matter}\",\"text\":\"{text}\"}}\n")
}

/// A topic: its number and words.
fn question(number: usize) -> String {
    let mut dice = Dice(number as u64 * 104_729 + 3);
    let (matter, place, surname, body) = (dice.of(&MATTERS), dice.of(&PLACES), dice.of(&SURNAMES), dice.of(&BODIES));
    match dice.upto(3) {
        0 => format!("{number}\t{matter} {place}\n"),
        1 => format!("{number}\t{surname} {matter} vote\n"),
        _ => format!("{number}\twhat did {surname} say of {body} and {matter}\n"),
    }
}
