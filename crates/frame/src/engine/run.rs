//! Runs queries.

use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::{DataFrame, IpcStreamWriter, LazyFrame, SerWriter};

use super::Frames;
use super::direct_join::join_directly;
use super::error::{FrameError, Result};
use super::places::placed;
use super::query::{executed, query};
use super::types::from_schema;
use crate::{Column, Engine, Plan};

/// The columns of a plan's answer. Reads nothing but what `Scan` says nothing of.
///
/// # Errors
///
/// What is wrong with the plan.
pub fn schema(plan: &Plan, frames: &Frames) -> Result<Vec<Column>> {
    guarded(|| Ok(from_schema(&*query(plan, frames)?.collect_schema()?)))
}

/// How Polars would execute a plan: as it was written, and as it was optimised.
///
/// # Errors
///
/// What is wrong with the plan.
pub fn explain(plan: &Plan, frames: &Frames) -> Result<String> {
    guarded(|| {
        let query = query(plan, frames)?;
        let (written, optimised) = (query.explain(false)?, query.explain(true)?);
        Ok(format!("Written\n{written}\n\nOptimised\n{optimised}\n"))
    })
}

/// The rows of a plan as an Arrow stream of one batch, whose text has offsets of 64 bits.
///
/// # Errors
///
/// What is wrong with the plan or with a file.
pub fn collect(plan: &Plan, frames: &Frames) -> Result<Vec<u8>> {
    reading(plan, || {
        let mut frame = rows(executed(plan, frames, plan.engine)?, plan.engine)?;
        stream(&mut frame)
    })
}

/// Rows as an Arrow stream.
pub(super) fn stream(frame: &mut DataFrame) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(frame.estimated_size() + 4096);
    IpcStreamWriter::new(&mut bytes).finish(frame)?;
    Ok(bytes)
}

/// The rows, in one piece.
pub(super) fn rows(query: LazyFrame, engine: Engine) -> Result<DataFrame> {
    let mut frame = match engine {
        Engine::Memory => {
            query._collect_post_opt(|root, plans, expressions, _| join_directly(root, plans, expressions))?
        }
        Engine::Streaming => query.collect_with_engine(to_engine(engine))?.unwrap_single(),
    };
    frame.rechunk_mut();
    Ok(frame)
}

/// The engine of Polars.
pub(super) fn to_engine(engine: Engine) -> polars::prelude::Engine {
    match engine {
        Engine::Memory => polars::prelude::Engine::InMemory,
        Engine::Streaming => polars::prelude::Engine::Streaming,
    }
}

/// Turns a panic of Polars, such as for what it has not implemented, into an error.
pub(super) fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| {
        let text = payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "no message".to_owned());
        Err(FrameError::Panic(text))
    })
}

/// The same for what reads the rows of a plan: what is wrong with text says where.
pub(super) fn reading<T>(plan: &Plan, run: impl FnOnce() -> Result<T>) -> Result<T> {
    guarded(run).map_err(|error| placed(plan, error))
}
