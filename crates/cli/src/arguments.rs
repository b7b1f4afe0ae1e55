//! The command line.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use bramble_cluster::scheduler::ALLOWED_FAILURES;
use bramble_cluster::transport::Address;
use lexopt::prelude::*;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Bramble without Node: a scheduler, and workers of native layers. Tasks with functions go to workers that have a Node.

  bramble scheduler               run the scheduler of a cluster
    --host ADDRESS                where it listens                       [0.0.0.0]
    --port NUMBER                 0 for any free one                     [8786]
    --dashboard-address [HOST]:PORT                                      [:8787]
    --no-dashboard                serve no HTTP
    --scheduler-file FILE         write the address there while it runs
    --allowed-failures NUMBER     fail a task of which more workers died  [2]
    --announce                    let workers in the same network find it without an address
    --journal FOLDER              write down there what happens, so that it goes on when it was killed and is
                                  started again at the same port

  bramble worker [HOST[:PORT]]    run a worker; without an address, of the scheduler that announces itself
    --host ADDRESS                where other workers find it            [0.0.0.0]
    --worker-port NUMBER          0 for any free one                     [0]
    --name NAME                                                          [the machine's]
    --nthreads NUMBER             tasks at once                          [the cores]
    --memory-limit SIZE           such as 500MB; a share such as 0.5     [auto]
    --local-directory FOLDER      for blocks that memory has no room for [~/.cache/bramble/spill]
    --max-spill SIZE              of these, at most so much              [no limit]
    --resources NAME=AMOUNT,...   what it has that tasks may ask for
    --death-timeout SECONDS       give up after so long without a scheduler

  Both:
    --insecure                    let everybody in; otherwise the cluster's key is needed
    --key-folder FOLDER           where the key is                       [~/.config/bramble]
    --help, --version";

/// What to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Help,
    Version,
    Scheduler(SchedulerArguments),
    Worker(WorkerArguments),
}

/// How a scheduler runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SchedulerArguments {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Where it serves HTTP, if it does; without a host where it listens itself.
    pub(crate) dashboard: Option<(Option<String>, u16)>,
    pub(crate) scheduler_file: Option<PathBuf>,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) allowed_failures: u32,
    /// Whether it says where it is.
    pub(crate) announces: bool,
    pub(crate) entry: Entry,
}

/// How a worker runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WorkerArguments {
    /// Where its scheduler is; the one that announces itself if nobody says.
    pub(crate) scheduler: Option<Address>,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) name: Option<String>,
    /// 0 for as many as there are cores.
    pub(crate) threads: usize,
    pub(crate) memory: MemoryLimit,
    pub(crate) spill_folder: Option<PathBuf>,
    pub(crate) max_spill: Option<u64>,
    /// How much it has of things that tasks may ask for.
    pub(crate) resources: BTreeMap<String, f64>,
    pub(crate) patience: Option<Duration>,
    pub(crate) entry: Entry,
}

/// Who may come in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Entry {
    pub(crate) insecure: bool,
    pub(crate) key_folder: Option<PathBuf>,
}

/// What a worker may take of the memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum MemoryLimit {
    Auto,
    Share(f64),
    Bytes(u64),
}

/// What is wrong with a command line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArgumentError {
    #[error("say what to run: `bramble scheduler` or `bramble worker HOST` (`--help` shows what there is)")]
    NoCommand,
    #[error("{0:?} needs a Node: here there are `scheduler` and `worker` only")]
    UnknownCommand(String),
    #[error("{flag} is {found:?}, expected {expected}")]
    Value { flag: &'static str, found: String, expected: &'static str },
    #[error("{0} (`--help` shows what there is)")]
    Form(#[from] lexopt::Error),
}

/// Reads a command line without the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, ArgumentError> {
    let mut parser = lexopt::Parser::from_args(arguments);
    match parser.next()? {
        Some(Long("help") | Short('h')) => Ok(Command::Help),
        Some(Long("version") | Short('V')) => Ok(Command::Version),
        Some(Value(name)) if name == "scheduler" => scheduler(parser),
        Some(Value(name)) if name == "worker" => worker(parser),
        Some(Value(name)) => Err(ArgumentError::UnknownCommand(name.string()?)),
        Some(flag) => Err(flag.unexpected().into()),
        None => Err(ArgumentError::NoCommand),
    }
}

