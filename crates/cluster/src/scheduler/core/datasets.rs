//! Graphs that stay under a name, though the client goes that has made them.

use std::fmt;

use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};

use super::{Outbox, Scheduler};
use crate::parts;
use crate::protocol::{ClientId, Reply, RunId};

/// What was published under a name.
#[derive(Serialize, Deserialize)]
pub(super) struct Dataset {
    runs: Vec<RunId>,
    /// What it is to clients.
    #[serde(with = "parts::one")]
    value: SharedBytes,
}

impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dataset").field("runs", &self.runs).finish_non_exhaustive()
    }
}

impl Scheduler {
    /// Keeps graphs under a name.
    pub(super) fn publish(
        &mut self,
        name: String,
        runs: Vec<(ClientId, u32)>,
        value: Option<SharedBytes>,
    ) -> Result<Reply, Reply> {
        let Some(value) = value else { return Err(Reply::wrong("a dataset has no value")) };
        if self.datasets.contains_key(&name) {
            let message = format!("There is a dataset {name:?} already: unpublish it first");
            return Err(Reply::wrong(message));
        }
        let runs: Vec<RunId> = runs.into_iter().map(|(client, run)| RunId(client, run)).collect();
        let is_there = |run: &RunId| self.runs.get(run).is_some_and(|run| run.is_kept && !run.is_over);
        if !runs.iter().all(is_there) {
            return Err(Reply::wrong("The cluster does not keep the blocks of the dataset any more"));
        }
        for run in &runs {
            if let Some(run) = self.runs.get_mut(run) {
                run.loans.published += 1;
            }
        }
        self.datasets.insert(name, Dataset { runs, value });
        Ok(Reply::Done)
    }

    /// What was published under a name.
    pub(super) fn dataset(&self, name: &str) -> Result<SharedBytes, Reply> {
        if let Some(dataset) = self.datasets.get(name) {
            return Ok(SharedBytes::clone(&dataset.value));
        }
        let known: Vec<&str> = self.datasets.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(Reply::wrong(format!("There is no dataset {name:?}; there are: {known}")))
    }

    /// Lets go of what was published under a name.
    pub(super) fn unpublish(&mut self, name: &str, out: &mut impl Outbox) -> Result<Reply, Reply> {
        self.dataset(name)?;
        for number in self.datasets.remove(name).into_iter().flat_map(|dataset| dataset.runs) {
            let Some(run) = self.runs.get_mut(&number) else { continue };
            run.loans.published -= 1;
            if run.loans.has_ended {
                self.end(number, out);
            }
        }
        Ok(Reply::Done)
    }

    /// The names under which something was published.
    pub(super) fn dataset_names(&self) -> Vec<String> {
        self.datasets.keys().cloned().collect()
    }
}
