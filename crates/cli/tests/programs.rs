//! The programs as somebody starts them.

#![expect(clippy::unwrap_used, reason = "tests may")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Far above what anything here takes.
const PATIENCE: Duration = Duration::from_mins(2);

/// A program that does not outlive its test.
struct Program(Child);

impl Program {
    fn start(arguments: &[&str]) -> Program {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bramble"));
        Program(command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    fn lines(&mut self) -> std::io::Lines<BufReader<ChildStdout>> {
        BufReader::new(self.0.stdout.take().unwrap()).lines()
    }

    /// Tells it to end, and gives its exit code.
    fn end(mut self) -> Option<i32> {
        let pid = libc::pid_t::try_from(self.0.id()).unwrap();
        // SAFETY: a signal to a child that nobody has waited for.
        unsafe { libc::kill(pid, libc::SIGTERM) };
        self.0.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What comes behind a title in the first lines of a scheduler.
fn told(lines: &[String], title: &str) -> String {
    lines.iter().find_map(|line| line.strip_prefix(title)).unwrap().trim().to_owned()
}

fn get(place: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(place).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {place}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn start_scheduler(folder: &Path, more: &[&str]) -> (Program, Vec<String>) {
    let file = folder.join("scheduler.json");
    let here = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"];
    let file = ["--scheduler-file", file.to_str().unwrap()];
    let mut scheduler = Program::start(&[&here, &file[..], more].concat());
    let lines = scheduler.lines().take(3).map(|line| line.unwrap()).collect();
    (scheduler, lines)
}

#[test]
fn a_worker_joins_with_the_key_that_the_scheduler_made_and_both_end_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let key = ["--key-folder", folder.path().to_str().unwrap()];
    let (scheduler, lines) = start_scheduler(folder.path(), &key);
    let address = told(&lines, "Scheduler at");
    let file = std::fs::read_to_string(folder.path().join("scheduler.json")).unwrap();
    assert!(file.contains(&format!("{address:?}")), "{file}");
    let place = told(&lines, "Dashboard at").replace("http://", "").replace("/status", "");

    let options = ["--host", "127.0.0.1", "--name", "pi-without-node", "--nthreads", "1"];
    let worker = Program::start(&[&["worker", &address], &options[..], &key].concat());
    let began = Instant::now();
    while !get(&place, "/api/v1/workers").contains("pi-without-node") {
        assert!(began.elapsed() < PATIENCE, "the worker does not join");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(worker.end(), Some(0));
    assert_eq!(scheduler.end(), Some(0));
    assert!(!folder.path().join("scheduler.json").exists());
}

#[test]
fn a_worker_without_a_key_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bramble"));
    command.args(["worker", "127.0.0.1:1", "--key-folder"]).arg(folder.path()).env_remove("BRAMBLE_KEY");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("key"), "{said}");
}

#[test]
fn a_worker_gives_up_when_its_time_is_over() {
    let arguments = ["worker", "127.0.0.1:1", "--insecure", "--death-timeout", "0.2"];
    let output = Command::new(env!("CARGO_BIN_EXE_bramble")).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn says_its_version_and_what_there_is() {
    let said = |flag: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_bramble")).arg(flag).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(said("--version").trim(), env!("CARGO_PKG_VERSION"));
    assert!(said("--help").contains("bramble worker HOST"));
}
