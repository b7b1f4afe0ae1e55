//! What executes: an optimised graph with ids for its blocks and the arithmetic of who reads whom.
//!
//! A block's id is `base of its layer + its number in the grid`, so a graph needs no map from keys to tasks:
//! a plan is as large as its layers are many, however many blocks they have.

use smallvec::SmallVec;

use crate::dependencies::{BlockRanges, widen};
use crate::optimise::{lower_reductions, optimise};
use crate::take::PointBlocks;
use crate::tasks::{TaskUses, Tasks};
use crate::{Annotations, Block, Graph, Kind, Layer, LayerId};

/// A block among all blocks of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u64);

/// An optimised graph, ready to be expanded into tasks.
#[derive(Debug)]
pub struct Plan {
    layers: Vec<PlanLayer>,
    outputs: Vec<LayerId>,
    annotations: Vec<Annotations>,
}

/// A layer with what expansion needs of it.
#[derive(Debug)]
pub struct PlanLayer {
    /// The layer.
    pub layer: Layer,
    base: u64,
    /// Blocks that outputs may lead to: the box around them.
    wanted: BlockRanges,
    /// The layers that read this one, once for each way in which they do.
    readers: Vec<Reader>,
    /// Longest way to a layer without inputs.
    height: u32,
    /// Of a layer that takes points, the blocks that hold them.
    points: Option<PointBlocks>,
    /// Of a layer of explicit tasks, what only a walk along their edges tells.
    tasks: Option<TaskCounts>,
}

/// What is known of the tasks of a layer.
#[derive(Debug)]
struct TaskCounts {
    uses: TaskUses,
    heights: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Reader {
    layer: LayerId,
    input: usize,
}

/// The blocks of one input that a block needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Whose blocks.
    pub layer: LayerId,
    /// Which, axis by axis; all combinations are meant.
    pub blocks: BlockRanges,
}

impl Plan {
    /// Optimises a graph and numbers its blocks. Takes time by the number of layers, not of blocks, explicit tasks
    /// excepted.
    ///
    /// # Panics
    /// When the graph would not pass [`Graph::validate`].
    pub fn new(graph: &Graph) -> Plan {
        Plan::within(graph, u64::MAX)
    }

    /// As [`Plan::new`], for a machine with room for `memory` bytes of blocks: a layer that is larger and read twice is
    /// made twice, where it can be made piece by piece.
    ///
    /// # Panics
    /// As [`Plan::new`].
    pub fn within(graph: &Graph, memory: u64) -> Plan {
        Plan::of(optimise(graph, memory))
    }

    /// Numbers the blocks of a graph whose reductions are lowered and nothing else is done: what tests compare
    /// an optimised plan with.
    ///
    /// # Panics
    /// As [`Plan::new`].
    pub fn unoptimised(graph: &Graph) -> Plan {
        Plan::of(lower_reductions(graph))
    }

    /// The output block with a number: those of all outputs are numbered one behind the other.
    pub fn numbered_output(&self, number: u64) -> Option<BlockId> {
        let mut number = number;
        for &layer in &self.outputs {
            let grid = &self.layer(layer).layer.grid;
            let count = grid.block_count();
            if number < count {
                return Some(self.id(layer, &grid.unravel(number)));
            }
            number -= count;
        }
        None
    }

    /// The numbers that a block has among those of all outputs; two if two outputs are one layer.
    pub fn output_numbers(&self, block: BlockId) -> Vec<u64> {
        let mut first = 0;
        let mut numbers = Vec::new();
        let (layer, _) = self.locate(block);
        for &output in &self.outputs {
            if output == layer {
                numbers.push(first + self.number(block, layer));
            }
            first += self.layer(output).layer.grid.block_count();
        }
        numbers
    }

    fn of(graph: Graph) -> Plan {
        let mut base = 0;
        let mut layers: Vec<PlanLayer> = Vec::with_capacity(graph.layers.len());
        for layer in graph.layers {
            let height =
                layer.inputs.iter().map(|&input| layers[input as usize].height + 1).max().unwrap_or(0);
            let wanted = layer.grid.axes.iter().map(|_| 0..0).collect();
            let first = base;
            base += layer.grid.block_count();
            layers.push(PlanLayer {
                layer,
                base: first,
                wanted,
                readers: Vec::new(),
                height,
                points: None,
                tasks: None,
            });
        }
        let mut plan = Plan { layers, outputs: graph.outputs, annotations: graph.annotations };
        plan.note_readers();
        plan.find_points();
        plan.spread_wanted();
        plan
    }

    fn note_readers(&mut self) {
        for id in 0..self.layers.len() {
            for (input, from) in self.layers[id].layer.inputs.clone().into_iter().enumerate() {
                let layer = LayerId::try_from(id).expect("layers are numbered in 32 bits");
                self.layers[from as usize].readers.push(Reader { layer, input });
            }
        }
    }

