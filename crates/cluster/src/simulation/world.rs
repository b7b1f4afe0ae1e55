//! Scheduler, workers, one client, and what is under way between them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bramble_graph::{BlockId, Plan};
use bramble_storage::SharedBytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::chronicle::Chronicle;
use super::patron::{Patron, combine};
use super::{Chance, mix};
use crate::protocol::{ClientId, FromWorker, RunId, ToClient, ToWorker, Trouble, WorkerHello, WorkerId};
use crate::scheduler::Outbox;
use crate::worker::{Action, WorkerCore};

/// Where workers are found that have all that tasks may ask for.
pub(super) const ABLE: &str = "inproc://able";

/// What each of them has of something.
const GPUS: f64 = 1.5;

/// Events after which a run should long have ended.
const MOST_EVENTS: u64 = 200_000;

/// What may go wrong.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each goes wrong or not, whatever the others do")]
pub(super) struct Faults {
    /// Workers die, and others come.
    pub(super) deaths: bool,
    /// Transfers fail, and blocks are not where they should be.
    pub(super) transfers: bool,
    /// Tasks fail, and are tried again.
    pub(super) failures: bool,
    /// Workers run out of memory, and have some again.
    pub(super) shortage: bool,
    /// Workers want to go.
    pub(super) retirement: bool,
    /// Connections to workers are cut, and mended after a while.
    pub(super) cuts: bool,
    /// The scheduler dies, and goes on from what it wrote down.
    pub(super) restarts: bool,
    /// Graphs are kept, borrowed from and published.
    pub(super) keeps: bool,
    /// Tasks that were begun wait for something else.
    pub(super) asides: bool,
    /// Blocks are larger than a worker's memory, or than most of it.
    pub(super) oversizes: bool,
}

impl Faults {
    pub(super) const NONE: Faults = Faults {
        deaths: false,
        transfers: false,
        failures: false,
        shortage: false,
        retirement: false,
        cuts: false,
        restarts: false,
        keeps: false,
        asides: false,
        oversizes: false,
    };

    pub(super) const ALL: Faults = Faults {
        deaths: true,
        transfers: true,
        failures: true,
        shortage: true,
        retirement: true,
        cuts: true,
        restarts: true,
        keeps: true,
        asides: true,
        oversizes: true,
    };

    /// Bytes of a block.
    fn bytes(self, block: u64) -> u64 {
        match mix(block) % 16 {
            0 if self.oversizes => 3 << 30,
            1..4 if self.oversizes => 100 << 20,
            _ => 8,
        }
    }
}

pub(super) struct World {
    chance: Chance,
    faults: Faults,
    scheduler: Chronicle,
    patron: Patron,
    workers: BTreeMap<WorkerId, Simulated>,
    post: Post,
    events: u64,
    deaths: usize,
    retirements: usize,
    executed: u64,
}

struct Simulated {
    core: WorkerCore<u64>,
    inbox: VecDeque<ToWorker>,
    /// Its words to the scheduler.
    outbox: VecDeque<FromWorker>,
    executing: Vec<(RunId, u64, u32, Vec<u64>)>,
    fetching: Vec<(WorkerId, RunId, Vec<u64>)>,
    preparing: Vec<(RunId, u64)>,
    is_retiring: bool,
    /// Whether its connection is cut: what is said waits.
    is_away: bool,
    /// Whether it has all that tasks may ask for.
    has_all: bool,
    plans: HashMap<RunId, Arc<Plan>>,
}

#[derive(Default)]
struct Post {
    to_workers: Vec<(WorkerId, ToWorker)>,
    to_client: VecDeque<ToClient>,
}

impl Outbox for Post {
    fn make_call(&mut self, _: ClientId, _: u32, _: SharedBytes) {}

    fn tell_worker(&mut self, worker: WorkerId, message: ToWorker, _: Vec<SharedBytes>) {
        self.to_workers.push((worker, travelled(&message)));
    }

    fn tell_client(&mut self, _: ClientId, message: ToClient, _: Vec<SharedBytes>) {
        self.to_client.push_back(travelled(&message));
    }
}

/// A message as it comes out at the other end.
pub(super) fn travelled<M: Serialize + DeserializeOwned>(message: &M) -> M {
    rmp_serde::from_slice(&rmp_serde::to_vec(message).unwrap()).unwrap()
}

