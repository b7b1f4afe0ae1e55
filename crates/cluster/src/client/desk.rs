//! The task that holds the connection to the scheduler.

use std::collections::HashMap;
use std::sync::Arc;

use bramble_array::{AlignedBuffer, Block};
use bramble_graph::{BlockId, Plan};
use bramble_runtime::Delivery;
use bramble_storage::SharedBytes;
use tokio::sync::{mpsc, oneshot};

use super::run::Run;
use super::{RunFailure, Submission};
use crate::connection::{Receiver, Sender};
use crate::peer::PeerPool;
use crate::protocol::{ClientId, FromClient, Loss, RunId, ToClient, WorkerId};
use crate::scheduler::Status;
use crate::security::Security;

/// What the rest of the process wants.
pub(super) enum Command {
    Submit(u32, Box<Submission>),
    Cancel(u32),
    Ask(oneshot::Sender<Status>),
    Close,
}

/// A worker has been asked for blocks.
struct Fetched {
    run: u32,
    worker: WorkerId,
    delivered: Vec<u64>,
    missed: Vec<u64>,
    failure: Option<RunFailure>,
}

/// See the module.
pub(super) struct Desk {
    id: ClientId,
    scheduler: Sender<FromClient>,
    peers: Arc<PeerPool>,
    runs: HashMap<u32, Run>,
    questions: HashMap<u32, oneshot::Sender<Status>>,
    next_ticket: u32,
    fetched: mpsc::UnboundedSender<Fetched>,
    arrivals: Option<mpsc::UnboundedReceiver<Fetched>>,
}

impl Desk {
    pub(super) fn new(id: ClientId, scheduler: Sender<FromClient>, security: Security) -> Desk {
        let (fetched, arrivals) = mpsc::unbounded_channel();
        Desk {
            id,
            scheduler,
            peers: Arc::new(PeerPool::new(security)),
            runs: HashMap::new(),
            questions: HashMap::new(),
            next_ticket: 0,
            fetched,
            arrivals: Some(arrivals),
        }
    }

