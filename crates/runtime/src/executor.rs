//! Executes a plan on threads.
//!
//! A *slot* is a place where one task at a time runs; `sync` has one, `threads` as many as workers. A slot hands
//! in its block and takes its next task in one go under one lock, and runs on the shared pool only while there is
//! a task for it: nobody sleeps on a condition, and several runs share the threads fairly, because a slot gives
//! its thread back after a time slice.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use bramble_array::{Block, Chunk};
use bramble_graph::{BlockId, Frontier, Graph, Plan, ReadyTask};
use rayon::ThreadPool;
use smallvec::{SmallVec, smallvec};

use crate::blocks::Blocks;
use crate::calls::{CallCore, CallQueue, CallSide, CallSource, CalledProgram, Input};
use crate::delivery::{Answer, Delivery, place_of};
use crate::inputs::{Inputs, Kept};
use crate::pool::{cores, pool};
use crate::prepare::Prepared;
use crate::progress::{LayerProgress, Progress};
use crate::rooms::Rooms;
use crate::slots::slots_for;
use crate::spill::{SpillError, Spiller, Stored};
use crate::stores::Buffer;
use crate::together::neighbours;
use crate::trace::{Listener, Watch};
use crate::{Passed, RunError, TaskError};

/// How long a slot keeps its thread while other runs wait.
const TIME_SLICE: Duration = Duration::from_millis(10);

/// Calls that may wait while a kernel is looked for.
const MOST_WAITING_CALLS: usize = 64;

/// Called when a run is over.
pub type OnEnd = Box<dyn FnOnce(Result<Vec<Answer>, RunError>) + Send>;

/// How to run a plan.
pub struct RunOptions {
    /// Kernels at the same time, and executors that make calls; 0 for as many as there are cores, and more kernels where
    /// blocks come over a network.
    pub workers: usize,
    /// Whether kernels run only while no executor holds a call, and the other way round: with one worker and one
    /// executor one task runs at a time, in an order that follows from the graph.
    pub in_turn: bool,
    /// Who makes the calls of functions, if there are any.
    pub calls: Option<Calls>,
    /// How much memory blocks may take.
    pub memory: Memory,
    /// Called from a worker with what was done since the last call.
    pub on_progress: Box<dyn Fn(Vec<LayerProgress>) + Send + Sync>,
    /// Called once, from a worker, with the outputs in order; never while a task of this run is running.
    pub on_end: OnEnd,
}

/// How much memory the blocks of a run may take.
pub struct Memory {
    /// Bytes; what is more goes to disk. Blocks that functions read and answers stay in memory.
    pub limit: usize,
    /// The folder for blocks on disk, made when the first goes there.
    pub folder: PathBuf,
}

/// No limit: nothing goes to disk.
impl Default for Memory {
    fn default() -> Memory {
        Memory { limit: usize::MAX, folder: PathBuf::new() }
    }
}

/// Where the calls of a run go.
pub struct Calls {
    /// Where executors take them.
    pub queue: Arc<CallQueue>,
    /// What they call.
    pub program: Arc<CalledProgram>,
}

/// A computation under way. Dropping it does not stop it.
#[derive(Clone)]
pub struct Run {
    stopped: Arc<AtomicBool>,
    shared: Arc<OnceLock<Weak<Shared>>>,
}

pub(crate) struct Shared {
    pub(crate) plan: Arc<Plan>,
    prepared: Prepared,
    pub(crate) delivery: Delivery,
    pool: Arc<ThreadPool>,
    slots: usize,
    pub(crate) stopped: Arc<AtomicBool>,
    pub(crate) calls: Option<CallSide>,
    spiller: Spiller,
    rooms: Rooms,
    on_progress: Box<dyn Fn(Vec<LayerProgress>) + Send + Sync>,
    pub(crate) listener: Option<Listener>,
    core: Mutex<Core>,
}

/// What slots change, under the lock.
pub(crate) struct Core {
    frontier: Frontier,
    blocks: Blocks,
    /// Blocks to drop outside the lock: giving megabytes back to the system takes time.
    garbage: Vec<Kept>,
    progress: Progress,
    /// Kernels that wait for a slot.
    waiting: VecDeque<ReadyTask>,
    /// Slots that have a task.
    pub(crate) busy: usize,
    pub(crate) calls: CallCore,
    error: Option<RunError>,
    /// Failures after the first.
    others: u64,
    on_end: Option<OnEnd>,
}

