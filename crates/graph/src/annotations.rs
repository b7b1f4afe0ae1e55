//! What is asked for tasks beyond their result.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::graph::{Check, ensure};

/// What is asked for some tasks; what is left out is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Annotations {
    /// Of the tasks that could run, those with the highest number do so first.
    pub priority: i32,
    /// How often a task that fails is made again.
    pub retries: u32,
    /// What a worker must have to spare of something, by its name, while it makes such a task.
    #[cfg_attr(feature = "typescript", ts(type = "Readonly<Record<string, number>>"))]
    pub resources: BTreeMap<String, f64>,
    /// The only workers that may make such a task, by name or address; empty: all.
    pub workers: Vec<String>,
}

impl Annotations {
    /// Checks that amounts are positive numbers.
    pub(crate) fn check(&self) -> Check {
        for (name, &amount) in &self.resources {
            ensure(amount.is_finite() && amount > 0.0, || format!("{amount} of the resource {name}"))?;
        }
        Ok(())
    }
}
