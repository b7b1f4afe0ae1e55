//! Hands graphs in, and gathers their answers straight from the workers.
//!
//! ```text
//! submit ── scheduler ── "made by …" ── fetch from the worker ── put in place ── answers
//! ```

mod desk;
mod error;
mod kept;
mod run;
mod surroundings;

use std::time::Duration;

use bramble_array::AlignedBuffer;
use bramble_graph::Graph;
use bramble_runtime::{Answer, LayerProgress};
use bramble_storage::SharedBytes;
use tokio::sync::{mpsc, oneshot};

pub use error::RunFailure;
pub use kept::{KeptNews, OnGiven, OnKeptNews};

use crate::error::ClusterError;
use crate::line::Line;
use crate::protocol::{ClientId, DoneTasks, Hello, Loan, Noted, Reply, Request, Surroundings, Welcome};
use crate::scheduler::Status;
use crate::security::Security;
use crate::session::{Resumption, call, new_conversation};
use crate::transport::Address;
use desk::{Command, Desk};
use surroundings::Known;

/// How long a scheduler is waited for that goes on when it is started again.
const RESTART: Duration = Duration::from_mins(5);

/// Called when a run is over.
pub type OnEnd = Box<dyn FnOnce(Result<Vec<Answer>, RunFailure>) + Send>;

/// Called with tasks that were done, before the run is over.
pub type OnTasks = Box<dyn Fn(DoneTasks) + Send + Sync>;

/// Called with a topic and what was noted under it.
pub type OnEvent = Box<dyn Fn(String, Noted, Vec<AlignedBuffer>) + Send + Sync>;

/// The answer to a request, with the buffers that came with it.
pub type Answered = (Reply, Vec<AlignedBuffer>);

/// A graph to be computed.
pub struct Submission {
    /// The graph.
    pub graph: Graph,
    /// What its calls refer to, if there are any, in the executors' own encoding.
    pub program: Option<SharedBytes>,
    /// What its memory stores read from.
    pub buffers: Vec<SharedBytes>,
    /// How often a task that fails is tried again.
    pub retries: u32,
    /// Called with what was done since the last call.
    pub on_progress: Box<dyn Fn(Vec<LayerProgress>) + Send + Sync>,
    /// Who wants to hear of its tasks, if somebody does.
    pub on_tasks: Option<OnTasks>,
    /// Called once, with the outputs in order.
    pub on_end: OnEnd,
}

/// A graph whose output blocks stay on the workers.
pub struct Keeping {
    /// The graph.
    pub graph: Graph,
    /// As in a [`Submission`].
    pub program: Option<SharedBytes>,
    /// As in a [`Submission`].
    pub buffers: Vec<SharedBytes>,
    /// As in a [`Submission`].
    pub retries: u32,
    /// Output blocks that are those of other graphs which are kept.
    pub loans: Vec<Loan>,
    /// Whether its tasks are told as news.
    pub is_followed: bool,
}

/// A connection to a scheduler. Clones share it; it ends with the last one.
#[derive(Clone)]
pub struct Client {
    id: ClientId,
    commands: mpsc::UnboundedSender<Command>,
    address: Address,
    surroundings: Known,
}

/// A graph under way. Dropping it does not stop it.
#[derive(Clone)]
pub struct Submitted {
    commands: mpsc::UnboundedSender<Command>,
    run: u32,
}

impl Client {
    /// Calls a scheduler, again and again while `patience` lasts.
    ///
    /// # Errors
    /// [`ClusterError::Timeout`], and whatever a retry does not help against.
    pub async fn connect(
        address: &Address,
        security: Security,
        patience: Duration,
    ) -> Result<Client, ClusterError> {
        let conversation = new_conversation(address)?;
        let hello = Hello::Client(conversation);
        let (frames, mut receiver, welcome) = call(address, &security, &hello, Some(patience)).await?;
        let Welcome::Client(id, lasts) = welcome else {
            let (address, why) = (address.to_string(), "it takes us for something else".into());
            return Err(ClusterError::Refused { address, why });
        };
        receiver.expect_pulses();
        let (commands, queue) = mpsc::unbounded_channel();
        let surroundings = Known::default();
        let line = Line::new(Some(frames));
        let (address_of, patience) = (address.clone(), Some(RESTART));
        let resumption = Resumption { address: address_of, security, conversation, lasts, patience };
        tokio::spawn(Desk::new(id, line, resumption, surroundings.clone()).serve(receiver, queue));
        Ok(Client { id, commands, address: address.clone(), surroundings })
    }

