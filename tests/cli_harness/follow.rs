//! Runs that go on until they are interrupted.

use std::io::Write;
use std::process::Stdio;

use super::harness::{Dir, Running, wait_for, writer};

#[test]
fn what_arrives_is_indexed_until_interrupted() {
    let dir = Dir::new();
    let story = |words: &str| format!("The ferry\n\n{words} The harbour master told the council so last night.\n");
    dir.write("incoming/first.txt", story("It sails at nine."));
    let mut command = dir.command(["index", "incoming", "--watch=1", "-q"]);
    let mut running = Running(command.stdout(Stdio::null()).spawn().expect("started"));
    let found = |words: &str| dir.run(["search", words]).code == Some(0);
    wait_for("the first story", || found("\"sails at nine\""));
    dir.write("incoming/second.txt", story("It sails at ten."));
    wait_for("the second story", || found("\"sails at ten\""));
    // Nobody holds the index while nothing arrives.
    let deleted = || dir.run(["delete", "--query", "\"sails at ten\""]).code == Some(0);
    wait_for("to delete it", deleted);
    dir.write("incoming/first.txt", story("It sails at eleven, not at nine."));
    wait_for("the change", || found("\"sails at eleven\""));
    assert!(!found("\"sails at ten\""), "what was deleted came back");
    running.signal("-INT");
    // In the middle of a look it says that it was interrupted.
    assert!(matches!(running.code(), Some(0 | 130)));
    dir.run(["check"]).code(0);
}

#[test]
fn standard_input_is_not_followed() {
    Dir::new().run(["index", "-", "--watch"]).code(2).says("standard input cannot be watched");
}

#[test]
fn an_interrupt_keeps_what_was_done_and_says_where_it_stopped() {
    let dir = Dir::new();
    let mut command = dir.command(["index", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = Running(command.spawn().expect("started"));
    let mut input = running.0.stdin.take().expect("its input");
    let mut line = |n: usize| {
        let text = "The quay is closed. ".repeat(200);
        writeln!(input, "{{\"id\": \"{n}\", \"title\": \"Quay {n}\", \"text\": \"{text}\"}}")
    };
    // More than is held before it is parsed.
    (0..200).for_each(|n| line(n).expect("taken"));
    // The handler is there before the index is.
    wait_for("the index", || dir.path().join("index/newsdex.json").exists());
    running.signal("-INT");
    // It hears of it at the next records.
    for n in 200.. {
        if line(n).is_err() {
            break;
        }
    }
    drop(input);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut running.0.stderr.take().expect("its messages"), &mut said).expect("UTF-8");
    assert_eq!(running.code(), Some(130), "{said}");
    assert!(said.contains("Interrupted in -. What was done is kept"), "{said}");
    dir.run(["check"]).code(0).shows("no fault");
    dir.run(["show", "0"]).code(0).shows("Quay 0");
}

#[test]
fn a_second_interrupt_ends_it_at_once() {
    let dir = Dir::new();
    dir.write("a.jsonl", "{\"id\": \"a\", \"title\": \"Quay\", \"text\": \"The quay is closed.\"}\n");
    dir.run(["index", "a.jsonl", "-q"]).code(0);
    // It waits for more, and no first interrupt ends that.
    let (mut running, input) = writer(&dir);
    wait_for("its end", || {
        running.signal("-INT");
        running.is_over()
    });
    assert_eq!(running.code(), Some(130));
    drop(input);
    dir.run(["check"]).code(0).shows("no fault");
    dir.run(["show", "a"]).code(0);
}
