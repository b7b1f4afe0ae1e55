//! Errors as JavaScript sees them: a code for programs, a message for people.

use bramble_cluster::security::KeyError;
use bramble_graph::GraphError;
pub(crate) use bramble_runtime::Code;
use bramble_runtime::{RunError, TaskError};
use bramble_storage::StorageError;
use napi_derive::napi;

use crate::run::NativeValue;

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
            code: error.code().as_ref().to_owned(),
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
        Failure::plain(bramble_runtime::storage_code(error), error.to_string())
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
    Error::new(bramble_runtime::storage_code(&error), error.to_string())
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