/// What can happen next.
#[derive(Clone, Copy)]
enum Next {
    Worker(WorkerId),
    Scheduler(WorkerId),
    Back(WorkerId),
    Executed(WorkerId),
    Fetched(WorkerId),
    Prepared(WorkerId),
    Client,
    ClientSteps,
    FromClient,
    ClientFetched,
}

impl World {
    pub(super) fn new(mut chance: Chance, faults: Faults) -> World {
        let mut scheduler = Chronicle::default();
        let patron = Patron::new(scheduler.add_client(), &mut chance, faults.keeps);
        let workers = 1 + chance.below(4);
        let mut world = World {
            chance,
            faults,
            scheduler,
            patron,
            workers: BTreeMap::new(),
            post: Post::default(),
            events: 0,
            deaths: 0,
            retirements: 0,
            executed: 0,
        };
        (0..workers).for_each(|_| world.add_worker());
        world
    }

    /// One that has all that is asked for, if there is none that stays; else one that may have it or not.
    fn add_worker(&mut self) {
        let has_all = self.chance.once_in(2)
            || !self.workers.values().any(|worker| worker.has_all && !worker.is_retiring);
        let resources = if has_all { BTreeMap::from([("gpu".to_owned(), GPUS)]) } else { BTreeMap::new() };
        let address = if has_all { ABLE } else { "inproc://nowhere" };
        let threads = 1 + self.chance.below(3);
        let hello = WorkerHello {
            name: "worker".into(),
            address: "inproc://nowhere".into(),
            threads: u32::try_from(threads).unwrap(),
            memory: if self.faults.oversizes { 1 << (27 + self.chance.below(5)) } else { 1 << 30 },
            calls: true,
            surroundings: None,
            pid: 1,
            resources,
            watch: 0,
        };
        let id = self.scheduler.add_worker(hello, address.into());
        let simulated = Simulated {
            core: WorkerCore::new(id, threads),
            inbox: VecDeque::new(),
            outbox: VecDeque::new(),
            executing: Vec::new(),
            fetching: Vec::new(),
            preparing: Vec::new(),
            is_retiring: false,
            is_away: false,
            has_all,
            plans: HashMap::new(),
        };
        self.workers.insert(id, simulated);
    }

    /// Has all done that the client wants and checks everything; gives the number of events.
    pub(super) fn run(mut self) -> u64 {
        self.patron.take_step();
        self.settle();
        while !self.patron.is_complete() {
            let Some(next) = self.pick() else { panic!("nothing happens any more: {self:?}") };
            self.happen(next);
            self.settle();
            self.events += 1;
            assert!(self.events < MOST_EVENTS, "it does not end");
        }
        self.patron.check();
        self.check_effort();
        self.patron.end_all();
        while let Some(next) = self.pick() {
            self.happen(next);
            self.settle();
        }
        assert!(self.scheduler.is_empty(), "a run is left");
        for worker in self.workers.values() {
            assert_eq!((worker.core.bytes(), worker.core.load()), (0, (0, 0)), "something is left");
        }
        self.events
    }

    /// Where nothing is lost, nothing is made twice.
    fn check_effort(&self) {
        let Faults { deaths, transfers, failures, .. } = self.faults;
        if !(deaths || transfers || failures)
            && let Some(most) = self.patron.enough()
        {
            assert!(self.executed <= most, "{} tasks were done, {most} were enough", self.executed);
        }
    }

    /// Something that can happen, or nothing.
    fn pick(&mut self) -> Option<Next> {
        let mut possible = Vec::new();
        for (&id, worker) in &self.workers {
            let some = [
                (!worker.inbox.is_empty() && !worker.is_away).then_some(Next::Worker(id)),
                (!worker.outbox.is_empty() && !worker.is_away).then_some(Next::Scheduler(id)),
                worker.is_away.then_some(Next::Back(id)),
                (!worker.executing.is_empty()).then_some(Next::Executed(id)),
                (!worker.fetching.is_empty()).then_some(Next::Fetched(id)),
                (!worker.preparing.is_empty()).then_some(Next::Prepared(id)),
            ];
            possible.extend(some.into_iter().flatten());
        }
        possible.extend((!self.post.to_client.is_empty()).then_some(Next::Client));
        possible.extend(self.patron.has_steps().then_some(Next::ClientSteps));
        possible.extend(self.patron.has_said().then_some(Next::FromClient));
        possible.extend(self.patron.is_fetching().then_some(Next::ClientFetched));
        if possible.is_empty() { None } else { Some(possible[self.chance.below(possible.len())]) }
    }

