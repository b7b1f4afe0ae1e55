//! The scheduler as a function of what it is told: no socket, no clock, no thread.
//!
//! Events change its state and leave notes; `flush` hands out work and says to each in one message all that happened.

mod calls;
mod datasets;
mod failures;
mod loans;
mod patience;
mod placement;
mod presence;
mod report;
mod service;
mod snapshot;
pub(super) mod story;
mod stream;
mod surroundings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bramble_graph::{Graph, Plan};
use bramble_storage::SharedBytes;
use calls::WorkerCalls;
use datasets::Dataset;
use failures::AllowedFailures;
use loans::Loans;
use patience::Waits;
pub(super) use placement::introduce;
use serde::{Deserialize, Serialize};
use story::Story;
use stream::{Span, TaskStream};
use surroundings::AllSurroundings;

use super::meeting::Meeting;
use super::ready::Demand;
use super::status::News;
use super::stealing::AskedBack;
#[cfg(test)]
use super::tasks::State;
use super::tasks::{Freed, Lost, Tasks};
use super::workers::Workers;
use crate::pace;
use crate::parts;
use crate::protocol::{
    ClientId, Clue, FromClient, FromWorker, Made, MadeOutput, RunId, ToClient, ToWorker, Trouble, Turn,
    WorkerHello, WorkerId,
};

/// Takes messages for others.
pub trait Outbox {
    /// A message for a worker.
    fn tell_worker(&mut self, worker: WorkerId, message: ToWorker, buffers: Vec<SharedBytes>);

    /// A message for a client.
    fn tell_client(&mut self, client: ClientId, message: ToClient, buffers: Vec<SharedBytes>);

    /// A call for the process that all this runs in; the question of the client with this ticket is answered by whoever makes it.
    fn make_call(&mut self, client: ClientId, ticket: u32, call: SharedBytes);
}

/// See the module.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Scheduler {
    pub(super) workers: Workers,
    clients: BTreeMap<ClientId, Client>,
    next_client: u32,
    /// Which run goes first.
    turn: usize,
    pub(super) runs: BTreeMap<RunId, Run>,
    /// Copies that nobody needs, to be told.
    freed: BTreeMap<(WorkerId, RunId), Vec<u64>>,
    calls: WorkerCalls,
    meeting: Meeting,
    datasets: BTreeMap<String, Dataset>,
    stream: TaskStream,
    pub(super) story: Story,
    /// Blocks that move from one worker to another.
    moves: BTreeMap<(RunId, u64), (WorkerId, WorkerId)>,
    surroundings: AllSurroundings,
    pub(super) asked_back: AskedBack,
    allowed_failures: AllowedFailures,
    done: u64,
    failed: u64,
    news: News,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Client {
    /// Workers that it knows how to find.
    peers: BTreeSet<WorkerId>,
    /// Its graphs of whose tasks it wants to hear.
    followed: BTreeSet<u32>,
}

/// A graph under way.
#[derive(Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) tasks: Tasks,
    /// The graph, what calls refer to, and what memory stores read; of one that is over the graph alone.
    #[serde(with = "parts::many")]
    buffers: Vec<SharedBytes>,
    calls: bool,
    memory: u64,
    retries: u32,
    /// The priorities that its tasks have.
    levels: BTreeSet<i32>,
    /// Demands that nobody can meet now.
    unmet: Vec<Demand>,
    /// Who was handed the last block that is made of nothing.
    neighbour: Option<WorkerId>,
    waits: Waits,
    layers: Vec<LayerState>,
    /// Output blocks that the client has not been told of.
    made: Vec<MadeOutput>,
    /// Set when it has failed: nothing is done for it until the client ends it.
    pub(super) is_over: bool,
    /// Whether output blocks stay until they are released, and fail each for itself.
    is_kept: bool,
    loans: Loans,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("tasks", &self.tasks)
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}