    fn find_points(&mut self) {
        for id in 0..self.layers.len() {
            let layer = &self.layers[id].layer;
            let Kind::Take(take) = &layer.kind else { continue };
            let found = PointBlocks::new(take, &self.layer(layer.inputs[0]).layer.grid, &layer.grid);
            self.layers[id].points = Some(found);
        }
    }

    /// From the outputs back, the box of blocks that each layer may have to make.
    fn spread_wanted(&mut self) {
        for &output in &self.outputs {
            let layer = &mut self.layers[output as usize];
            layer.wanted = layer.layer.grid.blocks().into_iter().map(|count| 0..count).collect();
        }
        for id in (0..self.layers.len()).rev() {
            self.layers[id].tasks = self.count_tasks(id);
            for input in self.layers[id].layer.inputs_behind(&self.layers[id].wanted) {
                let (reader, from) = (&self.layers[id], self.layers[id].layer.inputs[input]);
                let grid = &self.layers[from as usize].layer.grid;
                let needed = match (&reader.tasks, &reader.points, &reader.layer.kind) {
                    (Some(tasks), ..) => tasks.uses.behind(input, grid),
                    (_, Some(points), Kind::Take(take)) => points.behind(take, &reader.wanted, grid),
                    _ => reader.layer.behind(input, &reader.wanted, grid),
                };
                widen(&mut self.layers[from as usize].wanted, &needed);
            }
        }
    }

    /// Counts how often explicit tasks and what they read are read; all that reads the layer has been counted.
    fn count_tasks(&self, id: usize) -> Option<TaskCounts> {
        let planned = &self.layers[id];
        let Kind::Tasks(tasks) = &planned.layer.kind else { return None };
        let number = LayerId::try_from(id).expect("layers are numbered in 32 bits");
        let uses = (0..tasks.len() as u64).map(|task| self.uses(number, &[task])).collect();
        let blocks: Vec<u64> = self.inputs(planned).map(|(_, layer)| layer.grid.block_count()).collect();
        Some(TaskCounts { uses: tasks.count_uses(uses, &blocks), heights: tasks.heights() })
    }

