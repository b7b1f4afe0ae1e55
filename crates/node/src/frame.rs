//! Data frames: plans in MessagePack, columns as JSON, rows as Arrow streams.

use std::sync::Arc;

use bramble_frame::{ColumnData, Deal, FrameError, Plan, Scan, Target};
use napi::bindgen_prelude::{Env, Object, Uint8Array};
use napi_derive::napi;
use serde::de::DeserializeOwned;

use crate::error::{Code, Error, Failure, Result, internal};

/// Either the rows, if they were wanted, or why there are none.
#[napi(object)]
pub struct NativeFrameOutcome {
    /// An Arrow stream; memory of the core's own, not copied.
    pub bytes: Option<Uint8Array>,
    /// What went wrong.
    pub error: Option<Failure>,
}

/// Either shards, or why there are none.
#[napi(object)]
pub struct NativeFrameShards {
    /// One for each piece.
    pub shards: Option<Vec<Uint8Array>>,
    /// What went wrong.
    pub error: Option<Failure>,
}

/// The files that patterns mean, and the columns of the first.
#[napi]
pub fn scan_frame(scan: Uint8Array) -> Result<String> {
    let sheet = bramble_frame::scan_schema(&decode::<Scan>(&scan)?).map_err(|error| frame_error(&error))?;
    Ok(serde_json::to_string(&sheet).expect("it is plain data"))
}

/// Parts of a file, or why there are none.
#[napi(object)]
pub struct NativeFrameParts {
    /// JSON of a list of ranges; empty where the file can't be cut.
    pub parts: Option<String>,
    /// What went wrong.
    pub error: Option<Failure>,
}

/// Gives a promise of parts of the one file of a scan, which is read for that.
#[napi(ts_return_type = "Promise<NativeFrameParts>")]
pub fn cut_frame(env: &Env, scan: Uint8Array, count: u32) -> Result<Object<'_>> {
    let scan = decode::<Scan>(&scan)?;
    let (deferred, result) = env.create_deferred::<NativeFrameParts, _>().map_err(internal)?;
    in_thread(move || {
        let outcome = match bramble_frame::cut(&scan, count) {
            Ok(parts) => {
                let parts = serde_json::to_string(&parts).expect("it is plain data");
                NativeFrameParts { parts: Some(parts), error: None }
            }
            Err(error) => NativeFrameParts { parts: None, error: Some(failure(&error)) },
        };
        deferred.resolve(move |_| Ok(outcome));
    })?;
    Ok(result)
}

/// Columns of values as an Arrow stream.
#[napi]
pub fn make_frame(columns: Uint8Array) -> Result<Uint8Array> {
    let columns = decode::<Vec<ColumnData>>(&columns)?;
    Ok(bramble_frame::make(&columns).map_err(|error| frame_error(&error))?.into())
}

/// The columns of a plan's answer.
#[napi]
pub fn frame_schema(plan: Uint8Array, buffers: Vec<Uint8Array>) -> Result<String> {
    let plan = decode::<Plan>(&plan)?;
    let columns = bramble_frame::schema(&plan, &frames(buffers)).map_err(|error| frame_error(&error))?;
    Ok(serde_json::to_string(&columns).expect("it is plain data"))
}

/// How a plan would be executed.
#[napi]
pub fn explain_frame(plan: Uint8Array, buffers: Vec<Uint8Array>) -> Result<String> {
    let plan = decode::<Plan>(&plan)?;
    bramble_frame::explain(&plan, &frames(buffers)).map_err(|error| frame_error(&error))
}

/// Starts a plan and gives a promise of its rows, or with a target of a file. Bytes of `buffers` are read while it
/// runs and must not change meanwhile.
#[napi(ts_return_type = "Promise<NativeFrameOutcome>")]
pub fn run_frame(
    env: &Env,
    plan: Uint8Array,
    buffers: Vec<Uint8Array>,
    target: Option<Uint8Array>,
) -> Result<Object<'_>> {
    let plan = decode::<Plan>(&plan)?;
    let target = target.map(|target| decode::<Target>(&target)).transpose()?;
    let frames = frames(buffers);
    let (deferred, result) = env.create_deferred::<NativeFrameOutcome, _>().map_err(internal)?;
    in_thread(move || {
        let outcome = match target {
            None => bramble_frame::collect(&plan, &frames).map(Some),
            Some(target) => bramble_frame::write(&plan, &frames, &target).map(|()| None),
        };
        deferred.resolve(move |_| Ok(NativeFrameOutcome::from(outcome)));
    })?;
    Ok(result)
}

/// Starts a plan whose rows are dealt out, and gives a promise of the shards. `buffers` as for `run_frame`.
#[napi(ts_return_type = "Promise<NativeFrameShards>")]
pub fn deal_frame(
    env: &Env,
    plan: Uint8Array,
    buffers: Vec<Uint8Array>,
    deal: Uint8Array,
) -> Result<Object<'_>> {
    let (plan, deal) = (decode::<Plan>(&plan)?, decode::<Deal>(&deal)?);
    let frames = frames(buffers);
    let (deferred, result) = env.create_deferred::<NativeFrameShards, _>().map_err(internal)?;
    in_thread(move || {
        let outcome = match bramble_frame::deal(&plan, &frames, &deal) {
            Ok(shards) => {
                let shards = shards.into_iter().map(Uint8Array::from).collect();
                NativeFrameShards { shards: Some(shards), error: None }
            }
            Err(error) => NativeFrameShards { shards: None, error: Some(failure(&error)) },
        };
        deferred.resolve(move |_| Ok(outcome));
    })?;
    Ok(result)
}

/// Polars has threads of its own and blocks the one that asks.
fn in_thread(work: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name("bramble-frame".into())
        .spawn(work)
        .map(drop)
        .map_err(|error| Error::new(Code::OutOfMemory, format!("no thread for a data frame: {error}")))
}

fn failure(error: &FrameError) -> Failure {
    let error = frame_error(error);
    Failure::plain(error.status, error.reason.clone())
}

impl From<std::result::Result<Option<Vec<u8>>, FrameError>> for NativeFrameOutcome {
    fn from(outcome: std::result::Result<Option<Vec<u8>>, FrameError>) -> NativeFrameOutcome {
        match outcome {
            Ok(bytes) => NativeFrameOutcome { bytes: bytes.map(Uint8Array::from), error: None },
            Err(error) => NativeFrameOutcome { bytes: None, error: Some(failure(&error)) },
        }
    }
}

fn frames(buffers: Vec<Uint8Array>) -> Vec<Arc<dyn AsRef<[u8]> + Send + Sync>> {
    buffers.into_iter().map(|bytes| Arc::new(bytes) as Arc<dyn AsRef<[u8]> + Send + Sync>).collect()
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    rmp_serde::from_slice(bytes).map_err(|error| Error::new(Code::InvalidGraph, error.to_string()))
}

fn frame_error(error: &FrameError) -> Error {
    let code = match error {
        FrameError::ColumnMissing(_) => Code::ColumnNotFound,
        FrameError::Schema(_) => Code::SchemaMismatch,
        FrameError::Argument(_) => Code::InvalidArgument,
        FrameError::Data(_) => Code::InvalidValue,
        FrameError::OutOfBounds(_) => Code::OutOfBounds,
        FrameError::FileMissing(_) => Code::FileNotFound,
        FrameError::DiskFull(_) => Code::DiskFull,
        FrameError::Io(_) => Code::FileAccess,
        FrameError::Plan(_) => Code::InvalidGraph,
        FrameError::Panic(_) => Code::Internal,
    };
    Error::new(code, error.to_string())
}
