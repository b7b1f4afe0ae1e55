//! What the scheduler knows of its workers, and which one should make a block.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use super::needs::{Needs, Stock};
use crate::protocol::{Beat, RunId, WorkerHello, WorkerId};

/// Work that a worker should have ahead, in microseconds a thread: as long as a word to the scheduler and back may
/// take, and no longer, so that others can still take it.
const AHEAD: u64 = 20_000;

/// How long a task takes of which nothing is known, in microseconds.
pub(super) const UNKNOWN: u64 = AHEAD;

/// Bytes a microsecond that a network moves: somewhat less than gigabit Ethernet.
pub(super) const BANDWIDTH: u64 = 100;

/// A worker.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) hello: WorkerHello,
    pub(super) address: String,
    pub(super) beat: Beat,
    pub(super) seen: Duration,
    /// Whether the connection to it was cut.
    is_away: bool,
    pub(super) done: u64,
    /// What it was handed and works on, in this order, and how long each will take.
    tasks: BTreeMap<u64, (RunId, u64, u64)>,
    /// Those of them that wait for others, and take no thread.
    aside: BTreeMap<u64, (RunId, u64, u64)>,
    numbers: HashMap<(RunId, u64), u64>,
    next_number: u64,
    /// Microseconds of these.
    load: u64,
    /// What it has of things that tasks may ask for.
    pub(super) resources: Stock,
    /// Of these, what no task has that it was handed.
    pub(super) spare: Stock,
    /// What tasks have of them.
    taken: HashMap<(RunId, u64), Stock>,
    /// Set when it wants to go.
    pub(super) retiring: Option<Retiring>,
    /// Graphs that it was sent.
    pub(super) knows: HashSet<RunId>,
    /// Workers that it knows how to find.
    pub(super) peers: HashSet<WorkerId>,
}

/// A worker that wants to go.
#[derive(Debug, Default)]
pub(super) struct Retiring {
    /// The blocks that others were told to take, and who.
    pub(super) moving: HashMap<(RunId, u64), WorkerId>,
    /// Whether it was told to leave.
    pub(super) may_leave: bool,
}

/// All workers.
#[derive(Debug, Default)]
pub(super) struct Workers {
    known: BTreeMap<WorkerId, Worker>,
    /// Those with room, by how long it takes until a thread is free.
    open: BTreeSet<(u64, WorkerId)>,
    /// Those that have more tasks than threads, in the same order.
    laden: BTreeSet<(u64, WorkerId)>,
    next: u32,
}

impl Worker {
    /// How long until a thread is free, in microseconds.
    pub(super) fn delay(&self) -> u64 {
        self.load / u64::from(self.hello.threads)
    }

    /// Whether it has more than it can do at once.
    fn is_laden(&self) -> bool {
        self.tasks.len() > self.hello.threads as usize
    }

    /// Whether a thread of it has nothing to do.
    fn is_idle(&self) -> bool {
        self.tasks.len() < self.hello.threads as usize
    }

    /// The tasks that wait for a thread, with how long each will take: those that it was handed last come first.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (RunId, u64, u64)> {
        let count = self.tasks.len().saturating_sub(self.hello.threads as usize);
        self.tasks.values().rev().take(count).copied()
    }

    /// Whether it was handed a task.
    pub(super) fn has(&self, run: RunId, block: u64) -> bool {
        self.numbers.contains_key(&(run, block))
    }

    /// How long until a thread is free once it need not do a task of so many microseconds.
    pub(super) fn delay_without(&self, micros: u64) -> u64 {
        self.load.saturating_sub(micros) / u64::from(self.hello.threads)
    }

    fn is_open(&self) -> bool {
        if self.is_retiring() || self.is_away {
            return false;
        }
        let threads = u64::from(self.hello.threads);
        self.tasks.len() as u64 <= threads || self.delay() < AHEAD
    }

    /// Whether it wants to go.
    pub(super) fn is_retiring(&self) -> bool {
        self.retiring.is_some()
    }

    /// How many tasks it was handed.
    pub(super) fn processing(&self) -> u64 {
        (self.tasks.len() + self.aside.len()) as u64
    }

    /// The tasks that it may have been running: those that it was handed first.
    pub(super) fn under_way(&self) -> Vec<(RunId, u64)> {
        let first = self.tasks.values().take(self.hello.threads as usize);
        first.chain(self.aside.values()).map(|&(run, block, _)| (run, block)).collect()
    }
}