fn scheduler(mut parser: lexopt::Parser) -> Result<Command, ArgumentError> {
    let mut options = SchedulerArguments {
        host: "0.0.0.0".into(),
        port: 8786,
        dashboard: Some((None, 8787)),
        scheduler_file: None,
        journal: None,
        allowed_failures: ALLOWED_FAILURES,
        announces: false,
        entry: Entry::default(),
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("host") => options.host = parser.value()?.string()?,
            Long("port") => options.port = port("--port", &parser.value()?.string()?)?,
            Long("dashboard-address") => options.dashboard = Some(place(&parser.value()?.string()?)?),
            Long("no-dashboard") => options.dashboard = None,
            Long("scheduler-file") => options.scheduler_file = Some(parser.value()?.into()),
            Long("allowed-failures") => {
                options.allowed_failures = allowed_failures(&parser.value()?.string()?)?;
            }
            Long("announce") => options.announces = true,
            Long("journal") => options.journal = Some(parser.value()?.into()),
            Long("insecure") => options.entry.insecure = true,
            Long("key-folder") => options.entry.key_folder = Some(parser.value()?.into()),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Scheduler(options))
}

fn worker(mut parser: lexopt::Parser) -> Result<Command, ArgumentError> {
    let mut options = WorkerArguments {
        scheduler: None,
        host: "0.0.0.0".into(),
        port: 0,
        name: None,
        threads: 0,
        memory: MemoryLimit::Auto,
        spill_folder: None,
        max_spill: None,
        resources: BTreeMap::new(),
        patience: None,
        entry: Entry::default(),
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Value(text) if options.scheduler.is_none() => options.scheduler = Some(address(&text.string()?)?),
            Long("host") => options.host = parser.value()?.string()?,
            Long("worker-port") => options.port = port("--worker-port", &parser.value()?.string()?)?,
            Long("name") => options.name = Some(parser.value()?.string()?),
            Long("nthreads") => options.threads = threads(&parser.value()?.string()?)?,
            Long("memory-limit") => options.memory = memory(&parser.value()?.string()?)?,
            Long("local-directory") => options.spill_folder = Some(parser.value()?.into()),
            Long("max-spill") => {
                let text = parser.value()?.string()?;
                let most = size(&text).ok_or_else(|| wrong("--max-spill", &text, "a size such as 20GB"))?;
                options.max_spill = Some(most);
            }
            Long("resources") => options.resources = resources(&parser.value()?.string()?)?,
            Long("death-timeout") => options.patience = Some(seconds(&parser.value()?.string()?)?),
            Long("insecure") => options.entry.insecure = true,
            Long("key-folder") => options.entry.key_folder = Some(parser.value()?.into()),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Worker(options))
}

fn port(flag: &'static str, text: &str) -> Result<u16, ArgumentError> {
    text.parse().map_err(|_| wrong(flag, text, "a number from 0 to 65535"))
}

fn allowed_failures(text: &str) -> Result<u32, ArgumentError> {
    text.parse().map_err(|_| wrong("--allowed-failures", text, "a whole number of deaths"))
}

fn threads(text: &str) -> Result<usize, ArgumentError> {
    let number = text.parse().ok().filter(|number| (1..=1024).contains(number));
    number.ok_or_else(|| wrong("--nthreads", text, "a number from 1 to 1024"))
}

fn resources(text: &str) -> Result<BTreeMap<String, f64>, ArgumentError> {
    let one = |part: &str| {
        let (name, amount) = part.split_once('=')?;
        let amount = amount.trim().parse().ok().filter(|amount: &f64| amount.is_finite() && *amount > 0.0)?;
        (!name.trim().is_empty()).then(|| (name.trim().to_owned(), amount))
    };
    let all: Option<BTreeMap<String, f64>> = text.split(',').map(one).collect();
    all.ok_or_else(|| wrong("--resources", text, "amounts by names, such as GPU=2,SCANNER=1"))
}

fn seconds(text: &str) -> Result<Duration, ArgumentError> {
    let number = text.trim_end_matches('s').parse().ok();
    number
        .and_then(|number| Duration::try_from_secs_f64(number).ok())
        .ok_or_else(|| wrong("--death-timeout", text, "a number of seconds"))
}

fn address(text: &str) -> Result<Address, ArgumentError> {
    let parsed = text.parse().ok().filter(|address| matches!(address, Address::Tcp { .. }));
    parsed.ok_or_else(|| wrong("the scheduler", text, "HOST or HOST:PORT"))
}

