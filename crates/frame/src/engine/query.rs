//! A plan as one lazy query.

use std::collections::HashMap;

use polars::prelude::LazyFrame;

use super::Frames;
use super::error::{FrameError, Result};
use super::full_join::full_join_in_order;
use super::operations::{apply, unpivot_in_order};
use super::order::needs_order;
use super::plain::scan_plain;
use super::remote;
use super::sort::sorted;
use crate::{Engine, How, Operation, Plan};

/// The query of the last step as an engine executes it. What it needs of objects behind URLs is in memory then, and with
/// all rows in memory we read plain files ourselves.
pub(super) fn executed(plan: &Plan, frames: &Frames, engine: Engine) -> Result<LazyFrame> {
    let fetched = fetched(plan, frames)?;
    build(plan, |number, operation, inputs| {
        if let Operation::Scan(scan) = operation {
            if let Some(rows) = fetched.get(&number) {
                return Ok(rows.clone());
            }
            if engine == Engine::Memory
                && let Some(rows) = scan_plain(scan)?
            {
                return Ok(rows);
            }
        }
        if let (Operation::Sort(order), Engine::Memory, [rows]) = (operation, engine, inputs)
            && let Some(rows) = sorted(plan, number, order, rows)
        {
            return Ok(rows);
        }
        if let (Operation::Unpivot(unpivot), Engine::Streaming, [rows]) = (operation, engine, inputs) {
            return unpivot_in_order(rows.clone(), unpivot);
        }
        if let (Operation::Join(join), Engine::Streaming, [left, right]) = (operation, engine, inputs)
            && join.how == How::Full
        {
            return full_join_in_order(left, right, join);
        }
        apply(operation, inputs, frames)
    })
}

/// The rows of objects that a plan needs, by the numbers of the steps.
fn fetched(plan: &Plan, frames: &Frames) -> Result<HashMap<usize, LazyFrame>> {
    let scans = plan.steps.iter().enumerate().filter_map(|(number, step)| match &step.operation {
        Operation::Scan(scan) if !scan.objects.is_empty() => Some((number, scan)),
        _ => None,
    });
    let scans: Vec<_> = scans.collect();
    if scans.is_empty() { Ok(HashMap::new()) } else { remote::fetch(query(plan, frames)?, &scans) }
}

/// The query of the last step, whose columns and plan are to be seen. A step that several use is the same part of the query
/// each time, which Polars executes once.
pub(super) fn query(plan: &Plan, frames: &Frames) -> Result<LazyFrame> {
    build(plan, |number, operation, inputs| match operation {
        Operation::Scan(scan) if !scan.objects.is_empty() => remote::placeholder(number, scan),
        _ => apply(operation, inputs, frames),
    })
}

fn build(
    plan: &Plan,
    apply: impl Fn(usize, &Operation, &[LazyFrame]) -> Result<LazyFrame>,
) -> Result<LazyFrame> {
    let mut done: Vec<LazyFrame> = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let inputs = step.inputs.iter().map(|&number| {
            done.get(number as usize)
                .cloned()
                .ok_or_else(|| FrameError::Plan(format!("step {} uses step {number}", done.len())))
        });
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        done.push(apply(done.len(), &step.operation, &inputs)?);
    }
    let query = done.pop().ok_or_else(|| FrameError::Plan("a plan without steps".into()))?;
    Ok(if needs_order(plan) { query.with_check_order(false) } else { query })
}
