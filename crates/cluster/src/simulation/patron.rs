//! The client of a simulated cluster. It hands graphs in and gathers what they make; some it keeps, borrows from them for
//! others, publishes them, and lets go of them while others still read what they lend.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use bramble_graph::{BlockId, Graph, Grid, Kind, Lent, Plan};
use bramble_storage::SharedBytes;

use super::graphs::{borrowing, random_graph};
use super::{Chance, mix};
use crate::protocol::{ClientId, FromClient, Loan, Loss, MadeOutput, Request, RunId, ToClient, WorkerId};

/// The name of what it publishes.
const NAME: &str = "dataset";

/// See the module.
pub(super) struct Patron {
    pub(super) id: ClientId,
    wishes: BTreeMap<u32, Wish>,
    fetching: Vec<(u32, MadeOutput)>,
    /// What it will do, one after the other.
    steps: VecDeque<Step>,
    said: VecDeque<(FromClient, Vec<SharedBytes>)>,
}

/// A graph that it has handed in.
struct Wish {
    graph: Graph,
    loans: Vec<Loan>,
    is_kept: bool,
    /// Set when the scheduler has taken it in.
    plan: Option<Arc<Plan>>,
    /// Output blocks that have come.
    answers: BTreeMap<u64, u64>,
    has_ended: bool,
}

enum Step {
    Submit { run: u32, wish: Wish },
    Publish(u32),
    Unpublish,
    End(u32),
}

impl Step {
    fn submit(run: u32, graph: Graph, is_kept: bool, loans: Vec<Loan>) -> Step {
        let answers = BTreeMap::new();
        Step::Submit { run, wish: Wish { graph, loans, is_kept, plan: None, answers, has_ended: false } }
    }
}

impl Patron {
    /// One that hands in a graph; or several, of which some borrow from others.
    pub(super) fn new(id: ClientId, chance: &mut Chance, keeps: bool) -> Patron {
        let graph = random_graph(chance);
        let steps = if keeps {
            borrowing_steps(id, chance, graph)
        } else {
            vec![Step::submit(1, graph, false, Vec::new())]
        };
        let (wishes, fetching, said) = (BTreeMap::new(), Vec::new(), VecDeque::new());
        Patron { id, wishes, fetching, steps: steps.into(), said }
    }

    /// Whether it has something to do that it has not said.
    pub(super) fn has_steps(&self) -> bool {
        !self.steps.is_empty()
    }

    pub(super) fn take_step(&mut self) {
        let Some(step) = self.steps.pop_front() else { return };
        let request = |request| FromClient::Request { ticket: 1, request };
        match step {
            Step::Submit { run, wish } => {
                let (calls, retries, loans) = (false, 1_000_000, wish.loans.clone());
                let bytes: SharedBytes = Arc::new(rmp_serde::to_vec_named(&wish.graph).unwrap());
                let message = if wish.is_kept {
                    FromClient::Keep { run, calls, retries, loans }
                } else {
                    FromClient::Submit { run, calls, retries }
                };
                self.wishes.insert(run, wish);
                self.said.push_back((message, vec![bytes]));
            }
            Step::Publish(run) => {
                let publish = Request::Publish { name: NAME.into(), runs: vec![(self.id, run)] };
                self.said.push_back((request(publish), vec![Arc::new(vec![1])]));
            }
            Step::Unpublish => {
                self.said.push_back((request(Request::Unpublish { name: NAME.into() }), Vec::new()));
            }
            Step::End(run) => self.end(run),
        }
    }

    fn end(&mut self, run: u32) {
        self.wishes.get_mut(&run).unwrap().has_ended = true;
        self.say(FromClient::End { run });
    }

    /// Nothing of it is wanted any more.
    pub(super) fn end_all(&mut self) {
        let left: Vec<u32> =
            self.wishes.iter().filter(|(_, wish)| !wish.has_ended).map(|(&run, _)| run).collect();
        for run in left {
            self.end(run);
        }
    }

