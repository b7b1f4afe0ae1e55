//! The task that holds the connection to the scheduler.

use std::collections::HashMap;
use std::sync::Arc;

use bramble_array::{AlignedBuffer, Block};
use bramble_graph::{BlockId, Plan};
use bramble_runtime::Delivery;
use bramble_storage::SharedBytes;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::kept::Kept;
use super::run::Run;
use super::surroundings::Known;
use super::{Answered, Keeping, KeptNews, OnEvent, OnGiven, OnKeptNews, RunFailure, Submission};
use crate::connection::{Receiver, Word};
use crate::line::Line;
use crate::peer::PeerPool;
use crate::protocol::{ClientId, FromClient, Loss, Pulse, Request, RunId, ToClient, WorkerId};
use crate::scheduler::Status;
use crate::session::{Resumed, Resumption};
use crate::silence::PULSE;

/// What the rest of the process wants.
pub(super) enum Command {
    Submit(u32, Box<Submission>),
    Cancel(u32),
    Watch(OnKeptNews),
    Tell(fn(&str)),
    Keep(u32, Box<Keeping>),
    Get(u32, Vec<u64>, OnGiven),
    Release(u32, Vec<u64>),
    Abandon(u32),
    Retry(u32, Vec<u64>),
    Ask(oneshot::Sender<Status>),
    Request(u32, Box<Request>, Vec<SharedBytes>, oneshot::Sender<Answered>),
    Listen(OnEvent),
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

/// What workers answer.
enum Arrival {
    Delivered(Fetched),
    Given { run: u32, worker: WorkerId, blocks: Vec<(u64, Option<Block>)> },
}

/// See the module.
pub(super) struct Desk {
    id: ClientId,
    scheduler: Line<FromClient>,
    resumption: Resumption,
    peers: Arc<PeerPool>,
    runs: HashMap<u32, Run>,
    kept: HashMap<u32, Kept>,
    surroundings: Known,
    on_news: OnKeptNews,
    on_event: OnEvent,
    tell: fn(&str),
    questions: HashMap<u32, oneshot::Sender<Status>>,
    requests: HashMap<u32, oneshot::Sender<Answered>>,
    next_ticket: u32,
    fetched: mpsc::UnboundedSender<Arrival>,
    arrivals: Option<mpsc::UnboundedReceiver<Arrival>>,
}

impl Desk {
    pub(super) fn new(
        id: ClientId,
        scheduler: Line<FromClient>,
        resumption: Resumption,
        surroundings: Known,
    ) -> Desk {
        let (fetched, arrivals) = mpsc::unbounded_channel();
        Desk {
            id,
            scheduler,
            peers: Arc::new(PeerPool::new(resumption.security.clone())),
            resumption,
            runs: HashMap::new(),
            kept: HashMap::new(),
            surroundings,
            on_news: Box::new(|_, _| {}),
            on_event: Box::new(|_, _, _| {}),
            tell: |_| {},
            questions: HashMap::new(),
            requests: HashMap::new(),
            next_ticket: 0,
            fetched,
            arrivals: Some(arrivals),
        }
    }