/// What a worker may say of a task, in microseconds: twelve days. Its sums over all the tasks of a worker fit 64 bits.
const LONGEST: u64 = 1 << 40;

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct LayerState {
    done: u64,
    told: u64,
    /// How long a task takes, in microseconds; learnt.
    micros: Option<u64>,
}

impl LayerState {
    fn learn(&mut self, micros: u64) {
        let micros = micros.min(LONGEST);
        self.micros = Some(self.micros.map_or(micros, |known| pace::learn(known, micros, 8)));
    }
}

impl Scheduler {
    /// Takes in a worker that others find at `address`.
    pub fn add_worker(&mut self, now: Duration, hello: WorkerHello, address: String) -> WorkerId {
        let text = format!("worker {} has come", hello.name);
        let surroundings = hello.surroundings.clone();
        let id = self.workers.add(hello, address, now);
        self.note_surroundings(id, surroundings);
        self.news.tell(now, text);
        id
    }

    /// Takes in a client.
    pub fn add_client(&mut self) -> ClientId {
        let id = ClientId(self.next_client);
        self.next_client += 1;
        self.clients.insert(id, Client::default());
        self.surroundings.owe(id);
        id
    }

    /// A client is gone, and what it wanted is not wanted any more.
    pub fn lose_client(&mut self, client: ClientId, out: &mut impl Outbox) {
        self.clients.remove(&client);
        self.forget_calls(client);
        self.meeting.lose_client(client);
        let runs: Vec<RunId> = self.runs.keys().copied().filter(|run| run.0 == client).collect();
        for run in runs {
            self.end(run, out);
        }
    }

    /// Of how many deaths of workers a task may be suspected; of one more it is guilty.
    pub(super) fn allowed_failures(&self) -> u32 {
        self.allowed_failures.0
    }

    /// See [`Scheduler::allowed_failures`]; for what happens from now on.
    pub(super) fn allow_failures(&mut self, most: u32) {
        self.allowed_failures = AllowedFailures(most);
    }

    /// A worker is gone, with all that it held; `blamed` unless it went of its own accord.
    pub fn lose_worker(
        &mut self,
        now: Duration,
        id: WorkerId,
        why: &str,
        blamed: bool,
        out: &mut impl Outbox,
    ) {
        self.lose_answers(id, why, out);
        let Some(worker) = self.workers.remove(id) else { return };
        self.moves.retain(|_, &mut (from, to)| from != id && to != id);
        self.forget_surroundings(id, worker.hello.surroundings.as_ref());
        let reason = why.lines().next().unwrap_or_default();
        self.news.tell(now, format!("worker {} is gone: {reason}", worker.hello.name));
        self.story.reach(now);
        self.story.note_gone(id, &worker.hello.name);
        self.freed.retain(|&(holder, _), _| holder != id);
        let suspects = if blamed { worker.under_way() } else { Vec::new() };
        let allowed = self.allowed_failures.0;
        let mut guilty = Vec::new();
        for (&number, run) in &mut self.runs {
            run.made.retain(|made| made.worker != id);
            let Lost { under_way, made } = run.tasks.lose_worker(id);
            for &block in made.iter().chain(&under_way) {
                self.story.note(number, run, block, Turn::Lost, Some(id));
            }
            for block in under_way {
                let Some(task) = run.tasks.get_mut(block) else { continue };
                if suspects.contains(&(number, block)) {
                    task.blame(Clue { worker: worker.hello.name.clone(), why: why.to_owned() });
                }
                if task.deaths().len() > allowed as usize {
                    guilty.push((number, block, task.deaths().to_vec()));
                }
            }
        }
        for (run, block, clues) in guilty {
            out.tell_client(run.0, ToClient::Killed { run: run.1, block, clues }, Vec::new());
            self.give_up_task(run, block, out);
        }
    }

    /// The workers of which nothing was heard for so long.
    pub fn overdue(&self, now: Duration, timeout: Duration) -> Vec<WorkerId> {
        let is_overdue = |seen: Duration| now.saturating_sub(seen) > timeout;
        self.workers.iter().filter(|(_, worker)| is_overdue(worker.seen)).map(|(id, _)| id).collect()
    }

