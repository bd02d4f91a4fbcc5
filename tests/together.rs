//! Several processes at one index: searches see one state and never fail, the second writer is told, who is suspended
//! holds on to its work, and an index that nobody may write to answers every question.
//!
//! Some of it needs file systems of its own (a full one, a read-only one), which only the superuser may make, in a name
//! space that ends with the command. Where that is not to be had the test says so and proves nothing.

#[path = "cli_harness/mod.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line")]
mod harness;

use std::fs;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use harness::{Dir, Running, writer};

fn story(id: usize, version: usize) -> String {
    let text =
        format!("Alpha {version} and omega {version} met at the quay. \"We sail,\" said Ada Quill of Port Selby.");
    serde_json::json!({"id": format!("s{id}"), "title": format!("Quay {id}"), "text": text}).to_string()
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
                // What is written and removed meanwhile is no fault.
                dir.run(["check"]).code(0).shows("no fault");
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
    running.signal("-STOP");
    refused(&dir);
    running.signal("-CONT");
    writeln!(input, "{}", story(9001, 0)).expect("taken");
    drop(input);
    assert_eq!(running.code(), Some(0));
    dir.run(["show", "first", "s9001"]).code(0);
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
    dir.run(["check"]).code(0).shows("no fault");
}

#[test]
fn an_error_in_the_middle_of_reading_is_told_and_keeps_what_was_read() {
    let dir = Dir::new();
    // Who closes a socket without reading what it was sent resets it: at its other end everything can still be read,
    // then comes an error.
    let (mut ours, theirs) = UnixStream::pair().expect("sockets");
    (&theirs).write_all(b"never read").expect("sent");
    let mut command = dir.command(["index", "-"]);
    command.stdin(Stdio::from(OwnedFd::from(theirs))).stderr(Stdio::piped());
    let mut running = Running(command.spawn().expect("started"));
    // The command must not hold a copy of the end that is to be closed last.
    drop(command);
    for i in 0..2000 {
        writeln!(ours, "{}", story(i, i)).expect("taken");
    }
    write!(ours, "{}", &story(2000, 0)[..30]).expect("taken");
    drop(ours);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut running.0.stderr.take().expect("its messages"), &mut said).expect("UTF-8");
    assert_eq!(running.code(), Some(3), "{said}");
    assert!(said.contains("Problems") && said.contains("onnection reset"), "{said}");
    dir.run(["show", "s0", "s1999"]).code(0);
    dir.run(["check"]).code(0).shows("no fault");
}

#[test]
fn an_error_of_writing_loses_nothing_that_was_committed() {
    let dir = Dir::new();
    dir.write("first.jsonl", story(1, 1)).write("all.jsonl", many_words(800));
    dir.run(["index", "first.jsonl", "-q"]).code(0);
    // No file may grow beyond a hundred kilobytes (blocks of 512 or 1,024 bytes, as the shell counts).
    let done = dir.line("trap '' XFSZ; ulimit -f 100; newsdex index all.jsonl").code(5);
    assert!(done.stderr.contains("what was committed before is kept"), "{}", done.stderr);
    dir.run(["check"]).code(0).shows("no fault");
    dir.run(["show", "s1"]).code(0);
    dir.run(["index", "all.jsonl", "-q"]).code(0);
    dir.run(["show", "l0", "l799", "s1"]).code(0);
    dir.run(["check"]).code(0).shows("no fault");
    // What is printed may meet a full disk, too.
    if std::path::Path::new("/dev/full").exists() {
        for question in ["search alpha", "parse first.jsonl", "stats", "show s1", "quotes"] {
            dir.line(&format!("newsdex {question} > /dev/full")).code(5).says("error:");
        }
    }
}

#[test]
fn nobody_waits_without_end_for_who_is_suspended_while_opening() {
    let dir = Dir::new();
    dir.write("first.jsonl", story(1, 0)).run(["index", "first.jsonl", "-q"]).code(0);
    let lock = fs::File::open(dir.path().join("index/.tantivy-meta.lock")).expect("the lock");
    lock.lock().expect("taken");
    dir.run(["search", "alpha"]).code(5).says("another newsdex holds").says("is it suspended?");
    drop(lock);
    dir.run(["search", "alpha"]).code(0);
}

