//! Who makes a block, and what it is told.

use std::collections::HashMap;

use super::{Outbox, Run};
use crate::protocol::{Assignment, RunId, ToWorker, WorkerId};
use crate::scheduler::workers::Workers;

/// Inputs of a task that are looked at when a worker is chosen for it.
const MOST_INPUTS: usize = 64;

impl Run {
    /// Who should make a block.
    pub(super) fn choose(&self, workers: &Workers, block: u64) -> Option<WorkerId> {
        let task = self.tasks.get(block)?;
        let calls = self.tasks.plan().layer(task.layer).layer.kind.is_called();
        let mut bytes = 0;
        let mut held: HashMap<WorkerId, u64> = HashMap::new();
        for input in task.inputs.iter().take(MOST_INPUTS) {
            let Some(input) = self.tasks.get(input.0) else { continue };
            bytes += input.bytes;
            for &holder in &input.holders {
                *held.entry(holder).or_insert(0) += input.bytes;
            }
        }
        let mut held: Vec<(WorkerId, u64)> = held.into_iter().collect();
        held.sort_unstable();
        workers.choose(bytes, &held, calls)
    }

    /// A block with the places of what it reads, for a worker.
    pub(super) fn assignment(&self, block: u64, worker: WorkerId) -> Assignment {
        let task = self.tasks.get(block).expect("a running block is known");
        let mut places: Vec<(u64, Vec<WorkerId>)> = Vec::new();
        for input in &task.inputs {
            let holders = self.tasks.get(input.0).map_or(&[][..], |input| &input.holders);
            if !holders.contains(&worker) {
                places.push((input.0, holders.to_vec()));
            }
        }
        places.sort_unstable_by_key(|&(input, _)| input);
        places.dedup_by_key(|&mut (input, _)| input);
        Assignment { block, attempt: task.attempt, places }
    }

    /// Sends a worker the graph, if it does not have it.
    pub(in crate::scheduler) fn begin_on(
        &self,
        workers: &mut Workers,
        number: RunId,
        worker: WorkerId,
        out: &mut impl Outbox,
    ) {
        if workers.get_mut(worker).is_some_and(|worker| worker.knows.insert(number)) {
            let begin = ToWorker::Begin { run: number, memory: self.memory, calls: self.calls };
            out.tell_worker(worker, begin, self.buffers.clone());
        }
    }
}

/// Tells a worker where those are found from which it will have to fetch.
pub(in crate::scheduler) fn introduce(
    workers: &mut Workers,
    worker: WorkerId,
    holders: impl Iterator<Item = WorkerId>,
    out: &mut impl Outbox,
) {
    for holder in holders {
        let Some(address) = workers.get(holder).map(|peer| peer.address.clone()) else { continue };
        if workers.get_mut(worker).is_some_and(|worker| worker.peers.insert(holder)) {
            out.tell_worker(worker, ToWorker::Peer { worker: holder, address }, Vec::new());
        }
    }
}
