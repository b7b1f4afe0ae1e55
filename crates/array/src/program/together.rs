//! Blocks that lie side by side in memory, reduced in turns: a few rows of each, while those of the next are fetched. So each
//! page of memory is done with at once, however short the blocks' pieces of rows are, and the CPU computes while it
//! waits. Each block's bits are those of a reduction by itself.

use std::ops::Range;

use smallvec::SmallVec;

use super::abreast::{Abreast, Operand, fetch, some, worth_fetching};
use super::{CompiledProgram, Value, common_rows, in_place};
use crate::feed::ABREAST;
use crate::{Accumulator, ArrayError, Feed};

/// Columns of [`ABREAST`] rows that are taken in at a time, while as much of the next ones is fetched.
const PIECE: usize = 64;

/// Elements of a row, likewise.
const RUN: usize = 256;

/// A block that is to be reduced.
pub struct Reducible<'a> {
    /// The operands, each broadcast to the block's shape already.
    pub feeds: &'a mut [Box<dyn Feed>],
    /// How many elements the block has.
    pub elements: usize,
    /// What takes them in.
    pub accumulator: &'a mut Accumulator,
}

impl CompiledProgram {
    /// Computes blocks and reduces them on the way, as [`CompiledProgram::reduce`] does with one: in turns if their operands
    /// lie in memory, in equally many rows.
    ///
    /// # Errors
    /// What a feed or a kernel refuses.
    ///
    /// # Panics
    /// When an accumulator was made for a smaller block.
    pub fn reduce_together(&self, blocks: &mut [Reducible<'_>]) -> Result<(), ArrayError> {
        if self.imaginary.is_none() && self.reduce_in_turns(blocks)? {
            return Ok(());
        }
        for Reducible { feeds, elements, accumulator } in blocks {
            self.reduce(feeds, *elements, accumulator)?;
        }
        Ok(())
    }

    /// Does it in turns, or nothing of it where that can't be.
    fn reduce_in_turns(&self, blocks: &mut [Reducible<'_>]) -> Result<bool, ArrayError> {
        for block in &*blocks {
            self.check(block.feeds)?;
        }
        let turns: Option<Vec<Turn<'_>>> = blocks.iter_mut().map(Turn::new).collect();
        let Some(mut turns) = turns else { return Ok(false) };
        let Some(count) = turns.first().map(|turn| turn.count) else { return Ok(true) };
        if turns.iter().any(|turn| turn.count != count) {
            return Ok(false);
        }
        let mut abreast = self.abreast()?;
        let mut row = 0;
        while row < count {
            let rows = turns.iter().map(Turn::rows).min().unwrap_or(1).min(count - row);
            for number in 0..turns.len() {
                let ahead = if rows == ABREAST { next(&turns, number, row) } else { SmallVec::new() };
                let turn = &mut turns[number];
                if rows == ABREAST && turn.takes_abreast() {
                    self.take_abreast(turn, row, &ahead, &mut abreast)?;
                } else {
                    self.take_rows(turn, row..row + rows, &ahead, &mut abreast)?;
                }
            }
            row += rows;
        }
        Ok(true)
    }

    /// Takes in [`ABREAST`] rows of a block.
    fn take_abreast(
        &self,
        turn: &mut Turn<'_>,
        row: usize,
        ahead: &[Operand<'_>],
        abreast: &mut Abreast,
    ) -> Result<(), ArrayError> {
        let operands = some(&turn.operands, row);
        let Some(number) = self.passed_on() else {
            return self.reduce_abreast(&operands, ahead, abreast, turn.accumulator);
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
        abreast: &mut Abreast,
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
                self.run_all(&mut abreast.scratch, &inputs, length)?;
                turn.accumulator.feed(&[self.value(self.result, &abreast.scratch, &inputs, length)])?;
                done += length;
            }
        }
        Ok(())
    }

    /// The operand that is the result, if nothing is computed.
    fn passed_on(&self) -> Option<usize> {
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

/// A block that takes part, by its rows.
struct Turn<'a> {
    operands: SmallVec<[Operand<'a>; 4]>,
    /// Elements of a row.
    width: usize,
    count: usize,
    accumulator: &'a mut Accumulator,
}

impl<'a> Turn<'a> {
    /// The rows of a block, if all of it lies in memory.
    fn new(block: &'a mut Reducible<'_>) -> Option<Turn<'a>> {
        let operands = in_place(block.feeds, 0).filter(|operands| !operands.is_empty())?;
        let (width, count) = common_rows(&operands, block.elements);
        (width * count == block.elements).then_some(Turn {
            operands,
            width,
            count,
            accumulator: block.accumulator,
        })
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

#[cfg(test)]
mod tests {
    use bramble_graph::{Arg, DType, Program, Scalar, Step};
    use proptest::prelude::*;

    use super::*;
    use crate::Reduction;
    use crate::element::Cast;
    use crate::feed::testing::Apart;
    use crate::feed::{TILE, memory};
    use crate::{Chunk, Element};

    /// `(a * 3 - b) ** 2`, or `a` itself.
    fn program(dtype: DType, computes: bool) -> Program {
        let apply = |op: &str, args: &[Arg]| Step::Apply { op: op.to_owned(), dtype, args: args.to_vec() };
        let steps = vec![
            apply("multiply", &[Arg::Operand(0), Arg::Const(Scalar::Float(3.0))]),
            apply("subtract", &[Arg::Step(0), Arg::Operand(1)]),
            apply("square", &[Arg::Step(1)]),
        ];
        if computes { Program { steps, result: Arg::Step(2), imaginary: None } } else { Program::identity() }
    }

    /// The accumulators of blocks that are reduced together, and of the same blocks whose elements come tile by tile.
    fn both_ways<T: Element>(
        blocks: &[Vec<T>],
        shape: [usize; 2],
        (name, axes, computes): (&str, &[u32], bool),
    ) -> [Vec<Vec<u8>>; 2] {
        let operands = if computes { 2 } else { 1 };
        let program = program(T::DTYPE, computes);
        let compiled = CompiledProgram::new(&program, &[T::DTYPE; 2][..operands]).unwrap();
        let reduction = Reduction::new(name, T::DTYPE).unwrap();
        let elements = shape[0] * shape[1];
        let feed = |block: &Vec<T>, gap| Box::new(Apart::new(block, &shape, gap)) as Box<dyn Feed>;
        let mut together: Vec<(Vec<Box<dyn Feed>>, Accumulator)> = blocks
            .iter()
            .map(|block| {
                let feeds = (0..operands).map(|gap| feed(block, gap)).collect();
                (feeds, reduction.accumulator(&shape, axes).unwrap())
            })
            .collect();
        let mut reducible: Vec<Reducible<'_>> = together
            .iter_mut()
            .map(|(feeds, accumulator)| Reducible { feeds, elements, accumulator })
            .collect();
        compiled.reduce_together(&mut reducible).unwrap();
        let alone = blocks.iter().map(|block| {
            let chunk = Chunk::from_slice(&shape, block).unwrap();
            let mut feeds: Vec<_> = (0..operands).map(|_| memory(&chunk, &shape).unwrap()).collect();
            let mut accumulator = reduction.accumulator(&shape, axes).unwrap();
            let take = |tile: &[u8]| accumulator.feed(&[tile]);
            compiled.each_tile(&mut feeds, elements, take).unwrap();
            accumulator.finish().bytes().to_vec()
        });
        let together = together.into_iter().map(|(_, accumulator)| accumulator.finish().bytes().to_vec());
        [together.collect(), alone.collect()]
    }

    proptest! {
        #[test]
        fn blocks_have_the_bits_that_they_have_alone(
            rows in 1_usize..40, width in prop_oneof![1_usize..80, 60_usize..70, TILE - 1..TILE + 2], count in 1_usize..4,
            axes in prop::sample::select(vec![vec![0_u32], vec![1], vec![0, 1]]), computes: bool,
        ) {
            let element = |block: usize, i: usize| ((block * 7919 + i * 104_729) % 1009) as f64 / 7.0 - 60.0;
            let doubles: Vec<Vec<f64>> =
                (0..count).map(|block| (0..rows * width).map(|i| element(block, i)).collect()).collect();
            let singles: Vec<Vec<f32>> =
                doubles.iter().map(|block| block.iter().map(|&x| x.cast()).collect()).collect();
            for name in ["sum", "max", "var", "nanvar"] {
                let [together, alone] = both_ways(&doubles, [rows, width], (name, &axes, computes));
                prop_assert_eq!(together, alone);
                let [together, alone] = both_ways(&singles, [rows, width], (name, &axes, computes));
                prop_assert_eq!(together, alone);
            }
        }
    }

    #[test]
    fn blocks_of_different_widths_and_heights_are_reduced_too() {
        assert_eq!(sums_of(&[[9, 100], [3, 100]]), [900.0, 300.0]);
        assert_eq!(sums_of(&[[40, 300], [40, 50], [40, 70]]), [12_000.0, 2000.0, 2800.0]);
    }

    /// The sums of blocks of ones that are reduced together.
    fn sums_of(shapes: &[[usize; 2]]) -> Vec<f64> {
        let compiled = CompiledProgram::new(&Program::identity(), &[DType::Float64]).unwrap();
        let reduction = Reduction::new("sum", DType::Float64).unwrap();
        let mut begun: Vec<_> = shapes
            .iter()
            .map(|shape| {
                let ones = vec![1.0_f64; shape[0] * shape[1]];
                let feeds: Vec<Box<dyn Feed>> = vec![Box::new(Apart::new(&ones, shape, 1))];
                (feeds, ones.len(), reduction.accumulator(shape, &[0, 1]).unwrap())
            })
            .collect();
        let mut reducible: Vec<Reducible<'_>> = begun
            .iter_mut()
            .map(|(feeds, elements, accumulator)| Reducible { feeds, elements: *elements, accumulator })
            .collect();
        compiled.reduce_together(&mut reducible).unwrap();
        let sum = |accumulator: Accumulator| bytemuck::cast_slice::<u8, f64>(accumulator.finish().bytes())[0];
        begun.into_iter().map(|(_, _, accumulator)| sum(accumulator)).collect()
    }
}
