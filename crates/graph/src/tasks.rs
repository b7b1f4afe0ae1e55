//! Explicit tasks: graphs that somebody wrote call by call, in columns rather than as objects.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

use crate::call::NONE;
use crate::dependencies::{BlockRanges, widen};
use crate::{Dependency, Grid, Layer, LayerId};

/// Tasks, each a block of the layer, whose grid has one axis. A task depends on tasks before it and on blocks of the
/// inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Tasks {
    /// The function that each task calls, by its number among those handed over beside the graph. `0xffffffff`: none,
    /// it passes on the one block that it depends on.
    pub functions: Column,
    /// The arguments of each task, by their number among those handed over beside the graph; in them slot `n` is what
    /// its edge `n` leads to. `0xffffffff`: what its edges lead to, in order. Of a task without a function: the number of
    /// the stretch of bytes beside the value that it depends on which it passes on alone.
    pub arguments: Column,
    /// Where the edges of each task begin, and the end of the last.
    pub starts: Column,
    /// What tasks depend on: a task by its number, or `count of tasks + n` for block `n` of all blocks of the
    /// inputs, one input after the other.
    pub edges: Column,
    /// What is asked for each task, by its number among the graph's annotations, `0xffffffff` for nothing; empty where
    /// nothing is asked for any.
    #[serde(default)]
    pub annotations: Column,
}

/// A column of numbers. It travels as bytes, 4 for each, the lowest first.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Uint32Array"))]
pub struct Column(Arc<[u32]>);

impl From<Vec<u32>> for Column {
    fn from(numbers: Vec<u32>) -> Column {
        Column(numbers.into())
    }
}

impl Deref for Column {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.0
    }
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Column of {}", self.0.len())
    }
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|number| number.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Column, D::Error> {
        deserializer.deserialize_bytes(ColumnVisitor)
    }
}

struct ColumnVisitor;

impl Visitor<'_> for ColumnVisitor {
    type Value = Column;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "bytes of 32-bit numbers")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Column, E> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(E::invalid_length(bytes.len(), &self));
        }
        Ok(Column(numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()))
    }
}

/// What an edge leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// A task of the same layer.
    Own(u32),
    /// A block of an input, by its number in the grid.
    Input { input: usize, number: u64 },
}

impl Tasks {
    /// How many tasks.
    pub fn len(&self) -> usize {
        self.functions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// Whether a task passes on what it depends on.
    pub fn is_alias(&self, task: u64) -> bool {
        self.functions[index(task)] == NONE
    }

    /// What is asked for a task, by its number among the graph's annotations.
    pub(crate) fn annotations_of(&self, task: u64) -> Option<u32> {
        self.annotations.get(index(task)).copied().filter(|&number| number != NONE)
    }

    fn edges_of(&self, task: usize) -> &[u32] {
        &self.edges[self.starts[task] as usize..self.starts[task + 1] as usize]
    }

    /// What a task depends on, edge by edge. `blocks` has the number of blocks of each input.
    fn targets<'a>(&'a self, task: usize, blocks: &'a [u64]) -> impl Iterator<Item = Target> + 'a {
        self.edges_of(task).iter().map(|&edge| match (edge as usize).checked_sub(self.len()) {
            None => Target::Own(edge),
            Some(rest) => locate(rest as u64, blocks),
        })
    }

    /// What a task of layer `id` depends on, an entry for each edge.
    pub(crate) fn dependencies(
        &self,
        id: LayerId,
        task: u64,
        inputs: &[(LayerId, &Layer)],
    ) -> SmallVec<[Dependency; 2]> {
        let blocks: Vec<u64> = inputs.iter().map(|(_, layer)| layer.grid.block_count()).collect();
        let dependency = |target| match target {
            Target::Own(task) => Dependency { layer: id, blocks: one(&[u64::from(task)]) },
            Target::Input { input, number } => {
                let (layer, producer) = inputs[input];
                Dependency { layer, blocks: one(&producer.grid.unravel(number)) }
            }
        };
        self.targets(index(task), &blocks).map(dependency).collect()
    }

    /// The tasks and blocks of inputs that the given uses lead to. `uses` has for each task how often others than
    /// tasks of this layer read it.
    pub(crate) fn count_uses(&self, uses: Vec<u64>, blocks: &[u64]) -> TaskUses {
        let mut counted = TaskUses { tasks: uses, inputs: vec![HashMap::new(); blocks.len()] };
        // Who is read stands before who reads it: from the last task on, the count of each is complete in its turn.
        for task in (0..self.len()).rev() {
            if counted.tasks[task] == 0 {
                continue;
            }
            for target in self.targets(task, blocks) {
                match target {
                    Target::Own(task) => counted.tasks[task as usize] += 1,
                    Target::Input { input, number } => {
                        *counted.inputs[input].entry(number).or_insert(0) += 1;
                    }
                }
            }
        }
        counted
    }

    /// The longest way from each task down to one that depends on nothing, inputs counting as nothing.
    pub(crate) fn heights(&self) -> Vec<u32> {
        let mut heights = vec![0; self.len()];
        for task in 0..self.len() {
            let own = self.edges_of(task).iter().filter(|&&edge| (edge as usize) < self.len());
            heights[task] = own.map(|&edge| heights[edge as usize] + 1).max().unwrap_or(0);
        }
        heights
    }

    /// The entry of a task among [`Tasks::heights`].
    pub(crate) fn height(heights: &[u32], task: u64) -> u32 {
        heights[index(task)]
    }
}

/// How often the tasks of a layer, and the blocks of its inputs, are read.
#[derive(Debug, Default)]
pub(crate) struct TaskUses {
    /// By task; nothing leads to one that is read 0 times.
    tasks: Vec<u64>,
    /// For each input the blocks that tasks read, by their numbers.
    inputs: Vec<HashMap<u64, u64>>,
}

impl TaskUses {
    /// How often a task is read.
    pub(crate) fn of_task(&self, task: u64) -> u64 {
        self.tasks[index(task)]
    }

