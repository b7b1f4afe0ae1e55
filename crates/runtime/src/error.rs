//! What can go wrong in a run, and which task it was.

use bramble_array::{ArrayError, Value};
use bramble_graph::DType;
use bramble_storage::StorageError;

use crate::SpillError;

/// Why a run gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A layer cannot be prepared: its store does not open, its program makes no sense.
    #[error("{source}")]
    Prepare {
        /// Name of the layer.
        layer: String,
        /// What is wrong.
        source: Box<TaskError>,
    },
    /// A task failed.
    #[error("{source}")]
    Task {
        /// Name of its layer.
        layer: String,
        /// Its place in the layer's grid.
        block: Vec<u64>,
        /// What went wrong.
        source: Box<TaskError>,
        /// How many other tasks failed before all had ended.
        others: u64,
    },
    /// What was written could not be put in its place.
    #[error("{0}")]
    Write(StorageError),
    /// Somebody asked for it.
    #[error("the computation was cancelled")]
    Cancelled,
    /// The threads could not be started. Worth a retry with fewer.
    #[error("{threads} threads could not be started")]
    Threads {
        /// How many were wanted.
        threads: usize,
        /// The system's word.
        source: rayon::ThreadPoolBuildError,
    },
    /// Blocks that memory has no room for could not be written to disk.
    #[error(transparent)]
    Spill(SpillError),
    /// The answer does not fit this machine.
    #[error("the result does not fit in memory: {0}")]
    Result(ArrayError),
}

/// What a task can meet.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// A kernel refused.
    #[error(transparent)]
    Array(#[from] ArrayError),
    /// A store could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A block that had gone to disk could not be read back.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// The program of a layer gives elements of another type than the layer says.
    #[error("the program gives {actual}, the layer should have {expected}")]
    ResultType {
        /// The layer's type.
        expected: DType,
        /// The program's.
        actual: DType,
    },
    /// A task got an input of another kind than it reads: layers that do not belong together.
    #[error("an input is not {expected}")]
    WrongBlock {
        /// What it should be.
        expected: &'static str,
    },
    /// A block has an axis of which no block that it reads knows the length.
    #[error("nothing knows the length of axis {axis}")]
    UnknownLength {
        /// Number of the axis.
        axis: usize,
    },
    /// A function of the language above threw this.
    #[error("a function threw an error")]
    Thrown(Value),
    /// A function gave something else than its layer says.
    #[error("the function gave {actual}, its block should be {expected}")]
    WrongResult {
        /// What the layer says.
        expected: String,
        /// What came.
        actual: String,
    },
    /// Executors died while they ran the task, one after the other.
    #[error("{why} while it ran this task{}", if *times > 1 { format!(", {times} times") } else { String::new() })]
    ExecutorLost {
        /// What is known of the last death.
        why: String,
        /// How many died.
        times: u32,
    },
    /// There are calls of functions, but nobody to execute them.
    #[error("a layer calls functions, and nothing here executes them")]
    NoExecutor,
    /// A block is kept on a cluster, and the graph does not run there.
    #[error("its blocks are on a cluster, where alone they can be read")]
    Lent,
    /// A kernel panicked: a bug.
    #[error("a bug in Bramble: {0}")]
    Panic(String),
}

impl TaskError {
    pub(crate) fn from_panic(panic: &(dyn std::any::Any + Send)) -> TaskError {
        let message = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let message = message.or_else(|| panic.downcast_ref::<String>().cloned());
        TaskError::Panic(message.unwrap_or_else(|| "a panic without a message".into()))
    }
}
