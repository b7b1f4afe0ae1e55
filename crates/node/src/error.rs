//! Errors as JavaScript sees them: a code for programs, a message for people.

use bramble_array::ArrayError;
use bramble_cluster::security::KeyError;
use bramble_graph::GraphError;
use bramble_runtime::{RunError, TaskError};
use bramble_storage::{StorageError, Subject};
use napi_derive::napi;

use crate::run::NativeValue;

/// One of the codes that `src/errors.ts` documents; thrown errors carry it as `code`.
#[derive(Clone, Copy, Debug)]
pub enum Code {
    Arithmetic,
    Cancelled,
    ClusterKey,
    ColumnNotFound,
    CorruptData,
    DiskFull,
    EmptyReduction,
    EngineUnavailable,
    FileAccess,
    FileClosed,
    FileExists,
    FileNotFound,
    Internal,
    InvalidArgument,
    InvalidFile,
    InvalidGraph,
    InvalidValue,
    Network,
    OutOfBounds,
    OutOfMemory,
    PathNotFound,
    SchedulerLost,
    SchemaMismatch,
    SpillFailed,
    TaskFailed,
    UnsupportedDtype,
    UnsupportedFilter,
    WorkerLost,
    WrongResult,
}

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

impl Code {
    /// As it is documented.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Code::Arithmetic => "ARITHMETIC",
            Code::Cancelled => "CANCELLED",
            Code::ClusterKey => "CLUSTER_KEY",
            Code::ColumnNotFound => "COLUMN_NOT_FOUND",
            Code::CorruptData => "CORRUPT_DATA",
            Code::DiskFull => "DISK_FULL",
            Code::EmptyReduction => "EMPTY_REDUCTION",
            Code::EngineUnavailable => "ENGINE_UNAVAILABLE",
            Code::FileAccess => "FILE_ACCESS",
            Code::FileClosed => "FILE_CLOSED",
            Code::FileExists => "FILE_EXISTS",
            Code::FileNotFound => "FILE_NOT_FOUND",
            Code::Internal => "INTERNAL",
            Code::InvalidArgument => "INVALID_ARGUMENT",
            Code::InvalidFile => "INVALID_FILE",
            Code::InvalidGraph => "INVALID_GRAPH",
            Code::InvalidValue => "INVALID_VALUE",
            Code::Network => "NETWORK",
            Code::OutOfBounds => "OUT_OF_BOUNDS",
            Code::OutOfMemory => "OUT_OF_MEMORY",
            Code::PathNotFound => "PATH_NOT_FOUND",
            Code::SchedulerLost => "SCHEDULER_LOST",
            Code::SchemaMismatch => "SCHEMA_MISMATCH",
            Code::SpillFailed => "SPILL_FAILED",
            Code::TaskFailed => "TASK_FAILED",
            Code::UnsupportedDtype => "UNSUPPORTED_DTYPE",
            Code::UnsupportedFilter => "UNSUPPORTED_FILTER",
            Code::WorkerLost => "WORKER_LOST",
            Code::WrongResult => "WRONG_RESULT",
        }
    }
}

/// An error to be thrown.
pub(crate) type Error = napi::Error<Code>;
/// A result whose error is thrown.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// What Node-API refused: a bug of ours.
#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
pub(crate) fn internal(error: napi::Error) -> Error {
    Error::new(Code::Internal, &error.reason)
}

/// An error that a promise is settled with.
#[napi(object)]
pub struct Failure {
    /// One of the documented codes.
    pub code: String,
    /// For people.
    pub message: String,
    /// Name of the layer that failed.
    pub layer: Option<String>,
    /// Place of the block that failed in the layer's grid.
    pub block: Option<Vec<f64>>,
    /// What a function threw.
    pub thrown: Option<NativeValue>,
    /// How many other tasks failed too.
    pub others: Option<f64>,
}

impl From<&RunError> for Failure {
    fn from(error: &RunError) -> Failure {
        let (layer, block) = match error {
            RunError::Task { layer, block, .. } => (Some(layer), Some(block)),
            RunError::Prepare { layer, .. } => (Some(layer), None),
            RunError::Write(_)
            | RunError::Cancelled
            | RunError::Threads { .. }
            | RunError::Spill(_)
            | RunError::Result(_) => (None, None),
        };
        let (thrown, others) = match error {
            RunError::Task { source, others, .. } => match &**source {
                TaskError::Thrown(value) => (Some(NativeValue::from(value.clone())), *others),
                _ => (None, *others),
            },
            _ => (None, 0),
        };
        Failure {
            thrown,
            others: (others > 0).then_some(others as f64),
            code: run_code(error).as_ref().to_owned(),
            message: error.to_string(),
            layer: layer.cloned(),
            block: block.map(|block| block.iter().map(|&number| number as f64).collect()),
        }
    }
}

