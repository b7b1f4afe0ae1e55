//! Puts a block together from parts of others.

use bramble_array::Chunk;
use bramble_graph::LayerId;

use crate::TaskError;
use crate::inputs::Kept;
use crate::measure::{extents_of, shape_of};
use crate::overlap::copy_overlap;
use crate::prepare::Prepared;

impl Prepared {
    /// Copies the parts of the input blocks that lie in this block. Of those on disk it reads no more than these, one
    /// after the other.
    pub(crate) fn gather(&self, id: LayerId, block: &[u64], inputs: &[Kept]) -> Result<Chunk, TaskError> {
        let layer = &self.plan().layer(id).layer;
        let grid = &self.plan().layer(layer.inputs[0]).layer.grid;
        let first = inputs.first().map(Kept::shape).transpose()?;
        let shape = shape_of(&layer.grid, block, |axis| Some(first?[axis]))?;
        let ours = extents_of(&layer.grid, block, &shape);
        let mut gathered = Chunk::zeroed(layer.dtype, &shape)?;
        let Some(target) = gathered.bytes_mut() else {
            unreachable!("nobody shares a chunk that was just made")
        };
        for needed in self.plan().dependencies(id, block) {
            for (input, theirs) in inputs.iter().zip(needed.each()) {
                let theirs = extents_of(grid, &theirs, input.shape()?);
                input.each_part(&theirs, &ours, |part, at| {
                    Ok(copy_overlap(part, at, target, &ours, &shape)?)
                })?;
            }
        }
        Ok(gathered)
    }
}