    /// A worker says something.
    pub fn hear_worker(
        &mut self,
        now: Duration,
        id: WorkerId,
        message: FromWorker,
        buffers: Vec<SharedBytes>,
        out: &mut impl Outbox,
    ) {
        self.story.reach(now);
        let Some(worker) = self.workers.get_mut(id) else { return };
        worker.seen = now;
        match message {
            FromWorker::Made { run, made } => self.take_in(now, id, run, made, out),
            FromWorker::Aside { run: number, block, attempt, waits } => {
                let run = self.runs.get(&number).filter(|run| !run.is_over);
                if run.is_some_and(|run| run.tasks.is_running(block, attempt, id)) {
                    self.workers.set_aside(id, number, block, waits);
                }
            }
            FromWorker::Copies { run, blocks } => {
                self.note_copies(id, run, &blocks);
                self.end_moves(id, run, &blocks);
            }
            FromWorker::Failed { run, failure } => self.fail(now, id, run, failure, buffers, out),
            FromWorker::Missing { run, block, attempt, input, asked } => {
                self.miss(id, (run, block, attempt), input, &asked);
            }
            FromWorker::GaveBack { run, block, attempt, is_given } => {
                self.take_given_back(id, (run, block, attempt), is_given);
            }
            FromWorker::Untaken { run, block, asked } => self.lose_copies(run, block, &asked),
            FromWorker::Unprepared { run: id, layer, trouble } => {
                if self.runs.get(&id).is_none_or(|run| run.is_over) {
                    return;
                }
                let (run, layer) = (id.1, Some(layer));
                out.tell_client(id.0, ToClient::Failed { run, block: None, layer, trouble }, buffers);
                self.give_up(id, out);
            }
            FromWorker::Retiring { why } => {
                let text = format!("worker {} wants to go: {why}", worker.hello.name);
                self.news.tell(now, text);
                self.workers.retire(id);
            }
            FromWorker::Answered { number, end } => self.take_answer(id, number, end, buffers, out),
            FromWorker::Leaving { why } => self.lose_worker(now, id, &why, false, out),
        }
    }

    fn take_in(
        &mut self,
        now: Duration,
        worker: WorkerId,
        number: RunId,
        made: Vec<Made>,
        out: &mut impl Outbox,
    ) {
        let told = self.stream.total();
        let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { return };
        let mut freed: Vec<Freed> = Vec::with_capacity(made.len());
        let mut finished = Vec::new();
        for Made { block, attempt, bytes, micros } in made {
            if run.tasks.is_running(block, attempt, worker) {
                self.workers.take_back(worker, number, block);
                let task = run.tasks.get(block).expect("a running block is known");
                let layer = task.layer;
                if !run.loans.has(block) {
                    let state = &mut run.layers[layer as usize];
                    state.done += 1;
                    // It says nothing about how long calls of the same layer take.
                    if !run.tasks.only_passes(block) {
                        state.learn(micros);
                    }
                    let plan = run.tasks.plan();
                    self.stream.note(plan, Span { run: number, block, worker, end: now, micros, bytes });
                }
                self.story.note(number, run, block, Turn::Memory, Some(worker));
                run.tasks.finish(block, worker, bytes, &mut freed);
                if run.tasks.plan().is_output(layer) {
                    run.made.push(MadeOutput { block, worker });
                }
                finished.extend(run.is_kept.then_some(block));
                self.done += 1;
                if let Some(worker) = self.workers.get_mut(worker) {
                    worker.done += 1;
                }
            } else if !run.tasks.add_holder(block, worker) {
                freed.push((worker, block));
            }
        }
        self.tell_ended(number, worker, told, out);
        self.note_freed(number, freed);
        for block in finished {
            self.return_loan(number, block);
            self.lend_out(number, block);
        }
    }

