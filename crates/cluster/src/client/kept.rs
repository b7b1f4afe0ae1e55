//! A graph whose output blocks stay on the workers, as its client sees it: where they lie, and who wants to have them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use bramble_array::Block;
use bramble_graph::{BlockId, Graph, Plan};

use super::RunFailure;
use crate::protocol::{DoneTasks, MadeOutput, WorkerId};

/// Blocks that are asked of a worker at once.
const AT_ONCE: usize = 64;

/// What has become of output blocks, by their numbers.
#[derive(Clone, Debug)]
pub enum KeptNews {
    /// Tasks were done, of a graph that is followed.
    Tasks(DoneTasks),
    /// They were made.
    Made(Vec<u64>),
    /// One has failed.
    Failed(u64, RunFailure),
    /// All that is not here has failed, and nothing can be had any more.
    Over(RunFailure),
}

/// Called with the number of a graph and what has become of its blocks.
pub type OnKeptNews = Box<dyn Fn(u32, KeptNews) + Send + Sync>;

/// Called once, with the blocks in the order in which they were asked for.
pub type OnGiven = Box<dyn FnOnce(Result<Vec<Block>, RunFailure>) + Send>;

/// Somebody waits for blocks.
struct Order {
    numbers: Vec<u64>,
    given: HashMap<u64, Block>,
    /// Those that have not come.
    left: HashSet<u64>,
    on_given: OnGiven,
}

/// See the module.
pub(super) struct Kept {
    graph: Graph,
    /// Set when the scheduler has taken it in.
    plan: Option<Arc<Plan>>,
    /// Output blocks that nobody has released.
    left: u64,
    places: HashMap<u64, WorkerId>,
    failed: HashMap<u64, RunFailure>,
    /// Blocks that are being fetched.
    asking: HashSet<u64>,
    orders: BTreeMap<u64, Order>,
    next_order: u64,
    /// Released before the plan was there.
    early: Vec<u64>,
}

impl Kept {
    pub(super) fn new(graph: Graph) -> Kept {
        let outputs = graph.outputs.iter().filter_map(|&layer| graph.layers.get(layer as usize));
        let blocks = outputs.map(|layer| layer.grid.block_count()).sum();
        Kept {
            graph,
            plan: None,
            left: blocks,
            places: HashMap::new(),
            failed: HashMap::new(),
            asking: HashSet::new(),
            orders: BTreeMap::new(),
            next_order: 0,
            early: Vec::new(),
        }
    }

    /// The scheduler has taken it in. Gives the blocks that were released meanwhile.
    pub(super) fn begin(&mut self, memory: u64) -> Vec<u64> {
        self.plan = Some(Arc::new(Plan::within(&self.graph, memory)));
        let early = std::mem::take(&mut self.early);
        self.blocks(&early)
    }

    pub(super) fn plan(&self) -> Option<&Plan> {
        self.plan.as_deref()
    }

    /// The blocks with these numbers.
    pub(super) fn blocks(&self, numbers: &[u64]) -> Vec<u64> {
        let Some(plan) = &self.plan else { return Vec::new() };
        numbers.iter().filter_map(|&number| plan.numbered_output(number)).map(|block| block.0).collect()
    }

    /// The numbers of an output block.
    pub(super) fn numbers(&self, block: u64) -> Vec<u64> {
        let plan = self.plan.as_ref().filter(|plan| plan.has(BlockId(block)));
        plan.map_or_else(Vec::new, |plan| plan.output_numbers(BlockId(block)))
    }

    /// Blocks were made. Gives the numbers of those that were not known of.
    pub(super) fn made(&mut self, blocks: &[MadeOutput]) -> Vec<u64> {
        let mut new = Vec::new();
        for made in blocks {
            for number in self.numbers(made.block) {
                if self.places.insert(number, made.worker).is_none() {
                    new.push(number);
                }
            }
        }
        new
    }

