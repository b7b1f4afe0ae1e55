//! The threads that execute native tasks.
//!
//! They take tasks from one queue, and tell in one word what several tasks have made: to wake the session for each would
//! take longer than small tasks themselves.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bramble_array::Block;
use bramble_graph::{Block as Place, LayerId};
use bramble_runtime::{Kernels, Parcel, SpillError, TaskError};
use rayon::ThreadPool;

use crate::protocol::RunId;

/// What was made is not kept back for longer, and not at all behind a task that may take longer.
const PATIENCE: Duration = Duration::from_micros(500);

/// Layers whose tasks are known: small tasks of several layers take turns where a tree is summed up.
const LAYERS: usize = 8;

/// After so long a thread lets others of the pool have a turn.
const TURN: Duration = Duration::from_millis(10);

/// A task whose inputs are here.
pub(super) struct Job {
    pub(super) run: RunId,
    pub(super) block: u64,
    pub(super) attempt: u32,
    pub(super) inputs: Vec<Parcel>,
    pub(super) kernels: Arc<Kernels>,
    /// The layer of the block, and where it is in its grid.
    pub(super) layer: LayerId,
    pub(super) at: Place,
}

/// A task that has ended.
pub(super) struct Ended {
    pub(super) run: RunId,
    pub(super) block: u64,
    pub(super) attempt: u32,
    pub(super) made: Result<Block, TaskError>,
    pub(super) micros: u64,
}

/// See the module.
pub(super) struct Threads {
    pool: Arc<ThreadPool>,
    bench: Arc<Bench>,
}

/// What the threads share.
struct Bench {
    state: Mutex<State>,
    tell: Box<dyn Fn(Vec<Ended>) + Send + Sync>,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that take jobs.
    active: usize,
    /// Of which nobody was told.
    ended: Vec<Ended>,
    /// When the first of these ended.
    since: Option<Instant>,
    /// The layers of which tasks ended lately, the last one first, and how many microseconds the last of each took.
    lately: VecDeque<(RunId, LayerId, u64)>,
}

impl Threads {
    /// Threads of a pool, which tell what has ended.
    pub(super) fn new(pool: Arc<ThreadPool>, tell: impl Fn(Vec<Ended>) + Send + Sync + 'static) -> Threads {
        Threads { pool, bench: Arc::new(Bench { state: Mutex::default(), tell: Box::new(tell) }) }
    }

    /// Has tasks executed, the first ones first.
    pub(super) fn execute(&self, jobs: impl IntoIterator<Item = Job>) {
        let mut state = self.bench.lock();
        state.jobs.extend(jobs);
        let wanted = state.jobs.len().min(self.pool.current_num_threads() - state.active);
        state.active += wanted;
        drop(state);
        for _ in 0..wanted {
            take_part(&self.pool, &self.bench);
        }
    }
}

/// Has one thread more take jobs.
fn take_part(pool: &Arc<ThreadPool>, bench: &Arc<Bench>) {
    let (again, bench) = (Arc::clone(pool), Arc::clone(bench));
    pool.spawn_fifo(move || {
        if bench.work() {
            take_part(&again, &bench);
        }
    });
}

impl Bench {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Executes what there is; true if there may be more.
    fn work(&self) -> bool {
        let begun = Instant::now();
        let mut next = self.lock().next();
        while let Some(job) = next {
            let (run, layer, start) = (job.run, job.layer, Instant::now());
            let ended = job.execute(start);
            let mut state = self.lock();
            state.note(run, layer, ended.micros);
            state.ended.push(ended);
            let since = *state.since.get_or_insert(start);
            let is_over = begun.elapsed() > TURN;
            next = if is_over { None } else { state.next() };
            let is_quick = next.as_ref().is_some_and(|next| state.is_quick(next));
            let told = if is_quick && since.elapsed() < PATIENCE { Vec::new() } else { state.take_ended() };
            drop(state);
            if !told.is_empty() {
                (self.tell)(told);
            }
            if is_over {
                return true;
            }
        }
        false
    }
}

impl State {
    /// The next job of a thread; one that finds none is active no more.
    fn next(&mut self) -> Option<Job> {
        let job = self.jobs.pop_front();
        self.active -= usize::from(job.is_none());
        job
    }

    /// A task of a layer has ended.
    fn note(&mut self, run: RunId, layer: LayerId, micros: u64) {
        if let Some(at) = self.lately.iter().position(|&(other, its, _)| (other, its) == (run, layer)) {
            self.lately.remove(at);
        }
        self.lately.push_front((run, layer, micros));
        self.lately.truncate(LAYERS);
    }

    /// Whether a job will be over soon: it will take about as long as the last one of its layer.
    fn is_quick(&self, job: &Job) -> bool {
        let last = self.lately.iter().find(|(run, layer, _)| (*run, *layer) == (job.run, job.layer));
        last.is_some_and(|&(.., micros)| Duration::from_micros(micros) < PATIENCE)
    }