    /// Works until the scheduler is gone, or nobody wants anything any more.
    pub(super) async fn serve(mut self, receiver: Receiver, mut commands: mpsc::UnboundedReceiver<Command>) {
        let Some(mut arrivals) = self.arrivals.take() else { return };
        let (heard, mut words) = mpsc::unbounded_channel();
        let reader = tokio::spawn(listen(receiver, heard));
        let failure = loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(Command::Close) | None => break RunFailure::closed(),
                    Some(command) => self.obey(command),
                },
                word = words.recv() => match word {
                    Some((messages, buffers)) => self.hear_all(messages, buffers),
                    None => break RunFailure::lost(),
                },
                Some(fetched) = arrivals.recv() => self.take_in(fetched),
            }
            self.scheduler.flush();
        };
        reader.abort();
        for run in std::mem::take(&mut self.runs).into_values() {
            run.fail(failure.clone());
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Submit(number, submission) => self.submit(number, *submission),
            Command::Cancel(number) => self.end(number, |run| run.fail(RunFailure::cancelled())),
            Command::Ask(reply) => {
                self.next_ticket = self.next_ticket.wrapping_add(1);
                self.questions.insert(self.next_ticket, reply);
                self.scheduler.add(FromClient::Ask { ticket: self.next_ticket }, Vec::new());
            }
            Command::Close => {}
        }
    }

    fn submit(&mut self, run: u32, mut submission: Submission) {
        let calls = submission.program.is_some();
        let graph = match rmp_serde::to_vec_named(&submission.graph) {
            Ok(graph) => Arc::new(graph) as SharedBytes,
            Err(error) => {
                let failure = RunFailure::gathering("INVALID_GRAPH", error.to_string());
                return Run::new(submission).fail(failure);
            }
        };
        let mut buffers = vec![graph];
        buffers.extend(submission.program.take());
        buffers.append(&mut submission.buffers);
        let message = FromClient::Submit { run, calls, retries: submission.retries };
        self.scheduler.add(message, buffers);
        self.runs.insert(run, Run::new(submission));
    }

    /// A run is over.
    fn end(&mut self, number: u32, tell: impl FnOnce(Run)) {
        if let Some(run) = self.runs.remove(&number) {
            self.scheduler.add(FromClient::End { run: number }, Vec::new());
            tell(run);
        }
    }

    fn hear_all(&mut self, messages: Vec<ToClient>, mut buffers: Vec<AlignedBuffer>) {
        for message in messages {
            self.hear(message, std::mem::take(&mut buffers));
        }
    }

    fn hear(&mut self, message: ToClient, buffers: Vec<AlignedBuffer>) {
        match message {
            ToClient::Begun { run, memory } => {
                if let Some(begun) = self.runs.get_mut(&run) {
                    begun.begin(memory);
                    self.go_on(run);
                }
            }
            ToClient::Peer { worker, address } => self.peers.introduce(worker, address),
            ToClient::Made { run, blocks } => {
                if let Some(made) = self.runs.get_mut(&run) {
                    made.made(blocks);
                    self.go_on(run);
                }
            }
            ToClient::Progress { run, layers } => {
                if let Some(run) = self.runs.get_mut(&run) {
                    run.progress(layers);
                }
            }
            ToClient::Failed { run, block, layer, trouble } => self.end(run, |run| {
                let failure =
                    RunFailure::told(run.plan().map(|plan| &**plan), block, layer, trouble, buffers);
                run.fail(failure);
            }),
            ToClient::Killed { run, block, clues } => self.end(run, |run| {
                let failure = RunFailure::killed(run.plan().map(|plan| &**plan), block, &clues);
                run.fail(failure);
            }),
            ToClient::Status { ticket, status } => {
                if let Some(reply) = self.questions.remove(&ticket) {
                    let _ = reply.send(*status);
                }
            }
        }
    }

    /// Asks for what can be had, or ends the run if all is here.
    fn go_on(&mut self, number: u32) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        if run.is_complete() {
            return self.end(number, Run::complete);
        }
        while let Some((worker, blocks)) = run.next_question() {
            let (Some(plan), Some(delivery)) = (run.plan().cloned(), run.delivery().cloned()) else { return };
            let blocks: Vec<u64> = blocks.into_iter().filter(|&block| !run.has(block)).collect();
            let (peers, fetched) = (Arc::clone(&self.peers), self.fetched.clone());
            let id = RunId(self.id, number);
            tokio::spawn(async move {
                let given =
                    if blocks.is_empty() { Vec::new() } else { peers.fetch(worker, id, &blocks).await };
                let _ = fetched.send(deliver(number, worker, &plan, &delivery, blocks, given));
            });
        }
    }

    /// A worker has answered.
    fn take_in(&mut self, fetched: Fetched) {
        let Fetched { run: number, worker, delivered, missed, failure } = fetched;
        let Some(run) = self.runs.get_mut(&number) else { return };
        let (new, missing) = run.answered(worker, &delivered, missed);
        if let Some(failure) = failure {
            return self.end(number, |run| run.fail(failure));
        }
        if !new.is_empty() {
            self.scheduler.add(FromClient::Fetched { run: number, blocks: new }, Vec::new());
        }
        if !missing.is_empty() {
            let losses = missing.into_iter().map(|block| Loss { block, worker }).collect();
            self.scheduler.add(FromClient::Lost { run: number, losses }, Vec::new());
        }
        self.go_on(number);
    }
}

/// Puts blocks in their places.
fn deliver(
    run: u32,
    worker: WorkerId,
    plan: &Plan,
    delivery: &Delivery,
    blocks: Vec<u64>,
    given: Vec<Option<Block>>,
) -> Fetched {
    let mut fetched = Fetched { run, worker, delivered: Vec::new(), missed: Vec::new(), failure: None };
    for (block, given) in blocks.into_iter().zip(given) {
        let Some(made) = given else {
            fetched.missed.push(block);
            continue;
        };
        let (layer, at) = plan.locate(BlockId(block));
        match delivery.deliver(layer, &at, &made) {
            Ok(()) => fetched.delivered.push(block),
            Err(error) => {
                fetched.failure = Some(RunFailure::gathering("OUT_OF_MEMORY", error.to_string()));
                break;
            }
        }
    }
    fetched
}

type Words = (Vec<ToClient>, Vec<AlignedBuffer>);

/// Passes on what the scheduler says, until the connection ends.
async fn listen(mut receiver: Receiver, heard: mpsc::UnboundedSender<Words>) {
    while let Ok(Some(words)) = receiver.receive().await {
        if heard.send(words).is_err() {
            return;
        }
    }
}