    /// The number that the cluster has for it.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// Where the scheduler is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// What functions find around them on the workers: all that differ, each with the name of a worker, and the version
    /// of this list. Nothing unless it has changed since an earlier version, of which 0 is the first.
    pub fn surroundings(&self, since: u32) -> Option<(u32, Vec<(Surroundings, String)>)> {
        self.surroundings.since(since)
    }

    /// Hands a graph in; the caller goes on at once.
    pub fn submit(&self, submission: Submission) -> Submitted {
        let run = next_run();
        if let Err(refused) = self.commands.send(Command::Submit(run, Box::new(submission)))
            && let Command::Submit(_, submission) = refused.0
        {
            (submission.on_end)(Err(RunFailure::closed()));
        }
        Submitted { commands: self.commands.clone(), run }
    }

    /// Hands in a graph whose output blocks stay on the workers until they are released. Gives its number; none
    /// if the connection has ended.
    pub fn keep(&self, keeping: Keeping) -> Option<u32> {
        let run = next_run();
        self.commands.send(Command::Keep(run, Box::new(keeping))).ok()?;
        Some(run)
    }

    /// Who is told what becomes of blocks that are kept.
    pub fn watch(&self, on_news: OnKeptNews) {
        let _ = self.commands.send(Command::Watch(on_news));
    }

    /// Who is told, in words for people, of tasks that wait for something that no worker has.
    pub fn on_waiting(&self, tell: fn(&str)) {
        let _ = self.commands.send(Command::Tell(tell));
    }

    /// Gets blocks of a graph that is kept, by their numbers, as soon as they are there.
    pub fn get(&self, run: u32, numbers: Vec<u64>, on_given: OnGiven) {
        if let Err(refused) = self.commands.send(Command::Get(run, numbers, on_given))
            && let Command::Get(.., on_given) = refused.0
        {
            on_given(Err(RunFailure::closed()));
        }
    }

    /// Nobody wants these blocks any more; with the last the graph ends.
    pub fn release(&self, run: u32, numbers: Vec<u64>) {
        let _ = self.commands.send(Command::Release(run, numbers));
    }

    /// Nobody wants anything of a graph that is kept any more.
    pub fn abandon(&self, run: u32) {
        let _ = self.commands.send(Command::Abandon(run));
    }

    /// Makes blocks that failed once more.
    pub fn retry(&self, run: u32, numbers: Vec<u64>) {
        let _ = self.commands.send(Command::Retry(run, numbers));
    }

    /// The cluster as it is now; nothing if the connection has ended.
    pub async fn status(&self) -> Option<Status> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Ask(reply)).ok()?;
        answer.await.ok()
    }

    /// The answer to a request; nothing if the connection has ended. Requests go in the order in which this is called.
    ///
    /// `ticket` is a number that no other request of this client has.
    pub fn request(
        &self,
        ticket: u32,
        request: Request,
        buffers: Vec<SharedBytes>,
    ) -> impl Future<Output = Option<Answered>> + Send + use<> {
        let (reply, answer) = oneshot::channel();
        // If nobody takes it, the answer is that there is none.
        let _ = self.commands.send(Command::Request(ticket, Box::new(request), buffers, reply));
        async move { answer.await.ok() }
    }

    /// Who is told what is noted under the topics that the client has subscribed to.
    pub fn listen(&self, on_event: OnEvent) {
        let _ = self.commands.send(Command::Listen(on_event));
    }

    /// Ends the connection; what is under way fails.
    pub fn close(&self) {
        let _ = self.commands.send(Command::Close);
    }
}

impl Submitted {
    /// Stops soon. The run ends as cancelled, unless it was over already.
    pub fn cancel(&self) {
        let _ = self.commands.send(Command::Cancel(self.run));
    }
}

/// A number for a graph.
fn next_run() -> u32 {
    static LAST: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed).wrapping_add(1)
}