fn place(text: &str) -> Result<(Option<String>, u16), ArgumentError> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let port = port.parse().map_err(|_| wrong("--dashboard-address", text, "HOST:PORT or :PORT"))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok(((!host.is_empty()).then(|| host.to_owned()), port))
}

fn memory(text: &str) -> Result<MemoryLimit, ArgumentError> {
    if text == "auto" {
        return Ok(MemoryLimit::Auto);
    }
    if let Ok(share) = text.parse()
        && share > 0.0
        && share <= 1.0
    {
        return Ok(MemoryLimit::Share(share));
    }
    let expected = "auto, a share such as 0.5, or a size such as 500MB";
    size(text).map(MemoryLimit::Bytes).ok_or_else(|| wrong("--memory-limit", text, expected))
}

/// A number of bytes, such as `500MB`.
fn size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim() {
        "" | "B" => 1.0,
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        _ => f64::NAN,
    };
    let bytes = number.parse::<f64>().ok()? * unit;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within the range")]
    (1e6..1e18).contains(&bytes).then_some(bytes as u64)
}

fn wrong(flag: &'static str, found: &str, expected: &'static str) -> ArgumentError {
    ArgumentError::Value { flag, found: found.to_owned(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    fn worker_of(line: &str) -> WorkerArguments {
        match parsed(line) {
            Ok(Command::Worker(options)) => options,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_worker_needs_no_more_than_its_scheduler() {
        assert_eq!(worker_of("worker").scheduler, None);
        let options = worker_of("worker pi0.local");
        assert_eq!(options.scheduler, Some(Address::Tcp { host: "pi0.local".into(), port: 8786 }));
        assert_eq!((options.threads, options.port, options.memory), (0, 0, MemoryLimit::Auto));
    }

    #[test]
    fn flags_stand_anywhere() {
        let options = worker_of(
            "worker --nthreads 3 tcp://10.0.0.1:99 --memory-limit=500MB --death-timeout 5 --insecure --local-directory /x --max-spill 20GB --resources GPU=2,disk=0.5",
        );
        assert_eq!(options.scheduler, Some(Address::Tcp { host: "10.0.0.1".into(), port: 99 }));
        assert_eq!((options.threads, options.memory), (3, MemoryLimit::Bytes(500_000_000)));
        assert_eq!(options.patience, Some(Duration::from_secs(5)));
        assert_eq!(options.spill_folder, Some(PathBuf::from("/x")));
        assert_eq!(options.max_spill, Some(20_000_000_000));
        assert_eq!(options.resources, BTreeMap::from([("GPU".into(), 2.0), ("disk".into(), 0.5)]));
        assert!(options.entry.insecure);
    }

    #[test]
    fn the_dashboard_has_a_place_of_its_own() {
        let Ok(Command::Scheduler(options)) = parsed("scheduler --port 0 --dashboard-address [::1]:9000")
        else {
            panic!("no scheduler")
        };
        assert_eq!((options.port, options.dashboard), (0, Some((Some("::1".into()), 9000))));
        let Ok(Command::Scheduler(options)) = parsed("scheduler --no-dashboard") else {
            panic!("no scheduler")
        };
        assert_eq!(options.dashboard, None);
    }

    #[test]
    fn sizes_are_shares_or_bytes() {
        assert_eq!(memory("0.5").unwrap(), MemoryLimit::Share(0.5));
        assert_eq!(memory("1").unwrap(), MemoryLimit::Share(1.0));
        assert_eq!(memory("1.5GiB").unwrap(), MemoryLimit::Bytes(1_610_612_736));
        for text in ["0", "-1", "2", "5kB", "1XB", "nan", "", "1e30GB"] {
            assert!(memory(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, words) in [
            ("", "say what to run"),
            ("env list", "\"env\" needs a Node"),
            ("worker a b", "unexpected argument"),
            ("worker inproc://x", "the scheduler is \"inproc://x\""),
            ("worker a --resources GPU=-1", "--resources is \"GPU=-1\", expected amounts by names"),
            ("worker a --nthreads 0", "--nthreads is \"0\", expected a number from 1"),
            ("scheduler --port 70000", "--port is \"70000\""),
            ("scheduler --dashboard-address x", "--dashboard-address is \"x\""),
            ("scheduler --allowed-failures -1", "--allowed-failures is \"-1\""),
            ("scheduler --nonsense", "invalid option '--nonsense'"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(words), "{line}: {error}");
        }
    }
}
