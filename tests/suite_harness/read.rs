//! `tests/suite/read`: a file, as it lies on disk, to the documents that are read from it.
//!
//! The input may open with `@file NAME` (else `input`) and `@map FIELD=NAME`; the rest is the file's content, with the
//! escapes `\r`, `\t`, `\u{…}` (a character) and `\x..` (a byte) resolved unless `@verbatim` stands before it. The
//! output shows each document's format, the fields that were found, its paragraphs and the codes of its notices; and
//! each problem.

use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;

use newsdex::article::{Body, RawDocument, ZoneKind};
use newsdex::read::{Item, Options, Problem, walk};

pub fn area(input: &str) -> String {
    let mut options = Options::default();
    let mut name = "input";
    let mut rest = input;
    while let Some(line) = rest.lines().next().filter(|l| l.starts_with("@file ") || l.starts_with("@map ")) {
        rest = rest[line.len()..].strip_prefix('\n').unwrap_or_default();
        match line.split_once(' ').expect("a value") {
            ("@file", value) => name = value,
            (_, value) => options.mappings.push(value.parse().expect("a mapping")),
        }
    }
    let content = match rest.strip_prefix("@verbatim\n") {
        Some(verbatim) => verbatim.as_bytes().to_vec(),
        None => unescaped(rest),
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(&path, content).expect("a file");
    let mut out = String::new();
    for entry in walk(&[folder.path().to_owned()]) {
        let entry = entry.expect("a file");
        let _ = entry.records(&options, &mut |record| {
            match record {
                Ok(record) => record.documents().iter().for_each(|item| show(item, &mut out)),
                Err(problem) => show_problem(&problem, &mut out),
            }
            ControlFlow::Continue(())
        });
    }
    out
}

fn show(item: &Item, out: &mut String) {
    match item {
        Ok(document) => show_document(document, out),
        Err(problem) => show_problem(problem, out),
    }
}

fn show_problem(problem: &Problem, out: &mut String) {
    let place = problem.place.map(|p| format!("{p}: ")).unwrap_or_default();
    let advice = problem.advice.map(|a| format!("; {a}")).unwrap_or_default();
    let lost = if problem.lost { "" } else { " (passed over)" };
    let _ = writeln!(out, "problem {}: {place}{}{advice}{lost}", problem.code, problem.what);
}

fn show_document(d: &RawDocument, out: &mut String) {
    let _ = writeln!(out, "{} {}", d.format, d.origin.record);
    let lists = [&d.byline, &d.topics, &d.places].map(|l| Some(l.join(" | ")).filter(|l| !l.is_empty()));
    let [byline, topics, places] = lists;
    let fields = [
        ("id", &d.id),
        ("url", &d.url),
        ("source", &d.source),
        ("headline", &d.headline),
        ("standfirst", &d.standfirst),
        ("byline", &byline),
        ("dateline", &d.dateline),
        ("published", &d.published),
        ("updated", &d.updated),
        ("section", &d.section),
        ("topics", &topics),
        ("places", &places),
        ("language", &d.language),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            let _ = writeln!(out, "@{name} {value}");
        }
    }
    match &d.body {
        Body::Plain(text) => {
            for line in text.lines() {
                let _ = writeln!(out, "| {line}");
            }
        }
        Body::Blocks(blocks) => {
            for block in blocks {
                let kind = if block.kind == ZoneKind::Body { "" } else { block.kind.name() };
                let _ = writeln!(out, "¶{kind} {}", block.text);
            }
        }
        Body::Article(article) => {
            let parts = article.quotes.iter().flat_map(|q| &q.parts).map(|p| p.of(&article.text));
            let mentions = article.mentions.iter().map(|m| m.span.of(&article.text));
            let _ = writeln!(out, "text {:?}", article.text);
            let _ = writeln!(out, "zones {:?}", article.zones.iter().map(|z| z.kind.name()).collect::<Vec<_>>());
            let _ = writeln!(out, "quotes {:?}", parts.collect::<Vec<_>>());
            let _ = writeln!(out, "mentions {:?}", mentions.collect::<Vec<_>>());
        }
    }
    for notice in &d.notices {
        let _ = writeln!(out, "! {}", notice.code);
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend(rest[..at].bytes());
        rest = &rest[at + 1..];
        let hex = |s: Option<&str>| s.and_then(|s| u32::from_str_radix(s, 16).ok());
        if let Some(after) = rest.strip_prefix("u{") {
            let (digits, after) = after.split_once('}').expect("a closed escape");
            let c = hex(Some(digits)).and_then(char::from_u32).expect("a character");
            out.extend(c.to_string().bytes());
            rest = after;
        } else if let Some(byte) = hex(rest.strip_prefix('x').and_then(|r| r.get(..2))) {
            out.push(byte as u8);
            rest = &rest[3..];
        } else if let Some((i, _)) = ["r", "t"].iter().enumerate().find(|(_, c)| rest.starts_with(**c)) {
            out.push(b"\r\t"[i]);
            rest = &rest[1..];
        } else {
            out.push(b'\\');
        }
    }
    out.extend(rest.bytes());
    out
}
