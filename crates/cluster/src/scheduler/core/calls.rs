//! Calls that workers make for a client beside their tasks: each is asked, and the answers go back together.

use std::collections::{BTreeMap, BTreeSet};

use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};

use super::{Outbox, Scheduler};
use crate::parts;
use crate::protocol::{CallAnswer, CallEnd, ClientId, Reply, ToClient, ToWorker, WorkerId};

/// The calls under way.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct WorkerCalls {
    under_way: BTreeMap<u64, WorkerCall>,
    last: u64,
}

#[derive(Serialize, Deserialize)]
struct WorkerCall {
    client: ClientId,
    ticket: u32,
    /// Workers that have not answered.
    left: BTreeSet<WorkerId>,
    answers: BTreeMap<WorkerId, Answered>,
}

#[derive(Serialize, Deserialize)]
struct Answered {
    answer: CallAnswer,
    #[serde(with = "parts::many")]
    values: Vec<SharedBytes>,
}

impl std::fmt::Debug for WorkerCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerCall")
            .field("client", &self.client)
            .field("ticket", &self.ticket)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

impl Scheduler {
    /// Has workers make a call.
    pub(super) fn call_workers(
        &mut self,
        (client, ticket): (ClientId, u32),
        workers: &[WorkerId],
        buffers: &[SharedBytes],
        out: &mut impl Outbox,
    ) {
        self.calls.last += 1;
        let number = self.calls.last;
        let left = workers.iter().copied().collect();
        let call = WorkerCall { client, ticket, left, answers: BTreeMap::new() };
        self.calls.under_way.insert(number, call);
        for &worker in workers {
            out.tell_worker(worker, ToWorker::Call { number }, buffers.to_vec());
        }
        self.end_call(number, out);
    }

    /// A worker has answered a call.
    pub(super) fn take_answer(
        &mut self,
        worker: WorkerId,
        number: u64,
        end: CallEnd,
        buffers: Vec<SharedBytes>,
        out: &mut impl Outbox,
    ) {
        let Some(call) = self.calls.under_way.get_mut(&number) else { return };
        let Some(known) = self.workers.get(worker).filter(|_| call.left.remove(&worker)) else { return };
        let (name, address) = (known.hello.name.clone(), known.address.clone());
        let answer = CallAnswer { worker, name, address, end };
        call.answers.insert(worker, Answered { answer, values: buffers });
        self.end_call(number, out);
    }

    /// A worker that is about to be forgotten will not answer any more.
    pub(super) fn lose_answers(&mut self, worker: WorkerId, why: &str, out: &mut impl Outbox) {
        let waiting = self.calls.under_way.iter().filter(|(_, call)| call.left.contains(&worker));
        let numbers: Vec<u64> = waiting.map(|(&number, _)| number).collect();
        for number in numbers {
            let end = CallEnd::Failed(format!("the worker is gone: {why}"));
            self.take_answer(worker, number, end, Vec::new(), out);
        }
    }

    /// A client waits no longer.
    pub(super) fn forget_calls(&mut self, client: ClientId) {
        self.calls.under_way.retain(|_, call| call.client != client);
    }

    fn end_call(&mut self, number: u64, out: &mut impl Outbox) {
        if self.calls.under_way.get(&number).is_none_or(|call| !call.left.is_empty()) {
            return;
        }
        let Some(call) = self.calls.under_way.remove(&number) else { return };
        let answers = call.answers.into_values().map(|Answered { answer, values }| (answer, values));
        let (answers, buffers): (Vec<_>, Vec<_>) = answers.unzip();
        let reply = ToClient::Reply { ticket: call.ticket, reply: Reply::Called(answers) };
        out.tell_client(call.client, reply, buffers.into_iter().flatten().collect());
    }
}
