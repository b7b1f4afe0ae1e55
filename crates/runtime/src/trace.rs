//! When and where each task ran, for those who asked; told in batches.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bramble_graph::{Block, LayerId, Plan, ReadyTask};

use crate::ExecutorId;

/// Time between two batches.
const INTERVAL: Duration = Duration::from_millis(50);

/// A task that has run.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskSpan {
    /// Its layer.
    pub layer: LayerId,
    /// The block that it made.
    pub block: Block,
    /// Who did it.
    pub worker: SpanWorker,
    /// When it began, in milliseconds of the watcher's clock.
    pub start: f64,
    /// When it ended.
    pub end: f64,
}

/// Somebody who wants to know when and where tasks run.
pub struct Watch {
    /// What the watcher's clock shows now, in milliseconds.
    pub now: f64,
    /// Called some times a second, and at the end of the run.
    pub on_tasks: OnTasks,
}

/// Who did a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanWorker {
    /// A thread of the pool, by its number.
    Core(usize),
    /// An executor of calls.
    Executor(ExecutorId),
}

/// Gets the tasks that have run since the last batch, with the plan that they are of. Must not wait.
pub type OnTasks = Box<dyn Fn(&Plan, Vec<TaskSpan>) + Send + Sync>;

/// Tells somebody of tasks.
pub(crate) struct Listener {
    on_tasks: OnTasks,
    clock: Clock,
    /// Locked while somebody is told, so that a batch that was taken is told before the next.
    news: Mutex<News>,
}

/// Tasks that nobody was told of yet.
struct News {
    spans: Vec<TaskSpan>,
    told: Instant,
}

impl Listener {
    pub(crate) fn new(Watch { now, on_tasks }: Watch) -> Listener {
        let news = Mutex::new(News { spans: Vec::new(), told: Instant::now() });
        Listener { on_tasks, clock: Clock { base: Instant::now(), milliseconds: now }, news }
    }

    /// A kernel that began at `begun` has just ended on this thread.
    pub(crate) fn note_kernel(&self, task: &ReadyTask, begun: Instant) {
        let worker = SpanWorker::Core(rayon::current_thread_index().unwrap_or(0));
        let (start, end) = (self.clock.time_of(begun), self.clock.time_of(Instant::now()));
        self.note(task, worker, start, end);
    }

    /// A task has run; times are of the watcher's clock.
    pub(crate) fn note(&self, task: &ReadyTask, worker: SpanWorker, start: f64, end: f64) {
        let span = TaskSpan { layer: task.layer, block: task.block.clone(), worker, start, end };
        self.lock().spans.push(span);
    }

    /// Tells what is new, if it is time to.
    pub(crate) fn tell_now_and_then(&self, plan: &Plan) {
        let news = self.lock();
        if INTERVAL <= news.told.elapsed() {
            self.tell(news, plan);
        }
    }

    /// Tells what is new.
    pub(crate) fn tell_all(&self, plan: &Plan) {
        self.tell(self.lock(), plan);
    }

    fn tell(&self, mut news: MutexGuard<'_, News>, plan: &Plan) {
        news.told = Instant::now();
        if !news.spans.is_empty() {
            (self.on_tasks)(plan, std::mem::take(&mut news.spans));
        }
    }

    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Moments as milliseconds of the watcher's clock.
struct Clock {
    base: Instant,
    milliseconds: f64,
}

impl Clock {
    fn time_of(&self, moment: Instant) -> f64 {
        self.milliseconds + moment.saturating_duration_since(self.base).as_secs_f64() * 1000.0
    }
}