    /// Works until the scheduler is gone, or nobody wants anything any more.
    pub(super) async fn serve(mut self, receiver: Receiver, mut commands: mpsc::UnboundedReceiver<Command>) {
        let Some(mut arrivals) = self.arrivals.take() else { return };
        let (heard, mut words) = mpsc::unbounded_channel();
        // All that listens ends with it.
        let mut listeners = JoinSet::new();
        listeners.spawn(listen(receiver, heard.clone()));
        let mut pulse = tokio::time::interval(PULSE);
        pulse.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let failure = loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(Command::Close) | None => {
                        self.scheduler.send(FromClient::Leaving);
                        break RunFailure::closed();
                    }
                    Some(command) => self.obey(command),
                },
                Some(news) = words.recv() => match news {
                    News::Messages(messages, buffers) => {
                        self.scheduler.hear();
                        if messages.contains(&ToClient::Closed) {
                            break RunFailure::lost();
                        }
                        self.hear_all(messages, buffers);
                    }
                    News::Pulse(pulse) => self.scheduler.confirm(pulse.heard),
                    News::Cut => {
                        self.scheduler.cut();
                        let (resumption, heard) = (self.resumption.clone(), heard.clone());
                        let count = self.scheduler.heard();
                        listeners.spawn(async move {
                            let _ = heard.send(News::Resumed(resumption.resume(count).await));
                        });
                    }
                    News::Resumed(Some(resumed)) if self.scheduler.can_go_on(resumed.heard) => {
                        self.scheduler.go_on(resumed.frames, resumed.heard);
                        listeners.spawn(listen(resumed.receiver, heard.clone()));
                    }
                    News::Resumed(_) => break RunFailure::lost(),
                },
                _ = pulse.tick() => self.scheduler.pulse(None),
                Some(arrival) = arrivals.recv() => match arrival {
                    Arrival::Delivered(fetched) => self.take_in(fetched),
                    Arrival::Given { run, worker, blocks } => self.take_in_kept(run, worker, blocks),
                },
            }
            self.scheduler.flush();
        };
        drop(listeners);
        for run in std::mem::take(&mut self.runs).into_values() {
            run.fail(failure.clone());
        }
        for (run, mut kept) in std::mem::take(&mut self.kept) {
            kept.end(&failure);
            (self.on_news)(run, KeptNews::Over(failure.clone()));
        }
        // What was asked for since is answered too.
        commands.close();
        while let Ok(command) = commands.try_recv() {
            self.refuse(command, &failure);
        }
    }

    /// The connection has ended.
    fn refuse(&self, command: Command, failure: &RunFailure) {
        match command {
            Command::Submit(_, submission) => Run::new(*submission).fail(failure.clone()),
            Command::Keep(run, _) => (self.on_news)(run, KeptNews::Over(failure.clone())),
            Command::Get(_, _, on_given) => on_given(Err(failure.clone())),
            _ => {}
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
            Command::Listen(on_event) => self.on_event = on_event,
            Command::Request(ticket, request, buffers, reply) => {
                let request = *request;
                self.requests.insert(ticket, reply);
                self.scheduler.add(FromClient::Request { ticket, request }, buffers);
            }
            Command::Watch(on_news) => self.on_news = on_news,
            Command::Tell(tell) => self.tell = tell,
            Command::Keep(run, keeping) => self.keep(run, *keeping),
            Command::Get(run, numbers, on_given) => match self.kept.get_mut(&run) {
                Some(kept) => {
                    kept.order(numbers, on_given);
                    self.fetch_kept(run);
                }
                None => on_given(Err(RunFailure::cancelled())),
            },
            Command::Release(run, numbers) => self.release(run, &numbers),
            Command::Abandon(run) => self.abandon(run),
            Command::Retry(run, numbers) => {
                let Some(kept) = self.kept.get_mut(&run) else { return };
                kept.retry(&numbers);
                let blocks = kept.blocks(&numbers);
                self.scheduler.add(FromClient::Retry { run, blocks }, Vec::new());
            }
            Command::Close => {}
        }
    }

    fn keep(&mut self, run: u32, keeping: Keeping) {
        let Keeping { graph, program, buffers, retries, loans, is_followed } = keeping;
        let calls = program.is_some();
        let encoded = match rmp_serde::to_vec_named(&graph) {
            Ok(encoded) => Arc::new(encoded) as SharedBytes,
            Err(error) => {
                let failure = RunFailure::gathering("INVALID_GRAPH", error.to_string());
                return (self.on_news)(run, KeptNews::Over(failure));
            }
        };
        let all = std::iter::once(encoded).chain(program).chain(buffers).collect();
        if is_followed {
            self.scheduler.add(FromClient::Follow { run }, Vec::new());
        }
        self.scheduler.add(FromClient::Keep { run, calls, retries, loans }, all);
        self.kept.insert(run, Kept::new(graph));
    }

    /// Asks for blocks of a graph that is kept.
    fn fetch_kept(&mut self, run: u32) {
        let Some(kept) = self.kept.get_mut(&run) else { return };
        for (worker, wanted) in kept.questions() {
            let (peers, fetched, id) = (Arc::clone(&self.peers), self.fetched.clone(), RunId(self.id, run));
            tokio::spawn(async move {
                let blocks: Vec<u64> = wanted.iter().map(|&(_, block)| block).collect();
                let given = peers.fetch(worker, id, &blocks).await;
                let blocks = wanted.into_iter().map(|(number, _)| number).zip(given).collect();
                let _ = fetched.send(Arrival::Given { run, worker, blocks });
            });
        }
    }

    fn take_in_kept(&mut self, run: u32, worker: WorkerId, blocks: Vec<(u64, Option<Block>)>) {
        let Some(kept) = self.kept.get_mut(&run) else { return };
        let missed = kept.answered(worker, blocks);
        let losses: Vec<Loss> =
            kept.blocks(&missed).into_iter().map(|block| Loss { block, worker }).collect();
        if !losses.is_empty() {
            self.scheduler.add(FromClient::Lost { run, losses }, Vec::new());
        }
        self.fetch_kept(run);
        self.end_kept(run);
    }

    fn release(&mut self, run: u32, numbers: &[u64]) {
        let Some(kept) = self.kept.get_mut(&run) else { return };
        let blocks = kept.release(numbers);
        if !blocks.is_empty() {
            self.scheduler.add(FromClient::Fetched { run, blocks }, Vec::new());
        }
        self.end_kept(run);
    }

    /// Nobody wants anything of a graph that is kept any more.
    fn abandon(&mut self, run: u32) {
        if let Some(mut kept) = self.kept.remove(&run) {
            kept.end(&RunFailure::cancelled());
            self.scheduler.add(FromClient::End { run }, Vec::new());
        }
    }

    /// Ends a graph of which nothing is wanted any more.
    fn end_kept(&mut self, run: u32) {
        if self.kept.get(&run).is_some_and(Kept::is_over) {
            self.kept.remove(&run);
            self.scheduler.add(FromClient::End { run }, Vec::new());
        }
    }

    /// Something of a graph that is kept has failed.
    fn fail_kept(&mut self, run: u32, block: Option<u64>, failure: RunFailure) {
        let Some(kept) = self.kept.get_mut(&run) else { return };
        let numbers = block.map_or_else(Vec::new, |block| kept.numbers(block));
        for &number in &numbers {
            kept.fail(number, &failure);
            (self.on_news)(run, KeptNews::Failed(number, failure.clone()));
        }
        if numbers.is_empty() {
            kept.end(&failure);
            self.kept.remove(&run);
            self.scheduler.add(FromClient::End { run }, Vec::new());
            (self.on_news)(run, KeptNews::Over(failure));
        }
    }

    fn hear_kept(&mut self, run: u32, message: ToClient, buffers: Vec<AlignedBuffer>) {
        let Some(kept) = self.kept.get_mut(&run) else { return };
        match message {
            ToClient::Begun { memory, .. } => {
                let blocks = kept.begin(memory);
                if !blocks.is_empty() {
                    self.scheduler.add(FromClient::Fetched { run, blocks }, Vec::new());
                }
            }
            ToClient::Made { blocks, .. } => {
                let numbers = kept.made(&blocks);
                if !numbers.is_empty() {
                    (self.on_news)(run, KeptNews::Made(numbers));
                }
                self.fetch_kept(run);
            }
            ToClient::Tasks { done, .. } => (self.on_news)(run, KeptNews::Tasks(done)),
            ToClient::Failed { block, layer, trouble, .. } => {
                let failure = RunFailure::told(kept.plan(), block, layer, trouble, buffers);
                self.fail_kept(run, block, failure);
            }
            ToClient::Killed { block, clues, .. } => {
                let failure = RunFailure::killed(kept.plan(), block, &clues);
                self.fail_kept(run, Some(block), failure);
            }
            _ => {}
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
        if submission.on_tasks.is_some() {
            self.scheduler.add(FromClient::Follow { run }, Vec::new());
        }
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
        match &message {
            ToClient::Begun { run, .. }
            | ToClient::Made { run, .. }
            | ToClient::Tasks { run, .. }
            | ToClient::Failed { run, .. }
            | ToClient::Killed { run, .. }
                if self.kept.contains_key(run) =>
            {
                return self.hear_kept(*run, message, buffers);
            }
            _ => {}
        }
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
            ToClient::Tasks { run, done } => {
                if let Some(run) = self.runs.get(&run) {
                    run.done(done);
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
            ToClient::Event { topic, noted } => (self.on_event)(topic, noted, buffers),
            ToClient::Waiting { words, .. } => (self.tell)(&words),
            ToClient::Reply { ticket, reply } => {
                if let Some(asked) = self.requests.remove(&ticket) {
                    let _ = asked.send((reply, buffers));
                }
            }
            ToClient::Closed => {}
            ToClient::Surroundings { all } => self.surroundings.learn(all),
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
                let _ = fetched
                    .send(Arrival::Delivered(deliver(number, worker, &plan, &delivery, blocks, given)));
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

/// What comes of the connection to the scheduler.
enum News {
    Messages(Vec<ToClient>, Vec<AlignedBuffer>),
    Pulse(Pulse),
    /// It has ended.
    Cut,
    /// There is another one, or there will be none.
    Resumed(Option<Resumed>),
}

/// Passes on what the scheduler says, until the connection ends.
async fn listen(mut receiver: Receiver, heard: mpsc::UnboundedSender<News>) {
    while let Ok(Some(word)) = receiver.hear().await {
        let news = match word {
            Word::Messages(words) => News::Messages(words.messages, words.buffers),
            Word::Pulse(pulse) => News::Pulse(pulse),
        };
        if heard.send(news).is_err() {
            return;
        }
    }
    let _ = heard.send(News::Cut);
}
