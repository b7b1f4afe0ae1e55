//! What the scheduler knows of its workers, and which one should make a block.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::needs::{Needs, Stock};
use crate::numbers::NumberMap;
use crate::protocol::{Beat, RunId, WorkerHello, WorkerId};

/// Work that a worker should have ahead, in microseconds a thread: as long as a word to the scheduler and back may
/// take, and no longer, so that others can still take it.
const AHEAD: u64 = 20_000;

/// Microseconds that are not told apart where workers stand in order: tasks that take less are cheaper to hand out so.
const STEP: u64 = 64;

/// What a worker has to have ahead so that it matters little who of several gets a task, in microseconds a thread; and of how
/// much beyond `AHEAD` one may have more of the blocks that lie beside those that it makes, and of what is made of them.
const ENOUGH: u64 = AHEAD / 4;
const BESIDE: u64 = AHEAD / 4;
const ON_TOP: u64 = AHEAD;

/// How long a task takes of which nothing is known, in microseconds.
pub(super) const UNKNOWN: u64 = AHEAD;

/// Microseconds that a worker takes for a task beside the task itself: to hear of it, to find its inputs, to tell.
pub(super) const EACH: u64 = 4;

/// Bytes a microsecond that a network moves: somewhat less than gigabit Ethernet.
const BANDWIDTH: u64 = 100;

/// Microseconds that it takes to have a block of another worker, however small: it has to be asked for, told of and given
/// up at two places.
pub(super) const FETCH: u64 = 50;

/// A worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Worker {
    pub(super) hello: WorkerHello,
    pub(super) address: String,
    /// Comes again within a second, and is not written down.
    #[serde(skip)]
    pub(super) beat: Beat,
    pub(super) seen: Duration,
    /// Whether the connection to it was cut.
    is_away: bool,
    pub(super) done: u64,
    /// What it was handed and works on, in this order.
    tasks: BTreeMap<u64, Handed>,
    /// Those of them that take no thread: they wait for others, or only pass a block on.
    aside: BTreeMap<u64, Handed>,
    numbers: NumberMap<(RunId, u64), u64>,
    next_number: u64,
    /// Microseconds of these.
    load: u64,
    /// What it has of things that tasks may ask for.
    pub(super) resources: Stock,
    /// Of these, what no task has that it was handed.
    pub(super) spare: Stock,
    /// What tasks have of them.
    taken: HashMap<(RunId, u64), Stock>,
    /// Bytes that tasks will make of nothing.
    promised: u64,
    /// Bytes of blocks that it holds and that were made of nothing, of each graph.
    fresh: NumberMap<RunId, u64>,
    /// Set when it wants to go.
    pub(super) retiring: Option<Retiring>,
    /// Graphs that it was sent.
    pub(super) knows: HashSet<RunId>,
    /// Workers that it knows how to find.
    pub(super) peers: HashSet<WorkerId>,
}

/// A task that a worker was handed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Handed {
    pub(super) run: RunId,
    pub(super) block: u64,
    /// How long it will keep the worker busy, in microseconds: itself, and to hear of it and to ask for what it reads.
    pub(super) micros: u64,
    /// Bytes of the block, if it is made of nothing.
    pub(super) fresh: u64,
    /// Whether it only passes a block on, which takes no thread.
    pub(super) passes: bool,
}

/// A worker that wants to go.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Retiring {
    /// The blocks that others were told to take, and who.
    pub(super) moving: HashMap<(RunId, u64), WorkerId>,
    /// Whether it was told to leave.
    pub(super) may_leave: bool,
}

/// All workers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Workers {
    known: BTreeMap<WorkerId, Worker>,
    /// Those with room, by how long it takes until a thread is free, in steps.
    open: BTreeSet<(u64, WorkerId)>,
    /// Those that have more tasks than threads, in the same order.
    laden: BTreeSet<(u64, WorkerId)>,
    next: u32,
}

/// How long it takes to have a block of another worker.
pub(super) fn micros_to_fetch(bytes: u64) -> u64 {
    FETCH + bytes / BANDWIDTH
}

impl Worker {
    /// How long until a thread is free, in microseconds.
    pub(super) fn delay(&self) -> u64 {
        self.load / u64::from(self.hello.threads)
    }

    /// Where it stands among others, and whether it is open and laden.
    fn standing(&self) -> (u64, bool, bool) {
        (self.delay() / STEP, self.is_open(), self.is_laden())
    }

    /// Whether it has more than it can do at once.
    fn is_laden(&self) -> bool {
        self.tasks.len() > self.hello.threads as usize
    }

    /// Whether a thread of it has nothing to do.
    fn is_idle(&self) -> bool {
        self.tasks.len() < self.hello.threads as usize
    }

