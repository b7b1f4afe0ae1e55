//! How a worker runs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bramble_runtime::{CallQueue, Pantry, TaskError};

use super::calls::OnCall;
use crate::protocol::Surroundings;
use crate::security::Security;
use crate::transport::Address;

/// How a worker runs.
#[derive(Clone)]
pub struct WorkerOptions {
    /// Where the scheduler is.
    pub scheduler: Address,
    /// Where others find it; port 0 is any free one.
    pub listen: Address,
    /// Whom it lets in, and how it proves who it is.
    pub security: Security,
    /// For people.
    pub name: String,
    /// Tasks at the same time; 0 for as many as there are cores.
    pub threads: usize,
    /// Bytes that its blocks may take.
    pub memory: u64,
    /// Where blocks go for which memory has no room.
    pub pantry: Pantry,
    /// Bytes that the process may take with all that is in it, if it is the worker's own.
    pub process_memory: Option<u64>,
    /// How long it looks for a scheduler; for ever if nobody says.
    pub patience: Option<Duration>,
    /// How much there is of things that tasks may ask for, by their names.
    pub resources: BTreeMap<String, f64>,
    /// By which number whoever watches this process will tell with [`tell_end`](super::tell_end) how it ended; 0 if nobody
    /// does.
    pub watch: u64,
    /// Where executors take calls of functions; without it the worker makes none.
    pub calls: Option<Arc<CallQueue>>,
    /// Makes calls beside the tasks; without it the worker makes none.
    pub on_call: Option<OnCall>,
    /// What these find around them.
    pub surroundings: Option<Surroundings>,
    /// Told of those who were not let in.
    pub tell: fn(&str),
    /// What to call an error that a task met: one of the documented codes.
    pub code_of: fn(&TaskError) -> &'static str,
}

impl WorkerOptions {
    /// On loopback, for everybody, with all cores.
    pub fn new(scheduler: Address) -> WorkerOptions {
        WorkerOptions {
            scheduler,
            listen: Address::Tcp { host: "127.0.0.1".into(), port: 0 },
            security: Security::insecure(),
            name: format!("worker-{}", std::process::id()),
            threads: 0,
            memory: u64::MAX,
            pantry: Pantry { folder: std::env::temp_dir(), most: None },
            process_memory: None,
            patience: None,
            resources: BTreeMap::new(),
            watch: 0,
            calls: None,
            on_call: None,
            surroundings: None,
            tell: |_| {},
            code_of: |_| "INTERNAL",
        }
    }
}
