//! Every task of a graph by itself, for people to look at: nothing that computes makes such a list.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::explain::describe_kind;
use crate::{BlockId, Frontier, Graph, LayerId, Plan};

/// A graph as it would run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// The layers, inputs first.
    pub layers: Vec<OutlineLayer>,
    /// The tasks in the order in which a single worker does them. Nothing if there are too many.
    pub tasks: Option<Vec<OutlineTask>>,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutlineLayer {
    /// Its name.
    pub name: String,
    /// What it does, in some words.
    pub description: String,
    /// How many blocks of it the outputs lead to.
    pub blocks: u64,
    /// The layers that it reads.
    pub inputs: Vec<LayerId>,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutlineTask {
    /// Its layer.
    pub layer: LayerId,
    /// The block that it makes.
    pub block: Vec<u64>,
    /// The places of the tasks whose blocks it reads.
    pub inputs: Vec<usize>,
}

impl Graph {
    /// The graph as it would run, optimised or as it was written. Tasks are listed if they are `most` at most.
    ///
    /// # Panics
    /// When the graph would not pass [`Graph::validate`].
    pub fn outline(&self, optimised: bool, most: usize) -> Outline {
        let plan = Arc::new(if optimised { Plan::new(self) } else { Plan::unoptimised(self) });
        let layers = (0..).zip(plan.layers()).map(|(id, planned)| OutlineLayer {
            name: planned.layer.name.clone(),
            description: describe_kind(&planned.layer),
            blocks: plan.wanted_count(id),
            inputs: planned.layer.inputs.clone(),
        });
        Outline { layers: layers.collect(), tasks: tasks(&plan, most) }
    }
}

/// Goes through the tasks as somebody who runs them.
fn tasks(plan: &Arc<Plan>, most: usize) -> Option<Vec<OutlineTask>> {
    let mut frontier = Frontier::new(Arc::clone(plan));
    let mut places: HashMap<BlockId, usize> = HashMap::new();
    let mut tasks = Vec::new();
    while let Some(task) = frontier.next_task() {
        if tasks.len() == most {
            return None;
        }
        places.insert(task.id, tasks.len());
        let inputs = task.inputs.iter().map(|input| places[input]).collect();
        tasks.push(OutlineTask { layer: task.layer, block: task.block.to_vec(), inputs });
        frontier.finish(task.id, |_| {});
        if plan.is_output(task.layer) {
            frontier.release(task.id, |_| {});
        }
    }
    Some(tasks)
}
