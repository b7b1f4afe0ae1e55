//! A worker as a function of what it is told: no socket, no clock, no thread.
//!
//! ```text
//! assignment ── inputs are here ──────────────── execute ── made
//!            └─ fetched from those who hold them ─┘
//! ```
//!
//! What a block is made of is nothing to it: in the simulator blocks are numbers.

#[cfg(test)]
mod tests;

#[cfg(test)]
use std::collections::HashMap;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;

use bramble_graph::{BlockId, Plan};
use bramble_runtime::Passed;
use smallvec::SmallVec;

use crate::numbers::NumberMap;
use crate::pace;
use crate::protocol::{Adoption, Assignment, Failure, FromWorker, Made, RunId, Trouble, WorkerId};

/// Blocks that are asked of a peer at once.
const BLOCKS_AT_ONCE: usize = 32;

/// Peers that are asked at the same time, and questions to each of them.
const PEERS_AT_ONCE: usize = 8;

/// Tasks that the threads have beyond those that they execute, so that they need not wait for the next: at most so
/// many, and for each thread no more than take so many microseconds, for what they make takes room before it can be helped:
/// twice what executors take at once. Of tasks that are longer one is enough, and none where others might do it sooner.
const AHEAD: usize = 512;
const AHEAD_MICROS: u64 = 10_000;
const LONG_MICROS: u64 = 40_000;

/// What the core wants done.
#[derive(Debug)]
pub(crate) enum Action<B> {
    /// Make a block of those it reads.
    Execute { run: RunId, block: u64, attempt: u32, inputs: Vec<B> },
    /// Ask a peer for blocks.
    Fetch { from: WorkerId, run: RunId, blocks: Vec<u64> },
    /// Tell the scheduler.
    Tell(FromWorker),
}

/// See the module.
#[derive(Debug)]
pub(crate) struct WorkerCore<B> {
    id: WorkerId,
    threads: usize,
    running: usize,
    /// Tasks that were begun and take no thread: they wait for others, or only pass a block on.
    aside: HashSet<(RunId, u64)>,
    /// How long a task took lately, in microseconds.
    pace: u64,
    /// Whether memory has no room: nothing is begun that need not be.
    is_full: bool,
    runs: NumberMap<RunId, Run<B>>,
    /// Tasks whose inputs are here, in the order in which they came to be so.
    ready: VecDeque<(RunId, u64)>,
    /// The same of those that only pass a block on, which wait for no thread and no room.
    passing: VecDeque<(RunId, u64)>,
    peers: BTreeMap<WorkerId, Peer>,
    /// Peers that are being asked.
    asking: usize,
    /// Bytes of all blocks.
    bytes: u64,
    made: BTreeMap<RunId, Vec<Made>>,
    /// Blocks of others that came here.
    copies: BTreeMap<RunId, Vec<u64>>,
    actions: Vec<Action<B>>,
}

#[derive(Debug)]
struct Run<B> {
    plan: Option<Arc<Plan>>,
    /// What came before the plan was there.
    early: Vec<Assignment>,
    tasks: NumberMap<u64, Task>,
    blocks: NumberMap<u64, Held<B>>,
    wanted: NumberMap<u64, Wanted>,
}

#[derive(Debug)]
struct Held<B> {
    block: B,
    bytes: u64,
}

#[derive(Debug)]
struct Task {
    attempt: u32,
    inputs: SmallVec<[BlockId; 4]>,
    /// Inputs that are not here.
    missing: usize,
    is_running: bool,
}

/// A block that others have.
#[derive(Debug)]
struct Wanted {
    /// The blocks that are to be made of it.
    waiters: Vec<u64>,
    /// Whether it is to be had whatever is made of it.
    is_taken: bool,
    /// Who may have it and was not asked yet.
    holders: Vec<WorkerId>,
    /// Who is asked now.
    asking: WorkerId,
    asked: Vec<WorkerId>,
}

#[derive(Debug, Default)]
struct Peer {
    is_asked: bool,
    queue: VecDeque<(RunId, u64)>,
}

impl<B> Run<B> {
    /// Forgets a task if it was not begun; true if so.
    fn drop_task(&mut self, block: u64, attempt: u32) -> bool {
        let is_it = |task: &Assignment| task.block == block && task.attempt == attempt;
        if let Some(at) = self.early.iter().position(is_it) {
            self.early.remove(at);
            return true;
        }
        if !self.tasks.get(&block).is_some_and(|task| task.attempt == attempt && !task.is_running) {
            return false;
        }
        self.forget_task(block).is_some()
    }

