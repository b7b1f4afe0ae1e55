//! Workers that want to go, and what others take over before.

use std::collections::{BTreeMap, HashMap};

use super::core::{Outbox, Scheduler, introduce};
use crate::protocol::{RunId, ToWorker, WorkerId};

/// Blocks that are on their way from one worker at the same time.
const MOST_MOVING: usize = 256;

impl Scheduler {
    /// Lets those go that want to and have nothing that is missed, and has others take what is.
    pub(super) fn retire_workers(&mut self, out: &mut impl Outbox) {
        let wants = |worker: &super::workers::Worker| {
            worker.retiring.as_ref().is_some_and(|retiring| !retiring.may_leave)
        };
        let retiring: Vec<WorkerId> =
            self.workers.iter().filter(|(_, worker)| wants(worker)).map(|(id, _)| id).collect();
        for id in retiring {
            self.retire_worker(id, out);
        }
    }

    fn retire_worker(&mut self, id: WorkerId, out: &mut impl Outbox) {
        let takers: Vec<WorkerId> =
            self.workers.iter().filter(|(_, worker)| !worker.is_retiring()).map(|(id, _)| id).collect();
        if !takers.is_empty() && !self.has_moved(id, &takers, out) {
            return;
        }
        if let Some(retiring) = self.workers.get_mut(id).and_then(|worker| worker.retiring.as_mut()) {
            retiring.may_leave = true;
            out.tell_worker(id, ToWorker::Leave { why: "others have what it had".into() }, Vec::new());
        }
    }

    /// Whether nothing would be missed without a worker; else what would is on its way to others.
    fn has_moved(&mut self, id: WorkerId, takers: &[WorkerId], out: &mut impl Outbox) -> bool {
        let Some(worker) = self.workers.get_mut(id) else { return true };
        // What it is making goes first: that may be all.
        if worker.processing() > 0 {
            return false;
        }
        let mut moving = worker.retiring.take().unwrap_or_default().moving;
        let runs = &self.runs;
        moving.retain(|(run, block), taker| {
            takers.contains(taker)
                && runs.get(run).is_some_and(|run| run.tasks.would_be_missed(*block, id, takers))
        });
        // A look at all blocks only when those that were found last have gone.
        if moving.is_empty() {
            let missed = self.missed_without(id, takers).into_iter().take(MOST_MOVING);
            moving.extend(missed.zip(takers.iter().copied().cycle()));
            self.move_blocks(&moving, id, out);
        }
        let has_moved = moving.is_empty();
        if let Some(worker) = self.workers.get_mut(id) {
            worker.retiring.get_or_insert_default().moving = moving;
        }
        has_moved
    }

    /// The blocks that a worker has and none of those that stay.
    fn missed_without(&self, id: WorkerId, stay: &[WorkerId]) -> Vec<(RunId, u64)> {
        let runs = self.runs.iter().filter(|(_, run)| !run.is_over);
        let missed = runs.map(|(&number, run)| (number, run.tasks.missed_without(id, stay)));
        missed.flat_map(|(number, blocks)| blocks.into_iter().map(move |block| (number, block))).collect()
    }

    /// Has others take blocks of a worker.
    fn move_blocks(
        &mut self,
        moving: &HashMap<(RunId, u64), WorkerId>,
        from: WorkerId,
        out: &mut impl Outbox,
    ) {
        let mut taken: BTreeMap<(WorkerId, RunId), Vec<u64>> = BTreeMap::new();
        for (&(number, block), &taker) in moving {
            taken.entry((taker, number)).or_default().push(block);
        }
        let Scheduler { workers, runs, .. } = self;
        for ((taker, number), mut blocks) in taken {
            let Some(run) = runs.get(&number) else { continue };
            introduce(workers, taker, std::iter::once(from), out);
            run.begin_on(workers, number, taker, out);
            // Whatever order the map has: the same events lead to the same messages.
            blocks.sort_unstable();
            let places = blocks.into_iter().map(|block| (block, vec![from])).collect();
            out.tell_worker(taker, ToWorker::Take { run: number, places }, Vec::new());
        }
    }
}