    fn happen(&mut self, next: Next) {
        if self.faults.deaths && self.deaths < 12 && self.chance.once_in(40) {
            self.kill_one();
        }
        if self.faults.restarts && self.chance.once_in(100) {
            self.scheduler.begin_anew();
        }
        if self.faults.restarts && self.chance.once_in(200) {
            self.scheduler.die_and_go_on();
        }
        if self.faults.cuts && self.chance.once_in(30) {
            let at = self.chance.below(self.workers.len());
            if let Some((&id, worker)) = self.workers.iter_mut().nth(at) {
                worker.is_away = true;
                self.scheduler.set_away(id, true);
            }
        }
        if self.faults.shortage && self.chance.once_in(10) {
            let at = self.chance.below(self.workers.len());
            let is_full = self.chance.once_in(2);
            if let Some(worker) = self.workers.values_mut().nth(at) {
                worker.core.set_full(is_full);
            }
        }
        if self.faults.retirement && self.retirements < 12 && self.chance.once_in(30) {
            self.retirements += 1;
            self.retire_one();
        }
        match next {
            Next::Worker(id) => self.deliver_to_worker(id),
            Next::Scheduler(id) => {
                let Some(worker) = self.workers.get_mut(&id) else { return };
                let Some(message) = worker.outbox.pop_front() else { return };
                let now = Duration::from_millis(self.events);
                self.scheduler.hear_worker(now, id, message, &mut self.post);
            }
            Next::Back(id) => {
                if let Some(worker) = self.workers.get_mut(&id) {
                    worker.is_away = false;
                    self.scheduler.set_away(id, false);
                }
            }
            Next::Executed(id) => self.execute(id),
            Next::Fetched(id) => self.fetch(id),
            Next::Prepared(id) => {
                let Some(worker) = self.workers.get_mut(&id) else { return };
                let at = self.chance.below(worker.preparing.len());
                let (run, memory) = worker.preparing.swap_remove(at);
                worker.core.prepared(run, Arc::new(Plan::within(self.patron.graph(run), memory)));
            }
            Next::Client => {
                let message = self.post.to_client.pop_front().unwrap();
                self.patron.hear(message);
            }
            Next::ClientSteps => self.patron.take_step(),
            Next::FromClient => {
                let (message, buffers) = self.patron.next_word();
                let now = Duration::from_millis(self.events);
                self.scheduler.hear_client(now, self.patron.id, message, buffers, &mut self.post);
            }
            Next::ClientFetched => {
                let fails = self.faults.transfers && self.chance.once_in(6);
                let workers = &self.workers;
                self.patron.fetch(&mut self.chance, |worker, run, block| {
                    let holder = workers.get(&worker).filter(|_| !fails)?;
                    holder.core.give(run, &[block])[0]
                });
            }
        }
    }

    fn kill_one(&mut self) {
        let ids: Vec<WorkerId> = self.workers.keys().copied().collect();
        let id = ids[self.chance.below(ids.len())];
        // Some of its last words arrive.
        let worker = self.workers.remove(&id).unwrap();
        let words = self.chance.below(worker.outbox.len() + 1);
        for message in worker.outbox.into_iter().take(words) {
            self.scheduler.hear_worker(Duration::ZERO, id, message, &mut self.post);
        }
        // It went of its own accord, as it were: nobody is to blame here.
        self.scheduler.lose_worker(id, false, &mut self.post);
        self.deaths += 1;
        let has_able = self.workers.values().any(|worker| worker.has_all && !worker.is_retiring);
        if !has_able || self.chance.once_in(2) {
            self.add_worker();
        }
    }

    /// One of those that have not said so before wants to go, if another one stays.
    fn retire_one(&mut self) {
        let stay: Vec<WorkerId> =
            self.workers.iter().filter(|(_, worker)| !worker.is_retiring).map(|(&id, _)| id).collect();
        if stay.len() < 2 {
            self.add_worker();
            return;
        }
        let worker = self.workers.get_mut(&stay[self.chance.below(stay.len())]).unwrap();
        worker.is_retiring = true;
        let was_able = worker.has_all;
        worker.outbox.push_back(FromWorker::Retiring { why: "chance".into() });
        if was_able {
            self.add_worker();
        }
    }