    fn note_copies(&mut self, worker: WorkerId, number: RunId, blocks: &[u64]) {
        let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { return };
        let unwanted = blocks.iter().copied().filter(|&block| !run.tasks.add_holder(block, worker));
        let freed = unwanted.map(|block| (worker, block)).collect();
        self.note_freed(number, freed);
    }

    fn note_freed(&mut self, run: RunId, freed: Vec<Freed>) {
        for (holder, block) in freed {
            if self.workers.get(holder).is_some() {
                self.freed.entry((holder, run)).or_default().push(block);
            }
        }
    }

    /// A client says something.
    pub fn hear_client(
        &mut self,
        now: Duration,
        client: ClientId,
        message: FromClient,
        buffers: Vec<SharedBytes>,
        out: &mut impl Outbox,
    ) {
        self.story.reach(now);
        match message {
            FromClient::Submit { run, calls, retries } => {
                self.submit(RunId(client, run), calls, retries, buffers, out);
            }
            FromClient::Keep { run, calls, retries, loans } => {
                self.keep(RunId(client, run), (calls, retries), &loans, buffers, out);
            }
            FromClient::Retry { run, blocks } => self.retry(client, run, &blocks),
            FromClient::Fetched { run, blocks } => {
                let number = RunId(client, run);
                let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { return };
                let mut freed = Vec::new();
                for block in blocks {
                    run.tasks.deliver(block, &mut freed);
                }
                self.note_freed(number, freed);
            }
            FromClient::Lost { run, losses } => {
                let number = RunId(client, run);
                let Some(run) = self.runs.get_mut(&number).filter(|run| !run.is_over) else { return };
                for loss in losses {
                    if run.tasks.lose_copies(loss.block, &[loss.worker]) {
                        self.story.note(number, run, loss.block, Turn::Lost, Some(loss.worker));
                    }
                    // Somebody else may have it still.
                    let task = run.tasks.get(loss.block);
                    if let Some(&worker) = task.and_then(|task| task.holders.first()) {
                        run.made.push(MadeOutput { block: loss.block, worker });
                    }
                }
            }
            FromClient::Follow { run } => self.follow(client, run),
            FromClient::End { run } => {
                self.unfollow(client, run);
                self.end(RunId(client, run), out);
            }
            FromClient::Request { ticket, request } => {
                self.serve(now, (client, ticket), request, buffers, out);
            }
            FromClient::Leaving => self.lose_client(client, out),
            FromClient::Ask { ticket } => {
                self.tell_surroundings(out);
                let status = Box::new(self.status(now));
                out.tell_client(client, ToClient::Status { ticket, status }, Vec::new());
            }
        }
    }

    fn submit(
        &mut self,
        number: RunId,
        calls: bool,
        retries: u32,
        buffers: Vec<SharedBytes>,
        out: &mut impl Outbox,
    ) {
        let run = number.1;
        let graph = buffers.first().map(|bytes| Graph::decode((**bytes).as_ref()));
        let graph = match graph {
            Some(Ok(graph)) => graph,
            refused => {
                let message = match refused {
                    Some(Err(error)) => error.to_string(),
                    _ => "there is no graph".to_owned(),
                };
                let trouble = Trouble { code: "INVALID_GRAPH".into(), message, thrown: None };
                let failed = ToClient::Failed { run, block: None, layer: None, trouble };
                out.tell_client(number.0, failed, Vec::new());
                return;
            }
        };
        let memory = match self.workers.memory() {
            0 => u64::MAX,
            memory => memory / 2,
        };
        let plan = Arc::new(Plan::within(&graph, memory));
        let layers = vec![LayerState::default(); plan.layers().len()];
        let levels = plan.all_asked().iter().map(|asked| asked.priority).chain([0]).collect();
        let tasks = Tasks::new(plan);
        let begun = Run {
            tasks,
            buffers,
            calls,
            memory,
            retries,
            levels,
            unmet: Vec::new(),
            neighbour: None,
            waits: Waits::default(),
            layers,
            made: Vec::new(),
            is_over: false,
            is_kept: false,
            loans: Loans::default(),
        };
        self.end(number, out);
        self.runs.insert(number, begun);
        out.tell_client(number.0, ToClient::Begun { run, memory }, Vec::new());
        self.borrow_layers(number, out);
    }

