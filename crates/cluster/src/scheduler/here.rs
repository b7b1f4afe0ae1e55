//! Calls that the process of the scheduler makes for clients.
//!
//! The state machine hands them out and hears no more of them. An answer is written down before a client is told, as all is
//! that happens; a scheduler that was started again has none for the calls that were under way, and says so.

use std::collections::BTreeSet;
use std::sync::Arc;

use bramble_storage::SharedBytes;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::desk::Event;
use super::journal::Entry;
use crate::protocol::{CallEnd, ClientId, Reply, ToClient};
use crate::worker::{Answerer, OnCall};

/// What a client asked: which client, and by which ticket it knows the question.
type Question = (ClientId, u32);

/// See the module.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct CallsHere {
    /// Those that nobody has made yet; none between two events.
    #[serde(skip)]
    new: Vec<(Question, SharedBytes)>,
    /// Those that have no answer.
    open: BTreeSet<Question>,
}

/// What a client is told of its call.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) end: CallEnd,
    pub(super) value: Vec<u8>,
}

impl CallsHere {
    /// There is another one.
    pub(super) fn add(&mut self, question: Question, call: SharedBytes) {
        self.open.insert(question);
        self.new.push((question, call));
    }

    /// There is an answer: what the client is told, unless it was told before.
    pub(super) fn settle(
        &mut self,
        question: Question,
        answer: &Answer,
    ) -> Option<(ToClient, Vec<SharedBytes>)> {
        if !self.open.remove(&question) {
            return None;
        }
        let buffers = match answer.end {
            CallEnd::Failed(_) => Vec::new(),
            CallEnd::Gave | CallEnd::Threw => vec![Arc::new(answer.value.clone()) as SharedBytes],
        };
        let reply = Reply::Answered(answer.end.clone());
        Some((ToClient::Reply { ticket: question.1, reply }, buffers))
    }

    /// A client is gone.
    pub(super) fn forget(&mut self, client: ClientId) {
        self.open.retain(|question| question.0 != client);
    }

    /// Has the new ones made, and their answers told as events.
    pub(super) fn make(&mut self, on_call: Option<&OnCall>, events: &mpsc::Sender<Event>) {
        for (question, call) in self.new.drain(..) {
            // Who answers may be no thread of this runtime.
            let (runtime, events) = (tokio::runtime::Handle::current(), events.clone());
            let answerer = Answerer::new(move |end, value| {
                runtime.spawn(async move {
                    let _ = events.send(Event::Answered(question, Answer { end, value })).await;
                });
            });
            match on_call {
                Some(on_call) => on_call(call, answerer),
                None => answerer.refuse("this scheduler has no Node and calls no functions"),
            }
        }
    }

    /// What is to be said of those that an earlier process had begun.
    pub(super) fn lost(&mut self) -> Vec<Entry> {
        self.new.clear();
        let why = "the scheduler was started again meanwhile";
        let answer = || Answer { end: CallEnd::Failed(why.into()), value: Vec::new() };
        self.open.iter().map(|&question| Entry::Answered(question, answer())).collect()
    }
}