    fn deliver_to_worker(&mut self, id: WorkerId) {
        let Some(worker) = self.workers.get_mut(&id) else { return };
        let Some(message) = worker.inbox.pop_front() else { return };
        match message {
            ToWorker::Begin { run, memory, .. } => {
                worker.core.begin(run);
                worker.plans.insert(run, Arc::new(Plan::within(self.patron.graph(run), memory)));
                worker.preparing.push((run, memory));
            }
            ToWorker::Compute { run, tasks } => worker.core.compute(run, tasks),
            ToWorker::Adopt { run, adoption } => worker.core.adopt(run, &adoption),
            ToWorker::GiveBack { run, block, attempt } => worker.core.give_back(run, block, attempt),
            ToWorker::Free { run, blocks } => drop(worker.core.free(run, &blocks)),
            ToWorker::End { run } => drop(worker.core.end(run)),
            ToWorker::Take { run, places } => worker.core.take(run, places),
            ToWorker::Leave { .. } => {
                let words = self.workers.remove(&id).unwrap().outbox;
                for message in words {
                    self.scheduler.hear_worker(Duration::ZERO, id, message, &mut self.post);
                }
                self.scheduler.lose_worker(id, true, &mut self.post);
                if self.workers.is_empty() {
                    self.add_worker();
                }
            }
            ToWorker::Peer { .. } | ToWorker::Call { .. } => {}
        }
    }

    fn execute(&mut self, id: WorkerId) {
        let fails = self.faults.failures && self.chance.once_in(20);
        let Some(worker) = self.workers.get_mut(&id) else { return };
        let at = self.chance.below(worker.executing.len());
        if self.faults.asides && self.chance.once_in(3) {
            let (run, block, attempt, _) = worker.executing[at];
            worker.core.set_aside(run, block, attempt, self.chance.once_in(2));
            return;
        }
        let (run, block, attempt, inputs) = worker.executing.swap_remove(at);
        self.executed += 1;
        let trouble = Trouble { code: "TASK_FAILED".into(), message: "chance".into(), thrown: None };
        let made = if fails { Err(trouble) } else { Ok((combine(block, &inputs), self.faults.bytes(block))) };
        let micros = self.chance.below(100_000) as u64;
        worker.core.executed(run, block, attempt, made, micros);
    }

    fn fetch(&mut self, id: WorkerId) {
        let fails = self.faults.transfers && self.chance.once_in(6);
        let Some(worker) = self.workers.get_mut(&id) else { return };
        let at = self.chance.below(worker.fetching.len());
        let (from, run, blocks) = worker.fetching.swap_remove(at);
        let given = match self.workers.get(&from).filter(|_| !fails) {
            Some(peer) => peer.core.give(run, &blocks),
            None => vec![None; blocks.len()],
        };
        let sized = |(id, block): (u64, Option<u64>)| (id, block.map(|block| (block, self.faults.bytes(id))));
        let given = blocks.into_iter().zip(given).map(sized).collect();
        let worker = self.workers.get_mut(&id).unwrap();
        worker.core.fetched(from, run, given);
    }

    /// Carries out what the state machines want, and checks them.
    fn settle(&mut self) {
        self.scheduler.flush(&mut self.post);
        for (id, message) in std::mem::take(&mut self.post.to_workers) {
            if let Some(worker) = self.workers.get_mut(&id) {
                worker.inbox.push_back(message);
            }
        }
        for worker in self.workers.values_mut() {
            for action in worker.core.take_actions() {
                match action {
                    Action::Execute { run, block, attempt, inputs } => {
                        worker.executing.push((run, block, attempt, inputs));
                    }
                    Action::Fetch { from, run, blocks } => worker.fetching.push((from, run, blocks)),
                    Action::Tell(message) => worker.outbox.push_back(travelled(&message)),
                }
            }
            worker.core.sanity_check();
            worker.check_demands();
        }
        self.scheduler.sanity_check();
    }
}

impl Simulated {
    /// It executes nothing that others should, and not more at once than it has things for.
    fn check_demands(&self) {
        let asked = self.executing.iter().filter_map(|&(run, block, ..)| {
            let plan = self.plans.get(&run)?;
            let (layer, at) = plan.locate(BlockId(block));
            plan.annotations(layer, &at)
        });
        let mut gpus = 0.0;
        for asked in asked {
            assert!(self.has_all || (asked.workers.is_empty() && asked.resources.is_empty()));
            gpus += asked.resources.values().sum::<f64>();
        }
        assert!(gpus <= GPUS, "{gpus} at once");
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", *self.scheduler)
    }
}
