//! Puts output blocks together.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bramble_array::{AlignedBuffer, ArrayError, Block, Chunk, Mosaic, Shape, to_shape, to_usize};
use bramble_graph::{Axis, Grid, Layer, LayerId, Plan};

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
    /// The answer, once its only block has come.
    Whole(Option<Chunk>),
    /// The answer, filled block by block; made when the first comes.
    Mosaic(Option<Arc<Mosaic>>),
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

    /// The answer that blocks of a layer are a part of, to be made where they shall be with [`place_of`]. None if they
    /// are no answer, or none whose memory can be had before all of them are there.
    ///
    /// # Errors
    /// If the answer does not fit in memory.
    pub(crate) fn mosaic(&self, layer: LayerId) -> Result<Option<Arc<Mosaic>>, TaskError> {
        let Some(assembly) = self.assemblies.get(&layer) else { return Ok(None) };
        match &mut *assembly.parts() {
            Parts::Mosaic(mosaic) => mosaic_of(mosaic, &assembly.layer).map(Some),
            _ => Ok(None),
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
            () if !layer.grid.is_known() => Parts::Pieces(Vec::new()),
            () if layer.grid.block_count() == 1 => Parts::Whole(None),
            () => Parts::Mosaic(None),
        };
        Assembly { layer, parts: Mutex::new(parts) }
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, block: &[u64], made: &Block) -> Result<(), TaskError> {
        match (&mut *self.parts(), made) {
            (Parts::Values(blocks), _) => drop(blocks.insert(self.layer.grid.ravel(block), made.clone())),
            (Parts::Pieces(pieces), Block::Chunk(chunk)) => pieces.push((block.to_vec(), chunk.clone())),
            (Parts::Whole(whole), Block::Chunk(chunk)) => *whole = Some(chunk.clone()),
            (Parts::Mosaic(mosaic), Block::Chunk(chunk)) => {
                fill(&*mosaic_of(mosaic, &self.layer)?, &self.layer.grid, block, chunk)?;
            }
            _ => return Err(TaskError::WrongBlock { expected: "a chunk" }),
        }
        Ok(())
    }

    fn take(&self) -> Result<Answer, TaskError> {
        let (whole, grid) = match &mut *self.parts() {
            Parts::Values(blocks) => {
                return Ok(Answer::Values(std::mem::take(blocks).into_values().collect()));
            }
            Parts::Whole(whole) => (whole.take(), self.layer.grid.clone()),
            Parts::Mosaic(mosaic) => {
                let mosaic = mosaic.take().and_then(Arc::into_inner);
                (mosaic.map(Mosaic::into_chunk).transpose()?, self.layer.grid.clone())
            }
            Parts::Pieces(pieces) => {
                let pieces = std::mem::take(pieces);
                let grid = measured(&self.layer.grid, &pieces);
                (Some(together(pieces, &grid, &self.layer)?), grid)
            }
        };
        let chunk = whole.expect("a run that is complete has delivered every block, and holds none");
        Ok(Answer::Array(Box::new(WholeArray { chunk, grid })))
    }
}

/// The memory of an answer.
fn mosaic_of(mosaic: &mut Option<Arc<Mosaic>>, layer: &Layer) -> Result<Arc<Mosaic>, TaskError> {
    let made = match mosaic.take() {
        Some(made) => made,
        None => Arc::new(Mosaic::new(layer.dtype, &to_shape(&layer.grid.shape())?)?),
    };
    Ok(Arc::clone(mosaic.insert(made)))
}

/// Where a block of a grid begins, and its shape.
pub(crate) fn place_of(grid: &Grid, block: &[u64]) -> Result<(Shape, Shape), TaskError> {
    let start = grid.extents(block).iter().map(|extent| to_usize(extent.start)).collect::<Result<_, _>>()?;
    Ok((start, to_shape(&grid.block_shape(block))?))
}

/// Copies a block to where it belongs.
fn fill(mosaic: &Mosaic, grid: &Grid, block: &[u64], chunk: &Chunk) -> Result<(), TaskError> {
    let (start, lengths) = place_of(grid, block)?;
    if chunk.shape() != &*lengths {
        return Err(TaskError::WrongBlock { expected: "a chunk as long as its place" });
    }
    // SAFETY: blocks of a grid have no element in common, and whoever calls this holds the lock of the parts.
    unsafe { mosaic.window(&start, &lengths) }?.push(chunk.bytes());
    Ok(())
}

/// The answer that pieces are all of.
fn together(mut pieces: Vec<(Vec<u64>, Chunk)>, grid: &Grid, layer: &Layer) -> Result<Chunk, TaskError> {
    if grid.block_count() == 1 && pieces.len() == 1 {
        return Ok(pieces.swap_remove(0).1);
    }
    let mosaic = Mosaic::new(layer.dtype, &to_shape(&grid.shape())?)?;
    for (block, chunk) in pieces {
        fill(&mosaic, grid, &block, &chunk)?;
    }
    Ok(mosaic.into_chunk()?)
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
