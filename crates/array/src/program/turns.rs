//! Rows in memory on their way to reductions: eight of a block, while the eight that come next are fetched, be they of the same
//! block or of one that lies beside it. The CPU by itself fetches ahead within a page of memory; so each page is done with
//! at once, however short a block's pieces of rows are, and what is computed takes no time beside the memory's.

use std::ops::Range;

use smallvec::SmallVec;

use super::abreast::{Operand, Workspace, fetch, some, worth_fetching};
use super::{CompiledProgram, Value, common_rows, in_place};
use crate::feed::ABREAST;
use crate::{Accumulator, ArrayError, Feed};

/// Columns of [`ABREAST`] rows that are taken in at a time, while as much of the next ones is fetched.
const PIECE: usize = 64;

/// Elements of a row, likewise.
const RUN: usize = 256;

/// Elements of the rows that a long run is taken for where it does not matter how long they are.
const ROW: usize = 1024;

/// Rows of a block, and what takes them in.
pub(super) struct Turn<'a> {
    operands: SmallVec<[Operand<'a>; 4]>,
    /// Elements of a row.
    width: usize,
    count: usize,
    accumulator: &'a mut Accumulator,
}

impl<'a> Turn<'a> {
    /// The rows of a block from element `start` on, of `elements` in all, if all operands have such in memory. A long run is
    /// cut into rows.
    pub(super) fn new(
        feeds: &'a [Box<dyn Feed>],
        start: usize,
        elements: usize,
        accumulator: &'a mut Accumulator,
    ) -> Option<Turn<'a>> {
        let operands = in_place(feeds, start).filter(|operands| !operands.is_empty())?;
        let (width, count) = common_rows(&operands, elements - start);
        if width == 0 {
            return None;
        }
        if count > 1 {
            return Some(Turn { operands, width, count, accumulator });
        }
        let row = accumulator.row_width().unwrap_or(ROW).min(width);
        let operands = operands.into_iter().map(|(rows, size)| (rows.cut(width * size, row * size), size));
        Some(Turn { operands: operands.collect(), width: row, count: width / row, accumulator })
    }

    /// How many elements its rows have.
    pub(super) fn elements(&self) -> usize {
        self.width * self.count
    }

    /// Number of rows.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How many rows are taken in at a time: one, where rows that can be merged side by side begin behind it.
    fn rows(&self) -> usize {
        let is_between = self.accumulator.row_width() == Some(self.width) && !self.takes_abreast();
        if is_between { 1 } else { ABREAST }
    }

    /// Whether the next rows can be merged side by side.
    fn takes_abreast(&self) -> bool {
        self.accumulator.abreast_width() == Some(self.width)
    }
}

impl CompiledProgram {
    /// Computes rows of some blocks, of each equally many, and reduces them on the way.
    pub(super) fn take_turns(
        &self,
        turns: &mut [Turn<'_>],
        workspace: &mut Workspace,
    ) -> Result<(), ArrayError> {
        let count = turns.first().map_or(0, Turn::count);
        let mut row = 0;
        while row < count {
            let rows = turns.iter().map(Turn::rows).min().unwrap_or(1).min(count - row);
            for number in 0..turns.len() {
                let ahead = if rows == ABREAST { next(turns, number, row) } else { SmallVec::new() };
                let turn = &mut turns[number];
                if rows == ABREAST && turn.takes_abreast() {
                    self.take_abreast(turn, row, &ahead, workspace)?;
                } else {
                    self.take_rows(turn, row..row + rows, &ahead, workspace)?;
                }
            }
            row += rows;
        }
        Ok(())
    }

    /// Takes in [`ABREAST`] rows of a block.
    fn take_abreast(
        &self,
        turn: &mut Turn<'_>,
        row: usize,
        ahead: &[Operand<'_>],
        workspace: &mut Workspace,
    ) -> Result<(), ArrayError> {
        let operands = some(&turn.operands, row);
        let Some(number) = self.passed_on() else {
            return self.reduce_abreast(&operands, ahead, workspace, turn.accumulator);
        };
        let (rows, size) = &operands[number];
        for column in (0..turn.width).step_by(PIECE) {
            let count = PIECE.min(turn.width - column);
            fetch(ahead, column..column + count);
            turn.accumulator.feed_abreast(&rows.columns(column * size, count * size), column)?;
        }
        Ok(())
    }

    /// Takes in rows of a block, at most [`ABREAST`], one after another.
    fn take_rows(
        &self,
        turn: &mut Turn<'_>,
        rows: Range<usize>,
        ahead: &[Operand<'_>],
        workspace: &mut Workspace,
    ) -> Result<(), ArrayError> {
        let mut done = 0;
        for row in rows {
            for column in (0..turn.width).step_by(RUN) {
                let length = RUN.min(turn.width - column);
                fetch(ahead, done / ABREAST..(done + length) / ABREAST);
                let mut inputs: SmallVec<[&[u8]; 4]> = SmallVec::new();
                for (rows, size) in &turn.operands {
                    inputs.push(&rows.row(row)[column * size..][..length * size]);
                }
                self.run_all(&mut workspace.scratch, &inputs, length)?;
                turn.accumulator.feed(&[self.value(self.result, &workspace.scratch, &inputs, length)])?;
                done += length;
            }
        }
        Ok(())
    }

    /// The operand that is the result, if nothing is computed.
    pub(super) fn passed_on(&self) -> Option<usize> {
        match self.result {
            Value::Operand(number) if self.instructions.is_empty() => Some(number),
            _ => None,
        }
    }
}

/// What is read behind the rows of block `number` from `row` on, if it is worth fetching.
fn next<'a>(turns: &[Turn<'a>], number: usize, row: usize) -> SmallVec<[Operand<'a>; 4]> {
    let (number, row) = if number + 1 < turns.len() { (number + 1, row) } else { (0, row + ABREAST) };
    worth_fetching(&turns[number].operands, row)
}
