//! Graphs that keep their output blocks, and lend them to others.
//!
//! A block on loan is had by adoption: a worker that holds the lender's block has it as the borrower's too. The lender
//! keeps it for that long. It keeps its graph for as long as somebody has borrowed from it, so that what is lost with a
//! worker can be made again, from however far back.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bramble_graph::{Kind, LayerId, Lent, Plan};
use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};

use super::{Outbox, Run, Scheduler};
use crate::protocol::{Adoption, ClientId, Loan, RunId, ToClient, ToWorker, Trouble, Turn, WorkerId};
use crate::scheduler::needs::Stock;
use crate::scheduler::tasks::State;
use crate::scheduler::workers::{Handed, Worker};

/// What a run has borrowed and lent.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Loans {
    /// The blocks on loan, and what they are.
    taken: BTreeMap<u64, (RunId, u64)>,
    /// Those of them that the lender keeps for this run.
    held: HashSet<u64>,
    /// Who waits for blocks of this run.
    awaited: HashMap<u64, Vec<(RunId, u64)>>,
    /// Runs that have borrowed from this one.
    borrowers: BTreeSet<RunId>,
    /// In how many datasets it is.
    pub(super) published: usize,
    /// Whether its client wants it no more.
    pub(super) has_ended: bool,
}

impl Loans {
    pub(super) fn has(&self, block: u64) -> bool {
        self.taken.contains_key(&block)
    }
}

/// The output block with a number: those of all outputs stand one behind the other.
pub(super) fn numbered(plan: &Plan, number: u64) -> Option<u64> {
    plan.numbered_output(number).map(|block| block.0)
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
        run.tasks.keep_outputs();
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

    /// Takes the layers of a new graph that others keep from those.
    pub(super) fn borrow_layers(&mut self, number: RunId, out: &mut impl Outbox) {
        let Some(run) = self.runs.get(&number) else { return };
        let plan = Arc::clone(run.tasks.plan());
        for (layer, planned) in (0..).zip(plan.layers()) {
            let Kind::Lent(lent) = planned.layer.kind else { continue };
            if self.borrow_layer(number, layer, lent).is_none() {
                let message = "the cluster does not keep its blocks any more".to_owned();
                let trouble = Trouble { code: "CANCELLED".into(), message, thrown: None };
                let layer = Some(planned.layer.name.clone());
                let failed = ToClient::Failed { run: number.1, block: None, layer, trouble };
                out.tell_client(number.0, failed, Vec::new());
                return self.give_up(number, out);
            }
        }
    }

    fn borrow_layer(&mut self, number: RunId, layer: LayerId, lent: Lent) -> Option<()> {
        let lender = RunId(ClientId(lent.client), lent.run);
        self.runs.get(&lender).filter(|run| !run.is_over)?;
        let plan = Arc::clone(self.runs.get(&number)?.tasks.plan());
        let grid = &plan.layer(layer).layer.grid;
        for source in 0..grid.block_count() {
            let block = plan.id(layer, &grid.unravel(source)).0;
            self.borrow_block(number, block, lender, lent.first + source)?;
        }
        Some(())
    }

    fn borrow(&mut self, number: RunId, block: u64, lender: RunId, source: u64) -> Option<()> {
        let block = numbered(self.runs.get(&number)?.tasks.plan(), block)?;
        self.borrow_block(number, block, lender, source)
    }

    fn borrow_block(&mut self, number: RunId, block: u64, lender: RunId, source: u64) -> Option<()> {
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
    pub(super) fn call_for_loans(&mut self, number: RunId, out: &mut impl Outbox) -> bool {
        let Some(run) = self.runs.get_mut(&number) else { return false };
        let is_kept = run.is_kept;
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
            match lent.tasks.get(source).map(|task| task.state) {
                Some(State::Done) => {
                    self.can_adopt(number, block);
                    found = true;
                }
                Some(State::Erred) if !is_kept => {
                    let message = "what it reads was lost, and could not be made again".to_owned();
                    let trouble = Trouble { code: "CANCELLED".into(), message, thrown: None };
                    self.fail_borrower((number, block), &trouble, &[], out);
                    return found;
                }
                _ => lent.loans.awaited.entry(source).or_default().push((number, block)),
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

    /// A block has failed for good. Clients are told of those that borrowed it and stay without it: all that are no kept
    /// graphs, and all if its own client does not look at it any more and so will not have it tried again.
    pub(super) fn fail_borrowers(
        &mut self,
        number: RunId,
        block: u64,
        trouble: &Trouble,
        buffers: &[SharedBytes],
        out: &mut impl Outbox,
    ) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        let has_ended = run.loans.has_ended;
        let Some(awaiting) = run.loans.awaited.remove(&block) else { return };
        let (waiting, failing): (Vec<_>, Vec<_>) =
            awaiting.into_iter().partition(|&(borrower, _)| !has_ended && self.is_kept(borrower));
        if let Some(run) = self.runs.get_mut(&number).filter(|_| !waiting.is_empty()) {
            run.loans.awaited.insert(block, waiting);
        }
        for borrowed in failing {
            self.fail_borrower(borrowed, trouble, buffers, out);
        }
    }

    fn fail_borrower(
        &mut self,
        (number, block): (RunId, u64),
        trouble: &Trouble,
        buffers: &[SharedBytes],
        out: &mut impl Outbox,
    ) {
        let (run, block) = (number.1, Some(block));
        let failed = ToClient::Failed { run, block, layer: None, trouble: trouble.clone() };
        out.tell_client(number.0, failed, buffers.to_vec());
        if !self.is_kept(number) {
            self.give_up(number, out);
        }
    }

    fn is_kept(&self, number: RunId) -> bool {
        self.runs.get(&number).is_some_and(|run| run.is_kept)
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
        let handed = Handed { run: number, block, micros: 0, fresh: 0, passes: false };
        self.workers.hand_out(worker, handed, Stock::default());
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
        if let Some(lent) = self.runs.get_mut(&lender)
            && lent.tasks.lose_copies(source, asked)
        {
            self.story.note(lender, lent, source, Turn::Lost, asked.last().copied());
        }
        self.note_freed(lender, asked.iter().map(|&holder| (holder, source)).collect());
    }

    /// Whether a run must stay, for others have borrowed from it; it is then over when they are.
    pub(super) fn stays_for_borrowers(&mut self, number: RunId) -> bool {
        let Some(run) = self.runs.get_mut(&number) else { return false };
        run.loans.has_ended = true;
        !run.loans.borrowers.is_empty() || run.loans.published > 0
    }

    /// A run is gone, and with it what it has borrowed.
    pub(super) fn settle_loans(&mut self, number: RunId, run: Run, out: &mut impl Outbox) {
        let mut lenders = BTreeSet::new();
        let mut freed: BTreeMap<RunId, Vec<_>> = BTreeMap::new();
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
    pub(super) fn retry(&mut self, client: ClientId, number: u32, blocks: &[u64]) {
        let Some(run) = self.runs.get_mut(&RunId(client, number)).filter(|run| !run.is_over) else { return };
        for &block in blocks {
            if run.tasks.retry(block) {
                self.story.note(RunId(client, number), run, block, Turn::Retried, None);
            }
        }
    }
}
