//! Executes a plan on threads.
//!
//! A *slot* is a place where one task at a time runs; `sync` has one, `threads` as many as workers. A slot hands
//! in its block and takes its next task in one go under one lock, and runs on the shared pool only while there is
//! a task for it: nobody sleeps on a condition, and several runs share the threads fairly, because a slot gives
//! its thread back after a time slice.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bramble_array::Block;
use bramble_graph::{BlockId, Frontier, Graph, Plan, ReadyTask};
use rayon::ThreadPool;

use crate::delivery::{Answer, Delivery};
use crate::pool::{cores, pool};
use crate::prepare::Prepared;
use crate::progress::{LayerProgress, Progress};
use crate::stores::Buffer;
use crate::{RunError, TaskError};

/// How long a slot keeps its thread while other runs wait.
const TIME_SLICE: Duration = Duration::from_millis(10);

/// Called when a run is over.
pub type OnEnd = Box<dyn FnOnce(Result<Vec<Answer>, RunError>) + Send>;

/// How to run a plan.
pub struct RunOptions {
    /// Tasks at the same time; 0 for as many as there are cores.
    pub workers: usize,
    /// Called from a worker with what was done since the last call.
    pub on_progress: Box<dyn Fn(Vec<LayerProgress>) + Send + Sync>,
    /// Called once, from a worker, with the outputs in order; never while a task of this run is running.
    pub on_end: OnEnd,
}

/// A computation under way. Dropping it does not stop it.
#[derive(Clone)]
pub struct Run {
    stopped: Arc<AtomicBool>,
}

struct Shared {
    plan: Arc<Plan>,
    prepared: Prepared,
    delivery: Delivery,
    pool: Arc<ThreadPool>,
    slots: usize,
    stopped: Arc<AtomicBool>,
    on_progress: Box<dyn Fn(Vec<LayerProgress>) + Send + Sync>,
    core: Mutex<Core>,
}

/// What slots change, under the lock.
struct Core {
    frontier: Frontier,
    blocks: HashMap<BlockId, Block>,
    progress: Progress,
    /// Slots that have a task.
    busy: usize,
    error: Option<RunError>,
    on_end: Option<OnEnd>,
}

/// A task with the blocks it reads.
struct Job {
    task: ReadyTask,
    inputs: Vec<Block>,
}

impl Run {
    /// Optimises a graph and runs it on the pool; the caller goes on at once. `buffers` are what memory stores
    /// read from. Whatever goes wrong, stores that do not open included, is told to `on_end`.
    pub fn start(graph: Graph, buffers: Vec<Buffer>, options: RunOptions) -> Run {
        let stopped = Arc::new(AtomicBool::new(false));
        let run = Run { stopped: Arc::clone(&stopped) };
        let slots = if options.workers == 0 { cores() } else { options.workers };
        match pool(slots) {
            Ok(pool) => {
                let begin = Begin { graph, buffers, slots, stopped, pool: Arc::clone(&pool), options };
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
    }
}

/// What a run needs to begin.
struct Begin {
    graph: Graph,
    buffers: Vec<Buffer>,
    slots: usize,
    stopped: Arc<AtomicBool>,
    pool: Arc<ThreadPool>,
    options: RunOptions,
}

impl Begin {
    fn begin(self) {
        let RunOptions { on_progress, on_end, .. } = self.options;
        let plan = Arc::new(Plan::new(&self.graph));
        let prepared = match Prepared::new(&plan, &self.buffers) {
            Ok(prepared) => prepared,
            Err(error) => return on_end(Err(error)),
        };
        let delivery = Delivery::new(&plan);
        let core = Core {
            frontier: Frontier::new(Arc::clone(&plan)),
            blocks: HashMap::new(),
            progress: Progress::new(&plan),
            busy: 0,
            error: None,
            on_end: Some(on_end),
        };
        let Begin { slots, stopped, pool, .. } = self;
        let shared = Arc::new(Shared {
            plan,
            prepared,
            delivery,
            pool,
            slots,
            stopped,
            on_progress,
            core: Mutex::new(core),
        });
        let mut core = shared.lock();
        shared.fill_slots(&mut core);
        // A run that was cancelled by now, or that has no output, has no task to end it.
        let end = shared.take_end(&mut core);
        drop(core);
        shared.end(end);
    }
}

/// What is called when a run is over.
type End = Option<(OnEnd, Result<(), RunError>)>;

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Core> {
        // A panic inside is a bug that `on_end` reports; the state stays usable for that.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts slots while there are tasks for them.
    fn fill_slots(self: &Arc<Self>, core: &mut Core) {
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
            let result = self.execute(&job);
            let Some(next) = self.hand_in(job, result) else { return };
            if started.elapsed() > TIME_SLICE {
                return self.spawn(next);
            }
            job = next;
        }
    }

    /// Makes a block; an output is delivered at once, outside the lock.
    fn execute(&self, job: &Job) -> Result<Block, TaskError> {
        let work = || {
            let block = self.prepared.execute(job.task.layer, &job.task.block, &job.inputs)?;
            self.delivery.deliver(job.task.layer, &job.task.block, &block)?;
            Ok(block)
        };
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(TaskError::from_panic(&*panic)))
    }

