//! Finds, runs and compares the cases.

use std::fmt::Write as _;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One case, with the lines of its file that its expected output takes.
struct Case {
    name: String,
    input: String,
    expected: String,
    lines: std::ops::Range<usize>,
}

/// A folder of the suite, and what turns its cases' input into output.
pub type Area = (&'static str, fn(&str) -> String);

pub fn run(areas: &[Area]) -> ExitCode {
    // The flags of `cargo test` mean nothing here; a word that is no flag is a filter.
    let filter = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let update = std::env::var_os("UPDATE_SUITE").is_some();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let (mut ran, mut failed) = (0, 0);
    for (area, function) in areas {
        for path in files(&root.join(area)) {
            let source = fs::read_to_string(&path).expect("a readable suite file");
            let topic = format!("{area}/{}", path.file_stem().unwrap_or_default().to_string_lossy());
            let mut lines: Vec<String> = source.lines().map(String::from).collect();
            for case in cases(&source, &topic).into_iter().rev() {
                if filter.as_ref().is_some_and(|f| !case.name.contains(f.as_str())) {
                    continue;
                }
                ran += 1;
                let got = catch_unwind(|| function(&case.input)).unwrap_or_else(|_| "panicked\n".into());
                if got.trim_end() == case.expected.trim_end() {
                    continue;
                }
                if update {
                    lines.splice(case.lines, got.trim_end().lines().map(String::from));
                } else {
                    failed += 1;
                    eprintln!("\n{}\n{}", case.name, difference(case.expected.trim_end(), got.trim_end()));
                }
            }
            if update {
                fs::write(&path, lines.join("\n") + "\n").expect("a writable suite file");
            }
        }
    }
    println!("suite: {ran} cases, {failed} failed");
    match failed == 0 && (ran > 0 || filter.is_some()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// The Markdown files under a folder, in order of their paths.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "md") {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn cases(source: &str, topic: &str) -> Vec<Case> {
    let mut out = Vec::new();
    let (mut name, mut input) = (None, None);
    let mut lines = source.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            name = Some(format!("{topic}/{}", heading.trim()));
            continue;
        }
        let fence = line.chars().take_while(|c| *c == '`').count();
        if fence < 3 {
            continue;
        }
        let mut block = String::new();
        let mut span = 0..0;
        for (n, inner) in lines.by_ref() {
            span.end = n;
            if inner.starts_with(&line[..fence]) && inner.trim_end().len() == fence {
                break;
            }
            span.start = if block.is_empty() && span.start == 0 { n } else { span.start };
            block.push_str(inner);
            block.push('\n');
        }
        span.start = if span.start == 0 { span.end } else { span.start };
        match &line[fence..] {
            "in" => input = Some(block),
            "out" => {
                let name = name.take().unwrap_or_else(|| panic!("{topic}: a case without a name"));
                let input = input.take().unwrap_or_else(|| panic!("{name}: no input"));
                out.push(Case { name, input, expected: block, lines: span });
            }
            other => panic!("{topic}: a block is `in` or `out`, not {other:?}"),
        }
    }
    assert!(name.is_none(), "{topic}: the last case has no output");
    out
}

/// Expected and actual, line by line: what is the same once, what differs with its sign.
fn difference(expected: &str, got: &str) -> String {
    let (a, b): (Vec<_>, Vec<_>) = (expected.lines().collect(), got.lines().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[same..].iter().rev().zip(b[same..].iter().rev()).take_while(|(x, y)| x == y).count();
    let mut out = String::new();
    for line in &a[..same] {
        let _ = writeln!(out, "    {line}");
    }
    for line in &a[same..a.len() - tail] {
        let _ = writeln!(out, "  - {line}");
    }
    for line in &b[same..b.len() - tail] {
        let _ = writeln!(out, "  + {line}");
    }
    for line in &a[a.len() - tail..] {
        let _ = writeln!(out, "    {line}");
    }
    out
}