    fn take_ended(&mut self) -> Vec<Ended> {
        self.since = None;
        std::mem::take(&mut self.ended)
    }
}

impl Job {
    fn execute(self, start: Instant) -> Ended {
        let Job { run, block, attempt, inputs, kernels, layer, at } = self;
        let made =
            load(&inputs).map_err(TaskError::from).and_then(|inputs| kernels.execute(layer, &at, &inputs));
        drop(inputs);
        Ended { run, block, attempt, made, micros: micros(start.elapsed()) }
    }
}

/// Blocks in memory, read back if they are on disk.
pub(super) fn load(parcels: &[Parcel]) -> Result<Vec<Block>, SpillError> {
    parcels.iter().map(Parcel::load).collect()
}

pub(super) fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use bramble_graph::{Axis, BlockId, Create, DType, Graph, Grid, Kind, Layer, Plan, Scalar};
    use rayon::ThreadPoolBuilder;

    use super::*;
    use crate::protocol::ClientId;

    const RUN: RunId = RunId(ClientId(0), 0);

    /// Two layers of so many blocks of one element.
    fn kernels(blocks: u64) -> Arc<Kernels> {
        // Of other values: equal layers would be one.
        let layer = |name: &str, value: f64| Layer {
            name: name.into(),
            dtype: DType::Float64,
            grid: Grid::new([Axis::regular(blocks, 1)]),
            inputs: Vec::new(),
            kind: Kind::Create(Create::Full { value: Scalar::Float(value) }),
            annotations: None,
        };
        let layers = vec![layer("one", 1.0), layer("other", 2.0)];
        let graph = Graph { layers, outputs: vec![0, 1], annotations: Vec::new() };
        Arc::new(Kernels::new(&Arc::new(Plan::new(&graph)), &[]).unwrap())
    }

    fn job(kernels: &Arc<Kernels>, block: u64) -> Job {
        let (layer, at) = kernels.plan().locate(BlockId(block));
        Job { run: RUN, block, attempt: 7, inputs: Vec::new(), kernels: Arc::clone(kernels), layer, at }
    }

    #[test]
    fn each_task_is_told_of_once_however_many_threads_there_are() {
        let kernels = kernels(300);
        for count in [1, 3] {
            let pool = ThreadPoolBuilder::new().num_threads(count).build().unwrap();
            let (tell, told) = mpsc::channel();
            let threads = Threads::new(Arc::new(pool), move |ended| tell.send(ended).unwrap());
            // In three parts, of which one is nothing: threads that were done begin again.
            for blocks in [0..200, 200..200, 200..600] {
                threads.execute(blocks.clone().map(|block| job(&kernels, block)));
                let mut blocks: Vec<u64> = blocks.collect();
                while !blocks.is_empty() {
                    let ended: Vec<Ended> = told.recv().unwrap();
                    assert!(!ended.is_empty(), "a word says something");
                    for Ended { run, block, attempt, made, .. } in ended {
                        assert_eq!((run, attempt, made.unwrap().nbytes()), (RUN, 7, 8));
                        blocks.remove(blocks.iter().position(|&other| other == block).unwrap());
                    }
                }
            }
            assert!(told.try_recv().is_err());
        }
    }

    #[test]
    fn nothing_is_kept_back_behind_a_task_that_may_take_longer() {
        let kernels = kernels(1);
        let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let (tell, told) = mpsc::channel();
        let threads = Threads::new(Arc::new(pool), move |ended| tell.send(ended).unwrap());
        threads.execute([0, 1].map(|block| job(&kernels, block)));
        let blocks = |ended: Vec<Ended>| ended.into_iter().map(|ended| ended.block).collect::<Vec<_>>();
        assert_eq!(blocks(told.recv().unwrap()), [0], "before the other layer's");
        assert_eq!(blocks(told.recv().unwrap()), [1]);
    }

    #[test]
    fn a_task_is_quick_if_the_last_one_of_its_layer_was() {
        let kernels = kernels(1);
        let [one, other] = [0, 1].map(|block| job(&kernels, block));
        let mut state = State::default();
        state.note(RUN, one.layer, 10);
        state.note(RUN, other.layer, 1_000_000);
        assert!(state.is_quick(&one) && !state.is_quick(&other));
        state.note(RUN, other.layer, 10);
        assert!(state.is_quick(&other));
        // Of runs and layers that came since nothing was heard for long.
        for number in 1..=LAYERS {
            state.note(RunId(ClientId(0), u32::try_from(number).unwrap()), one.layer, 10);
        }
        assert!(!state.is_quick(&one) && !state.is_quick(&other));
    }
}