    /// Gives the block of a task to those who wait for it and takes the next task.
    fn hand_in(self: &Arc<Self>, job: Job, result: Result<Block, TaskError>) -> Option<Job> {
        let Job { task, inputs } = job;
        // Blocks are dropped outside the lock: giving megabytes back to the system takes time.
        drop(inputs);
        let mut freed = Vec::new();
        let mut core = self.lock();
        core.busy -= 1;
        match result {
            Ok(block) if !self.stopped.load(Ordering::Relaxed) => {
                self.finish(&mut core, &task, block, &mut freed);
            }
            Ok(_) => {}
            Err(source) => self.fail(&mut core, &task, source),
        }
        let news = core.progress.due(&self.plan);
        let next = self.next_job(&mut core);
        if next.is_some() {
            core.busy += 1;
            self.fill_slots(&mut core);
        }
        let end = self.take_end(&mut core);
        drop(core);
        drop(freed);
        if !news.is_empty() {
            (self.on_progress)(news);
        }
        self.end(end);
        next
    }

    fn finish(&self, core: &mut Core, task: &ReadyTask, block: Block, freed: &mut Vec<Block>) {
        core.progress.count(task.layer);
        core.blocks.insert(task.id, block);
        let Core { frontier, blocks, .. } = core;
        frontier.finish(task.id, |id| freed.extend(blocks.remove(&id)));
        if self.plan.is_output(task.layer) {
            frontier.release(task.id, |id| freed.extend(blocks.remove(&id)));
        }
    }

    fn fail(&self, core: &mut Core, task: &ReadyTask, source: TaskError) {
        let layer = self.plan.layer(task.layer).layer.name.clone();
        // The first failure is the one that is told.
        core.error.get_or_insert(RunError::Task {
            layer,
            block: task.block.to_vec(),
            source: Box::new(source),
        });
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn next_job(&self, core: &mut Core) -> Option<Job> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        let task = core.frontier.next_task()?;
        let inputs = task.inputs.iter().map(|input| core.blocks[input].clone()).collect();
        Some(Job { task, inputs })
    }

    /// What to call when no slot has a task and none will get one.
    fn take_end(&self, core: &mut Core) -> End {
        let complete = core.frontier.is_complete();
        if core.busy > 0 || !(complete || self.stopped.load(Ordering::Relaxed)) {
            return None;
        }
        let on_end = core.on_end.take()?;
        core.blocks.clear();
        let result = match core.error.take() {
            Some(error) => Err(error),
            None if complete => Ok(()),
            None => Err(RunError::Cancelled),
        };
        Some((on_end, result))
    }

    fn end(&self, end: End) {
        let Some((on_end, result)) = end else { return };
        let news = self.lock().progress.news(&self.plan);
        if !news.is_empty() {
            (self.on_progress)(news);
        }
        on_end(result.and_then(|()| self.delivery.take()));
    }
}
