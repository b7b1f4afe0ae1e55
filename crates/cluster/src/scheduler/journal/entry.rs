//! What happens to a scheduler, and how it is written down.

use bramble_storage::SharedBytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::aligned;
use crate::connection::share;
use crate::protocol::{CallEnd, ClientId, Conversation, FromClient, FromWorker, WorkerHello, WorkerId};
use crate::scheduler::here::Answer;

/// Who talks with the scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::scheduler) enum Party {
    Worker(WorkerId),
    Client(ClientId),
}

/// A frame, as it came and as it is meant.
pub(in crate::scheduler) struct Words<M> {
    pub(in crate::scheduler) header: Vec<u8>,
    pub(in crate::scheduler) messages: Vec<M>,
    pub(in crate::scheduler) buffers: Vec<SharedBytes>,
}

impl<M: std::fmt::Debug> std::fmt::Debug for Words<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("messages", &self.messages).finish_non_exhaustive()
    }
}

/// How a scheduler stands, as [`crate::parts`] has it.
pub(in crate::scheduler) struct State {
    pub(in crate::scheduler) packed: Vec<u8>,
    pub(in crate::scheduler) buffers: Vec<SharedBytes>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let State { packed, buffers } = self;
        write!(f, "State({} bytes, {} buffers)", packed.len(), buffers.len())
    }
}

/// What changes a scheduler.
#[derive(Debug)]
pub(in crate::scheduler) enum Entry {
    /// What all before it has come to; alone in its record.
    State(State),
    WorkerCame {
        conversation: Conversation,
        hello: WorkerHello,
        address: String,
    },
    ClientCame {
        conversation: Conversation,
    },
    WorkerSaid(WorkerId, Words<FromWorker>),
    ClientSaid(ClientId, Words<FromClient>),
    /// Its connection was cut.
    WorkerAway(WorkerId),
    /// It has a connection again.
    WorkerBack(WorkerId),
    WorkerGone {
        worker: WorkerId,
        why: String,
    },
    ClientGone(ClientId),
    /// A call was made in this process, for the question of a client.
    Answered((ClientId, u32), Answer),
    /// A look at who waits for too long.
    TimePassed,
    /// Somebody has heard so many frames.
    Confirmed(Party, u64),
    /// Of how many deaths of workers a task may be suspected.
    AllowedFailures(u32),
}

/// An entry without its frame, of which the header and the buffers are parts of the record.
#[derive(Serialize, Deserialize)]
pub(super) enum Stored {
    /// With how many buffers.
    State(usize),
    WorkerCame(Conversation, WorkerHello, String),
    ClientCame(Conversation),
    /// With how many buffers.
    WorkerSaid(WorkerId, usize),
    ClientSaid(ClientId, usize),
    WorkerAway(WorkerId),
    WorkerBack(WorkerId),
    WorkerGone(WorkerId, String),
    ClientGone(ClientId),
    /// The value is a part of the record.
    Answered((ClientId, u32), CallEnd),
    TimePassed,
    Confirmed(Party, u64),
    AllowedFailures(u32),
}

/// An entry as it is written down; its frame is added to the parts.
pub(super) fn stored<'a>(entry: &'a Entry, parts: &mut Vec<&'a [u8]>) -> Stored {
    match entry {
        Entry::State(State { packed, buffers }) => {
            parts.push(packed);
            parts.extend(buffers.iter().map(|buffer| (**buffer).as_ref()));
            Stored::State(buffers.len())
        }
        Entry::WorkerCame { conversation, hello, address } => {
            Stored::WorkerCame(*conversation, hello.clone(), address.clone())
        }
        Entry::ClientCame { conversation } => Stored::ClientCame(*conversation),
        Entry::WorkerSaid(worker, words) => Stored::WorkerSaid(*worker, add(words, parts)),
        Entry::ClientSaid(client, words) => Stored::ClientSaid(*client, add(words, parts)),
        &Entry::WorkerAway(worker) => Stored::WorkerAway(worker),
        &Entry::WorkerBack(worker) => Stored::WorkerBack(worker),
        Entry::WorkerGone { worker, why } => Stored::WorkerGone(*worker, why.clone()),
        &Entry::ClientGone(client) => Stored::ClientGone(client),
        Entry::Answered(question, answer) => {
            parts.push(&answer.value);
            Stored::Answered(*question, answer.end.clone())
        }
        Entry::TimePassed => Stored::TimePassed,
        &Entry::Confirmed(party, heard) => Stored::Confirmed(party, heard),
        &Entry::AllowedFailures(most) => Stored::AllowedFailures(most),
    }
}

fn add<'a, M>(words: &'a Words<M>, parts: &mut Vec<&'a [u8]>) -> usize {
    parts.push(&words.header);
    parts.extend(words.buffers.iter().map(|buffer| (**buffer).as_ref()));
    words.buffers.len()
}

/// An entry that was written down; nothing if it makes no sense.
pub(super) fn restored<'a>(stored: Stored, parts: &mut impl Iterator<Item = &'a [u8]>) -> Option<Entry> {
    Some(match stored {
        Stored::State(buffers) => {
            let packed = parts.next()?.to_vec();
            Entry::State(State { packed, buffers: take_buffers(buffers, parts)? })
        }
        Stored::WorkerCame(conversation, hello, address) => {
            Entry::WorkerCame { conversation, hello, address }
        }
        Stored::ClientCame(conversation) => Entry::ClientCame { conversation },
        Stored::WorkerSaid(worker, buffers) => Entry::WorkerSaid(worker, take(buffers, parts)?),
        Stored::ClientSaid(client, buffers) => Entry::ClientSaid(client, take(buffers, parts)?),
        Stored::WorkerAway(worker) => Entry::WorkerAway(worker),
        Stored::WorkerBack(worker) => Entry::WorkerBack(worker),
        Stored::WorkerGone(worker, why) => Entry::WorkerGone { worker, why },
        Stored::ClientGone(client) => Entry::ClientGone(client),
        Stored::Answered(question, end) => {
            Entry::Answered(question, Answer { end, value: parts.next()?.to_vec() })
        }
        Stored::TimePassed => Entry::TimePassed,
        Stored::Confirmed(party, heard) => Entry::Confirmed(party, heard),
        Stored::AllowedFailures(most) => Entry::AllowedFailures(most),
    })
}

fn take<'a, M: DeserializeOwned>(
    buffers: usize,
    parts: &mut impl Iterator<Item = &'a [u8]>,
) -> Option<Words<M>> {
    let header = parts.next()?;
    let messages = rmp_serde::from_slice(header).ok()?;
    Some(Words { header: header.to_vec(), messages, buffers: take_buffers(buffers, parts)? })
}

fn take_buffers<'a>(count: usize, parts: &mut impl Iterator<Item = &'a [u8]>) -> Option<Vec<SharedBytes>> {
    let buffers: Option<Vec<_>> = (0..count).map(|_| aligned(parts.next()?)).collect();
    Some(share(buffers?))
}
