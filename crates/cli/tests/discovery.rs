//! A worker that was given no address.

use std::process::{Command, Stdio};

/// Starts a scheduler and a worker in a network of their own, so that no other scheduler of this machine is found. Ends with what
/// the worker said until it had joined.
const ALONE: &str = r#"
ip link set lo up
"$0" scheduler --insecure --port 0 --no-dashboard --announce 2>scheduler.txt >/dev/null &
scheduler=$!
"$0" worker --insecure --nthreads 1 --death-timeout 100 2>worker.txt &
worker=$!
for _ in $(seq 1000); do grep -q "without Node" worker.txt && break; sleep 0.1; done
kill $worker; wait $worker
kill $scheduler; wait $scheduler
cat scheduler.txt worker.txt
"#;

#[test]
fn finds_the_scheduler_that_announces_itself() {
    let network = ["--map-root-user", "--net"];
    let may = Command::new("unshare").args(network).arg("true").stderr(Stdio::null()).status();
    if !may.is_ok_and(|status| status.success()) {
        // Some systems let nobody make networks.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    command.args(network).args(["sh", "-c", ALONE, env!("CARGO_BIN_EXE_bramble")]).current_dir(folder.path());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let name = said.lines().find_map(|line| line.strip_prefix("bramble: announced as ")?.split(':').next());
    let name = name.unwrap_or_else(|| panic!("{output:?}"));
    assert!(said.contains(&format!("bramble: found the scheduler {name} at tcp://127.0.0.1:")), "{said}");
    assert!(said.contains("for the scheduler at tcp://127.0.0.1:"), "{said}");
}