    /// Forgets a task, which waits for its inputs no more.
    fn forget_task(&mut self, block: u64) -> Option<Task> {
        let task = self.tasks.remove(&block)?;
        // Not all that is wanted is looked at: where tasks are small, many wait for many.
        for input in &task.inputs {
            let Some(wanted) = self.wanted.get_mut(&input.0) else { continue };
            wanted.waiters.retain(|&waiter| waiter != block);
            if wanted.waiters.is_empty() && !wanted.is_taken {
                self.wanted.remove(&input.0);
            }
        }
        Some(task)
    }
}

impl<B: Clone> WorkerCore<B> {
    pub(crate) fn new(id: WorkerId, threads: usize) -> WorkerCore<B> {
        WorkerCore {
            id,
            threads,
            running: 0,
            aside: HashSet::new(),
            // Nothing is known: they may be long.
            pace: LONG_MICROS,
            is_full: false,
            runs: NumberMap::default(),
            ready: VecDeque::new(),
            passing: VecDeque::new(),
            peers: BTreeMap::new(),
            asking: 0,
            bytes: 0,
            made: BTreeMap::new(),
            copies: BTreeMap::new(),
            actions: Vec::new(),
        }
    }

    /// A graph of which tasks will come.
    pub(crate) fn begin(&mut self, run: RunId) {
        let begun = Run {
            plan: None,
            early: Vec::new(),
            tasks: NumberMap::default(),
            blocks: NumberMap::default(),
            wanted: NumberMap::default(),
        };
        self.runs.insert(run, begun);
    }

