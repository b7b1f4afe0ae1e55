//! The messages. A frame holds a list of them in MessagePack; one that comes with buffers has its frame for itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::block::BlockInfo;
use super::meet::Noted;
use super::service::{CallEnd, DoneTasks, Reply, Request};

/// A worker of a cluster, numbered by the scheduler; numbers are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WorkerId(pub u32);

/// A client of a scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClientId(pub u32);

/// A graph that a client has handed in: the client's number, and the client's own number for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunId(pub ClientId, pub u32);

/// Names a conversation of a worker or a client with its scheduler, which may go on over several connections. Random:
/// whoever calls makes it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Conversation(pub u64, pub u64);

/// Who opens a connection; the first message on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Hello {
    /// A worker that wants work.
    Worker(WorkerHello, Conversation),
    /// A client.
    Client(Conversation),
    /// Somebody who wants blocks of a worker.
    Peer,
    /// A worker or a client whose connection was cut, with the number of frames that it has heard.
    Again(Conversation, u64),
    /// Who watched the process of a worker: which one, as in its [`WorkerHello::watch`], and how the process ended.
    Ended(u64, String),
}

/// What a worker tells of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkerHello {
    /// For people; the scheduler appends a number where it is taken.
    pub name: String,
    /// Where others find it. An unspecified host (`0.0.0.0`) stands for the one that the scheduler sees.
    pub address: String,
    /// Tasks at the same time.
    pub threads: u32,
    /// Bytes that its blocks may take.
    pub memory: u64,
    /// Whether it can call functions of the language above.
    pub calls: bool,
    /// What these functions find around them; nothing if it calls none or does not say.
    pub surroundings: Option<Surroundings>,
    /// Process number, for people.
    pub pid: u32,
    /// How much it has of things that tasks may ask for, by their names.
    pub resources: BTreeMap<String, f64>,
    /// By which number whoever watches its process will tell how that ended; 0 if nobody does.
    pub watch: u64,
}

/// What functions find around them on a worker. Those that are equal give them the same packages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Surroundings {
    /// The version of what runs them, such as `v20.19.2`.
    pub node: String,
    /// The name of the project environment, if it is one.
    pub environment: Option<String>,
    /// What its packages are, as a hash of their exact versions; nothing if it has none.
    pub lock: Option<String>,
}

/// The answer to a [`Hello`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Welcome {
    /// To a worker, and whether a scheduler that has died goes on when it is started again.
    Worker(WorkerId, bool),
    /// To a client, and the same.
    Client(ClientId, bool),
    /// To a peer.
    Peer,
    /// To one who goes on, with the number of frames of it that were heard.
    Again(u64),
    /// To one who wants to go on with a conversation of which nothing is known, or too little.
    Unknown,
    /// To one who has told how a process ended.
    Noted,
    /// To somebody who is not wanted, with the reason.
    Refused(String),
}

/// A task for a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The block to make.
    pub block: u64,
    /// How often the block was handed out before. Answers to earlier attempts count for nothing.
    pub attempt: u32,
    /// Where the blocks lie that it reads and that the worker does not have.
    pub places: Vec<(u64, Vec<WorkerId>)>,
}

/// A block of one graph that another one reads as its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adoption {
    /// The block to have.
    pub block: u64,
    /// As in an [`Assignment`].
    pub attempt: u32,
    /// The graph that lends.
    pub from: RunId,
    /// Its block, which the worker holds.
    pub source: u64,
}

/// What a scheduler tells a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// A graph, of which tasks will come. Buffers: the graph, what its calls refer to, and what its memory stores read.
    Begin {
        /// The number by which the tasks refer to it.
        run: RunId,
        /// With how much memory in mind it is optimised.
        memory: u64,
        /// Whether there is something that calls refer to.
        calls: bool,
    },
    /// Where a worker is found.
    Peer {
        /// Its number.
        worker: WorkerId,
        /// Its address.
        address: String,
    },
    /// Tasks, the most urgent first.
    Compute {
        /// Of which graph.
        run: RunId,
        /// The tasks.
        tasks: Vec<Assignment>,
    },
    /// A block that the worker has as that of another graph.
    Adopt {
        /// The graph that reads it.
        run: RunId,
        /// Which.
        adoption: Adoption,
    },
    /// A task to give back if it was not begun, for another worker has nothing to do.
    GiveBack {
        /// Of which graph.
        run: RunId,
        /// The block that it makes.
        block: u64,
        /// Of the [`Assignment`].
        attempt: u32,
    },
    /// Blocks that nobody will read any more.
    Free {
        /// Of which graph.
        run: RunId,
        /// The blocks.
        blocks: Vec<u64>,
    },
    /// Blocks to fetch and keep, for those who have them want to go.
    Take {
        /// Of which graph.
        run: RunId,
        /// The blocks, and who has them.
        places: Vec<(u64, Vec<WorkerId>)>,
    },
    /// A graph with all its tasks and blocks is over.
    End {
        /// Which.
        run: RunId,
    },
    /// A call to make beside the tasks. Buffer: what it is.
    Call {
        /// The answer bears the same number.
        number: u64,
    },
    /// Come to an end.
    Leave {
        /// For people.
        why: String,
    },
}