    fn say(&mut self, message: FromClient) {
        self.said.push_back((message, Vec::new()));
    }

    /// Whether something is on the way to the scheduler.
    pub(super) fn has_said(&self) -> bool {
        !self.said.is_empty()
    }

    pub(super) fn next_word(&mut self) -> (FromClient, Vec<SharedBytes>) {
        self.said.pop_front().unwrap()
    }

    pub(super) fn graph(&self, run: RunId) -> &Graph {
        &self.wishes[&run.1].graph
    }

    pub(super) fn hear(&mut self, message: ToClient) {
        match message {
            ToClient::Begun { run, memory } => {
                let wish = self.wishes.get_mut(&run).unwrap();
                wish.plan = Some(Arc::new(Plan::within(&wish.graph, memory)));
            }
            ToClient::Made { run, blocks } => {
                let wish = &self.wishes[&run];
                let new = blocks.into_iter().filter(|made| !wish.answers.contains_key(&made.block));
                self.fetching.extend(new.map(|made| (run, made)));
            }
            ToClient::Peer { .. }
            | ToClient::Progress { .. }
            | ToClient::Status { .. }
            | ToClient::Surroundings { .. }
            | ToClient::Event { .. } => {}
            ToClient::Reply { reply, .. } => assert_eq!(reply, crate::protocol::Reply::Done),
            refused => panic!("{refused:?}"),
        }
    }

    /// Whether blocks can be fetched.
    pub(super) fn is_fetching(&self) -> bool {
        !self.fetching.is_empty()
    }

    /// Fetches one; `give` says what a worker has.
    pub(super) fn fetch(
        &mut self,
        chance: &mut Chance,
        give: impl FnOnce(WorkerId, RunId, u64) -> Option<u64>,
    ) {
        let at = chance.below(self.fetching.len());
        let (run, MadeOutput { block, worker }) = self.fetching.swap_remove(at);
        let wish = self.wishes.get_mut(&run).unwrap();
        if wish.has_ended {
            return;
        }
        let message = match give(worker, RunId(self.id, run), block) {
            Some(answer) => {
                let is_known = wish.answers.insert(block, answer).is_some();
                // What is kept may be released any time.
                if is_known || (wish.is_kept && !chance.once_in(4)) {
                    return;
                }
                FromClient::Fetched { run, blocks: vec![block] }
            }
            None if wish.answers.contains_key(&block) => return,
            None => FromClient::Lost { run, losses: vec![Loss { block, worker }] },
        };
        self.say(message);
    }

    /// Whether all has come that is wanted.
    pub(super) fn is_complete(&self) -> bool {
        self.steps.is_empty() && self.wishes.values().all(|wish| wish.has_ended || wish.is_complete())
    }

    /// Checks all answers.
    pub(super) fn check(&self) {
        let mut known = HashMap::new();
        for (&run, wish) in &self.wishes {
            for (&block, &answer) in &wish.answers {
                assert_eq!(answer, self.expected(run, block, &mut known), "block {block} of graph {run}");
            }
        }
    }

    /// Tasks that are enough where nothing is lost; none where it may have wanted something twice.
    pub(super) fn enough(&self) -> Option<u64> {
        let wish = self.wishes.get(&1).filter(|_| self.wishes.len() == 1)?;
        let plan = wish.plan.as_ref()?;
        Some((0..).zip(plan.layers()).map(|(layer, _)| plan.wanted_count(layer)).sum())
    }

    /// The block as it must be.
    fn expected(&self, run: u32, block: u64, known: &mut HashMap<(u32, u64), u64>) -> u64 {
        if let Some(&value) = known.get(&(run, block)) {
            return value;
        }
        let plan = self.plan(run);
        let value = if let Some((lender, number)) = self.lender(run, block) {
            let source = self.plan(lender).numbered_output(number).unwrap();
            self.expected(lender, source.0, known)
        } else {
            let (layer, at) = plan.locate(BlockId(block));
            let inputs = plan.inputs_of(layer, &at);
            let inputs: Vec<u64> = inputs.iter().map(|input| self.expected(run, input.0, known)).collect();
            combine(block, &inputs)
        };
        known.insert((run, block), value);
        value
    }