    /// Tasks of a graph can be executed from now on.
    pub(crate) fn prepared(&mut self, number: RunId, plan: Arc<Plan>) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        run.plan = Some(plan);
        let early = std::mem::take(&mut run.early);
        self.compute(number, early);
    }

    /// Tasks to do.
    pub(crate) fn compute(&mut self, number: RunId, tasks: Vec<Assignment>) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        let Some(plan) = run.plan.clone() else {
            run.early.extend(tasks);
            return;
        };
        for assignment in tasks {
            self.assign(number, &plan, assignment);
        }
        self.go_on();
    }

    fn assign(&mut self, number: RunId, plan: &Plan, assignment: Assignment) {
        let Assignment { block, attempt, places } = assignment;
        let Some(run) = self.runs.get_mut(&number) else { return };
        let (layer, at) = plan.locate(BlockId(block));
        let inputs = plan.inputs_of(layer, &at);
        let mut absent: Vec<u64> =
            inputs.iter().map(|input| input.0).filter(|input| !run.blocks.contains_key(input)).collect();
        absent.sort_unstable();
        absent.dedup();
        let missing = absent.len();
        let task = Task { attempt, inputs, missing, is_running: false };
        run.tasks.insert(block, task);
        if missing == 0 {
            self.has_inputs(number, plan, block);
        }
        for input in absent {
            let known = places.iter().find(|(place, _)| *place == input);
            let holders = known.map_or(&[][..], |(_, holders)| holders);
            self.want(number, input, Some(block), holders);
        }
    }

    /// Blocks to have, though no task reads them yet.
    pub(crate) fn take(&mut self, number: RunId, places: Vec<(u64, Vec<WorkerId>)>) {
        for (block, holders) in places {
            let Some(run) = self.runs.get(&number) else { return };
            if run.blocks.contains_key(&block) {
                self.copies.entry(number).or_default().push(block);
            } else {
                self.want(number, block, None, &holders);
            }
        }
        self.go_on();
    }

    /// Has a block of another graph as one of this one.
    pub(crate) fn adopt(&mut self, number: RunId, adoption: &Adoption) {
        let &Adoption { block, attempt, from, source } = adoption;
        let held = self.runs.get(&from).and_then(|run| run.blocks.get(&source));
        if let Some(held) = held.map(|held| Held { block: held.block.clone(), bytes: held.bytes }) {
            self.made.entry(number).or_default().push(Made { block, attempt, bytes: held.bytes, micros: 0 });
            self.keep(number, block, held);
        } else {
            let missing =
                FromWorker::Missing { run: number, block, attempt, input: source, asked: vec![self.id] };
            self.flush_made();
            self.actions.push(Action::Tell(missing));
        }
        self.go_on();
    }

    /// Has a block fetched, for a task if there is one that waits for it.
    fn want(&mut self, number: RunId, input: u64, waiter: Option<u64>, holders: &[WorkerId]) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        if let Some(wanted) = run.wanted.get_mut(&input) {
            wanted.waiters.extend(waiter);
            wanted.is_taken |= waiter.is_none();
            let new = |holder: &&WorkerId| {
                wanted.asking != **holder
                    && !wanted.asked.contains(holder)
                    && !wanted.holders.contains(holder)
            };
            let new: Vec<WorkerId> = holders.iter().filter(new).copied().collect();
            wanted.holders.extend(new);
            return;
        }
        let mut wanted = Wanted {
            waiters: waiter.into_iter().collect(),
            is_taken: waiter.is_none(),
            holders: holders.iter().copied().filter(|&holder| holder != self.id).collect(),
            asking: self.id,
            asked: Vec::new(),
        };
        // The scheduler takes this worker for a holder if it names nobody: it is told that it is none.
        if holders.is_empty() {
            wanted.asked.push(self.id);
        }
        run.wanted.insert(input, wanted);
        self.ask_next(number, input);
    }

    /// Asks the next who may have a block; with nobody left the tasks that wait for it go back.
    fn ask_next(&mut self, number: RunId, input: u64) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        let Some(wanted) = run.wanted.get_mut(&input) else { return };
        // The least busy one, else the first.
        let busy = |holder: &WorkerId| self.peers.get(holder).map_or(0, |peer| peer.queue.len());
        let best = (0..wanted.holders.len()).min_by_key(|&at| busy(&wanted.holders[at]));
        if let Some(best) = best {
            let holder = wanted.holders.swap_remove(best);
            wanted.asking = holder;
            self.peers.entry(holder).or_default().queue.push_back((number, input));
            return;
        }
        let Some(Wanted { waiters, asked, .. }) = run.wanted.remove(&input) else { return };
        if waiters.is_empty() {
            let untaken = FromWorker::Untaken { run: number, block: input, asked };
            return self.actions.push(Action::Tell(untaken));
        }
        for block in waiters {
            self.go_back(number, block, input, asked.clone());
        }
    }

    /// A task cannot be done, for an input cannot be had.
    fn go_back(&mut self, number: RunId, block: u64, input: u64, asked: Vec<WorkerId>) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        let Some(Task { attempt, .. }) = run.forget_task(block) else { return };
        self.flush_made();
        self.actions.push(Action::Tell(FromWorker::Missing { run: number, block, attempt, input, asked }));
    }

    /// Gives a task back that was not begun; says whether that was so.
    pub(crate) fn give_back(&mut self, number: RunId, block: u64, attempt: u32) {
        let is_given = self.runs.get_mut(&number).is_some_and(|run| run.drop_task(block, attempt));
        self.flush_made();
        self.actions.push(Action::Tell(FromWorker::GaveBack { run: number, block, attempt, is_given }));
    }

    /// A peer has answered. A block that it does not have is none.
    pub(crate) fn fetched(&mut self, from: WorkerId, number: RunId, blocks: Vec<(u64, Option<(B, u64)>)>) {
        if let Some(peer) = self.peers.get_mut(&from)
            && std::mem::take(&mut peer.is_asked)
        {
            self.asking -= 1;
        }
        for (id, block) in blocks {
            let Some(run) = self.runs.get_mut(&number) else { break };
            if let Some((block, bytes)) = block {
                // It may have been made here meanwhile, because its holder was given up.
                if run.wanted.contains_key(&id) {
                    self.copies.entry(number).or_default().push(id);
                    self.keep(number, id, Held { block, bytes });
                }
            } else if let Some(wanted) = run.wanted.get_mut(&id) {
                wanted.asked.push(from);
                self.ask_next(number, id);
            }
        }
        self.go_on();
    }

    /// A block is here from now on, for all that wait for it.
    fn keep(&mut self, number: RunId, id: u64, held: Held<B>) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        self.bytes += held.bytes;
        if let Some(before) = run.blocks.insert(id, held) {
            self.bytes -= before.bytes;
        }
        let mut complete = Vec::new();
        for waiter in run.wanted.remove(&id).map_or_else(Vec::new, |wanted| wanted.waiters) {
            let Some(task) = run.tasks.get_mut(&waiter) else { continue };
            task.missing -= 1;
            if task.missing == 0 {
                complete.push(waiter);
            }
        }
        if !complete.is_empty()
            && let Some(plan) = run.plan.clone()
        {
            for waiter in complete {
                self.has_inputs(number, &plan, waiter);
            }
        }
    }

    /// Everything that a task reads is here.
    fn has_inputs(&mut self, number: RunId, plan: &Plan, block: u64) {
        let (layer, at) = plan.locate(BlockId(block));
        let passes = Passed::by(&plan.layer(layer).layer.kind, &at).is_some();
        let queue = if passes { &mut self.passing } else { &mut self.ready };
        queue.push_back((number, block));
    }

    /// A task has ended.
    pub(crate) fn executed(
        &mut self,
        number: RunId,
        id: u64,
        attempt: u32,
        made: Result<(B, u64), Trouble>,
        micros: u64,
    ) {
        if !self.aside.remove(&(number, id)) {
            self.running -= 1;
            self.pace = pace::learn(self.pace, micros, 4);
        }
        if let Some(run) = self.runs.get_mut(&number)
            && run.tasks.remove(&id).is_some()
        {
            match made {
                Ok((block, bytes)) => {
                    self.keep(number, id, Held { block, bytes });
                    let made = Made { block: id, attempt, bytes, micros };
                    self.made.entry(number).or_default().push(made);
                }
                Err(trouble) => {
                    let failure = Failure { block: id, attempt, micros, trouble };
                    self.flush_made();
                    self.actions.push(Action::Tell(FromWorker::Failed { run: number, failure }));
                }
            }
        }
        self.go_on();
    }

    /// A task that was begun waits for others, or goes on; then there may be one more than there are threads.
    pub(crate) fn set_aside(&mut self, number: RunId, block: u64, attempt: u32, waits: bool) {
        let is_new =
            if waits { self.aside.insert((number, block)) } else { self.aside.remove(&(number, block)) };
        if !is_new {
            return;
        }
        if waits {
            self.running -= 1;
        } else {
            self.running += 1;
        }
        self.actions.push(Action::Tell(FromWorker::Aside { run: number, block, attempt, waits }));
        self.go_on();
    }

    /// Says whether memory has room. Where it has none, one task at a time goes on, which may make some.
    pub(crate) fn set_full(&mut self, is_full: bool) {
        if std::mem::replace(&mut self.is_full, is_full) && !is_full {
            self.go_on();
        }
    }

    /// Blocks that nobody will read. What comes back may take time to drop.
    pub(crate) fn free(&mut self, run: RunId, blocks: &[u64]) -> Vec<B> {
        let Some(run) = self.runs.get_mut(&run) else { return Vec::new() };
        let held: Vec<Held<B>> = blocks.iter().filter_map(|block| run.blocks.remove(block)).collect();
        self.bytes -= held.iter().map(|held| held.bytes).sum::<u64>();
        held.into_iter().map(|held| held.block).collect()
    }

    /// A graph is over. What comes back may take time to drop.
    pub(crate) fn end(&mut self, number: RunId) -> Vec<B> {
        let Some(run) = self.runs.remove(&number) else { return Vec::new() };
        self.ready.retain(|&(run, _)| run != number);
        self.passing.retain(|&(run, _)| run != number);
        for peer in self.peers.values_mut() {
            peer.queue.retain(|&(run, _)| run != number);
        }
        self.made.remove(&number);
        self.copies.remove(&number);
        self.bytes -= run.blocks.values().map(|held| held.bytes).sum::<u64>();
        run.blocks.into_values().map(|held| held.block).collect()
    }

    /// Blocks for a peer, or a client.
    pub(crate) fn give(&self, run: RunId, blocks: &[u64]) -> Vec<Option<B>> {
        let held = self.runs.get(&run);
        let give = |block: &u64| held?.blocks.get(block).map(|held| held.block.clone());
        blocks.iter().map(give).collect()
    }

    /// What is to be done now.
    pub(crate) fn take_actions(&mut self) -> Vec<Action<B>> {
        self.flush_made();
        std::mem::take(&mut self.actions)
    }

    /// Bytes of all blocks.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Tasks that are executed, and tasks that wait for inputs or their turn.
    pub(crate) fn load(&self) -> (usize, usize) {
        let tasks: usize = self.runs.values().map(|run| run.tasks.len() + run.early.len()).sum();
        (self.running, tasks.saturating_sub(self.running + self.aside.len()))
    }

    /// Copies are told of before what was made of them: that may be the end of them.
    fn flush_made(&mut self) {
        for (run, blocks) in std::mem::take(&mut self.copies) {
            self.actions.push(Action::Tell(FromWorker::Copies { run, blocks }));
        }
        for (run, made) in std::mem::take(&mut self.made) {
            self.actions.push(Action::Tell(FromWorker::Made { run, made }));
        }
    }

    /// Starts what can be started.
    fn go_on(&mut self) {
        while let Some((number, block)) = self.passing.pop_front() {
            self.execute(number, block, false);
        }
        while self.has_slot() {
            let Some((number, block)) = self.ready.pop_front() else { break };
            self.execute(number, block, true);
        }
        self.ask_peers();
    }

    fn has_slot(&self) -> bool {
        if self.is_full {
            return self.running == 0;
        }
        let least = u64::from(self.pace < LONG_MICROS);
        let each = (AHEAD_MICROS / self.pace.max(1)).max(least);
        let ahead = usize::try_from(each).unwrap_or(usize::MAX).saturating_mul(self.threads).min(AHEAD);
        self.running < self.threads + ahead
    }

    fn execute(&mut self, number: RunId, block: u64, takes_thread: bool) {
        let Some(run) = self.runs.get_mut(&number) else { return };
        let Some(task) = run.tasks.get_mut(&block).filter(|task| !task.is_running && task.missing == 0)
        else {
            return;
        };
        let inputs: Result<Vec<B>, u64> = task
            .inputs
            .iter()
            .map(|input| run.blocks.get(&input.0).map(|held| held.block.clone()).ok_or(input.0))
            .collect();
        match inputs {
            Ok(inputs) => {
                task.is_running = true;
                if takes_thread {
                    self.running += 1;
                } else {
                    self.aside.insert((number, block));
                }
                let attempt = task.attempt;
                self.actions.push(Action::Execute { run: number, block, attempt, inputs });
            }
            // It was freed since it was looked for.
            Err(input) => self.go_back(number, block, input, vec![self.id]),
        }
    }

    fn ask_peers(&mut self) {
        let WorkerCore { peers, runs, .. } = self;
        // The tasks that something was for may have been given back since.
        let is_wanted = |from: WorkerId, &(run, block): &(RunId, u64)| {
            let wanted = runs.get(&run).and_then(|run| run.wanted.get(&block));
            wanted.is_some_and(|wanted| wanted.asking == from)
        };
        for (&id, peer) in peers.iter_mut().filter(|(_, peer)| !peer.is_asked) {
            while peer.queue.pop_front_if(|next| !is_wanted(id, next)).is_some() {}
        }
        let at_once = if self.is_full { usize::from(self.running == 0) } else { PEERS_AT_ONCE };
        let free = peers.iter_mut().filter(|(_, peer)| !peer.is_asked && !peer.queue.is_empty());
        for (&from, peer) in free.take(at_once.saturating_sub(self.asking)) {
            let Some(&(asked, _)) = peer.queue.front() else { continue };
            let mut blocks = Vec::new();
            // A question is about one graph.
            while blocks.len() < BLOCKS_AT_ONCE
                && let Some((_, block)) = peer.queue.pop_front_if(|&mut (run, _)| run == asked)
            {
                if is_wanted(from, &(asked, block)) {
                    blocks.push(block);
                }
            }
            peer.is_asked = true;
            self.asking += 1;
            self.actions.push(Action::Fetch { from, run: asked, blocks });
        }
    }

    /// Checks that everything fits together.
    #[cfg(test)]
    pub(crate) fn sanity_check(&self) {
        let held = self.runs.values().flat_map(|run| run.blocks.values());
        assert_eq!(self.bytes, held.map(|held| held.bytes).sum::<u64>());
        for run in self.runs.values() {
            let mut waits: HashMap<u64, HashSet<u64>> = HashMap::new();
            for (&input, wanted) in &run.wanted {
                assert!(!run.blocks.contains_key(&input), "{input} is wanted and here");
                for &waiter in &wanted.waiters {
                    waits.entry(waiter).or_default().insert(input);
                }
            }
            for (id, task) in &run.tasks {
                assert_eq!(task.missing, waits.get(id).map_or(0, HashSet::len), "{id} waits");
            }
        }
        assert_eq!(self.asking, self.peers.values().filter(|peer| peer.is_asked).count());
    }
}
