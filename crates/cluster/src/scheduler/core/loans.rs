//! Graphs that keep their output blocks, and lend them to others.
//!
//! A block on loan is had by adoption: a worker that holds the lender's block has it as the borrower's too. The lender
//! keeps it for that long. It keeps its graph for as long as somebody has borrowed from it, so that what is lost with a
//! worker can be made again, from however far back.

use std::collections::{BTreeSet, HashMap, HashSet};

use bramble_graph::Plan;
use bramble_storage::SharedBytes;

use super::{Outbox, Run, Scheduler};
use crate::protocol::{Adoption, ClientId, Loan, RunId, ToClient, ToWorker, Trouble, WorkerId};
use crate::scheduler::needs::Stock;
use crate::scheduler::tasks::State;
use crate::scheduler::workers::Worker;

/// What a run has borrowed and lent.
#[derive(Debug, Default)]
pub(super) struct Loans {
    /// The blocks on loan, and what they are.
    taken: HashMap<u64, (RunId, u64)>,
    /// Those of them that the lender keeps for this run.
    held: HashSet<u64>,
    /// Who waits for blocks of this run.
    awaited: HashMap<u64, Vec<(RunId, u64)>>,
    /// Runs that have borrowed from this one.
    borrowers: BTreeSet<RunId>,
    /// Whether it is there for its borrowers alone.
    has_ended: bool,
}

impl Loans {
    pub(super) fn has(&self, block: u64) -> bool {
        self.taken.contains_key(&block)
    }
}

/// The block of the first output with a number.
pub(super) fn numbered(plan: &Plan, number: u64) -> Option<u64> {
    let &layer = plan.outputs().first()?;
    let grid = &plan.layer(layer).layer.grid;
    (number < grid.block_count()).then(|| plan.id(layer, &grid.unravel(number)).0)
}

impl Scheduler {
    /// A client wants output blocks that stay where they are.
    pub(super) fn keep(
        &mut self,
        number: RunId,
        (calls, retries): (bool, u32),
        loans: &[Loan],
        buffers: Vec<SharedBytes>,
        out: &mut impl Outbox,
    ) {
        self.submit(number, calls, retries, buffers, out);
        let Some(run) = self.runs.get_mut(&number) else { return };
        run.is_kept = true;
        for &Loan { block, run: lender, source } in loans {
            let lender = RunId(number.0, lender);
            if self.borrow(number, block, lender, source).is_none() {
                let message = format!("block {source} of graph {} is not kept", lender.1);
                let trouble = Trouble { code: "INVALID_GRAPH".into(), message, thrown: None };
                let failed = ToClient::Failed { run: number.1, block: None, layer: None, trouble };
                out.tell_client(number.0, failed, Vec::new());
                self.give_up(number, out);
                return;
            }
        }
    }

    fn borrow(&mut self, number: RunId, block: u64, lender: RunId, source: u64) -> Option<()> {
        let block = numbered(self.runs.get(&number)?.tasks.plan(), block)?;
        let lent = self.runs.get_mut(&lender).filter(|run| run.is_kept && lender != number)?;
        let source = numbered(lent.tasks.plan(), source)?;
        if !lent.is_over {
            lent.tasks.lend(source);
        }
        lent.loans.borrowers.insert(number);
        let run = self.runs.get_mut(&number)?;
        run.tasks.take_on_loan(block);
        run.loans.taken.insert(block, (lender, source));
        run.loans.held.insert(block);
        Some(())
    }

    /// Asks lenders for what a run has come to need; true if something can be adopted.
    pub(super) fn call_for_loans(&mut self, number: RunId) -> bool {
        let Some(run) = self.runs.get_mut(&number) else { return false };
        let mut found = false;
        for block in run.tasks.called_for() {
            let Some(run) = self.runs.get_mut(&number) else { return false };
            let Some(&(lender, source)) = run.loans.taken.get(&block) else { continue };
            let is_held = !run.loans.held.insert(block);
            let Some(lent) = self.runs.get_mut(&lender).filter(|lent| !lent.is_over) else { continue };
            if !is_held {
                lent.tasks.lend(source);
                found = true;
            }
            if lent.tasks.get(source).is_some_and(|task| task.state == State::Done) {
                self.can_adopt(number, block);
                found = true;
            } else {
                lent.loans.awaited.entry(source).or_default().push((number, block));
            }
        }
        found
    }

    fn can_adopt(&mut self, number: RunId, block: u64) {
        if let Some(run) = self.runs.get_mut(&number) {
            run.tasks.can_adopt(block);
        }
    }

    /// A block was made: those who wait for it can adopt it.
    pub(super) fn lend_out(&mut self, number: RunId, block: u64) {
        let waiting = self.runs.get_mut(&number).and_then(|run| run.loans.awaited.remove(&block));
        for (borrower, block) in waiting.unwrap_or_default() {
            self.can_adopt(borrower, block);
        }
    }