    /// The tasks that wait for a thread: those that it was handed last come first.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Handed> {
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

    /// Whether it should make one more block of nothing: half of its memory is for those, the other half for what comes of
    /// them. One that has nothing to do may, or nobody would go on.
    pub(super) fn has_room_for(&self, fresh: u64) -> bool {
        let held = self.fresh.values().fold(self.promised, |sum, &bytes| sum.saturating_add(bytes));
        fresh == 0 || self.tasks.is_empty() || held.saturating_add(fresh) <= self.hello.memory / 2
    }

    fn is_open(&self) -> bool {
        let threads = u64::from(self.hello.threads);
        self.is_here() && (self.tasks.len() as u64 <= threads || self.delay() < AHEAD)
    }

    fn is_here(&self) -> bool {
        !self.is_retiring() && !self.is_away
    }

    /// Whether it may have a task of so many microseconds, and then so many beyond what it should have ahead.
    fn goes_on(&self, micros: u64, beyond: u64) -> bool {
        self.is_open() || (self.is_here() && self.delay().saturating_add(micros) <= AHEAD + beyond)
    }

    /// Whether it wants to go.
    pub(super) fn is_retiring(&self) -> bool {
        self.retiring.is_some()
    }

    /// All that it was handed.
    fn handed(&self) -> impl Iterator<Item = &Handed> {
        self.tasks.values().chain(self.aside.values())
    }

    /// How many tasks it was handed.
    pub(super) fn processing(&self) -> u64 {
        (self.tasks.len() + self.aside.len()) as u64
    }

