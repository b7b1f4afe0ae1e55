//! Data frames: plans in MessagePack, columns as JSON, rows as Arrow streams.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bramble_frame::{ColumnData, Deal, FrameError, KeptRows, Plan, Rows, Scan, Stash, Stashed, Target};
use napi::bindgen_prelude::{ClassInstance, Either3, Env, Object, ObjectFinalize, Uint8Array};
use napi_derive::napi;
use serde::de::DeserializeOwned;

use crate::error::{Code, Error, Failure, Result, internal};
use crate::frugal::Frugal;

/// Rows in a file, which is there for as long as the query runs.
#[napi(object)]
pub struct NativeStashed {
    /// The file.
    pub path: String,
    /// The byte at which they begin.
    pub offset: i64,
    /// How many bytes they are.
    pub length: i64,
}

/// Room for rows as Polars has them, for as long as somebody has the object.
#[napi(custom_finalize)]
pub struct NativeRows {
    rows: Arc<KeptRows>,
    bytes: Arc<AtomicI64>,
}

#[napi]
impl NativeRows {
    /// `bytes` is about what the rows will take, for V8's collector.
    #[napi(constructor)]
    pub fn new(env: Env, bytes: i64) -> Result<NativeRows> {
        env.adjust_external_memory(bytes).map_err(internal)?;
        Ok(NativeRows { rows: Arc::default(), bytes: Arc::new(bytes.into()) })
    }
}

impl ObjectFinalize for NativeRows {
    fn finalize(self, env: Env) -> napi::Result<()> {
        env.adjust_external_memory(-self.bytes.load(Ordering::Relaxed)).map(drop)
    }
}

/// Rows that a plan reads: an Arrow stream, those that an earlier plan left, or those of a file.
type Given<'env> = Either3<Uint8Array, ClassInstance<'env, NativeRows>, NativeStashed>;

/// The rows, or where they are, if they were wanted; or why there are none.
#[napi(object)]
pub struct NativeFrameOutcome {
    /// An Arrow stream; memory of the core's own, not copied.
    pub bytes: Option<Uint8Array>,
    /// The same in a file.
    pub stashed: Option<NativeStashed>,
    /// What went wrong.
    pub error: Option<Failure>,
}

/// Either shards, or where they are, or why there are none.
#[napi(object)]
pub struct NativeFrameShards {
    /// One for each piece.
    pub shards: Option<Vec<Uint8Array>>,
    /// The same in a file.
    pub stashed: Option<Vec<NativeStashed>>,
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
    let columns = bramble_frame::schema(&plan, &in_memory(buffers)).map_err(|error| frame_error(&error))?;
    Ok(serde_json::to_string(&columns).expect("it is plain data"))
}

/// How a plan would be executed.
#[napi]
pub fn explain_frame(plan: Uint8Array, buffers: Vec<Given<'_>>) -> Result<String> {
    let plan = decode::<Plan>(&plan)?;
    bramble_frame::explain(&plan, &frames(buffers)).map_err(|error| frame_error(&error))
}

/// Starts a plan and gives a promise of its rows; with a target they become a file, and with the path of a stash they
/// wait there. Bytes of `buffers` are read while it runs and must not change meanwhile; if there are `kept`, one for each, their
/// rows are kept there.
#[napi(ts_return_type = "Promise<NativeFrameOutcome>")]
pub fn run_frame<'env>(
    env: &'env Env,
    plan: Uint8Array,
    buffers: Vec<Given<'_>>,
    target: Option<Uint8Array>,
    stash: Option<String>,
    kept: Option<Vec<ClassInstance<'env, NativeRows>>>,
) -> Result<Object<'env>> {
    let plan = decode::<Plan>(&plan)?;
    let target = target.map(|target| decode::<Target>(&target)).transpose()?;
    let frames = match kept {
        Some(kept) => keeping(frames(buffers), &kept),
        None => frames(buffers),
    };
    let (deferred, result) = env.create_deferred::<NativeFrameOutcome, _>().map_err(internal)?;
    in_thread(move || {
        let frugal = frugal(&frames, stash.is_some());
        let outcome = match (target, &stash) {
            (Some(target), _) => bramble_frame::write(&plan, &frames, &target).map(|()| Made::Nothing),
            (None, Some(path)) => {
                bramble_frame::stash(&plan, &frames, path.as_ref()).map(|rows| Made::Stashed(rows.into()))
            }
            (None, None) => bramble_frame::collect(&plan, &frames).map(Made::Rows),
        };
        // Before the next piece begins.
        drop(frugal);
        deferred.resolve(move |_| Ok(NativeFrameOutcome::from(outcome)));
    })?;
    Ok(result)
}

/// Starts a plan whose rows go into a room, which had none, and gives a promise of nothing. `buffers` and `kept` as for `run_frame`.
#[napi(ts_return_type = "Promise<NativeFrameOutcome>")]
pub fn hold_frame<'env>(
    env: &'env Env,
    plan: Uint8Array,
    buffers: Vec<Given<'_>>,
    room: ClassInstance<'env, NativeRows>,
    kept: Vec<ClassInstance<'env, NativeRows>>,
) -> Result<Object<'env>> {
    let plan = decode::<Plan>(&plan)?;
    let frames = keeping(frames(buffers), &kept);
    let (rows, counted) = (Arc::clone(&room.rows), Arc::clone(&room.bytes));
    let (deferred, result) = env.create_deferred::<NativeFrameOutcome, _>().map_err(internal)?;
    in_thread(move || {
        let held = bramble_frame::hold(&plan, &frames, &rows);
        deferred.resolve(move |env| {
            if let Ok(bytes) = held {
                let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
                env.adjust_external_memory(bytes)?;
                counted.fetch_add(bytes, Ordering::Relaxed);
            }
            Ok(NativeFrameOutcome::from(held.map(|_| Made::Nothing)))
        });
    })?;
    Ok(result)
}

