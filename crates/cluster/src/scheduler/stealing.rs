//! Workers with nothing to do, and what others have not begun.
//!
//! Only a worker itself knows what it has begun: it is asked to give a task back, and says whether it did. So a task is
//! never done twice for that.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::core::{Outbox, Scheduler};
use super::workers::{Handed, Worker};
use crate::protocol::{RunId, ToWorker, Turn, WorkerId};

/// Idle workers that are thought of at once, and for each of them workers that have too much, and tasks of these. What is
/// left out comes to its turn later.
const MOST_IDLE: usize = 64;
const MOST_LADEN: usize = 4;
const MOST_TASKS: usize = 4;

/// Microseconds that have to be gained: two words take some time.
const LEAST_GAIN: u64 = 2000;

/// The tasks that were asked for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct AskedBack(BTreeMap<(RunId, u64), Asked>);

#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    of: WorkerId,
    attempt: u32,
    /// The worker that has nothing to do; nobody once it is known that the task was begun.
    idle: Option<WorkerId>,
}

impl Scheduler {
    /// Asks workers that have more than they can do to give back tasks that others could do at once.
    pub(super) fn ask_back(&mut self, out: &mut impl Outbox) {
        let idle = self.workers.idle(MOST_IDLE);
        if idle.is_empty() {
            return;
        }
        let Scheduler { workers, runs, asked_back, .. } = self;
        asked_back.0.retain(|&(run, block), asked| {
            let is_handed_out = workers.get(asked.of).is_some_and(|worker| worker.has(run, block));
            let task = runs.get(&run).and_then(|run| run.tasks.get(block));
            is_handed_out && task.is_some_and(|task| task.attempt == asked.attempt)
        });
        let waiting: BTreeSet<WorkerId> = asked_back.0.values().filter_map(|asked| asked.idle).collect();
        for worker in idle.into_iter().filter(|worker| !waiting.contains(worker)) {
            let Some((of, run, block)) = self.find_for(worker) else { continue };
            let Some(attempt) = self.runs[&run].tasks.get(block).map(|task| task.attempt) else { continue };
            self.asked_back.0.insert((run, block), Asked { of, attempt, idle: Some(worker) });
            out.tell_worker(of, ToWorker::GiveBack { run, block, attempt }, Vec::new());
        }
    }

    /// A task that an idle worker could begin sooner than the one that has it.
    fn find_for(&self, idle: WorkerId) -> Option<(WorkerId, RunId, u64)> {
        let others = self.workers.laden().filter(|&id| id != idle).take(MOST_LADEN);
        let mut tasks = others.flat_map(|id| {
            let waiting = self.workers.get(id).into_iter().flat_map(Worker::waiting);
            waiting.take(MOST_TASKS).map(move |Handed { run, block, micros, .. }| (id, run, block, micros))
        });
        let found = tasks.find(|&(id, run, block, micros)| {
            !self.asked_back.0.contains_key(&(run, block)) && self.is_sooner(idle, id, run, block, micros)
        });
        found.map(|(id, run, block, _)| (id, run, block))
    }

    fn is_sooner(&self, idle: WorkerId, than: WorkerId, run: RunId, block: u64, micros: u64) -> bool {
        let (Some(idle_one), Some(laden)) = (self.workers.get(idle), self.workers.get(than)) else {
            return false;
        };
        let Some(run) = self.runs.get(&run).filter(|run| !run.is_over) else { return false };
        let demand = run.tasks.demand_of(block);
        !demand.is_loan
            && run.needs_of(block, demand).are_met_now_by(idle_one)
            && idle_one.delay() + run.micros_to_fetch(block, idle) + LEAST_GAIN < laden.delay_without(micros)
    }

    /// A worker has answered.
    pub(super) fn take_given_back(
        &mut self,
        worker: WorkerId,
        (number, block, attempt): (RunId, u64, u32),
        is_given: bool,
    ) {
        if let Some(asked) = self.asked_back.0.get_mut(&(number, block)) {
            asked.idle = None;
        }
        let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { return };
        if is_given && run.tasks.is_running(block, attempt, worker) {
            self.workers.take_back(worker, number, block);
            run.tasks.take_back(block);
            self.story.note(number, run, block, Turn::Returned, Some(worker));
        }
    }
}