    /// The tasks that it may have been running: those that it was handed first.
    pub(super) fn under_way(&self) -> Vec<(RunId, u64)> {
        let first = self.tasks.values().take(self.hello.threads as usize);
        let aside = self.aside.values().filter(|handed| !handed.passes);
        first.chain(aside).map(|handed| (handed.run, handed.block)).collect()
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
            promised: 0,
            fresh: NumberMap::default(),
            beat: Beat::default(),
            seen: now,
            is_away: false,
            done: 0,
            tasks: BTreeMap::new(),
            aside: BTreeMap::new(),
            numbers: NumberMap::default(),
            next_number: 0,
            load: 0,
            retiring: None,
            knows: HashSet::new(),
            peers: HashSet::new(),
        };
        self.open.insert((worker.standing().0, id));
        self.known.insert(id, worker);
        id
    }

    pub(super) fn remove(&mut self, id: WorkerId) -> Option<Worker> {
        let worker = self.known.remove(&id)?;
        let (step, ..) = worker.standing();
        self.open.remove(&(step, id));
        self.laden.remove(&(step, id));
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

    /// Who should pass a block on: of those that have it and can, who has least to do. None takes a thread for it.
    pub(super) fn choose_holder(&self, holders: &[WorkerId], needs: &Needs<'_>) -> Option<WorkerId> {
        let able = |id: &WorkerId| {
            let worker = self.known.get(id);
            worker.is_some_and(|worker| worker.is_here() && needs.are_met_now_by(worker))
        };
        holders.iter().copied().filter(able).min_by_key(|&id| (self.known[&id].delay(), id))
    }

    /// Whether a worker may have more blocks that lie beside those that it makes.
    pub(super) fn goes_on(&self, id: WorkerId) -> bool {
        self.known.get(&id).is_some_and(|worker| worker.goes_on(0, BESIDE))
    }

    /// Who should make a block of nothing that takes so many microseconds: the neighbour, who makes the blocks beside it,
    /// unless it would begin much later there than elsewhere.
    pub(super) fn choose_beside(
        &self,
        neighbour: Option<WorkerId>,
        micros: u64,
        needs: &Needs<'_>,
    ) -> Option<WorkerId> {
        let free = self.free(needs);
        let delay = |id: WorkerId| self.known[&id].delay();
        let is_near = |&id: &WorkerId| {
            self.is_able(id, needs)
                && self.known[&id].goes_on(micros, BESIDE)
                && free.is_none_or(|free| delay(id) <= delay(free) + delay(free) / 4)
        };
        neighbour.filter(is_near).or(free)
    }

    /// Who should make a block that takes so many microseconds: of those that have room, who can begin first. All that it
    /// reads takes `all` microseconds to fetch; `spared` says how many of them some workers are spared, who have a part of it.
    /// While all have enough to do nobody gains by an earlier beginning: then one of these makes what takes longer to
    /// fetch for than to make.
    pub(super) fn choose(
        &self,
        all: u64,
        spared: &[(WorkerId, u64)],
        micros: u64,
        needs: &Needs<'_>,
    ) -> Option<WorkerId> {
        let fetch = |id: WorkerId| {
            let less = spared.iter().find(|(holder, _)| *holder == id).map_or(0, |&(_, micros)| micros);
            all.saturating_sub(less)
        };
        let delay = |id: WorkerId| self.known[&id].delay();
        let start = |id: WorkerId| delay(id) + fetch(id);
        let able = spared.iter().map(|&(id, _)| id).filter(|&id| self.is_able(id, needs));
        let holder =
            able.filter(|id| self.known[id].goes_on(micros, ON_TOP)).min_by_key(|&id| (start(id), id));
        let (Some(holder), Some(free)) = (holder, self.free(needs)) else {
            return holder.or_else(|| self.free(needs));
        };
        let is_moved_in_vain = delay(free) >= ENOUGH && fetch(free).saturating_sub(fetch(holder)) > micros;
        let stays = is_moved_in_vain || (start(holder), holder) <= (start(free), free);
        Some(if stays { holder } else { free })
    }

    /// Of those that have room and can make a block, who can begin first.
    fn free(&self, needs: &Needs<'_>) -> Option<WorkerId> {
        self.open.iter().map(|&(_, id)| id).find(|&id| self.is_able(id, needs))
    }

    fn is_able(&self, id: WorkerId, needs: &Needs<'_>) -> bool {
        self.known.get(&id).is_some_and(|worker| needs.are_met_now_by(worker))
    }

    /// A worker is handed a task, which has this of the worker's things for so long.
    pub(super) fn hand_out(&mut self, id: WorkerId, handed: Handed, stock: Stock) {
        self.change(id, |worker| {
            let task = (handed.run, handed.block);
            if !stock.is_empty() {
                worker.spare.take(&stock);
                worker.taken.insert(task, stock);
            }
            let number = worker.next_number;
            worker.next_number += 1;
            worker.promised += handed.fresh;
            if handed.passes {
                worker.aside.insert(number, handed);
            } else {
                worker.load += handed.micros;
                worker.tasks.insert(number, handed);
            }
            worker.numbers.insert(task, number);
        });
    }

    /// A worker has no longer to do with a task.
    pub(super) fn take_back(&mut self, id: WorkerId, run: RunId, block: u64) {
        self.change(id, |worker| {
            let number = worker.numbers.remove(&(run, block));
            if let Some(number) = number {
                let aside = worker.aside.remove(&number);
                let handed = worker.tasks.remove(&number);
                worker.load -= handed.map_or(0, |handed| handed.micros);
                worker.promised -= handed.or(aside).map_or(0, |handed| handed.fresh);
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
                worker.load -= task.micros;
                worker.aside.insert(number, task);
            } else if !waits && let Some(task) = worker.aside.remove(&number) {
                worker.load += task.micros;
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
                worker.tasks.retain(|_, handed| handed.run != run);
                worker.aside.retain(|_, handed| handed.run != run);
                worker.numbers.retain(|&(other, _), _| other != run);
                worker.load = worker.tasks.values().map(|handed| handed.micros).sum();
                worker.promised = worker.handed().map(|handed| handed.fresh).sum();
                worker.fresh.remove(&run);
                for (_, stock) in worker.taken.extract_if(|&(other, _), _| other == run) {
                    worker.spare.give_back(&stock);
                }
            });
        }
        knowing
    }

    /// A worker holds so many bytes more of blocks that were made of nothing, or less.
    pub(super) fn note_fresh(&mut self, id: WorkerId, run: RunId, bytes: i64) {
        let Some(worker) = self.known.get_mut(&id) else { return };
        let held = worker.fresh.entry(run).or_default();
        *held = held.saturating_add_signed(bytes);
        if *held == 0 {
            worker.fresh.remove(&run);
        }
    }

    /// Bytes of blocks of a graph that a worker holds and that were made of nothing.
    #[cfg(test)]
    pub(super) fn fresh(&self, id: WorkerId, run: RunId) -> u64 {
        self.known[&id].fresh.get(&run).copied().unwrap_or(0)
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
        let before = worker.standing();
        change(worker);
        let after = worker.standing();
        if before == after {
            return;
        }
        self.open.remove(&(before.0, id));
        self.laden.remove(&(before.0, id));
        let (step, is_open, is_laden) = after;
        if is_open {
            self.open.insert((step, id));
        }
        if is_laden {
            self.laden.insert((step, id));
        }
    }

    /// Checks that everything fits together.
    #[cfg(test)]
    pub(super) fn sanity_check(&self) {
        for (&id, worker) in &self.known {
            assert_eq!(worker.tasks.len() + worker.aside.len(), worker.numbers.len());
            assert_eq!(worker.load, worker.tasks.values().map(|handed| handed.micros).sum::<u64>());
            let mut all = worker.spare.clone();
            worker.taken.values().for_each(|stock| all.give_back(stock));
            assert_eq!(worker.promised, worker.handed().map(|handed| handed.fresh).sum::<u64>());
            assert_eq!(all, worker.resources);
            assert!(worker.taken.keys().all(|task| worker.numbers.contains_key(task)));
            let (step, is_open, is_laden) = worker.standing();
            assert_eq!(self.laden.contains(&(step, id)), is_laden);
            assert_eq!(self.open.contains(&(step, id)), is_open);
        }
        let all = self.open.iter().chain(&self.laden);
        assert!(all.map(|(_, id)| id).all(|id| self.known.contains_key(id)));
    }

    /// The tasks that workers have, for comparison.
    #[cfg(test)]
    pub(super) fn handed_out(&self) -> Vec<(WorkerId, RunId, u64)> {
        let tasks = |(id, worker)| Worker::handed(worker).map(move |handed| (id, handed.run, handed.block));
        self.iter().flat_map(tasks).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ClientId;

    fn hello(name: &str) -> WorkerHello {
        WorkerHello {
            name: name.into(),
            address: format!("inproc://{name}"),
            threads: 1,
            memory: 1 << 30,
            calls: false,
            pid: 1,
            surroundings: None,
            resources: BTreeMap::new(),
            watch: 0,
        }
    }

    #[test]
    fn who_has_what_a_task_reads_is_chosen_unless_it_would_begin_later_than_others_have_fetched_it() {
        let mut workers = Workers::default();
        let [holder, other] = ["holder", "other"].map(|name| {
            let hello = hello(name);
            let address = hello.address.clone();
            workers.add(hello, address, Duration::ZERO)
        });
        let needs = Needs::new(false, None, 0);
        let of = |count: u64| count * micros_to_fetch(8);
        let chosen =
            |workers: &Workers, count| workers.choose(of(count), &[(holder, of(count))], UNKNOWN, &needs);
        let handed = Handed { run: RunId(ClientId(0), 0), block: 0, micros: of(2), fresh: 0, passes: false };
        workers.hand_out(holder, handed, Stock::default());
        assert_eq!(chosen(&workers, 1), Some(other));
        assert_eq!(chosen(&workers, 3), Some(holder));
    }

    #[test]
    fn what_takes_longer_to_fetch_for_than_to_make_stays_while_all_have_enough_to_do() {
        let mut workers = Workers::default();
        let [holder, other] =
            ["holder", "other"].map(|name| workers.add(hello(name), name.into(), Duration::ZERO));
        let needs = Needs::new(false, None, 0);
        let mut block = 0;
        let mut hand_out = |workers: &mut Workers, to: WorkerId, micros: u64| {
            let handed = Handed { run: RunId(ClientId(0), 0), block, micros, fresh: 0, passes: false };
            workers.hand_out(to, handed, Stock::default());
            block += 1;
        };
        let chosen = |workers: &Workers, micros| workers.choose(800, &[(holder, 800)], micros, &needs);
        hand_out(&mut workers, holder, AHEAD);
        assert_eq!(chosen(&workers, 20), Some(other), "who would have nothing to do");
        hand_out(&mut workers, other, ENOUGH);
        assert_eq!(chosen(&workers, 20), Some(holder));
        assert_eq!(chosen(&workers, 1000), Some(other), "which takes longer to make");
        hand_out(&mut workers, holder, ON_TOP);
        assert_eq!(chosen(&workers, 20), Some(other), "there is too much at the holder");
    }

    #[test]
    fn blocks_side_by_side_are_made_by_one_worker_while_all_have_enough_to_do() {
        let needs = Needs::new(false, None, 0);
        // Until nobody has room.
        let handed_out = |micros: u64| {
            let mut workers = Workers::default();
            for name in ["one", "other"] {
                workers.add(hello(name), name.into(), Duration::ZERO);
            }
            let mut chosen: Vec<WorkerId> = Vec::new();
            while let Some(id) = workers.choose_beside(chosen.last().copied(), micros, &needs) {
                let block = chosen.len() as u64;
                let handed = Handed { run: RunId(ClientId(0), 0), block, micros, fresh: 0, passes: false };
                workers.hand_out(id, handed, Stock::default());
                chosen.push(id);
            }
            chosen
        };
        let small = handed_out(10);
        let turns = small.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(small.len() > 4000 && turns < 40, "{turns} turns of {} tasks", small.len());
        let large = handed_out(100_000);
        assert_eq!(large.iter().map(|id| id.0).collect::<Vec<_>>(), [0, 1, 1, 0]);
    }
}