    /// A block has failed; those who wait for it are told.
    pub(super) fn fail(&mut self, number: u64, failure: &RunFailure) {
        self.failed.insert(number, failure.clone());
        let waiting = self.orders.iter().filter(|(_, order)| order.left.contains(&number));
        let ids: Vec<u64> = waiting.map(|(&id, _)| id).collect();
        for id in ids {
            if let Some(order) = self.orders.remove(&id) {
                (order.on_given)(Err(failure.clone()));
            }
        }
    }

    /// It failed, and will be tried again.
    pub(super) fn retry(&mut self, numbers: &[u64]) {
        for number in numbers {
            self.failed.remove(number);
        }
    }

    /// Somebody wants to have blocks.
    pub(super) fn order(&mut self, numbers: Vec<u64>, on_given: OnGiven) {
        if let Some(failure) = numbers.iter().find_map(|number| self.failed.get(number)) {
            return on_given(Err(failure.clone()));
        }
        let left = numbers.iter().copied().collect();
        self.orders.insert(self.next_order, Order { numbers, given: HashMap::new(), left, on_given });
        self.next_order += 1;
        self.deliver();
    }

    /// What is to be asked of workers now, as numbers and blocks.
    pub(super) fn questions(&mut self) -> Vec<(WorkerId, Vec<(u64, u64)>)> {
        let mut by_worker: BTreeMap<WorkerId, Vec<u64>> = BTreeMap::new();
        for order in self.orders.values() {
            for &number in &order.left {
                let Some(&worker) = self.places.get(&number) else { continue };
                if self.asking.insert(number) {
                    by_worker.entry(worker).or_default().push(number);
                }
            }
        }
        let mut questions = Vec::new();
        for (worker, numbers) in by_worker {
            for numbers in numbers.chunks(AT_ONCE) {
                let blocks = self.blocks(numbers);
                questions.push((worker, numbers.iter().copied().zip(blocks).collect()));
            }
        }
        questions
    }

    /// A worker has answered. Gives the numbers of blocks that it does not have.
    pub(super) fn answered(&mut self, worker: WorkerId, given: Vec<(u64, Option<Block>)>) -> Vec<u64> {
        let mut missed = Vec::new();
        for (number, block) in given {
            self.asking.remove(&number);
            let Some(block) = block else {
                if self.places.get(&number) == Some(&worker) {
                    self.places.remove(&number);
                }
                missed.push(number);
                continue;
            };
            for order in self.orders.values_mut() {
                if order.left.remove(&number) {
                    order.given.insert(number, block.clone());
                }
            }
        }
        self.deliver();
        missed
    }

    /// Hands over what is complete.
    fn deliver(&mut self) {
        let complete = self.orders.iter().filter(|(_, order)| order.left.is_empty());
        let complete: Vec<u64> = complete.map(|(&id, _)| id).collect();
        for id in complete {
            let Some(order) = self.orders.remove(&id) else { continue };
            let blocks = order.numbers.iter().filter_map(|number| order.given.get(number).cloned());
            (order.on_given)(Ok(blocks.collect()));
        }
    }

    /// Nobody wants blocks any more. Gives those that the scheduler can be told of.
    pub(super) fn release(&mut self, numbers: &[u64]) -> Vec<u64> {
        self.left = self.left.saturating_sub(numbers.len() as u64);
        for number in numbers {
            self.places.remove(number);
            self.failed.remove(number);
        }
        if self.plan.is_none() {
            self.early.extend(numbers);
            return Vec::new();
        }
        self.blocks(numbers)
    }

    /// Whether everything was released.
    pub(super) fn is_over(&self) -> bool {
        self.left == 0 && self.orders.is_empty()
    }

    /// Nothing will come any more.
    pub(super) fn end(&mut self, failure: &RunFailure) {
        for order in std::mem::take(&mut self.orders).into_values() {
            (order.on_given)(Err(failure.clone()));
        }
    }
}