impl Workers {
    pub(super) fn add(&mut self, mut hello: WorkerHello, address: String, now: Duration) -> WorkerId {
        let id = WorkerId(self.next);
        self.next += 1;
        hello.threads = hello.threads.max(1);
        if self.known.values().any(|worker| worker.hello.name == hello.name) {
            hello.name = format!("{}-{}", hello.name, id.0);
        }
        let resources = Stock::new(&hello.resources);
        let worker = Worker {
            hello,
            address,
            spare: resources.clone(),
            resources,
            taken: HashMap::new(),
            beat: Beat::default(),
            seen: now,
            is_away: false,
            done: 0,
            tasks: BTreeMap::new(),
            aside: BTreeMap::new(),
            numbers: HashMap::new(),
            next_number: 0,
            load: 0,
            retiring: None,
            knows: HashSet::new(),
            peers: HashSet::new(),
        };
        self.open.insert((0, id));
        self.known.insert(id, worker);
        id
    }

    pub(super) fn remove(&mut self, id: WorkerId) -> Option<Worker> {
        let worker = self.known.remove(&id)?;
        self.open.remove(&(worker.delay(), id));
        self.laden.remove(&(worker.delay(), id));
        Some(worker)
    }

    pub(super) fn get(&self, id: WorkerId) -> Option<&Worker> {
        self.known.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: WorkerId) -> Option<&mut Worker> {
        self.known.get_mut(&id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (WorkerId, &Worker)> {
        self.known.iter().map(|(&id, worker)| (id, worker))
    }

    /// Bytes that blocks may take on all of them.
    pub(super) fn memory(&self) -> u64 {
        self.known.values().fold(0, |sum, worker| sum.saturating_add(worker.hello.memory))
    }

    /// Some of those with a thread that has nothing to do, if others have more than they can do.
    pub(super) fn idle(&self, most: usize) -> Vec<WorkerId> {
        if self.laden.is_empty() {
            return Vec::new();
        }
        let first = self.open.iter().map(|&(_, id)| id).take(most);
        first.filter(|id| self.known.get(id).is_some_and(Worker::is_idle)).collect()
    }

    /// Those that have more than they can do, who have most first.
    pub(super) fn laden(&self) -> impl Iterator<Item = WorkerId> {
        self.laden.iter().rev().map(|&(_, id)| id)
    }

    /// Whether any worker has room.
    pub(super) fn has_room(&self) -> bool {
        !self.open.is_empty()
    }

    /// Who should make a block: of those that have room, who can begin first. `held` says how many of the bytes that
    /// it reads some workers have already.
    pub(super) fn choose(&self, bytes: u64, held: &[(WorkerId, u64)], needs: &Needs<'_>) -> Option<WorkerId> {
        let able = |id: &WorkerId| self.known.get(id).is_some_and(|worker| needs.are_met_now_by(worker));
        let free = self.open.iter().map(|&(_, id)| id).find(able);
        let start = |id: WorkerId| {
            let has = held.iter().find(|(holder, _)| *holder == id).map_or(0, |&(_, bytes)| bytes);
            self.known[&id].delay() + bytes.saturating_sub(has) / BANDWIDTH
        };
        let holders = held.iter().map(|&(id, _)| id).filter(able).filter(|id| self.known[id].is_open());
        holders.chain(free).min_by_key(|&id| (start(id), id))
    }

    /// A worker is handed a task that will take so many microseconds, and has this of the worker's things for so long.
    pub(super) fn hand_out(&mut self, id: WorkerId, run: RunId, block: u64, micros: u64, stock: Stock) {
        self.change(id, |worker| {
            if !stock.is_empty() {
                worker.spare.take(&stock);
                worker.taken.insert((run, block), stock);
            }
            let number = worker.next_number;
            worker.next_number += 1;
            worker.load += micros;
            worker.tasks.insert(number, (run, block, micros));
            worker.numbers.insert((run, block), number);
        });
    }

    /// A worker has no longer to do with a task.
    pub(super) fn take_back(&mut self, id: WorkerId, run: RunId, block: u64) {
        self.change(id, |worker| {
            let number = worker.numbers.remove(&(run, block));
            if let Some(number) = number {
                worker.aside.remove(&number);
                if let Some((.., micros)) = worker.tasks.remove(&number) {
                    worker.load -= micros;
                }
            }
            if let Some(stock) = worker.taken.remove(&(run, block)) {
                worker.spare.give_back(&stock);
            }
        });
    }

    /// A task that a worker has waits for others and takes no thread, or goes on.
    pub(super) fn set_aside(&mut self, id: WorkerId, run: RunId, block: u64, waits: bool) {
        self.change(id, |worker| {
            let Some(&number) = worker.numbers.get(&(run, block)) else { return };
            if waits && let Some(task) = worker.tasks.remove(&number) {
                worker.load -= task.2;
                worker.aside.insert(number, task);
            } else if !waits && let Some(task) = worker.aside.remove(&number) {
                worker.load += task.2;
                worker.tasks.insert(number, task);
            }
        });
    }

    /// No worker has to do with a graph any more. Gives those that knew of it.
    pub(super) fn forget_run(&mut self, run: RunId) -> Vec<WorkerId> {
        let knowing: Vec<WorkerId> =
            self.iter().filter(|(_, worker)| worker.knows.contains(&run)).map(|(id, _)| id).collect();
        for &id in &knowing {
            self.change(id, |worker| {
                worker.knows.remove(&run);
                worker.tasks.retain(|_, &mut (other, _, _)| other != run);
                worker.aside.retain(|_, &mut (other, _, _)| other != run);
                worker.numbers.retain(|&(other, _), _| other != run);
                worker.load = worker.tasks.values().map(|&(.., micros)| micros).sum();
                for (_, stock) in worker.taken.extract_if(|&(other, _), _| other == run) {
                    worker.spare.give_back(&stock);
                }
            });
        }
        knowing
    }

    /// A worker is given nothing more to do.
    pub(super) fn retire(&mut self, id: WorkerId) {
        self.change(id, |worker| {
            worker.retiring.get_or_insert_default();
        });
    }

    /// The connection to a worker was cut, or there is one again.
    pub(super) fn set_away(&mut self, now: Duration, id: WorkerId, is_away: bool) {
        self.change(id, |worker| {
            worker.is_away = is_away;
            worker.seen = now;
        });
    }

    /// Changes what a worker has to do, and where it stands among others.
    fn change(&mut self, id: WorkerId, change: impl FnOnce(&mut Worker)) {
        let Some(worker) = self.known.get_mut(&id) else { return };
        self.open.remove(&(worker.delay(), id));
        self.laden.remove(&(worker.delay(), id));
        change(worker);
        if worker.is_open() {
            self.open.insert((worker.delay(), id));
        }
        if worker.is_laden() {
            self.laden.insert((worker.delay(), id));
        }
    }

    /// Checks that everything fits together.
    #[cfg(test)]
    pub(super) fn sanity_check(&self) {
        for (&id, worker) in &self.known {
            assert_eq!(worker.tasks.len() + worker.aside.len(), worker.numbers.len());
            assert_eq!(worker.load, worker.tasks.values().map(|&(.., micros)| micros).sum::<u64>());
            let mut all = worker.spare.clone();
            worker.taken.values().for_each(|stock| all.give_back(stock));
            assert_eq!(all, worker.resources);
            assert!(worker.taken.keys().all(|task| worker.numbers.contains_key(task)));
            assert_eq!(self.laden.contains(&(worker.delay(), id)), worker.is_laden());
            assert_eq!(self.open.contains(&(worker.delay(), id)), worker.is_open());
        }
        let all = self.open.iter().chain(&self.laden);
        assert!(all.map(|(_, id)| id).all(|id| self.known.contains_key(id)));
    }

    /// The tasks that workers have, for comparison.
    #[cfg(test)]
    pub(super) fn handed_out(&self) -> Vec<(WorkerId, RunId, u64)> {
        let tasks = |(id, worker): (WorkerId, &Worker)| {
            worker
                .tasks
                .values()
                .chain(worker.aside.values())
                .map(move |&(run, block, _)| (id, run, block))
                .collect::<Vec<_>>()
        };
        self.iter().flat_map(tasks).collect()
    }
}
