//! Who makes a block, and what it is told.

use std::collections::HashMap;

use super::Run;
use crate::protocol::{Assignment, WorkerId};
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
}