    /// A block has failed for good, and its client does not look at its graph any more: it is told of those that
    /// borrowed the block.
    pub(super) fn fail_borrowers(
        &mut self,
        number: RunId,
        block: u64,
        trouble: &Trouble,
        buffers: &[SharedBytes],
        out: &mut impl Outbox,
    ) {
        let Some(run) = self.runs.get_mut(&number).filter(|run| run.loans.has_ended) else { return };
        for (borrower, block) in run.loans.awaited.remove(&block).unwrap_or_default() {
            let (run, block) = (borrower.1, Some(block));
            let failed = ToClient::Failed { run, block, layer: None, trouble: trouble.clone() };
            out.tell_client(borrower.0, failed, buffers.to_vec());
        }
    }

    /// Has a holder adopt a block that is ready, if there is one.
    pub(super) fn adopt(&mut self, number: RunId, block: u64, out: &mut impl Outbox) {
        let Some(&(from, source)) = self.runs.get(&number).and_then(|run| run.loans.taken.get(&block)) else {
            return;
        };
        let lent = self.runs.get(&from).and_then(|lender| lender.tasks.get(source));
        let holders = lent.filter(|task| task.state == State::Done).map_or(&[][..], |task| &task.holders);
        let load = |worker| {
            let worker = self.workers.get(worker);
            // One that wants to go only if there is no other.
            (worker.is_some_and(Worker::is_retiring), worker.map_or(u64::MAX, Worker::processing))
        };
        let holder = holders.iter().copied().min_by_key(|&holder| (load(holder), holder));
        let Some(run) = self.runs.get_mut(&number) else { return };
        let Some(worker) = holder else { return run.tasks.await_loan(block) };
        run.tasks.start(block, worker);
        let attempt = run.tasks.get(block).map_or(0, |task| task.attempt);
        self.workers.hand_out(worker, number, block, 0, Stock::default());
        run.begin_on(&mut self.workers, number, worker, out);
        let adoption = Adoption { block, attempt, from, source };
        out.tell_worker(worker, ToWorker::Adopt { run: number, adoption }, Vec::new());
    }

    /// A block on loan was adopted; the lender need not keep it for that.
    pub(super) fn return_loan(&mut self, number: RunId, block: u64) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        if !run.loans.held.remove(&block) {
            return;
        }
        let Some(&(lender, source)) = run.loans.taken.get(&block) else { return };
        let mut freed = Vec::new();
        if let Some(lent) = self.runs.get_mut(&lender) {
            lent.tasks.take_home(source, &mut freed);
        }
        self.note_freed(lender, freed);
    }

    /// The lender's block was not where it should be.
    pub(super) fn miss_loan(&mut self, number: RunId, block: u64, asked: &[WorkerId]) {
        let Some(&(lender, source)) = self.runs.get(&number).and_then(|run| run.loans.taken.get(&block))
        else {
            return;
        };
        if let Some(lent) = self.runs.get_mut(&lender) {
            lent.tasks.lose_copies(source, asked);
        }
        self.note_freed(lender, asked.iter().map(|&holder| (holder, source)).collect());
    }

    /// Whether a run must stay, for others have borrowed from it; it is then over when they are.
    pub(super) fn stays_for_borrowers(&mut self, number: RunId) -> bool {
        let Some(run) = self.runs.get_mut(&number) else { return false };
        run.loans.has_ended = !run.loans.borrowers.is_empty();
        run.loans.has_ended
    }

    /// A run is gone, and with it what it has borrowed.
    pub(super) fn settle_loans(&mut self, number: RunId, run: Run, out: &mut impl Outbox) {
        let mut lenders = BTreeSet::new();
        let mut freed: HashMap<RunId, Vec<_>> = HashMap::new();
        for (block, (lender, source)) in run.loans.taken {
            let Some(lent) = self.runs.get_mut(&lender) else { continue };
            lenders.insert(lender);
            if run.loans.held.contains(&block) {
                lent.tasks.take_home(source, freed.entry(lender).or_default());
            }
            if let Some(waiting) = lent.loans.awaited.get_mut(&source) {
                waiting.retain(|&(borrower, _)| borrower != number);
            }
        }
        for (lender, freed) in freed {
            self.note_freed(lender, freed);
        }
        for lender in lenders {
            let Some(lent) = self.runs.get_mut(&lender) else { continue };
            lent.loans.borrowers.remove(&number);
            if lent.loans.has_ended {
                self.end(lender, out);
            }
        }
    }

    /// Output blocks of a kept run that failed are tried again.
    pub(super) fn retry(&mut self, client: ClientId, run: u32, blocks: &[u64]) {
        let Some(run) = self.runs.get_mut(&RunId(client, run)).filter(|run| !run.is_over) else { return };
        for &block in blocks {
            run.tasks.retry(block);
        }
    }
}
