//! A plan as one lazy query.

use polars::prelude::LazyFrame;

use super::Frames;
use super::error::{FrameError, Result};
use super::operations::apply;
use super::plain::scan_plain;
use crate::{Engine, Operation, Plan};

/// The query of the last step as it is executed: with all rows in memory we read plain files ourselves.
pub(super) fn executed(plan: &Plan, frames: &Frames) -> Result<LazyFrame> {
    build(plan, |operation, inputs| {
        if let (Operation::Scan(scan), Engine::Memory) = (operation, plan.engine)
            && let Some(rows) = scan_plain(scan)?
        {
            return Ok(rows);
        }
        apply(operation, inputs, frames)
    })
}

/// The query of the last step. A step that several use is the same part of the query each time, which Polars executes
/// once.
pub(super) fn query(plan: &Plan, frames: &Frames) -> Result<LazyFrame> {
    build(plan, |operation, inputs| apply(operation, inputs, frames))
}

fn build(plan: &Plan, apply: impl Fn(&Operation, &[LazyFrame]) -> Result<LazyFrame>) -> Result<LazyFrame> {
    let mut done: Vec<LazyFrame> = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let inputs = step.inputs.iter().map(|&number| {
            done.get(number as usize)
                .cloned()
                .ok_or_else(|| FrameError::Plan(format!("step {} uses step {number}", done.len())))
        });
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        done.push(apply(&step.operation, &inputs)?);
    }
    done.pop().ok_or_else(|| FrameError::Plan("a plan without steps".into()))
}
