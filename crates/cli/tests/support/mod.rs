//! Programs in processes of their own.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(dead_code, reason = "not every test needs all of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Far above what anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A program that does not outlive its test.
pub(crate) struct Program(pub(crate) Child);

impl Program {
    pub(crate) fn start(arguments: &[&str]) -> Program {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bramble"));
        Program(command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    pub(crate) fn lines(&mut self) -> std::io::Lines<BufReader<ChildStdout>> {
        BufReader::new(self.0.stdout.take().unwrap()).lines()
    }

    /// Tells it to end, and gives its exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
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
pub(crate) fn told(lines: &[String], title: &str) -> String {
    lines.iter().find_map(|line| line.strip_prefix(title)).unwrap().trim().to_owned()
}

pub(crate) fn get(place: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(place).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {place}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub(crate) fn start_scheduler(folder: &Path, more: &[&str]) -> (Program, Vec<String>) {
    let file = folder.join("scheduler.json");
    let here = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"];
    let file = ["--scheduler-file", file.to_str().unwrap()];
    let mut scheduler = Program::start(&[&here, &file[..], more].concat());
    let lines = scheduler.lines().take(3).map(|line| line.unwrap()).collect();
    (scheduler, lines)
}
