//! The programs as somebody starts them.

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use support::{PATIENCE, Program, get, start_scheduler, told};

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
    assert!(said("--help").contains("bramble worker [HOST"));
}
