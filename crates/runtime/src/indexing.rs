//! Indexing by lists of positions, and writing into arrays.

use bramble_array::{Block, Chunk, PointAxes, Shape, assign, take_points, to_shape, to_usize};
use bramble_graph::{Assign, LayerId, Take, points};

use crate::TaskError;
use crate::measure::shape_of;
use crate::prepare::Prepared;
use crate::task::chunk_of;

impl Prepared {
    /// Copies the points of a block out of the blocks that hold them, given in the order of their numbers.
    pub(crate) fn take(
        &self,
        id: LayerId,
        take: &Take,
        block: &[u64],
        inputs: &[Block],
    ) -> Result<Chunk, TaskError> {
        let layer = &self.plan().layer(id).layer;
        let grid = &self.plan().layer(layer.inputs[0]).layer.grid;
        let at = take.at as usize;
        let first = inputs.first().map(chunk_of).transpose()?;
        let shape = shape_of(&layer.grid, block, |axis| {
            let number = if axis > at { axis - 1 } else { axis };
            first?.shape().get(take.rest(grid.ndim()).nth(number)?).copied()
        })?;
        let mut taken = Chunk::zeroed(layer.dtype, &shape)?;
        let Some(target) = taken.bytes_mut() else {
            unreachable!("nobody shares a chunk that was just made")
        };
        let mut located: Vec<(u64, (usize, Shape))> = Vec::new();
        let numbers = points(layer.grid.axes[at].extent(block[at]));
        for (place, (number, position)) in take.locate(grid, numbers).into_iter().enumerate() {
            located.push((number, (place, to_shape(&position)?)));
        }
        // Stable, so that points of a block keep their order.
        located.sort_by_key(|&(number, _)| number);
        let axes: Vec<usize> = take.axes.iter().map(|&axis| axis as usize).collect();
        for (together, input) in located.chunk_by(|a, b| a.0 == b.0).zip(inputs) {
            let points: Vec<(usize, Shape)> = together.iter().map(|(_, point)| point.clone()).collect();
            take_points(chunk_of(input)?, &points, PointAxes { axes: &axes, at }, target, &shape)?;
        }
        Ok(taken)
    }

    /// Writes the values that lie in a block over its elements.
    pub(crate) fn assign(
        &self,
        id: LayerId,
        places: &Assign,
        block: &[u64],
        inputs: &[Block],
    ) -> Result<Chunk, TaskError> {
        let [elements, values @ ..] = inputs else {
            return Err(TaskError::WrongBlock { expected: "elements to write into" });
        };
        let elements = chunk_of(elements)?;
        let Some(values) = values.first() else { return Ok(elements.clone()) };
        let values = chunk_of(values)?;
        let layer = &self.plan().layer(id).layer;
        let grid = &self.plan().layer(layer.inputs[1]).layer.grid;
        let given = self.plan().dependencies(id, block);
        let numbers = given.last().and_then(|needed| needed.each().next()).unwrap_or_default();
        let mut within = Vec::with_capacity(places.places.len());
        for (axis, along) in places.places.iter().enumerate() {
            if layer.grid.axes[axis].is_known() {
                let ours = layer.grid.axes[axis].extent(block[axis]);
                let theirs = grid.axes[axis].extent(numbers[axis]);
                let local = along.within(ours, theirs).into_iter().map(to_usize);
                within.push(local.collect::<Result<Vec<usize>, _>>()?);
            } else {
                within.push((0..elements.shape()[axis]).collect());
            }
        }
        let mut written = elements.unshared()?;
        assign(&mut written, values, &within)?;
        Ok(written)
    }
}