    fn plan(&self, run: u32) -> &Plan {
        self.wishes[&run].plan.as_ref().unwrap()
    }

    /// Which graph lends a block, and its number there.
    fn lender(&self, run: u32, block: u64) -> Option<(u32, u64)> {
        let plan = self.plan(run);
        let is_it = |loan: &&Loan| plan.numbered_output(loan.block) == Some(BlockId(block));
        if let Some(loan) = self.wishes[&run].loans.iter().find(is_it) {
            return Some((loan.run, loan.source));
        }
        let (layer, _) = plan.locate(BlockId(block));
        let Kind::Lent(lent) = plan.layer(layer).layer.kind else { return None };
        let grid = &plan.layer(layer).layer.grid;
        let number = (0..grid.block_count()).find(|&at| plan.id(layer, &grid.unravel(at)).0 == block)?;
        Some((lent.run, lent.first + number))
    }
}

impl Wish {
    fn is_complete(&self) -> bool {
        let Some(plan) = &self.plan else { return false };
        let count = |&layer: &u32| plan.layer(layer).layer.grid.block_count();
        let mut outputs = plan.outputs().to_vec();
        outputs.sort_unstable();
        outputs.dedup();
        self.answers.len() as u64 == outputs.iter().map(count).sum::<u64>()
    }
}

/// A graph that is kept, others that read what it keeps or have some of it in the place of their own, and when each ends.
fn borrowing_steps(id: ClientId, chance: &mut Chance, graph: Graph) -> Vec<Step> {
    let mut steps = vec![Step::submit(1, graph.clone(), true, Vec::new())];
    let is_published = chance.once_in(3);
    if is_published {
        steps.push(Step::Publish(1));
        if chance.once_in(2) {
            steps.push(Step::End(1));
        }
    }
    let has_ended = |steps: &[Step]| steps.iter().any(|step| matches!(step, Step::End(1)));
    let second = borrowed(id, chance, (1, &graph));
    let is_kept = chance.once_in(2);
    steps.push(Step::submit(2, second.clone(), is_kept, Vec::new()));
    if chance.once_in(2) {
        let numbers = 0..output_blocks(&graph);
        let loans = numbers.filter(|_| chance.once_in(2)).map(|block| Loan { block, run: 1, source: block });
        let loans = loans.collect();
        steps.push(Step::submit(3, graph, true, loans));
    }
    if !has_ended(&steps) && chance.once_in(2) {
        steps.push(Step::End(1));
    }
    if is_kept {
        steps.push(Step::submit(4, borrowed(id, chance, (2, &second)), false, Vec::new()));
        steps.extend(chance.once_in(2).then_some(Step::End(2)));
    }
    steps.extend(is_published.then_some(Step::Unpublish));
    steps
}

fn output_blocks(graph: &Graph) -> u64 {
    graph.outputs.iter().map(|&layer| graph.layers[layer as usize].grid.block_count()).sum()
}

/// A graph that reads what an output of another one keeps.
fn borrowed(id: ClientId, chance: &mut Chance, (run, graph): (u32, &Graph)) -> Graph {
    let output = chance.below(graph.outputs.len());
    let grids = graph.outputs.iter().map(|&layer| &graph.layers[layer as usize].grid);
    let first = grids.clone().take(output).map(Grid::block_count).sum();
    let grid = grids.clone().nth(output).unwrap().clone();
    borrowing(chance, Lent { client: id.0, run, first, values: false }, grid)
}

/// What a task makes of what it reads.
pub(super) fn combine(block: u64, inputs: &[u64]) -> u64 {
    inputs.iter().fold(mix(block + 1), |made, &input| mix(made.wrapping_add(input)))
}
