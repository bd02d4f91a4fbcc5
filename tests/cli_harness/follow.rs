//! Runs that go on until they are interrupted.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::harness::Dir;

/// Patience with a loaded machine; nothing depends on how long it takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "waited in vain: {what}");
        sleep(Duration::from_millis(50));
    }
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
}

/// Ends what is left of a run when a test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

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
    interrupt(&running.0);
    assert_eq!(running.0.wait().expect("ended").code(), Some(0));
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
    interrupt(&running.0);
    // It hears of it at the next records.
    for n in 200.. {
        if line(n).is_err() {
            break;
        }
    }
    drop(input);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut running.0.stderr.take().expect("its messages"), &mut said).expect("UTF-8");
    assert_eq!(running.0.wait().expect("ended").code(), Some(130), "{said}");
    assert!(said.contains("Interrupted in -. What was done is kept"), "{said}");
    dir.run(["check"]).code(0).shows("no fault");
    dir.run(["show", "0"]).code(0).shows("Quay 0");
}
