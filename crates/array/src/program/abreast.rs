//! Programs over rows side by side: some columns of several rows are one tile, which a reduction merges at once.

use std::ops::Range;

use bramble_graph::DType;
use smallvec::SmallVec;

use super::{CompiledProgram, Scratch};
use crate::feed::ABREAST;
use crate::{Accumulator, AlignedBuffer, ArrayError, Rows, TILE};

/// Columns of a tile: few enough that a tile, and what becomes of it, stay in the first-level cache beside the memory that
/// streams through it.
const COLUMNS: usize = 64;

/// Most bytes that are fetched before they are needed: they are to be in the second-level cache still when their turn comes.
/// Eight rows that are longer than this are long runs, which the CPU fetches by itself.
const FETCHED: usize = 256 << 10;

/// Rows of an operand, with the bytes of an element.
pub(super) type Operand<'a> = (Rows<'a>, usize);

/// Where rows of operands become tiles, and the registers for these.
pub(super) struct Workspace {
    tiles: Vec<AlignedBuffer>,
    pub(super) scratch: Scratch,
}

impl CompiledProgram {
    /// What it takes to reduce blocks of at most so many elements.
    pub(super) fn workspace(&self, elements: usize) -> Result<Workspace, ArrayError> {
        let length = elements.min(ABREAST * COLUMNS);
        let tile = |dtype: &DType| AlignedBuffer::zeroed(length * dtype.size());
        let computes = self.passed_on().is_none();
        let tiles = self.operands.iter().filter(|_| computes).map(tile).collect::<Result<_, _>>()?;
        Ok(Workspace { tiles, scratch: self.scratch(elements.min(TILE))? })
    }

    /// Computes [`ABREAST`] rows and reduces them on the way, while the rows `ahead` are fetched.
    pub(super) fn reduce_abreast(
        &self,
        operands: &[Operand<'_>],
        ahead: &[Operand<'_>],
        workspace: &mut Workspace,
        accumulator: &mut Accumulator,
    ) -> Result<(), ArrayError> {
        let width = operands.iter().map(|(rows, size)| rows.width() / size).min().unwrap_or(0);
        for column in (0..width).step_by(COLUMNS) {
            let count = COLUMNS.min(width - column);
            fetch(ahead, column..column + count);
            let mut inputs: SmallVec<[&[u8]; 4]> = SmallVec::new();
            for ((rows, size), tile) in operands.iter().zip(&mut workspace.tiles) {
                let tile = &mut tile[..ABREAST * count * size];
                rows.columns(column * size, count * size).gather(tile);
                inputs.push(tile);
            }
            self.run_all(&mut workspace.scratch, &inputs, ABREAST * count)?;
            let result = self.value(self.result, &workspace.scratch, &inputs, ABREAST * count);
            let width = count * self.dtype.size();
            accumulator.feed_abreast(&Rows::new(result, width, width, ABREAST), column)?;
        }
        Ok(())
    }
}

/// [`ABREAST`] rows of each operand, if there are so many that can be fetched while as many others are worked on; else none.
pub(super) fn worth_fetching<'a>(operands: &[Operand<'a>], first: usize) -> SmallVec<[Operand<'a>; 4]> {
    let bytes: usize = operands.iter().map(|(rows, _)| ABREAST * rows.width()).sum();
    let are_there = operands.iter().all(|(rows, _)| rows.count() >= first + ABREAST);
    if are_there && bytes <= FETCHED { some(operands, first) } else { SmallVec::new() }
}

/// Asks for the memory of some columns of all rows.
pub(super) fn fetch(operands: &[Operand<'_>], columns: Range<usize>) {
    for (rows, size) in operands {
        rows.fetch(columns.start * size..columns.end * size);
    }
}

/// [`ABREAST`] rows of each operand.
pub(super) fn some<'a>(operands: &[Operand<'a>], first: usize) -> SmallVec<[Operand<'a>; 4]> {
    operands.iter().map(|&(rows, size)| (rows.some(first, ABREAST), size)).collect()
}