/// Starts a plan whose rows are dealt out, and gives a promise of the shards. `buffers` and `stash` as for `run_frame`.
#[napi(ts_return_type = "Promise<NativeFrameShards>")]
pub fn deal_frame<'env>(
    env: &'env Env,
    plan: Uint8Array,
    buffers: Vec<Given<'_>>,
    deal: Uint8Array,
    stash: Option<String>,
) -> Result<Object<'env>> {
    let (plan, deal) = (decode::<Plan>(&plan)?, decode::<Deal>(&deal)?);
    let frames = frames(buffers);
    let (deferred, result) = env.create_deferred::<NativeFrameShards, _>().map_err(internal)?;
    in_thread(move || {
        let frugal = frugal(&frames, stash.is_some());
        let none = NativeFrameShards { shards: None, stashed: None, error: None };
        let outcome = match &stash {
            Some(path) => deal_into(&plan, &frames, &deal, path)
                .map(|stashed| NativeFrameShards { stashed: Some(stashed), ..none }),
            None => bramble_frame::deal(&plan, &frames, &deal, Ok).map(|shards| {
                let shards = shards.into_iter().map(Uint8Array::from).collect();
                NativeFrameShards { shards: Some(shards), ..none }
            }),
        };
        let outcome = outcome.unwrap_or_else(|error| NativeFrameShards {
            shards: None,
            stashed: None,
            error: Some(failure(&error)),
        });
        drop(frugal);
        deferred.resolve(move |_| Ok(outcome));
    })?;
    Ok(result)
}

fn deal_into(
    plan: &Plan,
    frames: &[Rows],
    deal: &Deal,
    path: &str,
) -> std::result::Result<Vec<NativeStashed>, FrameError> {
    let mut stash = Stash::create(path.as_ref())?;
    let shards = bramble_frame::deal(plan, frames, deal, |shard| stash.append(&shard))?;
    stash.finish()?;
    Ok(shards.into_iter().map(NativeStashed::from).collect())
}

/// Writes what Parquet files of a folder have into one beside them, `_metadata`. The promise gives no rows.
#[napi(ts_return_type = "Promise<NativeFrameOutcome>")]
pub fn write_parquet_metadata(env: &Env, folder: String, names: Vec<String>) -> Result<Object<'_>> {
    let (deferred, result) = env.create_deferred::<NativeFrameOutcome, _>().map_err(internal)?;
    in_thread(move || {
        let outcome = bramble_frame::write_metadata(folder.as_ref(), &names).map(|()| Made::Nothing);
        deferred.resolve(move |_| Ok(NativeFrameOutcome::from(outcome)));
    })?;
    Ok(result)
}

/// Whoever keeps rows in files has little memory.
fn frugal(frames: &[Rows], is_stashed: bool) -> Option<Frugal> {
    let is_on_disk = is_stashed || frames.iter().any(|rows| matches!(rows, Rows::File(_)));
    is_on_disk.then(Frugal::new)
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

/// What became of the rows of a plan.
enum Made {
    Rows(Vec<u8>),
    Stashed(NativeStashed),
    Nothing,
}

impl From<std::result::Result<Made, FrameError>> for NativeFrameOutcome {
    fn from(outcome: std::result::Result<Made, FrameError>) -> NativeFrameOutcome {
        let none = NativeFrameOutcome { bytes: None, stashed: None, error: None };
        match outcome {
            Ok(Made::Rows(bytes)) => NativeFrameOutcome { bytes: Some(bytes.into()), ..none },
            Ok(Made::Stashed(stashed)) => NativeFrameOutcome { stashed: Some(stashed), ..none },
            Ok(Made::Nothing) => none,
            Err(error) => NativeFrameOutcome { error: Some(failure(&error)), ..none },
        }
    }
}

impl From<Stashed> for NativeStashed {
    fn from(stashed: Stashed) -> NativeStashed {
        let number = |number: u64| i64::try_from(number).expect("a file is no longer");
        NativeStashed {
            path: stashed.path.to_str().expect("the path was a text").to_owned(),
            offset: number(stashed.offset),
            length: number(stashed.length),
        }
    }
}

fn in_memory(buffers: Vec<Uint8Array>) -> Vec<Rows> {
    buffers.into_iter().map(|bytes| Rows::Memory(Arc::new(bytes))).collect()
}

fn frames(buffers: Vec<Given<'_>>) -> Vec<Rows> {
    let rows = buffers.into_iter().map(|buffer| match buffer {
        Either3::A(bytes) => Rows::Memory(Arc::new(bytes)),
        Either3::B(room) => Rows::Held(Arc::clone(&room.rows)),
        Either3::C(NativeStashed { path, offset, length }) => {
            let number = |number: i64| u64::try_from(number).unwrap_or(0);
            Rows::File(Stashed { path: path.into(), offset: number(offset), length: number(length) })
        }
    });
    rows.collect()
}

/// The rows of streams, which stay in the room that there is for each.
fn keeping(rows: Vec<Rows>, kept: &[ClassInstance<'_, NativeRows>]) -> Vec<Rows> {
    let mut kept = kept.iter();
    let keep = |rows| match (rows, kept.next()) {
        (Rows::Memory(stream), Some(room)) => Rows::Kept(Arc::clone(&room.rows), stream),
        (rows, _) => rows,
    };
    rows.into_iter().map(keep).collect()
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
        FrameError::Remote(error) => bramble_runtime::storage_code(error),
        FrameError::Plan(_) => Code::InvalidGraph,
        FrameError::Panic(_) => Code::Internal,
    };
    Error::new(code, error.to_string())
}