    fn inputs<'a>(&'a self, planned: &'a PlanLayer) -> impl Iterator<Item = (LayerId, &'a Layer)> {
        planned.layer.inputs.iter().map(|&input| (input, &self.layer(input).layer))
    }

    /// The layers in topological order.
    pub fn layers(&self) -> &[PlanLayer] {
        &self.layers
    }

    /// The layers whose blocks are the answer.
    pub fn outputs(&self) -> &[LayerId] {
        &self.outputs
    }

    /// A layer by its id.
    pub fn layer(&self, id: LayerId) -> &PlanLayer {
        &self.layers[id as usize]
    }

    /// What is asked for the task that makes a block.
    pub fn annotations(&self, layer: LayerId, block: &[u64]) -> Option<&Annotations> {
        self.asked(self.asked_for(layer, block)?)
    }

    /// What is asked for the task that makes a block, by its number.
    pub fn asked_for(&self, layer: LayerId, block: &[u64]) -> Option<u32> {
        if self.annotations.is_empty() {
            return None;
        }
        let layer = &self.layer(layer).layer;
        let own = match &layer.kind {
            Kind::Tasks(tasks) => tasks.annotations_of(block[0]),
            _ => None,
        };
        own.or(layer.annotations)
    }

    /// What is asked, by its number.
    pub fn asked(&self, number: u32) -> Option<&Annotations> {
        self.annotations.get(number as usize)
    }

    /// All that is asked for some tasks.
    pub fn all_asked(&self) -> &[Annotations] {
        &self.annotations
    }

    /// Whether some tasks shall run before others.
    pub fn has_priorities(&self) -> bool {
        self.annotations.iter().any(|annotations| annotations.priority != 0)
    }

    /// The id of a block of a layer.
    pub fn id(&self, layer: LayerId, block: &[u64]) -> BlockId {
        let layer = self.layer(layer);
        BlockId(layer.base + layer.layer.grid.ravel(block))
    }

    /// The number of a block of a layer in the layer's grid.
    pub fn number(&self, id: BlockId, layer: LayerId) -> u64 {
        id.0 - self.layer(layer).base
    }

    /// Whether an id is one of this plan's.
    pub fn has(&self, id: BlockId) -> bool {
        self.layers.last().is_some_and(|last| id.0 < last.base + last.layer.grid.block_count())
    }

    /// The layer and the block that an id means.
    ///
    /// # Panics
    /// When the id is none of this plan's.
    pub fn locate(&self, id: BlockId) -> (LayerId, Block) {
        let number = self.layers.partition_point(|layer| layer.base <= id.0) - 1;
        let layer = &self.layers[number];
        let number = LayerId::try_from(number).expect("layers are numbered in 32 bits");
        (number, layer.layer.grid.unravel(id.0 - layer.base))
    }

    /// The ids of the blocks that a block needs, in the order of [`Plan::dependencies`].
    pub fn inputs_of(&self, layer: LayerId, block: &[u64]) -> SmallVec<[BlockId; 4]> {
        let dependencies = self.dependencies(layer, block);
        let ids =
            dependencies.iter().flat_map(|needed| needed.each().map(|block| self.id(needed.layer, &block)));
        ids.collect()
    }

    /// The blocks that a block needs, input by input; inputs of which it needs none may be left out.
    pub fn dependencies(&self, layer: LayerId, block: &[u64]) -> SmallVec<[Dependency; 2]> {
        let planned = self.layer(layer);
        let reader = &planned.layer;
        if let Kind::Tasks(tasks) = &reader.kind {
            return tasks.dependencies(layer, block[0], &self.inputs(planned).collect::<Vec<_>>());
        }
        if let (Kind::Take(take), Some(points)) = (&reader.kind, &planned.points) {
            let from = reader.inputs[0];
            let reads = points.reads(take, block, &self.layer(from).layer.grid);
            return reads.into_iter().map(|blocks| Dependency { layer: from, blocks }).collect();
        }
        let at: BlockRanges = block.iter().map(|&number| number..number + 1).collect();
        let needed = |input: usize| {
            let layer = reader.inputs[input];
            Dependency { layer, blocks: reader.behind(input, &at, &self.layer(layer).layer.grid) }
        };
        reader.inputs_behind(&at).map(needed).collect()
    }

    /// How often a block is read; being an output counts once.
    pub fn uses(&self, layer: LayerId, block: &[u64]) -> u64 {
        let produced = self.layer(layer);
        if let Some(counts) = &produced.tasks {
            return counts.uses.of_task(block[0]);
        }
        let readers = produced.readers.iter().map(|reader| {
            let to = self.layer(reader.layer);
            let grid = &produced.layer.grid;
            match (&to.tasks, &to.points, &to.layer.kind) {
                (Some(counts), ..) => counts.uses.of_input(reader.input, grid.ravel(block)),
                (_, Some(points), Kind::Take(take)) => points.ahead(take, block, grid, &to.wanted),
                _ => to.layer.ahead(reader.input, block, grid, &to.wanted),
            }
        });
        u64::from(self.is_output(layer)) + readers.sum::<u64>()
    }

    /// A box of blocks of a layer that has all that the outputs lead to.
    pub(crate) fn wanted(&self, layer: LayerId) -> &BlockRanges {
        &self.layer(layer).wanted
    }

    /// How many blocks of a layer the outputs lead to.
    pub fn wanted_count(&self, layer: LayerId) -> u64 {
        let planned = self.layer(layer);
        match &planned.tasks {
            Some(counts) => counts.uses.wanted(),
            None => planned.wanted.iter().map(|range| range.end - range.start).product(),
        }
    }

    /// Whether a layer's blocks are an answer.
    pub fn is_output(&self, layer: LayerId) -> bool {
        self.outputs.contains(&layer)
    }

    /// Whether functions of the language above read a layer's blocks.
    pub fn is_read_by_calls(&self, layer: LayerId) -> bool {
        self.readers(layer).any(|reader| reader.kind.is_called())
    }

    /// The layers that read a layer's blocks.
    pub(crate) fn readers(&self, layer: LayerId) -> impl Iterator<Item = &Layer> {
        self.layer(layer).readers.iter().map(|reader| &self.layer(reader.layer).layer)
    }

    /// Whether any layer reads a layer's blocks.
    pub fn has_readers(&self, layer: LayerId) -> bool {
        !self.layer(layer).readers.is_empty()
    }

    /// The longest way from a block down to one that reads nothing: first by layers, then by tasks of one.
    pub fn height(&self, id: BlockId) -> (u32, u32) {
        let (layer, block) = self.locate(id);
        let planned = self.layer(layer);
        let inner = planned.tasks.as_ref().map_or(0, |counts| Tasks::height(&counts.heights, block[0]));
        (planned.height, inner)
    }
}

impl Dependency {
    /// The blocks one by one, the last axis running fastest.
    pub fn each(&self) -> impl Iterator<Item = Block> + use<> {
        each_block(self.blocks.clone())
    }
}

/// The blocks of a box one by one, the last axis running fastest.
pub(crate) fn each_block(ranges: BlockRanges) -> impl Iterator<Item = Block> {
    let count: u64 = ranges.iter().map(|range| range.end.saturating_sub(range.start)).product();
    (0..count).map(move |mut index| {
        let mut block = Block::from_elem(0, ranges.len());
        for (number, range) in block.iter_mut().zip(&ranges).rev() {
            let length = range.end - range.start;
            *number = range.start + index % length;
            index /= length;
        }
        block
    })
}
