//! Which blocks a mask makes of which.

use std::ops::Range;

use crate::dependencies::BlockRanges;
use crate::{Compress, DType, Grid, Layer};

impl Compress {
    /// Checks that elements, mask and result belong together.
    pub(crate) fn check(self, elements: &Layer, mask: &Layer, output: &Grid) -> Result<(), String> {
        if mask.dtype != DType::Bool {
            return Err(format!("a mask of {}", mask.dtype));
        }
        let (elements, mask) = (&elements.grid, &mask.grid);
        let axis = self.axis as usize;
        let end = axis + mask.ndim();
        if mask.ndim() == 0 || elements.axes.get(axis..end) != Some(&mask.axes[..]) {
            return Err("a mask that has other chunks than the elements".into());
        }
        let (before, after) = (&elements.axes[..axis], &elements.axes[end..]);
        let fits = output.ndim() == before.len() + 1 + after.len()
            && output.axes[..axis] == *before
            && output.axes[axis].blocks() == mask.block_count()
            && output.axes[axis + 1..] == *after;
        if fits { Ok(()) } else { Err("a grid that does not follow from the mask".into()) }
    }

    /// The blocks of the elements (input 0) or the mask (input 1) that some blocks of the result read.
    pub(crate) fn behind(
        self,
        input: usize,
        blocks: &BlockRanges,
        output: &Grid,
        grid: &Grid,
    ) -> BlockRanges {
        let axis = self.axis as usize;
        if input == 1 {
            return unravel(grid, &blocks[axis]);
        }
        let masked = axis..grid.ndim() + 1 + axis - output.ndim();
        let mut needed = BlockRanges::from(&blocks[..axis]);
        needed.extend(unravel(&Grid::new(grid.axes[masked].iter().cloned()), &blocks[axis]));
        needed.extend(blocks[axis + 1..].iter().cloned());
        needed
    }

    /// How many of the wanted blocks of the result read a block of an input.
    pub(crate) fn ahead(self, input: usize, block: &[u64], grid: &Grid, wanted: &BlockRanges) -> u64 {
        let axis = self.axis as usize;
        let (before, after) = (&wanted[..axis], &wanted[axis + 1..]);
        if input == 1 {
            let others: u64 = before.iter().chain(after).map(|range| range.end - range.start).product();
            return others * u64::from(wanted[axis].contains(&grid.ravel(block)));
        }
        let end = grid.ndim() - after.len();
        let masked = Grid::new(grid.axes[axis..end].iter().cloned());
        let is_read = wanted[axis].contains(&masked.ravel(&block[axis..end]))
            && before.iter().zip(block).all(|(range, number)| range.contains(number))
            && after.iter().zip(&block[end..]).all(|(range, number)| range.contains(number));
        u64::from(is_read)
    }
}

/// The box around some blocks of a mask, given by their numbers; exact for one.
fn unravel(mask: &Grid, numbers: &Range<u64>) -> BlockRanges {
    if numbers.is_empty() {
        return mask.axes.iter().map(|_| 0..0).collect();
    }
    let (first, last) = (mask.unravel(numbers.start), mask.unravel(numbers.end - 1));
    let mut is_same = true;
    let around = |((&first, &last), count): ((&u64, &u64), u64)| {
        let range = if is_same { first..last + 1 } else { 0..count };
        is_same &= first == last;
        range
    };
    first.iter().zip(&last).zip(mask.blocks()).map(around).collect()
}
