//! A folder to work in and the command that works in it.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A folder of its own for each test, gone when the test is over.
pub struct Dir(tempfile::TempDir);

impl Dir {
    pub fn new() -> Dir {
        Dir(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Dir {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, content).expect("written");
        self
    }

    /// Puts the sample archive here, as `corpus`.
    pub fn corpus(&self) -> &Dir {
        std::os::unix::fs::symlink(corpus(), self.path().join("corpus")).expect("linked");
        self
    }

    /// Runs the command in this folder.
    pub fn run<I: IntoIterator<Item: AsRef<OsStr>>>(&self, args: I) -> Done {
        self.with(args, |_| {})
    }

    /// Runs the command line as a shell reads it.
    pub fn line(&self, line: &str) -> Done {
        let mut shell = Command::new("sh");
        let bin = Path::new(env!("CARGO_BIN_EXE_newsdex")).parent().expect("a folder");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(bin.to_owned()).chain(std::env::split_paths(&path));
        shell.args(["-c", line]).env("PATH", std::env::join_paths(paths).expect("paths"));
        finish(line.to_owned(), clean(&mut shell, self.path()), b"")
    }

    /// Runs the command with something changed: its environment, its input.
    pub fn with<I: IntoIterator<Item: AsRef<OsStr>>>(&self, args: I, change: impl FnOnce(&mut Command)) -> Done {
        let mut command = self.command(args);
        change(&mut command);
        finish(format!("{command:?}"), &mut command, b"")
    }

    /// Runs the command on this input.
    pub fn pipe<I: IntoIterator<Item: AsRef<OsStr>>>(&self, args: I, input: &[u8]) -> Done {
        let mut command = self.command(args);
        finish(format!("{command:?}"), &mut command, input)
    }

    /// The command, ready to run here.
    pub fn command<I: IntoIterator<Item: AsRef<OsStr>>>(&self, args: I) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsdex"));
        clean(command.args(args), self.path());
        command
    }
}

/// Patience with a loaded machine: nothing that a test shows depends on how long it takes.
const PATIENCE: Duration = Duration::from_secs(300);

/// Waits until something holds.
#[track_caller]
pub fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "waited in vain: {what}");
        sleep(Duration::from_millis(50));
    }
}

/// A command that is under way; ended when a test fails.
pub struct Running(pub Child);

impl Running {
    /// Sends a signal, by its name for the shell's `kill`, which every shell has.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", &format!("kill {name} {}", self.0.id())]).status().expect("a shell");
        assert!(sent.success());
    }

    pub fn is_over(&mut self) -> bool {
        self.0.try_wait().expect("its state").is_some()
    }

    /// Waits for its end; how it ended.
    pub fn code(&mut self) -> Option<i32> {
        self.0.wait().expect("ended").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A writer that has the index and waits for more input.
pub fn writer(dir: &Dir) -> (Running, ChildStdin) {
    let record = b"{\"id\": \"first\", \"title\": \"Quay\", \"text\": \"The quay is open.\"}\n";
    let mut working = None;
    wait_for("a writer", || {
        let mut command = dir.command(["index", "-", "-q"]);
        let mut running = Running(command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("started"));
        let mut input = running.0.stdin.take().expect("its input");
        // It may have ended already: whoever asks whether it has the lock may have had it before.
        let _ = input.write_all(record);
        wait_for("its work", || {
            // A lock file that was left behind is held by nobody: whether it is only another writer learns.
            let told = dir.run(["optimize"]);
            running.is_over() || told.stderr.contains("another newsdex is writing")
        });
        if !running.is_over() {
            working = Some((running, input));
        }
        working.is_some()
    });
    working.expect("a writer")
}

/// The sample archive.
pub fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Nothing of the environment that tests run in counts.
fn clean<'c>(command: &'c mut Command, folder: &Path) -> &'c mut Command {
    for variable in ["NEWSDEX_INDEX", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    command.current_dir(folder)
}

fn finish(line: String, command: &mut Command, input: &[u8]) -> Done {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("started");
    // Tests give less than a pipe holds; a command that does not read its input is no fault.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("ended");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Done { line, code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

/// A command that ended.
pub struct Done {
    line: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    /// Expects an exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Done {
        assert_eq!(self.code, Some(code), "{}\n{}{}", self.line, self.stdout, self.stderr);
        self
    }

    /// Expects words among the messages.
    #[track_caller]
    pub fn says(self, words: &str) -> Done {
        assert!(self.stderr.contains(words), "{}\nsays: {}\nnot: {words}", self.line, self.stderr);
        self
    }

    /// Expects words in the data.
    #[track_caller]
    pub fn shows(self, words: &str) -> Done {
        assert!(self.stdout.contains(words), "{}\nshows: {}\nnot: {words}", self.line, self.stdout);
        self
    }

    /// Expects no data.
    #[track_caller]
    pub fn no_data(self) -> Done {
        assert_eq!(self.stdout, "", "{}", self.line);
        self
    }

    /// Expects no messages.
    #[track_caller]
    pub fn silent(self) -> Done {
        assert_eq!(self.stderr, "", "{}", self.line);
        self
    }

    /// The data, a JSON document a line.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}
