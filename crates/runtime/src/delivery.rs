//! Puts output blocks together.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bramble_array::{AlignedBuffer, Block, Chunk, to_shape};
use bramble_graph::{Extent, Layer, LayerId, Plan};

use crate::task::copy_overlap;
use crate::{RunError, TaskError};

/// The answers under way, one for each layer that is an output.
pub(crate) struct Delivery {
    outputs: Vec<LayerId>,
    answers: HashMap<LayerId, Answer>,
}

struct Answer {
    layer: Layer,
    chunk: Mutex<Option<Chunk>>,
}

impl Delivery {
    pub(crate) fn new(plan: &Plan) -> Delivery {
        let answer =
            |&id: &LayerId| (id, Answer { layer: plan.layer(id).layer.clone(), chunk: Mutex::new(None) });
        Delivery { outputs: plan.outputs().to_vec(), answers: plan.outputs().iter().map(answer).collect() }
    }

    /// Takes a block to its place, if its layer is an output.
    pub(crate) fn deliver(&self, layer: LayerId, block: &[u64], made: &Block) -> Result<(), TaskError> {
        let (Some(answer), Block::Chunk(chunk)) = (self.answers.get(&layer), made) else { return Ok(()) };
        answer.place(block, chunk)
    }

    /// The answers in the order of the outputs. What is an output twice, or the same elements under another shape,
    /// is copied: no two answers share memory.
    pub(crate) fn take(&self) -> Result<Vec<Chunk>, RunError> {
        let mut taken: Vec<Chunk> = Vec::with_capacity(self.outputs.len());
        for (number, output) in self.outputs.iter().enumerate() {
            let chunk = match self.outputs[..number].iter().position(|earlier| earlier == output) {
                Some(earlier) => taken[earlier].clone(),
                None => self.answers[output].take(),
            };
            let is_shared = taken.iter().any(|earlier| earlier.bytes().as_ptr() == chunk.bytes().as_ptr());
            taken.push(if is_shared { copy(&chunk).map_err(RunError::Result)? } else { chunk });
        }
        Ok(taken)
    }
}

impl Answer {
    fn place(&self, block: &[u64], chunk: &Chunk) -> Result<(), TaskError> {
        let grid = &self.layer.grid;
        let mut answer = self.chunk.lock().unwrap_or_else(PoisonError::into_inner);
        if grid.block_count() == 1 {
            *answer = Some(chunk.clone());
            return Ok(());
        }
        let shape = to_shape(&grid.shape())?;
        let whole = match answer.take() {
            Some(whole) => answer.insert(whole),
            None => answer.insert(Chunk::zeroed(self.layer.dtype, &shape)?),
        };
        let Some(target) = whole.bytes_mut() else { unreachable!("nobody shares an answer under way") };
        let ours: Vec<Extent> =
            grid.axes.iter().map(|axis| Extent { start: 0, length: axis.total() }).collect();
        copy_overlap(chunk, &grid.extents(block), target, &ours, &shape)
    }

    fn take(&self) -> Chunk {
        let mut answer = self.chunk.lock().unwrap_or_else(PoisonError::into_inner);
        answer.take().expect("a run that is complete has delivered every block")
    }
}

fn copy(chunk: &Chunk) -> Result<Chunk, bramble_array::ArrayError> {
    Chunk::new(chunk.dtype(), chunk.shape(), AlignedBuffer::copy_of(chunk.bytes())?)
}