    /// Drops all that there is of a run, and waits for the client to end it.
    fn give_up(&mut self, number: RunId, out: &mut impl Outbox) {
        if let Some(run) = self.runs.get_mut(&number) {
            run.is_over = true;
            run.tasks = Tasks::new(Arc::clone(run.tasks.plan()));
            run.buffers.truncate(1);
            run.made = Vec::new();
        }
        self.tell_end(number, out);
    }

    fn end(&mut self, number: RunId, out: &mut impl Outbox) {
        if self.stays_for_borrowers(number) {
            return;
        }
        if let Some(run) = self.runs.remove(&number) {
            self.tell_end(number, out);
            self.settle_loans(number, run, out);
        }
    }

    fn tell_end(&mut self, number: RunId, out: &mut impl Outbox) {
        self.moves.retain(|&(run, _), _| run != number);
        self.freed.retain(|&(_, run), _| run != number);
        for worker in self.workers.forget_run(number) {
            out.tell_worker(worker, ToWorker::End { run: number }, Vec::new());
        }
    }

    /// Hands out work, and tells everybody what there is to be told.
    pub fn flush(&mut self, out: &mut impl Outbox) {
        self.tell_surroundings(out);
        for ((worker, run), blocks) in std::mem::take(&mut self.freed) {
            out.tell_worker(worker, ToWorker::Free { run, blocks }, Vec::new());
        }
        let mut numbers: Vec<RunId> = self.runs.keys().copied().collect();
        if !numbers.is_empty() {
            // Another one goes first each time.
            self.turn = (self.turn + 1) % numbers.len();
            numbers.rotate_left(self.turn);
        }
        loop {
            self.hand_out_all(&numbers, out);
            // What is on loan may have to be made first, by a run that had its turn.
            let mut found = false;
            for &number in &numbers {
                found |= self.call_for_loans(number, out);
            }
            if !found {
                break;
            }
        }
        self.ask_back(out);
        for number in numbers {
            self.tell_made(number, out);
        }
        self.retire_workers(out);
        self.tell_met(out);
    }

    /// Checks that everything fits together.
    ///
    /// # Panics
    /// If something does not: a bug.
    #[cfg(test)]
    pub(crate) fn sanity_check(&self) {
        self.workers.sanity_check();
        let mut handed_out = 0;
        for (number, run) in &self.runs {
            run.tasks.sanity_check();
            handed_out += run.tasks.counts()[2];
            let mut fresh: BTreeMap<WorkerId, i64> = BTreeMap::new();
            for (worker, bytes) in run.tasks.fresh_held() {
                *fresh.entry(worker).or_default() += bytes;
            }
            for (id, _) in self.workers.iter() {
                let held = i64::try_from(self.workers.fresh(id, *number)).unwrap();
                assert_eq!(held, fresh.get(&id).copied().unwrap_or(0), "bytes of sources on {id:?}");
            }
            let is_wanted = self.clients.contains_key(&number.0) || run.loans.has_ended;
            assert!(is_wanted, "a run without a client");
        }
        let held = self.workers.handed_out();
        assert_eq!(held.len() as u64, handed_out);
        for (worker, run, block) in held {
            let task = self.runs[&run].tasks.get(block);
            assert!(task.is_some_and(|task| task.state == State::Running(worker)));
        }
    }

    /// Whether no block of any run is known.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.freed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_worker_says_of_a_task_can_be_added_up() {
        let mut layer = LayerState::default();
        layer.learn(u64::MAX);
        let load = layer.micros.and_then(|micros| micros.checked_mul(1 << 20));
        assert!(load.is_some_and(|load| load > 0), "{layer:?}");
    }
}