/// A task with the blocks it reads, or neighbours that read nothing and are done together.
struct Job {
    tasks: Tasks,
    inputs: Vec<Kept>,
    /// Bytes that it takes beside blocks that are in memory.
    room: usize,
}

/// One of them, mostly.
type Tasks = SmallVec<[ReadyTask; 1]>;

/// What came of each task of a job.
type Results = SmallVec<[Result<Block, TaskError>; 1]>;

impl Run {
    /// Optimises a graph and runs it on the pool; the caller goes on at once. `buffers` are what memory stores
    /// read from. Whatever goes wrong, stores that do not open included, is told to `on_end`.
    pub fn start(graph: Graph, buffers: Vec<Buffer>, options: RunOptions) -> Run {
        Run::start_traced(graph, buffers, options, None)
    }

    /// As [`Run::start`]; tells when and where each task has run. All is told before `on_end` is called.
    pub fn start_traced(
        graph: Graph,
        buffers: Vec<Buffer>,
        options: RunOptions,
        watch: Option<Watch>,
    ) -> Run {
        let stopped = Arc::new(AtomicBool::new(false));
        let run = Run { stopped: Arc::clone(&stopped), shared: Arc::default() };
        let slots = match options.workers {
            0 => slots_for(&graph, options.memory.limit),
            workers => workers,
        };
        match pool(slots) {
            Ok(pool) => {
                let shared = Arc::clone(&run.shared);
                let listener = watch.map(Listener::new);
                let pool_of_run = Arc::clone(&pool);
                let begin =
                    Begin { graph, buffers, slots, stopped, shared, pool: pool_of_run, options, listener };
                pool.spawn_fifo(move || begin.begin());
            }
            Err(error) => (options.on_end)(Err(error)),
        }
        run
    }

    /// Stops soon: tasks under way end, no other begins. The run ends with [`RunError::Cancelled`], unless it
    /// was over already.
    pub fn cancel(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Calls may wait for executors, with no task under way that would end the run.
        if let Some(shared) = self.shared.get().and_then(Weak::upgrade) {
            let mut core = shared.lock();
            let end = shared.take_end(&mut core);
            shared.release(core, end);
        }
    }
}

/// What a run needs to begin.
struct Begin {
    graph: Graph,
    buffers: Vec<Buffer>,
    slots: usize,
    stopped: Arc<AtomicBool>,
    shared: Arc<OnceLock<Weak<Shared>>>,
    pool: Arc<ThreadPool>,
    options: RunOptions,
    listener: Option<Listener>,
}

impl Begin {
    fn begin(self) {
        let RunOptions { workers, on_progress, on_end, in_turn, calls, memory } = self.options;
        let Begin { slots, stopped, pool, listener, .. } = self;
        // A layer that takes half of the memory would leave little of it for others.
        let plan = Arc::new(Plan::within(&self.graph, memory.limit as u64 / 2));
        let called = plan.layers().iter().find(|planned| planned.layer.kind.is_called());
        if let (Some(planned), None) = (called, &calls) {
            let layer = planned.layer.name.clone();
            return on_end(Err(RunError::Prepare { layer, source: Box::new(TaskError::NoExecutor) }));
        }
        let prepared = match Prepared::new(&plan, &self.buffers) {
            Ok(prepared) => prepared,
            Err(error) => return on_end(Err(error)),
        };
        let calls = calls.filter(|_| called.is_some()).map(|Calls { queue, program }| CallSide {
            number: next_number(),
            queue,
            program,
            executors: if workers == 0 { cores() } else { workers },
            in_turn,
        });
        // Who watches wants to know when each task ran.
        let neighbours = if listener.is_none() { neighbours(&plan, &prepared, slots) } else { Vec::new() };
        let core = Core {
            frontier: Frontier::with_neighbours(Arc::clone(&plan), neighbours),
            blocks: Blocks::new(memory.limit, slots),
            garbage: Vec::new(),
            progress: Progress::new(&plan),
            waiting: VecDeque::new(),
            busy: 0,
            calls: CallCore::default(),
            error: None,
            others: 0,
            on_end: Some(on_end),
        };
        let delivery = Delivery::new(&plan);
        let core = Mutex::new(core);
        let spiller = Spiller::new(memory.folder);
        let rooms = Rooms::new(&plan, &prepared);
        let shared = Arc::new(Shared {
            plan,
            prepared,
            delivery,
            pool,
            slots,
            stopped,
            calls,
            spiller,
            rooms,
            on_progress,
            listener,
            core,
        });
        let _ = self.shared.set(Arc::downgrade(&shared));
        if let Some(side) = &shared.calls {
            side.queue.add(Arc::clone(&shared) as Arc<dyn CallSource>);
        }
        let mut core = shared.lock();
        shared.fill_slots(&mut core);
        // A run that was cancelled by now, or that has no output, has no task to end it.
        let end = shared.take_end(&mut core);
        shared.release(core, end);
    }
}

