//! `tests/suite/names`: what is counted and found under a ledger.
//!
//! Articles as in `tests/suite/search` (see there); lines `| …` are the ledger. Then questions: `? QUERY` finds,
//! `# QUERY` counts the names in the articles that match, `> NAME` asks for somebody's quotes. A ledger that is refused
//! answers with the place and the message, and with what stands there.

use std::fmt::Write as _;
use std::path::PathBuf;

use newsdex::index::Reader;
use newsdex::index::ledger::Ledger;
use newsdex::search::facet::{self, Question};
use newsdex::search::selection::Selection;
use newsdex::search::{Filters, Sort, ledger, quotes, syntax};

pub fn area(input: &str) -> String {
    let (mut articles, mut rules, mut asked) = (String::new(), String::new(), Vec::new());
    for line in input.lines() {
        match line.chars().next() {
            Some('|') => rules.extend([line[1..].strip_prefix(' ').unwrap_or(&line[1..]), "\n"]),
            Some('?' | '#' | '>') => asked.push(line),
            _ => articles.extend([line, "\n"]),
        }
    }
    let ledger = match Ledger::read(&[(PathBuf::from("entities.toml"), rules)]) {
        Ok(ledger) => ledger,
        Err(e) => return format!("{e}\n  at `{}`\n", &e.text[e.span.clone()]),
    };
    let readers = ledger::under(vec![super::search::reader(&articles)], ledger).expect("applied");
    let mut out = String::new();
    for line in asked {
        let query = line[1..].trim();
        match &line[..1] {
            "?" => super::search::answer(&readers[0], query, &mut out),
            "#" => count(&readers, query, &mut out),
            _ => said(&readers, query, &mut out),
        }
    }
    out
}

fn count(readers: &[Reader], query: &str, out: &mut String) {
    let query = syntax::parse(query).expect("a query");
    let among = Selection::matching(readers, &query, &Filters::default()).expect("found");
    let facets = facet::entities(&among, &Question::default()).expect("counted");
    writeln!(out, "{} names in {} articles", facets.names, facets.articles).unwrap();
    for name in facets.list {
        let kind = name.kind.map_or("-", |kind| kind.name());
        write!(out, "  {} {kind} {}", name.name, name.articles).unwrap();
        if name.inferred > 0 {
            write!(out, ", inferred {}", name.inferred).unwrap();
        }
        if name.quotes > 0 {
            write!(out, ", quotes {}", name.quotes).unwrap();
        }
        writeln!(out).unwrap();
    }
}

fn said(readers: &[Reader], speaker: &str, out: &mut String) {
    let question = quotes::Question {
        query: syntax::parse("").expect("a query"),
        filters: Filters::default(),
        speaker: Some(speaker.to_owned()),
        about: None,
        kinds: Vec::new(),
        sort: Sort::Oldest,
        duplicates: newsdex::search::Duplicates::Show,
        boilerplate: false,
        limit: None,
        offset: 0,
    };
    let found = quotes::quotes(readers, &question).expect("found");
    writeln!(out, "{} quotes of {speaker}", found.total).unwrap();
    for quoted in &found.list {
        let words = quoted.quote().map_or("", |q| q.parts[0].of(&quoted.article.text));
        let inferred = if quoted.inferred { " (inferred)" } else { "" };
        writeln!(out, "  {} {}{inferred}: {words}", quoted.article.id, quoted.speaker().unwrap_or("-")).unwrap();
    }
}
