//! Who makes a block, and what it is told.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::{Outbox, Run, Scheduler};
use crate::protocol::{Assignment, RunId, ToWorker, Turn, WorkerId};
use crate::scheduler::needs::Needs;
use crate::scheduler::ready::{Demand, Next};
use crate::scheduler::tasks::{MOST_INPUTS, Task};
use crate::scheduler::workers::{EACH, FETCH, Handed, UNKNOWN, Workers, micros_to_fetch};

impl Scheduler {
    /// Hands out tasks while somebody has room, those with the highest priority first.
    pub(super) fn hand_out_all(&mut self, numbers: &[RunId], out: &mut impl Outbox) {
        let mut levels: BTreeMap<Reverse<i32>, Vec<RunId>> = BTreeMap::new();
        for &number in numbers {
            let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { continue };
            run.unmet.clear();
            for &level in &run.levels {
                levels.entry(Reverse(level)).or_default().push(number);
            }
        }
        for (Reverse(level), numbers) in levels {
            for number in numbers {
                self.hand_out(number, level, out);
            }
        }
    }

    /// Hands out the tasks of a run that have this priority or a higher one.
    fn hand_out(&mut self, number: RunId, level: i32, out: &mut impl Outbox) {
        let Scheduler { workers, runs, story, .. } = self;
        let Some(run) = runs.get_mut(&number) else { return };
        for (worker, bytes) in run.tasks.take_fresh() {
            workers.note_fresh(worker, number, bytes);
        }
        let mut given: BTreeMap<WorkerId, Vec<Assignment>> = BTreeMap::new();
        let mut adopted = Vec::new();
        while workers.has_room() || run.neighbour.is_some_and(|id| workers.goes_on(id)) {
            let Some(next) = run.tasks.next_ready(level, &run.unmet) else { break };
            let (block, demand) = (next.block, next.demand);
            if demand.is_loan {
                adopted.push(block);
                continue;
            }
            let mut needs = run.needs_of(block, demand);
            needs.allow_for(workers);
            let passes = run.tasks.only_passes(block);
            let layer = run.tasks.get(block).expect("a ready block is known").layer;
            let known = run.layers[layer as usize].micros.unwrap_or(UNKNOWN);
            let micros = if passes { 0 } else { known + EACH };
            let Some(worker) = run.choose(workers, next, micros, &needs) else {
                run.tasks.put_back(next);
                run.unmet.push(demand);
                continue;
            };
            let assignment = run.assignment(block, worker);
            // What comes over the network comes beside other work, but to ask for it is work.
            let micros = micros + FETCH * assignment.places.len() as u64;
            let handed = Handed { run: number, block, micros, fresh: needs.fresh, passes };
            workers.hand_out(worker, handed, needs.stock);
            if demand.is_source {
                run.neighbour = Some(worker);
            }
            run.tasks.start(block, worker);
            story.note(number, run, block, Turn::Processing, Some(worker));
            given.entry(worker).or_default().push(assignment);
        }
        for (worker, tasks) in given {
            let holders = tasks.iter().flat_map(|task| &task.places).flat_map(|(_, holders)| holders);
            introduce(workers, worker, holders.copied(), out);
            run.begin_on(workers, number, worker, out);
            out.tell_worker(worker, ToWorker::Compute { run: number, tasks }, Vec::new());
        }
        for block in adopted {
            self.adopt(number, block, out);
        }
    }
}

impl Run {
    /// What a demand comes to.
    pub(in crate::scheduler) fn needs(&self, demand: Demand) -> Needs<'_> {
        let asked = demand.asked.and_then(|asked| self.tasks.plan().asked(asked));
        Needs::new(demand.calls, asked, demand.room)
    }

    /// What a block needs that has a demand.
    pub(in crate::scheduler) fn needs_of(&self, block: u64, demand: Demand) -> Needs<'_> {
        self.needs(demand).of_fresh(self.tasks.fresh_bytes(block))
    }

    /// Who should make a block, which takes so many microseconds.
    fn choose(
        &self,
        workers: &Workers,
        Next { block, demand, .. }: Next,
        micros: u64,
        needs: &Needs<'_>,
    ) -> Option<WorkerId> {
        let task = self.tasks.get(block)?;
        if self.tasks.only_passes(block) {
            let source = task.inputs.first().and_then(|input| self.tasks.get(input.0));
            let holder = source.and_then(|source| workers.choose_holder(&source.holders, needs));
            if holder.is_some() {
                return holder;
            }
        }
        if demand.is_source {
            return workers.choose_beside(self.neighbour, micros, needs);
        }
        let mut all = 0;
        let mut spared: SmallVec<[(WorkerId, u64); 8]> = SmallVec::new();
        for input in task.inputs.iter().take(MOST_INPUTS) {
            let Some(input) = self.tasks.get(input.0) else { continue };
            let micros = micros_to_fetch(input.bytes);
            all += micros;
            for &holder in &input.holders {
                match spared.iter_mut().find(|(other, _)| *other == holder) {
                    Some((_, sum)) => *sum += micros,
                    None => spared.push((holder, micros)),
                }
            }
        }
        workers.choose(all, &spared, micros, needs)
    }

    /// How long it takes a worker to fetch what a block reads, in microseconds.
    pub(in crate::scheduler) fn micros_to_fetch(&self, block: u64, worker: WorkerId) -> u64 {
        self.to_fetch(block, worker).map(|input| micros_to_fetch(input.bytes)).sum()
    }

    /// What a block reads and a worker does not have; of many inputs some.
    fn to_fetch(&self, block: u64, worker: WorkerId) -> impl Iterator<Item = &Task> {
        let inputs = self.tasks.get(block).map_or(&[][..], |task| &task.inputs);
        let inputs = inputs.iter().take(MOST_INPUTS).filter_map(|input| self.tasks.get(input.0));
        inputs.filter(move |input| !input.holders.contains(&worker))
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
