//! Blocks that lie side by side in memory, reduced in turns. Each block's bits are those of a reduction by itself.

use super::CompiledProgram;
use super::turns::Turn;
use crate::{Accumulator, ArrayError, Feed};

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
        let most = blocks.iter().map(|block| block.elements).max().unwrap_or(0);
        let turns: Option<Vec<Turn<'_>>> = blocks.iter_mut().map(whole).collect();
        let Some(mut turns) = turns else { return Ok(false) };
        let are_equal = turns.windows(2).all(|pair| pair[0].count() == pair[1].count());
        if are_equal {
            self.take_turns(&mut turns, &mut self.workspace(most)?)?;
        }
        Ok(are_equal)
    }
}

/// All of a block by its rows, if it is in memory.
fn whole<'a>(block: &'a mut Reducible<'_>) -> Option<Turn<'a>> {
    let turn = Turn::new(block.feeds, 0, block.elements, block.accumulator)?;
    (turn.elements() == block.elements).then_some(turn)
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
