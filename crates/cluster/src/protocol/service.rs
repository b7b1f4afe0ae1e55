//! What clients ask beside graphs, and what they are answered. Each question has one answer, which may take its time.
//!
//! As JSON these are what the language above says and hears; on the wire they are MessagePack like all else.

use serde::{Deserialize, Serialize};

use super::meet::{Meet, Noted};
use super::message::{ClientId, WorkerId};

/// Output blocks of a graph that is kept, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptBlocks {
    /// The client's number for the graph.
    pub run: u32,
    /// The blocks.
    pub numbers: Vec<u64>,
}

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Request {
    /// What has become of blocks, and where they lie.
    Locate {
        /// The blocks.
        blocks: Vec<KeptBlocks>,
    },
    /// A call that workers make beside their tasks. Buffer: what it is, in the encoding of the language above.
    Call {
        /// Which workers; all if nobody says.
        workers: Option<Vec<WorkerId>>,
    },
    /// A call that the process of the scheduler makes. Buffer: what it is, in the encoding of the language above.
    CallScheduler,
    /// Workers should go as soon as others have what they have.
    Retire {
        /// Which.
        workers: Vec<WorkerId>,
    },
    /// Blocks should lie on several workers. Answered when the workers were told.
    Replicate {
        /// The blocks.
        blocks: Vec<KeptBlocks>,
        /// On how many.
        copies: u32,
        /// On which; any if nobody says.
        workers: Option<Vec<WorkerId>>,
    },
    /// Blocks should take as much memory of one worker as of another. Answered with the blocks that move.
    Rebalance {
        /// The blocks.
        blocks: Vec<KeptBlocks>,
        /// Among which workers; all if nobody says.
        workers: Option<Vec<WorkerId>>,
    },
    /// Graphs that are kept should stay, though their clients go, under a name. Buffer: what they are to clients.
    Publish {
        /// The name.
        name: String,
        /// The graphs: their clients, and these clients' numbers for them.
        runs: Vec<(ClientId, u32)>,
    },
    /// What was published under a name.
    Dataset {
        /// The name.
        name: String,
    },
    /// The names under which something was published.
    Datasets,
    /// What was published under a name need not stay any longer.
    Unpublish {
        /// The name.
        name: String,
    },
    /// The tasks that were done lately. Only some thousand are remembered.
    Tasks {
        /// How many had been done that need not be told.
        since: u64,
    },
    /// What became of blocks, step by step. Only some thousand steps are remembered.
    Story {
        /// The blocks.
        blocks: Vec<KeptBlocks>,
    },
    /// Something that clients have in common.
    Meet(Meet),
    /// The client waits no longer for the answer to another question, and gets one at once if it has none yet.
    GiveUp {
        /// The number of that question.
        ticket: u32,
    },
}

/// What has become of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Located {
    /// Bytes that it has; 0 if it was not made.
    pub bytes: u64,
    /// Who has it.
    pub holders: Vec<WorkerId>,
    /// Who makes it.
    pub running: Option<WorkerId>,
}

/// What happened to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Turn {
    /// The worker was handed it.
    Processing,
    /// The worker has made its block.
    Memory,
    /// The worker has failed at it.
    Failed,
    /// The worker gave it back: it had not begun, or could not have what the task reads.
    Returned,
    /// It was with the worker, or its block was, which nobody else has, and is to be done again.
    Lost,
    /// It is not tried any more.
    Erred,
    /// It is tried again, since the client says so.
    Retried,
}

/// A step of a task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Seconds after the scheduler's start.
    pub at: f64,
    /// What happened.
    pub turn: Turn,
    /// The worker that it happened on.
    pub worker: Option<WorkerId>,
}

/// A block on its way from one worker to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Move {
    /// The client's number for the graph.
    pub run: u32,
    /// The block's number.
    pub number: u64,
    /// Who has it.
    pub from: WorkerId,
    /// Who will have it.
    pub to: WorkerId,
}

/// A task that was done. Times are seconds after the scheduler's start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSpan {
    /// Whose it was.
    pub client: ClientId,
    /// That client's number for the graph.
    pub run: u32,
    /// The name of its layer.
    pub layer: String,
    /// The place of its block there.
    pub block: Vec<u64>,
    /// Who did it.
    pub worker: WorkerId,
    /// When it began: when it ended, less what the worker says that it took.
    pub start: f64,
    /// When the scheduler heard of its end.
    pub end: f64,
    /// Bytes of its block.
    pub bytes: u64,
}

/// Tasks of a graph that were done, for who follows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DoneTasks {
    /// The tasks, in the order in which they were done.
    pub spans: Vec<TaskSpan>,
    /// The names of those who did them.
    pub workers: Vec<(WorkerId, String)>,
}

/// How a worker answered a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallEnd {
    /// It was made; a buffer has what it gave.
    Gave,
    /// It threw what a buffer has.
    Threw,
    /// It could not be made, or the worker is gone.
    Failed(String),
}

/// The answer of one worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallAnswer {
    /// Which.
    pub worker: WorkerId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// How it answered.
    pub end: CallEnd,
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Reply {
    /// It was done.
    Done,
    /// It cannot be done.
    Refused {
        /// One of the documented codes.
        code: String,
        /// For people.
        message: String,
    },
    /// Of each graph that was asked for its blocks.
    Located(Vec<Vec<Located>>),
    /// Of each worker, in their order. Buffers are those of the ones that gave or threw something.
    Called(Vec<CallAnswer>),
    /// How the process of the scheduler answered. Buffer: what it gave or threw.
    Answered(CallEnd),
    /// The blocks that move.
    Moving(Vec<Move>),
    /// A value: the buffer.
    Value,
    /// Tasks that were done, the oldest first.
    Tasks {
        /// Seconds since the scheduler's start.
        now: f64,
        /// How many tasks were done so far.
        total: u64,
        /// Those of them that were asked for and are remembered.
        spans: Vec<TaskSpan>,
    },
    /// The steps of each block that was asked for, the oldest first.
    Story {
        /// Seconds since the scheduler's start.
        now: f64,
        /// By block.
        steps: Vec<Vec<Step>>,
        /// Names of those workers in them that are gone.
        gone: Vec<(WorkerId, String)>,
    },
    /// Names, in order.
    Names(Vec<String>),
    /// A count.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// What was noted under a topic. Buffers are those of notes without words.
    Noted(Vec<Noted>),
    /// The client has given the question up.
    GaveUp,
}

impl Reply {
    /// A refusal for an argument that cannot be.
    pub fn wrong(message: impl Into<String>) -> Reply {
        Reply::Refused { code: "INVALID_ARGUMENT".into(), message: message.into() }
    }
}
