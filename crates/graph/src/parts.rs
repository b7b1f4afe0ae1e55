//! The parts in which a block is read.

use crate::plan::each_block;
use crate::{Axis, Block, BlockId, Extent, Grid, Kind, Plan};

impl Plan {
    /// The parts of a block that a change of chunks reads, as a grid of this block alone. Nothing if no reader changes
    /// chunks, or lengths are unknown; if several do, the first is meant.
    pub fn parts(&self, id: BlockId) -> Option<Grid> {
        let (layer, block) = self.locate(id);
        let reader = self.readers(layer).find(|reader| matches!(reader.kind, Kind::Gather(_)))?;
        let grid = &self.layer(layer).layer.grid;
        if !grid.is_known() || !reader.grid.is_known() {
            return None;
        }
        let extents = grid.extents(&block);
        Some(Grid::new(extents.iter().zip(&reader.grid.axes).map(|(&extent, axis)| axis.section(extent))))
    }
}

impl Grid {
    /// The blocks that have elements of a box, the last axis running fastest.
    pub fn blocks_within(&self, extents: &[Extent]) -> impl Iterator<Item = Block> {
        let cover =
            self.axes.iter().zip(extents).map(|(axis, extent)| axis.cover(extent.start, extent.end()));
        each_block(cover.collect())
    }
}

impl Axis {
    /// The chunks of what lies within an extent.
    fn section(&self, extent: Extent) -> Axis {
        if extent.length == 0 {
            return Axis::regular(0, 0);
        }
        let lengths = self.cover(extent.start, extent.end()).map(|number| {
            let chunk = self.extent(number);
            chunk.end().min(extent.end()) - chunk.start.max(extent.start)
        });
        Axis::from_lengths(lengths.filter(|&length| length > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_has_the_chunks_of_what_lies_in_it() {
        let axis = Axis::from_lengths([3, 0, 3, 4]);
        for (start, length, expected) in
            [(0, 10, &[3, 3, 4][..]), (1, 4, &[2, 2]), (3, 3, &[3]), (7, 2, &[2]), (4, 0, &[0])]
        {
            assert_eq!(axis.section(Extent { start, length }), Axis::from_lengths(expected.iter().copied()));
        }
    }
}
