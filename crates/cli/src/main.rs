//! `bramble` without Node: a scheduler, and a worker whose tasks need no JavaScript.
//!
//! ```text
//! arguments   what was asked for       pure
//! machine     memory, name, folders    reads the system
//! signals     SIGINT, SIGTERM          before there are threads
//! programs    the scheduler, the worker
//! ```
//!
//! It takes the flags of the programs that come with npm, as far as they make sense here. Tasks with functions go to workers
//! that have a Node; the scheduler sees to that.

mod arguments;
mod machine;
mod programs;
mod signals;

use std::io::Write;
use std::process::ExitCode;

use arguments::{Command, HELP};

fn main() -> ExitCode {
    let command = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => return fail(&error),
    };
    match command {
        Command::Help => say(HELP),
        Command::Version => say(env!("CARGO_PKG_VERSION")),
        Command::Scheduler(options) => end(programs::scheduler(&options)),
        Command::Worker(options) => end(programs::worker(options)),
    }
}

fn end(result: Result<(), programs::ProgramError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Whoever asked may not listen any more.
fn say(text: &str) -> ExitCode {
    let _ = writeln!(std::io::stdout(), "{text}");
    ExitCode::SUCCESS
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "bramble: {error}");
    ExitCode::FAILURE
}