/// A task that has made its block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// The block.
    pub block: u64,
    /// Of the [`Assignment`].
    pub attempt: u32,
    /// Bytes of the block.
    pub bytes: u64,
    /// How long it took to make, in microseconds.
    pub micros: u64,
}

/// What is wrong with a task, in words that programs and people understand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    /// One of the documented codes.
    pub code: String,
    /// For people.
    pub message: String,
    /// What a function threw, if one did; its buffers follow.
    pub thrown: Option<BlockInfo>,
}

/// A task that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The block that it should have made.
    pub block: u64,
    /// Of the [`Assignment`].
    pub attempt: u32,
    /// How long it took to fail, in microseconds.
    pub micros: u64,
    /// Why.
    pub trouble: Trouble,
}

/// What a worker tells the scheduler.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// Blocks were made.
    Made {
        /// Of which graph.
        run: RunId,
        /// The blocks.
        made: Vec<Made>,
    },
    /// Blocks of others of which it now has copies.
    Copies {
        /// Of which graph.
        run: RunId,
        /// The blocks.
        blocks: Vec<u64>,
    },
    /// A task failed. Buffers are those of what was thrown.
    Failed {
        /// Of which graph.
        run: RunId,
        /// Which, and why.
        failure: Failure,
    },
    /// A task has to go back: an input could not be had.
    Missing {
        /// Of which graph.
        run: RunId,
        /// The block that it should have made.
        block: u64,
        /// Of the [`Assignment`].
        attempt: u32,
        /// The input.
        input: u64,
        /// Who was asked in vain.
        asked: Vec<WorkerId>,
    },
    /// The answer to [`ToWorker::GiveBack`].
    GaveBack {
        /// Of which graph.
        run: RunId,
        /// The block that the task makes.
        block: u64,
        /// Of the [`Assignment`].
        attempt: u32,
        /// Whether it was not begun, and will not be.
        is_given: bool,
    },
    /// A block that it should take could not be had.
    Untaken {
        /// Of which graph.
        run: RunId,
        /// The block.
        block: u64,
        /// Who was asked in vain.
        asked: Vec<WorkerId>,
    },
    /// A graph could not be prepared: a file is not there, say.
    Unprepared {
        /// Which graph.
        run: RunId,
        /// Its layer.
        layer: String,
        /// Why.
        trouble: Trouble,
    },
    /// A call was made. Buffer: what it gave or threw.
    Answered {
        /// Of the [`ToWorker::Call`].
        number: u64,
        /// How it ended.
        end: CallEnd,
    },
    /// It wants to go: it is given nothing more to do, others take what it alone has, and then it is told to leave.
    Retiring {
        /// For people.
        why: String,
    },
    /// A task waits for others and takes no thread meanwhile; or it goes on.
    Aside {
        /// The graph.
        run: RunId,
        /// The block that it makes.
        block: u64,
        /// As it was handed out.
        attempt: u32,
        /// Whether it waits.
        waits: bool,
    },
    /// It goes, and nothing was lost but what it holds.
    Leaving {
        /// For people.
        why: String,
    },
}

/// A block that somebody looked for where it was not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// The block.
    pub block: u64,
    /// Who was asked.
    pub worker: WorkerId,
}

/// An output block that is one of another graph, both by their numbers in the first output.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loan {
    /// The block.
    pub block: u64,
    /// The client's number for the graph that lends.
    pub run: u32,
    /// Its block.
    pub source: u64,
}

/// What a client tells the scheduler.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromClient {
    /// A graph. Buffers: the graph, what its calls refer to, and what its memory stores read.
    Submit {
        /// The client's number for it.
        run: u32,
        /// Whether there is something that calls refer to.
        calls: bool,
        /// How often a task that fails is tried again.
        retries: u32,
    },
    /// A graph whose output blocks stay where they are until they are released, each for itself: one that fails takes
    /// along only what reads it. Buffers as with [`FromClient::Submit`].
    Keep {
        /// The client's number for it.
        run: u32,
        /// Whether there is something that calls refer to.
        calls: bool,
        /// How often a task that fails is tried again.
        retries: u32,
        /// Output blocks that are not made, for kept graphs have them.
        loans: Vec<Loan>,
    },
    /// Output blocks that failed are tried once more.
    Retry {
        /// Of which graph.
        run: u32,
        /// The blocks.
        blocks: Vec<u64>,
    },
    /// Output blocks have arrived and need not be kept, or nobody wants them any more.
    Fetched {
        /// Of which graph.
        run: u32,
        /// The blocks.
        blocks: Vec<u64>,
    },
    /// Output blocks were not where they should be.
    Lost {
        /// Of which graph.
        run: u32,
        /// The blocks.
        losses: Vec<Loss>,
    },
    /// A graph is over: it is complete, or nobody wants it.
    End {
        /// Which.
        run: u32,
    },
    /// A question about the cluster; the answer bears the same number.
    Ask {
        /// The number.
        ticket: u32,
    },
    /// Tasks of a graph that comes next are to be told as they are done.
    Follow {
        /// The client's number for it.
        run: u32,
    },
    /// Any other question or wish. Buffers as its kind says.
    Request {
        /// The number that the answer bears.
        ticket: u32,
        /// What it is.
        request: Request,
    },
    /// It goes, and will not come back.
    Leaving,
}