/// A number for a run that no other has.
pub(crate) fn next_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// Does something; a panic is a failure like others.
fn guarded<T>(work: impl FnOnce() -> Result<T, TaskError>) -> Result<T, TaskError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(TaskError::from_panic(&*panic)))
}

/// What is called when a run is over.
pub(crate) type End = Option<(OnEnd, Result<(), RunError>)>;

impl Core {
    /// A block that a call reads.
    pub(crate) fn input(&self, id: BlockId) -> Input {
        let block = self.blocks.in_memory(id);
        let shared = match block {
            Block::Chunk(chunk) => chunk.is_shared(),
            Block::Value(value) => value.is_shared(),
            Block::State(_) => true,
        };
        Input { own: !shared && self.frontier.is_last_use(id), block: block.clone() }
    }
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        // A panic inside is a bug that `on_end` reports; the state stays usable for that.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts slots while there are kernels for them.
    pub(crate) fn fill_slots(self: &Arc<Self>, core: &mut Core) {
        while core.busy < self.slots {
            let Some(job) = self.next_job(core) else { return };
            core.busy += 1;
            self.spawn(job);
        }
    }

    fn spawn(self: &Arc<Self>, job: Job) {
        let shared = Arc::clone(self);
        self.pool.spawn_fifo(move || shared.run_slot(job));
    }

    /// Runs tasks one after another for a time slice.
    fn run_slot(self: Arc<Self>, mut job: Job) {
        let started = Instant::now();
        loop {
            let Job { tasks, inputs, room } = job;
            // Nobody looks at a clock for a task that nobody watches.
            let begun = self.listener.as_ref().map(|_| Instant::now());
            let results: Results = match tasks.as_slice() {
                [task] => smallvec![self.execute(task, inputs)],
                tasks => self.execute_together(tasks),
            };
            if let Some((listener, begun)) = self.listener.as_ref().zip(begun) {
                tasks.iter().for_each(|task| listener.note_kernel(task, begun));
            }
            let Some(next) = self.hand_in(&tasks, room, results) else { return };
            if started.elapsed() > TIME_SLICE {
                return self.spawn(next);
            }
            job = next;
        }
    }

    /// Makes a block, once more if that fails and somebody wants it so; an output is delivered at once, outside the lock.
    fn execute(&self, task: &ReadyTask, inputs: Vec<Kept>) -> Result<Block, TaskError> {
        let inputs = guarded(|| Inputs::load(inputs, self.prepared.reads_parts(task.layer)))?;
        let attempt = || guarded(|| self.make(task, &inputs));
        let annotations = self.plan.annotations(task.layer, &task.block);
        let mut result = attempt();
        for _ in 0..annotations.map_or(0, |annotations| annotations.retries) {
            if result.is_ok() || self.is_stopped() {
                break;
            }
            result = attempt();
        }
        result
    }

    /// Makes blocks that are no outputs. Where that fails, one by one, so that it is told which of them it was.
    fn execute_together(&self, tasks: &[ReadyTask]) -> Results {
        match guarded(|| self.prepared.execute_together(tasks)) {
            Ok(blocks) => blocks.into_iter().map(Ok).collect(),
            Err(_) => tasks.iter().map(|task| self.execute(task, Vec::new())).collect(),
        }
    }

    /// Makes a block; one that nothing else reads is made where it shall be, and nothing of it is kept.
    fn make(&self, task: &ReadyTask, inputs: &Inputs) -> Result<Block, TaskError> {
        let mosaic =
            if self.plan.has_readers(task.layer) { None } else { self.delivery.mosaic(task.layer)? };
        let Some(mosaic) = mosaic else {
            let block = inputs.execute(&self.prepared, task)?;
            self.delivery.deliver(task.layer, &task.block, &block)?;
            return Ok(block);
        };
        let layer = &self.plan.layer(task.layer).layer;
        let (start, lengths) = place_of(&layer.grid, &task.block)?;
        // SAFETY: blocks of a grid have no element in common, and the frontier hands out each to one slot.
        let window = unsafe { mosaic.window(&start, &lengths) }?;
        inputs.execute_into(&self.prepared, task, window)?;
        Ok(Block::Chunk(Chunk::zeroed(layer.dtype, &[0])?))
    }

