//! Several processes at one index: searches see one state and never fail, the second writer is told, who is suspended holds on to
//! its work, and an index that nobody may write to answers every question.
//!
//! Some of it needs file systems of its own (a full one, a read-only one), which only the superuser may make, in a name space
//! that ends with the command. Where that is not to be had the test says so and proves nothing.

#[path = "cli_harness/mod.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line")]
mod harness;

use std::fs;
use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use harness::Dir;

/// Patience with a loaded machine; nothing depends on how long it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that goes on as long as it is given lines; ended when a test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn story(id: usize, version: usize) -> String {
    let text =
        format!("Alpha {version} and omega {version} met at the quay. \"We sail,\" said Ada Quill of Port Selby.");
    serde_json::json!({"id": format!("s{id}"), "title": format!("Quay {id}"), "text": text}).to_string()
}

/// A writer that waits for more input.
fn writer(dir: &Dir) -> (Running, ChildStdin) {
    let began = Instant::now();
    loop {
        let mut command = dir.command(["index", "-", "-q", "--index", "index"]);
        let mut running = Running(command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("started"));
        let mut input = running.0.stdin.take().expect("its input");
        let given = writeln!(input, "{}", story(9000, 0));
        while given.is_ok() && running.0.try_wait().expect("its state").is_none() {
            assert!(began.elapsed() < PATIENCE, "waited in vain for the writer");
            sleep(Duration::from_millis(500));
            // A lock that is merely left behind is held by nobody: whether it is held only another writer learns, who
            // may be in the way of this one at its start.
            if dir.run(["optimize"]).code == Some(5) {
                return (running, input);
            }
        }
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
}

#[test]
fn searches_see_one_state_while_articles_come_and_go() {
    let dir = Dir::new();
    let write = |round: usize| {
        for file in 0..6 {
            let lines: Vec<_> = (0..20).map(|i| story(file * 20 + i, if i % 2 == 0 { round } else { 0 })).collect();
            dir.write(&format!("archive/{file}.jsonl"), lines.join("\n"));
        }
    };
    write(0);
    dir.run(["index", "archive", "-q"]).code(0);
    dir.write("topics.tsv", "a\talpha\nb\tomega\nc\talpha AND omega\nd\tspeaker:Quill\n");
    let done = AtomicBool::new(false);
    scope(|scope| {
        let asking = scope.spawn(|| {
            let mut asked = 0;
            while !done.load(Ordering::Relaxed) || asked == 0 {
                let topics = [
                    "batch",
                    "topics.tsv",
                    "--syntax",
                    "query",
                    "--by",
                    "article",
                    "--depth",
                    "1000",
                    "--format",
                    "trec",
                ];
                let answer = dir.run(topics).code(0).silent();
                let found = |topic: &str| answer.stdout.lines().filter(|l| l.starts_with(&format!("{topic} "))).count();
                let counts: Vec<_> = ["a", "b", "c", "d"].iter().map(|t| found(t)).collect();
                assert_eq!(counts, [120; 4], "of one commit");
                asked += 1;
            }
            asked
        });
        let end = End(&done);
        for round in 1..6 {
            write(round);
            dir.run(["index", "archive", "-q"]).code(0).silent();
            if round % 2 == 0 {
                dir.run(["optimize"]).code(0).silent();
            }
        }
        drop(end);
        assert!(asking.join().expect("answers") > 0);
    });
    dir.run(["check"]).code(0).shows("no fault");
}

/// Ends the asking even if the writing panics.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn the_second_writer_is_told_and_the_first_goes_on_even_after_a_long_sleep() {
    let dir = Dir::new();
    dir.write("archive/one.jsonl", (0..20).map(|i| story(i, 0)).collect::<Vec<_>>().join("\n"));
    dir.run(["index", "archive", "-q"]).code(0);
    let (mut running, mut input) = writer(&dir);
    let refused = |dir: &Dir| {
        dir.write("archive/two.jsonl", story(500, 1));
        for command in [&["index", "archive"][..], &["delete", "s1"], &["optimize"], &["check", "--repair"]] {
            dir.run(command).code(5).says("another newsdex is writing to this index; try again");
        }
        dir.run(["search", "alpha"]).code(0);
        dir.run(["check"]).code(0).shows("no fault");
    };
    refused(&dir);
    signal(&running.0, "-STOP");
    refused(&dir);
    signal(&running.0, "-CONT");
    writeln!(input, "{}", story(9001, 0)).expect("taken");
    drop(input);
    assert!(running.0.wait().expect("ended").success());
    dir.run(["show", "s9000", "s9001"]).code(0);
    // Now the other may.
    dir.run(["index", "archive", "-q"]).code(0);
    dir.run(["show", "s500"]).code(0);
    dir.run(["check"]).code(0).shows("no fault");
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_gives_what_it_has_and_is_tried_again() {
    let dir = Dir::new();
    let lines: Vec<_> = (0..4000).map(|i| story(i, i)).collect();
    dir.write("whole.jsonl", lines.join("\n")).line("mkdir archive && gzip -c whole.jsonl > archive/a.jsonl.gz");
    let packed = fs::read(dir.path().join("archive/a.jsonl.gz")).expect("packed");
    dir.write("archive/a.jsonl.gz", &packed[..packed.len() / 2]).write("archive/b.jsonl", story(7000, 0));
    dir.run(["index", "archive"]).code(3).says("Problems");
    dir.run(["show", "s0", "s7000"]).code(0);
    dir.run(["check"]).code(0).shows("no fault").shows("not read to their end");
    dir.write("archive/a.jsonl.gz", &packed);
    dir.run(["index", "archive", "-q"]).code(0);
    dir.run(["show", "s3999"]).code(0);
    // One that gives an error of the disk: the kernel's own view of a process cannot be read at 0.
    if std::os::unix::fs::symlink("/proc/self/mem", dir.path().join("archive/c.txt")).is_ok() {
        let done = dir.run(["index", "archive"]);
        assert!(matches!(done.code, Some(0 | 3)), "{}", done.stderr);
    }
    dir.run(["check"]).code(0).shows("no fault");
}

/// Runs a script in a name space of its own, as the superuser there; `false`, loudly, where that is not to be had.
fn privately(dir: &Dir, script: &str) -> bool {
    if dir.line("unshare -m true").code != Some(0) {
        eprintln!("SKIPPED: no name space for file systems of its own here (`unshare -m`)");
        return false;
    }
    dir.write("script", format!("set -eu\n{script}"));
    let done = dir.line("unshare -m sh ./script");
    if done.stderr.contains("mount:") {
        eprintln!("SKIPPED: {}", done.stderr);
        return false;
    }
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    true
}

#[test]
fn a_disk_that_fills_up_loses_nothing_that_was_committed() {
    let dir = Dir::new();
    let words =
        |i: usize| (0..300).map(|w| format!("w{}", (i * 7919 + w * 104_729) % 1_000_003)).collect::<Vec<_>>().join(" ");
    let long = |i: usize| serde_json::json!({"id": format!("l{i}"), "title": "Words", "text": words(i)}).to_string();
    dir.write("first.jsonl", story(1, 1)).write("all.jsonl", (0..2000).map(long).collect::<Vec<_>>().join("\n"));
    privately(
        &dir,
        "mkdir small
         mount -t tmpfs -o size=1m none small
         newsdex index first.jsonl -q --index small/index
         code=0; newsdex index all.jsonl --index small/index 2>said || code=$?
         [ $code = 5 ] || { echo \"ended with $code\"; cat said; exit 1; }
         grep -q 'the disk is full; what was committed before is kept' said || { cat said; exit 1; }
         newsdex check --index small/index
         newsdex show s1 --index small/index > /dev/null
         mount -o remount,size=64m small
         newsdex index all.jsonl first.jsonl -q --index small/index
         newsdex show l0 l1999 s1 --index small/index > /dev/null
         newsdex check --index small/index | grep -q 'no fault'",
    );
}

#[test]
fn an_index_that_may_not_be_written_answers_every_question() {
    let dir = Dir::new();
    dir.corpus().run(["index", "corpus", "-q"]).code(0);
    dir.write("topics.tsv", "a\tport strike\n");
    let asked = "newsdex search 'port strike' > /dev/null
         newsdex search 'wag* person:Brandsma' --by article --format json > /dev/null
         newsdex quotes port --speaker Brandsma > /dev/null
         newsdex entities port > /dev/null
         newsdex timeline port > /dev/null
         newsdex verify 'four is more than three' > /dev/null
         newsdex similar bank-dissent > /dev/null
         newsdex show bank-dissent --versions > /dev/null
         newsdex batch topics.tsv > /dev/null
         newsdex stats > /dev/null
         newsdex check | grep -q 'no fault'
         for command in 'index corpus' optimize 'delete bank-dissent' 'check --repair'; do
             code=0; newsdex $command 2>said >/dev/null || code=$?
             [ $code = 5 ] || { echo \"$command ended with $code\"; cat said; exit 1; }
         done";
    let mount = "mount --bind index index\n mount -o remount,bind,ro index\n";
    privately(&dir, &format!("{mount}{asked}"));
    // Without the lock files too, as on a medium that only the index was copied to.
    dir.line("rm -f index/.*.lock").code(0);
    privately(&dir, &format!("{mount}{asked}"));
    // Permissions bind all but the superuser.
    dir.line("chmod -R a-w index").code(0);
    dir.run(["search", "port strike"]).code(0);
    dir.run(["check"]).code(0).shows("no fault");
    dir.line("chmod -R u+w index").code(0);
}
