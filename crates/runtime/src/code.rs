//! What programs call an error.

use bramble_array::ArrayError;
use bramble_storage::{StorageError, Subject};

use crate::{RunError, TaskError};

/// One of the codes that `src/errors.ts` documents; errors carry it as `code` in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`src/errors.ts` says of each what it means")]
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
    pub fn name(self) -> &'static str {
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

impl RunError {
    /// What programs call it.
    pub fn code(&self) -> Code {
        match self {
            RunError::Prepare { source, .. } | RunError::Task { source, .. } => source.code(),
            RunError::Write(error) => storage_code(error),
            RunError::Cancelled => Code::Cancelled,
            RunError::Threads { .. } => Code::OutOfMemory,
            RunError::Spill(_) => Code::SpillFailed,
            RunError::Result(error) => array_code(error),
        }
    }
}

impl TaskError {
    /// What programs call it.
    pub fn code(&self) -> Code {
        match self {
            TaskError::Array(error) => array_code(error),
            TaskError::Storage(error) => storage_code(error),
            TaskError::Spill(_) => Code::SpillFailed,
            TaskError::ResultType { .. } | TaskError::WrongBlock { .. } | TaskError::UnknownLength { .. } => {
                Code::InvalidGraph
            }
            TaskError::Thrown(_) => Code::TaskFailed,
            TaskError::WrongResult { .. } => Code::WrongResult,
            TaskError::ExecutorLost { .. } => Code::WorkerLost,
            TaskError::Lent => Code::InvalidArgument,
            TaskError::NoExecutor | TaskError::Panic(_) => Code::Internal,
        }
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

/// What programs call an error of a store.
pub fn storage_code(error: &StorageError) -> Code {
    match error {
        StorageError::FileMissing { .. } | StorageError::FolderMissing { .. } => Code::FileNotFound,
        StorageError::Exists { .. } | StorageError::DatasetExists { .. } => Code::FileExists,
        StorageError::DiskFull { .. } => Code::DiskFull,
        StorageError::OutOfMemory { .. } => Code::OutOfMemory,
        StorageError::ElementType { .. } => Code::UnsupportedDtype,
        StorageError::Io { .. } | StorageError::RemoteRefused { .. } => Code::FileAccess,
        StorageError::Remote { .. } => Code::Network,
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