    /// Gives the blocks of a job to those who wait for them and takes the next job.
    fn hand_in(self: &Arc<Self>, tasks: &[ReadyTask], room: usize, results: Results) -> Option<Job> {
        let mut core = self.lock();
        core.busy -= 1;
        core.blocks.end_promise(room);
        for (task, result) in tasks.iter().zip(results) {
            match result {
                Ok(block) if !self.is_stopped() => self.finish(&mut core, task, block),
                Ok(_) => {}
                Err(source) => self.fail(&mut core, task, source),
            }
        }
        let next = self.next_job(&mut core);
        if next.is_some() {
            core.busy += 1;
            self.fill_slots(&mut core);
        }
        let end = self.take_end(&mut core);
        self.release(core, end);
        next
    }

    pub(crate) fn finish(self: &Arc<Self>, core: &mut Core, task: &ReadyTask, block: Block) {
        core.progress.count(task.layer);
        let may_leave = !matches!(block, Block::Value(_)) && !self.plan.is_read_by_calls(task.layer);
        core.blocks.insert(task.id, block, may_leave);
        let Core { frontier, blocks, garbage, .. } = core;
        frontier.finish(task.id, |id| garbage.extend(blocks.remove(id)));
        if self.plan.is_output(task.layer) {
            frontier.release(task.id, |id| garbage.extend(blocks.remove(id)));
        }
        for (id, block) in core.blocks.take_leaving() {
            let shared = Arc::clone(self);
            let parts = self.plan.parts(id);
            self.spiller.send(block, parts, Box::new(move |written| shared.settle(id, written)));
        }
    }

    /// A block is on disk, or could not be written.
    fn settle(self: &Arc<Self>, id: BlockId, written: Result<Stored, SpillError>) {
        let mut core = self.lock();
        match written {
            Ok(stored) => {
                let settled = core.blocks.settle(id, stored).map(Kept::Memory);
                core.garbage.extend(settled);
            }
            Err(source) => {
                self.stopped.store(true, Ordering::Relaxed);
                core.error.get_or_insert(RunError::Spill(source));
            }
        }
        self.fill_slots(&mut core);
        let end = self.take_end(&mut core);
        self.release(core, end);
    }

    pub(crate) fn fail(&self, core: &mut Core, task: &ReadyTask, source: TaskError) {
        self.stopped.store(true, Ordering::Relaxed);
        if core.error.is_some() {
            core.others += 1;
            return;
        }
        // The first failure is the one that is told.
        let layer = self.plan.layer(task.layer).layer.name.clone();
        let (block, source) = (task.block.to_vec(), Box::new(source));
        core.error = Some(RunError::Task { layer, block, source, others: 0 });
    }

    fn next_job(self: &Arc<Self>, core: &mut Core) -> Option<Job> {
        if self.is_stopped() || core.blocks.is_full() {
            return None;
        }
        let task = self.next_kernel(core)?;
        let inputs: Vec<Kept> = task.inputs.iter().map(|&input| core.blocks.get(input)).collect();
        let read = Inputs::room(&inputs, self.prepared.reads_parts(task.layer));
        let made = self.rooms.of(task.layer);
        let mut room = made.saturating_add(read);
        // One task alone may take what it needs: waiting would make no room.
        if core.busy > 0 && !core.blocks.has_room(room) {
            core.waiting.push_front(task);
            return None;
        }
        let mut tasks: Tasks = smallvec![task];
        while core.blocks.has_room(room.saturating_add(made)) {
            let Some(beside) = core.frontier.next_beside(&tasks[0]) else { break };
            tasks.push(beside);
            room = room.saturating_add(made);
        }
        core.blocks.promise(room);
        Some(Job { tasks, inputs, room })
    }