    /// How often tasks read a block of an input.
    pub(crate) fn of_input(&self, input: usize, number: u64) -> u64 {
        self.inputs[input].get(&number).copied().unwrap_or(0)
    }

    /// How many tasks something leads to.
    pub(crate) fn wanted(&self) -> u64 {
        self.tasks.iter().filter(|&&uses| uses > 0).count() as u64
    }

    /// The box around the blocks of an input that tasks read.
    pub(crate) fn behind(&self, input: usize, grid: &Grid) -> BlockRanges {
        let mut around: BlockRanges = grid.axes.iter().map(|_| 0..0).collect();
        for &number in self.inputs[input].keys() {
            widen(&mut around, &one(&grid.unravel(number)));
        }
        around
    }
}

/// Checks tasks against their inputs.
pub(crate) fn check_tasks(tasks: &Tasks, inputs: &[&Layer], layer: &Layer) -> Result<(), String> {
    let count = tasks.len();
    if layer.grid.ndim() != 1 || layer.grid.block_count() != count as u64 || tasks.arguments.len() != count {
        return Err(format!("{count} tasks in a grid of {} blocks", layer.grid.block_count()));
    }
    let last = tasks.starts.last().copied().unwrap_or(0);
    let ascending = tasks.starts.windows(2).all(|pair| pair[0] <= pair[1]);
    if tasks.starts.len() != count + 1 || !ascending || last as usize != tasks.edges.len() {
        return Err("edges that belong to no task".into());
    }
    if !tasks.annotations.is_empty() && tasks.annotations.len() != count {
        return Err(format!("{} annotations of {count} tasks", tasks.annotations.len()));
    }
    let outside: u64 = inputs.iter().map(|input| input.grid.block_count()).sum();
    for task in 0..count {
        let edges = tasks.edges_of(task);
        let fits = |edge: u32| {
            let own = (edge as usize) < count;
            if own { (edge as usize) < task } else { u64::from(edge) - (count as u64) < outside }
        };
        if let Some(edge) = edges.iter().find(|&&edge| !fits(edge)) {
            return Err(format!("task {task} depends on {edge}, which does not stand before it"));
        }
        if tasks.functions[task] == NONE && edges.len() != 1 {
            return Err(format!("task {task} passes on {} blocks", edges.len()));
        }
    }
    Ok(())
}

fn locate(mut number: u64, blocks: &[u64]) -> Target {
    for (input, &count) in blocks.iter().enumerate() {
        if number < count {
            return Target::Input { input, number };
        }
        number -= count;
    }
    unreachable!("edges of checked tasks lead to blocks that there are")
}

fn one(block: &[u64]) -> BlockRanges {
    block.iter().map(|&number| number..number + 1).collect()
}

fn index(task: u64) -> usize {
    usize::try_from(task).expect("as many as there are entries in memory")
}