/// An output block that can be fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MadeOutput {
    /// The block.
    pub block: u64,
    /// Who has it.
    pub worker: WorkerId,
}

/// What is known of a death that a task is blamed for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clue {
    /// Name of the worker.
    pub worker: String,
    /// How it ended.
    pub why: String,
}

/// What a scheduler tells a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToClient {
    /// A graph was taken in, optimised with this much memory in mind.
    Begun {
        /// Which.
        run: u32,
        /// So that the client numbers its blocks alike.
        memory: u64,
    },
    /// Where a worker is found.
    Peer {
        /// Its number.
        worker: WorkerId,
        /// Its address.
        address: String,
    },
    /// Output blocks that were made.
    Made {
        /// Of which graph.
        run: u32,
        /// The blocks.
        blocks: Vec<MadeOutput>,
    },
    /// How many blocks of layers were made.
    Progress {
        /// Of which graph.
        run: u32,
        /// Layers and how many blocks of them.
        layers: Vec<(u32, u64)>,
    },
    /// Tasks that were done, of a graph that the client follows; before anything else that comes of them.
    Tasks {
        /// Of which graph.
        run: u32,
        /// The tasks.
        done: DoneTasks,
    },
    /// A task failed, and its graph with it. Buffers are those of what was thrown.
    Failed {
        /// Of which graph.
        run: u32,
        /// The block, if it was one that failed.
        block: Option<u64>,
        /// The layer, where no block is known.
        layer: Option<String>,
        /// Why.
        trouble: Trouble,
    },
    /// A task has waited for a while for something that no worker has. It goes on waiting.
    Waiting {
        /// Of which graph.
        run: u32,
        /// For people.
        words: String,
    },
    /// Workers died, one after the other, while they ran a task; its graph has failed.
    Killed {
        /// Of which graph.
        run: u32,
        /// The block that they made.
        block: u64,
        /// Who died.
        clues: Vec<Clue>,
    },
    /// What functions find around them on the workers: all that differ, each with the name of a worker. It comes before
    /// the answer to anything, and again when that has changed.
    Surroundings {
        /// Those of workers that call functions.
        all: Vec<(Surroundings, String)>,
    },
    /// The answer to a question: the status in MessagePack.
    Status {
        /// Of the question.
        ticket: u32,
        /// The status.
        status: Box<crate::scheduler::Status>,
    },
    /// The answer to a request. Buffers as its kind says.
    Reply {
        /// Of the request.
        ticket: u32,
        /// The answer.
        reply: Reply,
    },
    /// Something was noted under a topic that the client has subscribed to. Buffer: what, if it has no words.
    Event {
        /// The topic.
        topic: String,
        /// What was noted.
        noted: Noted,
    },
    /// The scheduler ends, and will not come back.
    Closed,
}

/// What is asked of a worker by a peer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToPeer {
    /// Blocks that are wanted.
    Get {
        /// Of which graph.
        run: RunId,
        /// The blocks.
        blocks: Vec<u64>,
    },
}

/// What a worker answers a peer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromPeer {
    /// The blocks that it has, in the order of the question; their buffers follow.
    Blocks {
        /// What they are; none where the worker does not have a block.
        blocks: Vec<Option<BlockInfo>>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_greets_with_these_bytes() {
        let greeting = |surroundings, resources: &[(&str, f64)]| {
            let (name, address) = ("pi".to_owned(), "tcp://0.0.0.0:1".to_owned());
            let (threads, memory, calls, pid, watch) = (4, 1000, true, 7, 9);
            let resources = resources.iter().map(|&(name, amount)| (name.to_owned(), amount)).collect();
            let hello =
                WorkerHello { name, address, threads, memory, calls, surroundings, pid, resources, watch };
            rmp_serde::to_vec(&Hello::Worker(hello, Conversation(1, 200))).unwrap()
        };
        // { "Worker": [[name, address, threads, memory, calls, surroundings, pid, resources, watch], [1, 200]] }
        let head = b"\x81\xa6Worker\x92\x99\xa2pi\xaftcp://0.0.0.0:1\x04\xcd\x03\xe8\xc3";
        assert_eq!(greeting(None, &[]), [&head[..], b"\xc0\x07\x80\x09\x92\x01\xcc\xc8"].concat());
        let (node, environment) = ("v22.11.0".to_owned(), Some("project1".to_owned()));
        let bytes = greeting(Some(Surroundings { node, environment, lock: None }), &[("GPU", 0.5)]);
        let tail =
            b"\x93\xa8v22.11.0\xa8project1\xc0\x07\x81\xa3GPU\xcb\x3f\xe0\0\0\0\0\0\0\x09\x92\x01\xcc\xc8";
        assert_eq!(bytes, [&head[..], tail].concat());
    }
}
