//! Shapes of blocks. Where a grid does not know a length, a block has it from one that it reads.

use bramble_array::{Shape, to_shape};
use bramble_graph::{Axis, Extent, Grid};

use crate::TaskError;

/// The shape of a block of `grid`. `length_of` finds the length of an axis that the grid does not know.
pub(crate) fn shape_of(
    grid: &Grid,
    block: &[u64],
    length_of: impl Fn(usize) -> Option<usize>,
) -> Result<Shape, TaskError> {
    let mut shape = to_shape(&grid.block_shape(block))?;
    for (number, axis) in grid.axes.iter().enumerate() {
        if !axis.is_known() {
            shape[number] = length_of(number).ok_or(TaskError::UnknownLength { axis: number })?;
        }
    }
    Ok(shape)
}

/// Where a block of this shape lies. Along axes of unknown length blocks are read whole, so that they may as well
/// begin at 0.
pub(crate) fn extents_of(grid: &Grid, block: &[u64], shape: &[usize]) -> Vec<Extent> {
    let extent = |((axis, extent), &length): ((&Axis, Extent), &usize)| {
        if axis.is_known() { extent } else { Extent { start: 0, length: length as u64 } }
    };
    grid.axes.iter().zip(grid.extents(block)).zip(shape).map(extent).collect()
}
