//! A run as its client sees it: which output blocks have come.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bramble_graph::{Graph, Plan};
use bramble_runtime::{Delivery, LayerProgress};

use super::{OnEnd, OnTasks, RunFailure, Submission};
use crate::protocol::{DoneTasks, MadeOutput, WorkerId};

/// Blocks that are asked of a worker at once.
const AT_ONCE: usize = 32;

/// Time between two words about how far layers are.
const INTERVAL: Duration = Duration::from_millis(50);

/// See the module.
pub(super) struct Run {
    graph: Graph,
    /// Set when the scheduler has taken it in.
    plan: Option<Arc<Plan>>,
    delivery: Option<Arc<Delivery>>,
    /// Output blocks that are here.
    arrived: HashSet<u64>,
    /// How many there must be.
    expected: u64,
    /// Blocks to fetch.
    waiting: HashMap<WorkerId, VecDeque<u64>>,
    /// Workers that are being asked.
    asking: HashSet<WorkerId>,
    /// What there is to tell of layers.
    news: BTreeMap<u32, u64>,
    told: Instant,
    on_progress: Box<dyn Fn(Vec<LayerProgress>) + Send + Sync>,
    on_tasks: Option<OnTasks>,
    on_end: Option<OnEnd>,
}

impl Run {
    pub(super) fn new(submission: Submission) -> Run {
        let Submission { graph, on_progress, on_tasks, on_end, .. } = submission;
        Run {
            graph,
            plan: None,
            delivery: None,
            arrived: HashSet::new(),
            expected: 0,
            waiting: HashMap::new(),
            asking: HashSet::new(),
            news: BTreeMap::new(),
            told: Instant::now(),
            on_progress,
            on_tasks,
            on_end: Some(on_end),
        }
    }

    /// The scheduler has taken the graph in.
    pub(super) fn begin(&mut self, memory: u64) {
        let plan = Arc::new(Plan::within(&self.graph, memory));
        let mut outputs = plan.outputs().to_vec();
        outputs.sort_unstable();
        outputs.dedup();
        self.expected = outputs.iter().map(|&layer| plan.layer(layer).layer.grid.block_count()).sum();
        self.delivery = Some(Arc::new(Delivery::new(&plan)));
        self.plan = Some(plan);
    }

    pub(super) fn plan(&self) -> Option<&Arc<Plan>> {
        self.plan.as_ref()
    }

    /// Where output blocks belong.
    pub(super) fn delivery(&self) -> Option<&Arc<Delivery>> {
        self.delivery.as_ref()
    }

    /// Output blocks can be had.
    pub(super) fn made(&mut self, blocks: Vec<MadeOutput>) {
        for MadeOutput { block, worker } in blocks {
            if !self.arrived.contains(&block) {
                self.waiting.entry(worker).or_default().push_back(block);
            }
        }
    }

    /// The next question to a worker that is not being asked.
    pub(super) fn next_question(&mut self) -> Option<(WorkerId, Vec<u64>)> {
        let asking = &self.asking;
        let (&worker, queue) =
            self.waiting.iter_mut().find(|(worker, queue)| !asking.contains(worker) && !queue.is_empty())?;
        let blocks = queue.drain(..queue.len().min(AT_ONCE)).collect();
        self.asking.insert(worker);
        Some((worker, blocks))
    }

    /// A worker has answered; gives those blocks that are new, and those that are still missing.
    pub(super) fn answered(
        &mut self,
        worker: WorkerId,
        delivered: &[u64],
        missed: Vec<u64>,
    ) -> (Vec<u64>, Vec<u64>) {
        self.asking.remove(&worker);
        let new = delivered.iter().copied().filter(|&block| self.arrived.insert(block)).collect();
        let missing = missed.into_iter().filter(|block| !self.arrived.contains(block)).collect();
        (new, missing)
    }

    /// Whether a block has come.
    pub(super) fn has(&self, block: u64) -> bool {
        self.arrived.contains(&block)
    }

    /// Whether every output block has come.
    pub(super) fn is_complete(&self) -> bool {
        self.plan.is_some() && self.arrived.len() as u64 == self.expected
    }

    /// Tasks were done.
    pub(super) fn done(&self, tasks: DoneTasks) {
        if let Some(on_tasks) = &self.on_tasks {
            on_tasks(tasks);
        }
    }

    /// Layers have got on; that is told now and then.
    pub(super) fn progress(&mut self, layers: Vec<(u32, u64)>) {
        self.news.extend(layers);
        if self.told.elapsed() >= INTERVAL {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.told = Instant::now();
        let Some(plan) = &self.plan else { return };
        let news = std::mem::take(&mut self.news).into_iter();
        let news = news.filter(|&(layer, _)| (layer as usize) < plan.layers().len()).map(|(layer, done)| {
            let total = plan.wanted_count(layer);
            // A block that was made twice is one.
            LayerProgress { layer: plan.layer(layer).layer.name.clone(), done: done.min(total), total }
        });
        let news: Vec<LayerProgress> = news.collect();
        if !news.is_empty() {
            (self.on_progress)(news);
        }
    }

    /// Ends with the answers.
    pub(super) fn complete(mut self) {
        let answers = match &self.delivery {
            Some(delivery) => delivery.take(),
            None => Ok(Vec::new()),
        };
        let answers = answers.map_err(|error| RunFailure::gathering("OUT_OF_MEMORY", error.to_string()));
        self.end(answers);
    }

    /// Ends without.
    pub(super) fn fail(mut self, failure: RunFailure) {
        self.end(Err(failure));
    }

    fn end(&mut self, result: Result<Vec<bramble_runtime::Answer>, RunFailure>) {
        self.tell();
        if let Some(on_end) = self.on_end.take() {
            on_end(result);
        }
    }
}