#[test]
fn a_run_that_is_suspended_again_and_again_is_as_one_that_is_not() {
    let dir = Dir::new();
    for file in 0..8 {
        let lines: Vec<_> = (0..400).map(|i| story(file * 400 + i, i)).collect();
        dir.write(&format!("archive/{file}.jsonl"), lines.join("\n"));
    }
    dir.write("first.jsonl", story(9000, 0)).run(["index", "first.jsonl", "-q"]).code(0);
    let mut command = dir.command(["index", "archive", "-q"]);
    let mut running = Running(command.spawn().expect("started"));
    for pause in [3, 17, 40, 61, 7, 90, 130, 29, 200, 11] {
        if running.is_over() {
            break;
        }
        sleep(Duration::from_millis(pause));
        running.signal("-STOP");
        // Nobody waits for one that sleeps, whatever it was at.
        let asked = dir.run(["search", "alpha", "-n", "1"]);
        assert!(matches!(asked.code, Some(0 | 1)) || asked.stderr.contains("suspended"), "{}", asked.stderr);
        running.signal("-CONT");
    }
    assert_eq!(running.code(), Some(0));
    dir.run(["check"]).code(0).shows("no fault").shows("3,201 articles");
    dir.run(["index", "archive"]).code(0).says("3,200 unchanged").says("0 read");
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

/// So many stories, each of words that the others have not.
fn many_words(stories: usize) -> String {
    let words =
        |i: usize| (0..300).map(|w| format!("w{}", (i * 7919 + w * 104_729) % 1_000_003)).collect::<Vec<_>>().join(" ");
    let one = |i: usize| serde_json::json!({"id": format!("l{i}"), "title": "Words", "text": words(i)}).to_string();
    (0..stories).map(one).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_disk_that_fills_up_loses_nothing_that_was_committed() {
    let dir = Dir::new();
    dir.write("first.jsonl", story(1, 1)).write("all.jsonl", many_words(800));
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
         newsdex show l0 l799 s1 --index small/index > /dev/null
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
         newsdex search port --kwic --facets source,year,person > /dev/null
         newsdex quotes port --speaker Brandsma > /dev/null
         newsdex entities port > /dev/null
         newsdex entities ledger > /dev/null || [ $? = 1 ]
         newsdex timeline port > /dev/null
         newsdex verify 'four is more than three' > /dev/null
         newsdex similar bank-dissent > /dev/null
         newsdex show bank-dissent --versions > /dev/null
         newsdex show bank-dissent --cite > /dev/null
         newsdex batch topics.tsv > /dev/null
         newsdex stats > /dev/null
         newsdex stats --boilerplate > /dev/null || [ $? = 1 ]
         newsdex search port --index index --index index > /dev/null
         newsdex check | grep -q 'no fault'
         for command in 'index corpus' 'index --rebuild' optimize 'delete bank-dissent' 'entities merge A B' 'check --repair'; do
             code=0; newsdex $command 2>said >/dev/null || code=$?
             [ $code = 5 ] || { echo \"$command ended with $code\"; cat said; exit 1; }
         done";
    let medium = |what: &str| {
        let mount = "mount --bind index index\n mount -o remount,bind,ro index\n";
        if !privately(&dir, &format!("{mount}{asked}")) {
            eprintln!("not shown on a medium that is read-only: {what}");
        }
        // Permissions do for all but the superuser.
        dir.line("chmod -R a-w index").code(0);
        if fs::write(dir.path().join("index/probe"), "").is_err() {
            let done = dir.write("script", format!("set -eu\n{asked}")).line("sh ./script");
            assert_eq!(done.code, Some(0), "{what}: {}{}", done.stdout, done.stderr);
        }
        dir.run(["search", "port strike"]).code(0);
        dir.line("chmod -R u+w index; rm -f index/probe").code(0);
    };
    medium("as it was left by a writer");
    // As on a medium that only the index was copied to, and before anything was learned from it.
    dir.line("rm -f index/.*.lock").code(0);
    medium("without lock files");
    dir.line("rm -f index/names.tsv index/boilerplate.tsv index/outlets.tsv").code(0);
    medium("without what was learned");
}
