//! Programs over rows side by side: some columns of several rows are one tile, which a reduction merges at once.

use std::ops::Range;

use bramble_graph::DType;
use smallvec::SmallVec;

use super::{CompiledProgram, Instruction, Scratch, Value, Work};
use crate::feed::ABREAST;
use crate::{Accumulator, AlignedBuffer, ArrayError, Rows, TILE};

/// Columns of a tile: few enough that a tile, and what becomes of it, stay in the first-level cache beside the memory that
/// streams through it.
const COLUMNS: usize = TILE / ABREAST;

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
        let tile = |(number, dtype): (usize, &DType)| {
            AlignedBuffer::zeroed(if self.reads_tiles_of(number) { length * dtype.size() } else { 0 })
        };
        let tiles = self.operands.iter().enumerate().map(tile).collect::<Result<_, _>>()?;
        Ok(Workspace { tiles, scratch: self.scratch(elements.min(TILE))? })
    }

    /// Whether others than chains read an operand.
    fn reads_tiles_of(&self, operand: usize) -> bool {
        let operand = Value::Operand(operand);
        let reads = |instruction: &Instruction| {
            matches!(instruction.work, Work::Step(_))
                && instruction.arguments.iter().any(|&(value, _)| value == operand)
        };
        self.result == operand || self.instructions.iter().any(reads)
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
            let columns = column..width.min(column + COLUMNS);
            let size = columns.len() * self.dtype.size();
            let next = some_columns(ahead, &columns);
            let result = self.run_abreast(&some_columns(operands, &columns), &next, workspace)?;
            accumulator.feed_abreast(&Rows::new(result, size, size, ABREAST), column)?;
        }
        Ok(())
    }

    /// Runs all steps over columns of rows. Chains read them where they lie, other steps from tiles.
    fn run_abreast<'a>(
        &self,
        rows: &[Rows<'_>],
        next: &[Rows<'_>],
        workspace: &'a mut Workspace,
    ) -> Result<&'a [u8], ArrayError> {
        let mut inputs: SmallVec<[&[u8]; 4]> = SmallVec::new();
        let Workspace { tiles, scratch } = workspace;
        for (number, (rows, tile)) in rows.iter().zip(tiles).enumerate() {
            let tile = if tile.is_empty() { &mut [] } else { &mut tile[..ABREAST * rows.width()] };
            if !tile.is_empty() {
                rows.gather(next.get(number), tile);
            }
            inputs.push(tile);
        }
        let length = ABREAST * rows[0].width() / self.operands[0].size();
        for instruction in &self.instructions {
            let (Work::Chain(kernel), Value::Operand(number)) =
                (&instruction.work, instruction.arguments[0].0)
            else {
                self.run_in_registers(instruction, scratch, &inputs, length)?;
                continue;
            };
            let next = next.get(number).filter(|_| inputs[number].is_empty());
            let out = &mut scratch.registers[instruction.register][..length * instruction.size];
            kernel(&rows[number], next, out);
        }
        Ok(self.value(self.result, scratch, &inputs, length))
    }
}

/// Columns of the rows of each operand, as far as they have them.
fn some_columns<'a>(operands: &[Operand<'a>], columns: &Range<usize>) -> SmallVec<[Rows<'a>; 4]> {
    let some = |(rows, size): &Operand<'a>| {
        let [start, end] = [columns.start, columns.end].map(|column| rows.width().min(column * size));
        rows.columns(start, end - start)
    };
    operands.iter().map(some).collect()
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
