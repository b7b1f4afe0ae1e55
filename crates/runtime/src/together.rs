//! Neighbouring blocks of a reduction, made together.
//!
//! Blocks of an array in memory have a piece of each of its rows. One block after another, memory would be read in these
//! pieces, which lie far apart; rows of several blocks together share pages, which come much faster. The blocks stay what
//! they are: each has its own accumulators, and the bits that it would have alone.

use bramble_array::{Accumulator, Block, Feed, Reducible, Shape, element_count};
use bramble_graph::{Grid, Kind, Layer, Origin, Partial, Pick, Plan, ReadyTask, Source, Store};

use crate::TaskError;
use crate::prepare::{Prepared, Work};
use crate::task::finish_state;

/// Most blocks that are made together.
const MOST: u64 = 8;

/// How often each slot should have something to do at least, so that all end at about the same time.
const TURNS: u64 = 4;

/// How many times more elements than accumulators a block has, for accumulators of several blocks to be no burden.
const LEAST_REDUCED: u64 = 16;

/// Most bytes that the accumulators of blocks that are made together may take: beside what becomes of them on the way, they are
/// to stay in the second-level cache.
const ACCUMULATORS: u64 = 64 << 10;

/// For each layer of a plan how many neighbouring blocks are made together on so many slots.
pub(crate) fn neighbours(plan: &Plan, prepared: &Prepared, slots: usize) -> Vec<u64> {
    // What has priorities is done one by one.
    let is_free = |id| !plan.has_priorities() && !plan.is_output(id);
    let layers = (0..).zip(plan.layers());
    layers
        .map(|(id, planned)| match (&planned.layer.kind, prepared.work(id)) {
            (Kind::Partial(partial), Work::Partial { reduction, .. })
                if is_free(id) && reads_rows(partial, &planned.layer) =>
            {
                let accumulators =
                    longest(&planned.layer.grid).saturating_mul(reduction.accumulator_size() as u64);
                let most = (ACCUMULATORS / accumulators.max(1)).clamp(1, MOST);
                size_of_group(&partial.element_grid, slots as u64, most)
            }
            _ => 1,
        })
        .collect()
}

/// Whether a layer reduces rows in memory to something much smaller.
fn reads_rows(partial: &Partial, layer: &Layer) -> bool {
    let of_rows = |source: &Source| {
        matches!(source.store, Store::Memory { .. })
            && matches!(source.selection.last(), Some(Pick::Slice { step: 1, .. }))
    };
    let operands = &partial.map.operands;
    partial.finish.is_none()
        && operands.iter().all(|operand| matches!(&operand.origin, Origin::Source(source) if of_rows(source)))
        && longest(&partial.element_grid) / LEAST_REDUCED >= longest(&layer.grid)
}

/// The elements of the longest block.
fn longest(grid: &Grid) -> u64 {
    grid.axes.iter().fold(1, |elements, axis| elements.saturating_mul(axis.longest()))
}

/// How many neighbours along the last axis are made together: equally many, as far as that goes.
fn size_of_group(grid: &Grid, slots: u64, most: u64) -> u64 {
    let across = grid.blocks().last().copied().unwrap_or(1).max(1);
    let most = (grid.block_count() / (slots * TURNS)).clamp(1, most);
    across.div_ceil(across.div_ceil(most))
}

impl Prepared {
    /// Makes the blocks of several tasks of a layer, which read nothing but stores.
    pub(crate) fn execute_together(&self, tasks: &[ReadyTask]) -> Result<Vec<Block>, TaskError> {
        let Some(Work::Partial { elements, reduction, axes, finish }) =
            tasks.first().map(|task| self.work(task.layer))
        else {
            return tasks.iter().map(|task| self.execute(task.layer, &task.block, &[])).collect();
        };
        let begin = |task: &ReadyTask| -> Result<_, TaskError> {
            let shape: Shape = elements.shape(&task.block, &[])?;
            let feeds: Vec<Box<dyn Feed>> = elements.feeds(&task.block, &shape, &[])?;
            Ok((feeds, element_count(&shape)?, reduction.accumulator(&shape, axes)?))
        };
        let mut begun = tasks.iter().map(begin).collect::<Result<Vec<_>, _>>()?;
        let mut blocks: Vec<Reducible<'_>> = begun
            .iter_mut()
            .map(|(feeds, elements, accumulator)| Reducible { feeds, elements: *elements, accumulator })
            .collect();
        elements.program.reduce_together(&mut blocks)?;
        let end = |(task, (_, _, accumulator)): (&ReadyTask, (_, _, Accumulator))| {
            let state = reduction.locate(accumulator.finish(), &elements.reduced_axes(&task.block, axes))?;
            finish_state(*reduction, state, axes, finish.as_ref())
        };
        tasks.iter().zip(begun).map(end).collect()
    }
}

#[cfg(test)]
mod tests {
    use bramble_graph::Axis;

    use super::*;

    #[test]
    fn groups_are_equal_and_leave_enough_to_do_for_each_slot() {
        let grid = |rows, columns| Grid::new([Axis::regular(rows, 1), Axis::regular(columns, 1)]);
        assert_eq!(size_of_group(&grid(8, 8), 2, MOST), 8);
        assert_eq!(size_of_group(&grid(8, 8), 3, MOST), 4);
        assert_eq!(size_of_group(&grid(8, 8), 16, MOST), 1);
        assert_eq!(size_of_group(&grid(8, 8), 2, 2), 2);
        assert_eq!(size_of_group(&grid(1, 8), 2, MOST), 1);
        assert_eq!(size_of_group(&grid(100, 11), 1, MOST), 6);
        assert_eq!(size_of_group(&grid(100, 1), 1, MOST), 1);
        assert_eq!(size_of_group(&grid(0, 0), 1, MOST), 1);
        assert_eq!(size_of_group(&Grid::new([]), 1, MOST), 1);
    }
}