    /// The next task for a slot. Calls on the way to it wait for executors.
    fn next_kernel(self: &Arc<Self>, core: &mut Core) -> Option<ReadyTask> {
        if let Some(task) = core.waiting.pop_front() {
            return Some(task);
        }
        let most = match &self.calls {
            Some(side) if side.in_turn && core.calls.out > 0 => return None,
            Some(side) if side.in_turn => 1,
            // What is chosen early is chosen without what is not ready yet.
            Some(_) if self.plan.has_priorities() => 1,
            _ => MOST_WAITING_CALLS,
        };
        while core.calls.waiting.len() < most {
            let task = self.next_task(core)?;
            if self.is_call(&task) {
                core.calls.waiting.push_back(task);
            } else {
                return Some(task);
            }
        }
        None
    }

    /// The next task for an executor. Kernels on the way to it wait for slots.
    pub(crate) fn next_call(self: &Arc<Self>, core: &mut Core) -> Option<ReadyTask> {
        if let Some(task) = core.calls.waiting.pop_front() {
            return Some(task);
        }
        while core.waiting.len() < self.slots {
            let task = self.next_task(core)?;
            if self.is_call(&task) {
                return Some(task);
            }
            core.waiting.push_back(task);
        }
        None
    }

    /// The next task that somebody has to do; what only passes a block on is done here.
    fn next_task(self: &Arc<Self>, core: &mut Core) -> Option<ReadyTask> {
        loop {
            let task = core.frontier.next_task()?;
            let kind = &self.plan.layer(task.layer).layer.kind;
            let Some(passed) = Passed::by(kind, &task.block) else { return Some(task) };
            let passed = passed.of(core.blocks.in_memory(task.inputs[0]));
            let delivered = passed.and_then(|block| {
                self.delivery.deliver(task.layer, &task.block, &block)?;
                Ok(block)
            });
            match delivered {
                Ok(block) => self.finish(core, &task, block),
                Err(source) => self.fail(core, &task, source),
            }
        }
    }

    fn is_call(&self, task: &ReadyTask) -> bool {
        self.plan.layer(task.layer).layer.kind.is_called()
    }

    /// What to call when nobody has a task and none will get one.
    pub(crate) fn take_end(&self, core: &mut Core) -> End {
        let complete = core.frontier.is_complete();
        let under_way = core.busy + core.calls.out;
        if under_way > 0 || !(complete || self.is_stopped()) {
            return None;
        }
        let on_end = core.on_end.take()?;
        let left = core.blocks.clear();
        core.garbage.extend(left);
        let result = match core.error.take() {
            Some(RunError::Task { layer, block, source, .. }) => {
                Err(RunError::Task { layer, block, source, others: core.others })
            }
            Some(error) => Err(error),
            None if complete => Ok(()),
            None => Err(RunError::Cancelled),
        };
        Some((on_end, result))
    }

    /// Gives the lock back and does what must be done without it.
    pub(crate) fn release(self: &Arc<Self>, mut core: MutexGuard<'_, Core>, end: End) {
        let news = core.progress.due(&self.plan);
        let garbage = std::mem::take(&mut core.garbage);
        let idle = self.calls_to_wake_for(&mut core);
        self.fill_slots(&mut core);
        let calls_are_out = core.calls.out > 0;
        drop(core);
        drop(garbage);
        if !news.is_empty() {
            (self.on_progress)(news);
        }
        if let Some(listener) = &self.listener {
            listener.tell_now_and_then(&self.plan);
        }
        if let Some(side) = &self.calls {
            if idle > 0 {
                side.queue.wake(idle);
            }
            if calls_are_out && self.is_stopped() {
                side.queue.wake_holders(side.number);
            }
        }
        self.end(end);
    }

    /// Ends the run. What is written is put in its place, which may take time and the network: that is no business
    /// of a thread that calls functions and just hands in what they gave.
    pub(crate) fn end(self: &Arc<Self>, end: End) {
        let Some((on_end, result)) = end else { return };
        if self.prepared.sinks().is_empty() || rayon::current_thread_index().is_some() {
            return self.end_here(on_end, result);
        }
        let shared = Arc::clone(self);
        self.pool.spawn_fifo(move || shared.end_here(on_end, result));
    }

    fn end_here(&self, on_end: OnEnd, result: Result<(), RunError>) {
        if let Some(side) = &self.calls {
            side.queue.remove(side.number);
        }
        let news = self.lock().progress.news(&self.plan);
        if !news.is_empty() {
            (self.on_progress)(news);
        }
        if let Some(listener) = &self.listener {
            listener.tell_all(&self.plan);
        }
        let answer = result.and_then(|()| self.delivery.take());
        on_end(self.prepared.sinks().end(answer));
    }
}
