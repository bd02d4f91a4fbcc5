//! Colours, widths and pipes.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::harness::Dir;

#[test]
fn a_closed_pipe_ends_quietly() {
    let dir = Dir::new();
    // More than a pipe holds.
    let line = "{\"title\": \"Ferry\", \"text\": \"The ferry sailed again on Monday after a week in port.\"}\n";
    dir.write("many.jsonl", line.repeat(3000));
    for format in ["jsonl", "json", "csv", "text"] {
        let mut command = dir.command(["parse", "many.jsonl", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        let mut first = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
        assert!(!first.is_empty());
        let done = child.wait_with_output().expect("ended");
        assert_eq!(done.status.code(), Some(0), "{format}");
        assert_eq!(String::from_utf8_lossy(&done.stderr), "", "{format}");
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let dir = Dir::new();
    dir.write("a.json", "{\"title\": \"Ferry sails\", \"text\": \"The ferry sailed.\"}");
    let escapes = |text: &str| text.contains('\x1b');
    assert!(!escapes(&dir.run(["parse", "a.json"]).code(0).stdout), "a pipe is no terminal");
    assert!(escapes(&dir.run(["parse", "a.json", "--color", "always"]).code(0).stdout));
    assert!(!escapes(&dir.with(["parse", "a.json"], |c| _ = c.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")).stdout));
    assert!(!escapes(&dir.run(["parse", "nowhere"]).code(3).stderr));
    assert!(escapes(&dir.run(["parse", "nowhere", "--color", "always"]).code(3).stderr));
}

#[test]
fn text_keeps_to_the_width() {
    let dir = Dir::new();
    dir.corpus();
    for width in [40, 80, 120] {
        let text = dir.with(["parse", "corpus"], |c| _ = c.env("COLUMNS", width.to_string())).code(0).stdout;
        let longest = text.lines().map(|l| l.chars().count()).max().unwrap_or(0);
        assert!(longest <= width && longest > width.min(80) - 10, "{longest} of {width}");
    }
}

#[test]
fn control_characters_of_a_text_never_reach_the_terminal() {
    let dir = Dir::new();
    let nasty = "\\u001b]0;owned\\u0007\\u001b[2J";
    dir.write(
        "a.json",
        format!("{{\"title\": \"T{nasty}\", \"text\": \"The{nasty} end.\", \"author\": \"A{nasty}\"}}"),
    );
    let done = dir.run(["parse", "a.json"]).code(0);
    assert!(!done.stdout.contains(['\x1b', '\x07']), "{:?}", done.stdout);
    let name = "a\x1b[2J.json";
    let done = dir.write(name, "{").run(["parse", name]);
    assert!(!done.stderr.contains('\x1b') && !done.stdout.contains('\x1b'), "{:?}", done.stderr);
}