impl Failure {
    /// A failure of no layer.
    pub(crate) fn plain(code: Code, message: String) -> Failure {
        let code = code.as_ref().to_owned();
        Failure { code, message, layer: None, block: None, thrown: None, others: None }
    }
}

impl From<&StorageError> for Failure {
    fn from(error: &StorageError) -> Failure {
        Failure::plain(storage_code(error), error.to_string())
    }
}

/// The error of a graph that was refused.
#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
pub(crate) fn graph_error(error: GraphError) -> Error {
    Error::new(Code::InvalidGraph, describe(&error))
}

/// The error of a key that is not there or cannot be used.
#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
pub(crate) fn key_error(error: KeyError) -> Error {
    Error::new(Code::ClusterKey, error.to_string())
}

/// The error of a store that cannot be read.
#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
#[cfg(feature = "hdf5")]
pub(crate) fn storage_error(error: StorageError) -> Error {
    Error::new(storage_code(&error), error.to_string())
}

/// An error with its causes, each after a colon.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

fn run_code(error: &RunError) -> Code {
    match error {
        RunError::Prepare { source, .. } | RunError::Task { source, .. } => task_code(source),
        RunError::Write(error) => storage_code(error),
        RunError::Cancelled => Code::Cancelled,
        RunError::Threads { .. } => Code::OutOfMemory,
        RunError::Spill(_) => Code::SpillFailed,
        RunError::Result(error) => array_code(error),
    }
}

/// What to call an error that a task met.
pub(crate) fn task_code(error: &TaskError) -> Code {
    match error {
        TaskError::Array(error) => array_code(error),
        TaskError::Storage(error) => storage_code(error),
        TaskError::Spill(_) => Code::SpillFailed,
        TaskError::ResultType { .. } | TaskError::WrongBlock { .. } | TaskError::UnknownLength { .. } => {
            Code::InvalidGraph
        }
        TaskError::Thrown(_) => Code::TaskFailed,
        TaskError::WrongResult { .. } => Code::WrongResult,
        TaskError::ExecutorLost { .. } => Code::WorkerLost,
        TaskError::NoExecutor | TaskError::Panic(_) => Code::Internal,
    }
}

fn array_code(error: &ArrayError) -> Code {
    match error {
        ArrayError::OutOfMemory { .. } | ArrayError::TooLarge { .. } => Code::OutOfMemory,
        ArrayError::UnsupportedType { .. } => Code::UnsupportedDtype,
        ArrayError::NoBin { .. } => Code::OutOfBounds,
        ArrayError::NegativePower
        | ArrayError::NotPositive
        | ArrayError::Singular
        | ArrayError::NoConvergence => Code::Arithmetic,
        ArrayError::EmptyReduction { .. } | ArrayError::AllNan => Code::EmptyReduction,
        ArrayError::Feed(source) => source.downcast_ref().map_or(Code::Internal, storage_code),
        _ => Code::InvalidGraph,
    }
}

fn storage_code(error: &StorageError) -> Code {
    match error {
        StorageError::FileMissing { .. } | StorageError::FolderMissing { .. } => Code::FileNotFound,
        StorageError::Exists { .. } | StorageError::DatasetExists { .. } => Code::FileExists,
        StorageError::DiskFull { .. } => Code::DiskFull,
        StorageError::OutOfMemory { .. } => Code::OutOfMemory,
        StorageError::ElementType { .. } => Code::UnsupportedDtype,
        StorageError::Io { .. } => Code::FileAccess,
        StorageError::WithoutHdf5 => Code::EngineUnavailable,
        _ => match error.subject() {
            Subject::Path => Code::FileAccess,
            Subject::File => Code::InvalidFile,
            Subject::Name => Code::PathNotFound,
            Subject::Dataset => Code::CorruptData,
            Subject::Filter => Code::UnsupportedFilter,
            Subject::Request => Code::InvalidArgument,
        },
    }
}
