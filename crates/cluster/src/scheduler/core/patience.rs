//! Tasks that wait for something that no worker has: after a while people are told, for it may be a mistake.

use std::collections::BTreeMap;
use std::time::Duration;

use bramble_graph::BlockId;
use serde::{Deserialize, Serialize};

use super::{Outbox, Run, Scheduler};
use crate::protocol::ToClient;
use crate::scheduler::ready::Demand;
use crate::scheduler::workers::Workers;

/// Who has what is needed may still be about to come for so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Since when each demand waits that no worker can meet; nothing once it was told.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Waits(BTreeMap<Demand, Option<Duration>>);

impl Scheduler {
    /// Tells of tasks that have waited for too long for something that no worker has. To be called now and then.
    pub fn tell_of_waits(&mut self, now: Duration, out: &mut impl Outbox) {
        for (&number, run) in self.runs.iter_mut().filter(|(_, run)| !run.is_over) {
            for words in run.long_waits(&self.workers, now) {
                self.news.tell(now, words.clone());
                out.tell_client(number.0, ToClient::Waiting { run: number.1, words }, Vec::new());
            }
        }
    }
}

impl Run {
    fn long_waits(&mut self, workers: &Workers, now: Duration) -> Vec<String> {
        let hopeless = |&(demand, _): &(Demand, u64)| {
            let needs = self.needs(demand);
            !demand.is_loan && !workers.iter().any(|(_, worker)| needs.are_met_by(worker))
        };
        let hopeless: BTreeMap<Demand, u64> = if workers.iter().next().is_none() {
            BTreeMap::from([(Demand::new(0, None, false), 0)])
        } else {
            self.tasks.demands().filter(hopeless).collect()
        };
        self.waits.0.retain(|demand, _| hopeless.contains_key(demand));
        let mut words = Vec::new();
        for (demand, block) in hopeless {
            let since = self.waits.0.entry(demand).or_insert(Some(now));
            if since.is_some_and(|since| now.saturating_sub(since) >= PATIENCE) {
                *since = None;
                words.push(self.wait_words(demand, block, workers));
            }
        }
        words
    }

    fn wait_words(&self, demand: Demand, block: u64, workers: &Workers) -> String {
        let plan = self.tasks.plan();
        let name = &plan.layer(plan.locate(BlockId(block)).0).layer.name;
        let names: Vec<&str> =
            workers.iter().map(|(_, worker)| worker.hello.name.as_str()).take(10).collect();
        if names.is_empty() {
            return format!("{name} waits: there is no worker");
        }
        let needs = self.needs(demand).words();
        format!(
            "{name} waits for a worker that has what it needs: {needs}; the workers are {}",
            names.join(", ")
        )
    }
}
