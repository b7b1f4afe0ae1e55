//! Puts output blocks together.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use bramble_array::{AlignedBuffer, ArrayError, Block, Chunk, to_shape};
use bramble_graph::{Axis, Extent, Grid, Layer, LayerId, Plan};

use crate::task::copy_overlap;
use crate::{RunError, TaskError};

/// What was asked for.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The elements of a layer of arrays.
    Array(Box<WholeArray>),
    /// The blocks of a layer of values, in order.
    Values(Vec<Block>),
}

/// An array in one piece.
#[derive(Clone, Debug)]
pub struct WholeArray {
    /// Its elements.
    pub chunk: Chunk,
    /// The blocks that it was made in, with all lengths.
    pub grid: Grid,
}

impl Answer {
    fn shares_memory(&self, other: &Answer) -> bool {
        match (self, other) {
            (Answer::Array(one), Answer::Array(other)) => {
                one.chunk.bytes().as_ptr() == other.chunk.bytes().as_ptr()
            }
            _ => false,
        }
    }
}

/// The answers under way, one for each layer that is an output.
pub struct Delivery {
    outputs: Vec<LayerId>,
    assemblies: HashMap<LayerId, Assembly>,
}

/// An answer under way.
struct Assembly {
    layer: Layer,
    parts: Mutex<Parts>,
}

enum Parts {
    /// The answer, filled block by block.
    Whole(Option<Chunk>),
    /// Blocks with their places, kept until the lengths of all are known.
    Pieces(Vec<(Vec<u64>, Chunk)>),
    /// Values, by the numbers of their blocks.
    Values(BTreeMap<u64, Block>),
}

impl Delivery {
    /// Nothing has come yet.
    pub fn new(plan: &Plan) -> Delivery {
        let assembly = |&id: &LayerId| (id, Assembly::new(plan.layer(id).layer.clone()));
        Delivery {
            outputs: plan.outputs().to_vec(),
            assemblies: plan.outputs().iter().map(assembly).collect(),
        }
    }

    /// Takes a block to its place, if its layer is an output.
    ///
    /// # Errors
    /// If the answer does not fit in memory, or the block is none of this layer.
    pub fn deliver(&self, layer: LayerId, block: &[u64], made: &Block) -> Result<(), TaskError> {
        match self.assemblies.get(&layer) {
            Some(assembly) => assembly.place(block, made),
            None => Ok(()),
        }
    }

    /// The answers in the order of the outputs. What is an output twice, or the same elements under another shape,
    /// is copied: no two arrays share memory.
    ///
    /// # Errors
    /// [`RunError::Result`] if an answer does not fit in memory.
    ///
    /// # Panics
    /// Unless every block of the outputs was delivered.
    pub fn take(&self) -> Result<Vec<Answer>, RunError> {
        let mut taken: Vec<Answer> = Vec::with_capacity(self.outputs.len());
        for (number, output) in self.outputs.iter().enumerate() {
            let answer = match self.outputs[..number].iter().position(|earlier| earlier == output) {
                Some(earlier) => taken[earlier].clone(),
                None => self.assemblies[output].take().map_err(|source| RunError::Task {
                    layer: self.assemblies[output].layer.name.clone(),
                    block: Vec::new(),
                    source: Box::new(source),
                    others: 0,
                })?,
            };
            let is_shared = taken.iter().any(|earlier| earlier.shares_memory(&answer));
            taken.push(if is_shared { copy(&answer).map_err(RunError::Result)? } else { answer });
        }
        Ok(taken)
    }
}

impl Assembly {
    fn new(layer: Layer) -> Assembly {
        let parts = match () {
            () if layer.kind.gives_values() => Parts::Values(BTreeMap::new()),
            () if layer.grid.is_known() => Parts::Whole(None),
            () => Parts::Pieces(Vec::new()),
        };
        Assembly { layer, parts: Mutex::new(parts) }
    }

    fn place(&self, block: &[u64], made: &Block) -> Result<(), TaskError> {
        match (&mut *self.parts.lock().unwrap_or_else(PoisonError::into_inner), made) {
            (Parts::Values(blocks), _) => drop(blocks.insert(self.layer.grid.ravel(block), made.clone())),
            (Parts::Pieces(pieces), Block::Chunk(chunk)) => pieces.push((block.to_vec(), chunk.clone())),
            (Parts::Whole(whole), Block::Chunk(chunk)) => place(whole, &self.layer.grid, block, chunk)?,
            _ => return Err(TaskError::WrongBlock { expected: "a chunk" }),
        }
        Ok(())
    }

    fn take(&self) -> Result<Answer, TaskError> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut whole, mut grid) = (None, self.layer.grid.clone());
        match &mut *parts {
            Parts::Values(blocks) => {
                return Ok(Answer::Values(std::mem::take(blocks).into_values().collect()));
            }
            Parts::Whole(filled) => whole = filled.take(),
            Parts::Pieces(pieces) => {
                let pieces = std::mem::take(pieces);
                grid = measured(&grid, &pieces);
                for (block, chunk) in pieces {
                    place(&mut whole, &grid, &block, &chunk)?;
                }
            }
        }
        let chunk = whole.expect("a run that is complete has delivered every block");
        Ok(Answer::Array(Box::new(WholeArray { chunk, grid })))
    }
}

/// Puts a block where it belongs; the first one makes room for all.
fn place(whole: &mut Option<Chunk>, grid: &Grid, block: &[u64], chunk: &Chunk) -> Result<(), TaskError> {
    if grid.block_count() == 1 {
        *whole = Some(chunk.clone());
        return Ok(());
    }
    let shape = to_shape(&grid.shape())?;
    let whole = match whole.take() {
        Some(filled) => whole.insert(filled),
        None => whole.insert(Chunk::zeroed(chunk.dtype(), &shape)?),
    };
    let Some(target) = whole.bytes_mut() else { unreachable!("nobody shares an answer under way") };
    let ours: Vec<Extent> = grid.axes.iter().map(|axis| Extent { start: 0, length: axis.total() }).collect();
    copy_overlap(chunk, &grid.extents(block), target, &ours, &shape)
}

/// A grid with the lengths that its blocks turned out to have.
fn measured(grid: &Grid, pieces: &[(Vec<u64>, Chunk)]) -> Grid {
    let axes = grid.axes.iter().enumerate().map(|(number, axis)| {
        if axis.is_known() {
            return axis.clone();
        }
        let found: HashMap<u64, u64> =
            pieces.iter().map(|(block, chunk)| (block[number], chunk.shape()[number] as u64)).collect();
        Axis::from_lengths((0..axis.blocks()).map(|block| found.get(&block).copied().unwrap_or(0)))
    });
    Grid::new(axes)
}

fn copy(answer: &Answer) -> Result<Answer, ArrayError> {
    let Answer::Array(array) = answer else { return Ok(answer.clone()) };
    let WholeArray { chunk, grid } = &**array;
    let chunk = Chunk::new(chunk.dtype(), chunk.shape(), AlignedBuffer::copy_of(chunk.bytes())?)?;
    Ok(Answer::Array(Box::new(WholeArray { chunk, grid: grid.clone() })))
}
