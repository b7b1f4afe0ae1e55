//! Programs over rows side by side: some columns of several rows are one tile, which a reduction merges at once.

use std::ops::Range;

use bramble_graph::DType;
use smallvec::SmallVec;

use super::{CompiledProgram, Scratch, in_place};
use crate::feed::ABREAST;
use crate::{Accumulator, AlignedBuffer, ArrayError, Feed, Rows, TILE};

/// Columns of a tile: few enough that a tile, and what becomes of it, stay in the first-level cache beside the memory that
/// streams through it.
const COLUMNS: usize = 64;

/// Most bytes that are fetched before they are needed: they are to be in the second-level cache still when their turn comes.
/// Rows that are longer than this allows are read at full speed without.
const FETCHED: usize = 256 << 10;

/// Rows of an operand, with the bytes of an element.
pub(super) type Operand<'a> = (Rows<'a>, usize);

/// Where rows of operands become tiles, and the registers for these.
pub(super) struct Abreast {
    tiles: Vec<AlignedBuffer>,
    pub(super) scratch: Scratch,
}

impl CompiledProgram {
    pub(super) fn abreast(&self) -> Result<Abreast, ArrayError> {
        let tile = |dtype: &DType| AlignedBuffer::zeroed(ABREAST * COLUMNS * dtype.size());
        let tiles = self.operands.iter().map(tile).collect::<Result<_, _>>()?;
        Ok(Abreast { tiles, scratch: self.scratch(TILE)? })
    }

    /// Computes the first rows of a block, as many as are reduced side by side, and reduces them on the way. Says how many
    /// elements they have.
    pub(super) fn reduce_first_rows(
        &self,
        feeds: &[Box<dyn Feed>],
        accumulator: &mut Accumulator,
    ) -> Result<usize, ArrayError> {
        self.check(feeds)?;
        let Some(width) = accumulator.abreast_width() else { return Ok(0) };
        let Some(operands) = in_place(feeds, 0).and_then(|operands| cut(&operands, width)) else {
            return Ok(0);
        };
        let count = operands.iter().map(|(rows, _)| rows.count()).min().unwrap_or(0);
        let mut abreast = self.abreast()?;
        let mut done = 0;
        while count - done >= ABREAST && accumulator.abreast_width().is_some() {
            let ahead = worth_fetching(&operands, done + ABREAST);
            self.reduce_abreast(&some(&operands, done), &ahead, &mut abreast, accumulator)?;
            done += ABREAST;
        }
        Ok(done * width)
    }

    /// Computes [`ABREAST`] rows and reduces them on the way, while the rows `ahead` are fetched.
    pub(super) fn reduce_abreast(
        &self,
        operands: &[Operand<'_>],
        ahead: &[Operand<'_>],
        abreast: &mut Abreast,
        accumulator: &mut Accumulator,
    ) -> Result<(), ArrayError> {
        let width = operands.iter().map(|(rows, size)| rows.width() / size).min().unwrap_or(0);
        for column in (0..width).step_by(COLUMNS) {
            let count = COLUMNS.min(width - column);
            fetch(ahead, column..column + count);
            let mut inputs: SmallVec<[&[u8]; 4]> = SmallVec::new();
            for ((rows, size), tile) in operands.iter().zip(&mut abreast.tiles) {
                let tile = &mut tile[..ABREAST * count * size];
                rows.columns(column * size, count * size).gather(tile);
                inputs.push(tile);
            }
            self.run_all(&mut abreast.scratch, &inputs, ABREAST * count)?;
            let result = self.value(self.result, &abreast.scratch, &inputs, ABREAST * count);
            let width = count * self.dtype.size();
            accumulator.feed_abreast(&Rows::new(result, width, width, ABREAST), column)?;
        }
        Ok(())
    }
}

/// The same elements as rows of `width`, if all operands have such.
fn cut<'a>(operands: &[Operand<'a>], width: usize) -> Option<SmallVec<[Operand<'a>; 4]>> {
    operands.iter().map(|&(rows, size)| Some((rows.cut(width * size)?, size))).collect()
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
