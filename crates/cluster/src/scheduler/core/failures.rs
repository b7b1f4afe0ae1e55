//! Tasks that failed, and tasks whose inputs could not be had.

use std::time::Duration;

use bramble_graph::BlockId;
use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};

use super::stream::Span;
use super::{Outbox, Scheduler};
use crate::protocol::{Failure, RunId, ToClient, Turn, WorkerId};
use crate::scheduler::server::ALLOWED_FAILURES;

/// Of how many deaths of workers a task may be suspected.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct AllowedFailures(pub(super) u32);

impl Default for AllowedFailures {
    fn default() -> AllowedFailures {
        AllowedFailures(ALLOWED_FAILURES)
    }
}

impl Scheduler {
    /// A task failed: it is tried again if it may be, or fails what needs it.
    pub(super) fn fail(
        &mut self,
        now: Duration,
        worker: WorkerId,
        number: RunId,
        Failure { block, attempt, micros, trouble }: Failure,
        buffers: Vec<SharedBytes>,
        out: &mut impl Outbox,
    ) {
        let told = self.stream.total();
        let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { return };
        if !run.tasks.is_running(block, attempt, worker) {
            return;
        }
        self.workers.take_back(worker, number, block);
        run.tasks.give_back(block);
        self.story.note(number, run, block, Turn::Failed, Some(worker));
        let task = run.tasks.get_mut(block).expect("it was running");
        let failures = task.fail();
        let plan = run.tasks.plan();
        if !run.loans.has(block) {
            self.stream.note(plan, Span { run: number, block, worker, end: now, micros, bytes: 0 });
        }
        let (layer, at) = plan.locate(BlockId(block));
        let asked = plan.annotations(layer, &at).map_or(0, |asked| asked.retries);
        let may_retry = failures <= run.retries.max(asked);
        let name = plan.layer(layer).layer.name.clone();
        self.tell_ended(number, worker, told, out);
        if may_retry {
            return;
        }
        self.failed += 1;
        self.news.tell(now, format!("a task of {name} failed: {}", trouble.message));
        self.fail_borrowers(number, block, &trouble, &buffers, out);
        let failed = ToClient::Failed { run: number.1, block: Some(block), layer: None, trouble };
        out.tell_client(number.0, failed, buffers);
        self.give_up_task(number, block, out);
    }

    /// A task has failed for good, and what needs it.
    pub(super) fn give_up_task(&mut self, number: RunId, block: u64, out: &mut impl Outbox) {
        match self.runs.get_mut(&number) {
            Some(run) if run.is_kept => {
                run.tasks.give_up(block);
                self.story.note(number, run, block, Turn::Erred, None);
            }
            _ => self.give_up(number, out),
        }
    }

    /// A worker could not have an input of a task, which goes back.
    pub(super) fn miss(
        &mut self,
        worker: WorkerId,
        (number, block, attempt): (RunId, u64, u32),
        input: u64,
        asked: &[WorkerId],
    ) {
        let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { return };
        if !run.tasks.is_running(block, attempt, worker) {
            return;
        }
        self.workers.take_back(worker, number, block);
        run.tasks.give_back(block);
        self.story.note(number, run, block, Turn::Returned, Some(worker));
        if run.loans.has(block) {
            return self.miss_loan(number, block, asked);
        }
        self.lose_copies(number, input, asked);
    }

    /// Those who were asked for a block in vain do not have it.
    pub(super) fn lose_copies(&mut self, number: RunId, block: u64, asked: &[WorkerId]) {
        let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { return };
        if run.tasks.lose_copies(block, asked) {
            self.story.note(number, run, block, Turn::Lost, asked.last().copied());
        }
        self.note_freed(number, asked.iter().map(|&holder| (holder, block)).collect());
    }
}
