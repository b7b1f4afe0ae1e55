//! Element-wise programs, evaluated tile by tile.
//!
//! All steps run over one tile before the next is read, so that every operand is read once and what the
//! steps leave for each other stays in the first-level cache.

use bramble_graph::{DType, Program};
use smallvec::SmallVec;

use self::chain::RowKernel;
use self::turns::Turn;
use crate::kernel::Kernel;
use crate::pairs::interleave;
use crate::{Accumulator, AlignedBuffer, ArrayError, Feed, Rows, Scanner, TILE};

mod abreast;
mod chain;
mod compile;
mod together;
mod turns;

pub use together::Reducible;

/// Where a step finds an argument.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    Operand(usize),
    Register(usize),
    Constant(usize),
}

/// What is done, and where.
struct Instruction {
    work: Work,
    /// Each with the bytes of one of its elements.
    arguments: SmallVec<[(Value, usize); 4]>,
    /// Where the result goes; no argument lies there.
    register: usize,
    /// Bytes of one element of the result.
    size: usize,
}

/// The loop of an instruction.
enum Work {
    /// Of a step, over tiles.
    Step(Kernel),
    /// Of steps that follow each other, over rows wherever they lie.
    Chain(RowKernel),
}

/// A program that has been checked and is ready to run. May be shared between threads; each brings its own
/// [`Scratch`].
pub struct CompiledProgram {
    operands: Vec<DType>,
    instructions: Vec<Instruction>,
    /// Each fills a tile.
    constants: Vec<AlignedBuffer>,
    registers: usize,
    result: Value,
    /// The second result of a program that makes complex numbers.
    imaginary: Option<Value>,
    dtype: DType,
}

/// The registers of a program on one thread.
#[derive(Debug)]
pub struct Scratch {
    registers: Vec<AlignedBuffer>,
}

impl CompiledProgram {
    /// Checks a program and chooses its kernels.
    ///
    /// # Errors
    /// Says which step has an unknown operation, the wrong number or types of arguments, or uses a value that
    /// does not exist.
    pub fn new(program: &Program, operands: &[DType]) -> Result<CompiledProgram, ArrayError> {
        compile::compile(program, operands)
    }

    /// Element type of the result.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Registers for tiles of at most `length` elements.
    ///
    /// # Errors
    /// [`ArrayError::OutOfMemory`].
    pub fn scratch(&self, length: usize) -> Result<Scratch, ArrayError> {
        let register = |_| AlignedBuffer::zeroed(length * size_of::<u64>());
        Ok(Scratch { registers: (0..self.registers).map(register).collect::<Result<_, _>>()? })
    }

    /// Computes a whole block. The feeds give the operands, each broadcast to the block's shape already.
    ///
    /// # Errors
    /// What a feed or a kernel refuses.
    pub fn evaluate(&self, feeds: &mut [Box<dyn Feed>], mut out: &mut [u8]) -> Result<(), ArrayError> {
        self.check(feeds)?;
        if let (true, Value::Operand(number)) = (self.instructions.is_empty(), self.result) {
            return Ok(feeds[number].read_all(out)?);
        }
        let size = self.dtype.size();
        self.each_inputs(feeds, out.len() / size, |scratch, inputs, length| {
            let (now, later) = std::mem::take(&mut out).split_at_mut(length * size);
            out = later;
            self.run_into(scratch, inputs, now)
        })
    }

    /// Computes a whole block of `elements` and reduces it on the way.
    ///
    /// # Errors
    /// What a feed or a kernel refuses.
    ///
    /// # Panics
    /// When the accumulator was made for a smaller block.
    pub fn reduce(
        &self,
        feeds: &mut [Box<dyn Feed>],
        elements: usize,
        accumulator: &mut Accumulator,
    ) -> Result<(), ArrayError> {
        if self.imaginary.is_some() {
            return self.each_tile_of_parts(feeds, elements, |re, im| accumulator.feed(&[re, im]));
        }
        self.check(feeds)?;
        let mut workspace = self.workspace(elements)?;
        let mut start = 0;
        while start < elements {
            if let Some(turn) = Turn::new(feeds, start, elements, accumulator) {
                start += turn.elements();
                self.take_turns(&mut [turn], &mut workspace)?;
                continue;
            }
            for length in tile_lengths(run_at(feeds, start, elements - start)) {
                let inputs = tiles(feeds, start, length)?;
                self.run_all(&mut workspace.scratch, &inputs, length)?;
                accumulator.feed(&[self.value(self.result, &workspace.scratch, &inputs, length)])?;
                start += length;
            }
        }
        Ok(())
    }

    /// Computes a whole block of complex `elements` and gives them away tile by tile, in order: each with its imaginary
    /// part behind the real one.
    ///
    /// # Errors
    /// What a feed, a kernel or `take` refuses.
    pub fn each_tile_of_pairs(
        &self,
        feeds: &mut [Box<dyn Feed>],
        elements: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), ArrayError>,
    ) -> Result<(), ArrayError> {
        let size = self.dtype.size();
        let mut pairs = AlignedBuffer::zeroed(2 * size * TILE.min(elements))?;
        self.each_tile_of_parts(feeds, elements, |re, im| {
            let pairs = &mut pairs[..2 * re.len()];
            interleave(size, re, im, pairs);
            take(pairs)
        })
    }

    /// As [`CompiledProgram::each_tile_of_pairs`], into `out`.
    ///
    /// # Errors
    /// What a feed or a kernel refuses.
    pub fn evaluate_pairs(&self, feeds: &mut [Box<dyn Feed>], mut out: &mut [u8]) -> Result<(), ArrayError> {
        let size = self.dtype.size();
        self.each_tile_of_parts(feeds, out.len() / (2 * size), |re, im| {
            let (pairs, later) = std::mem::take(&mut out).split_at_mut(2 * re.len());
            out = later;
            interleave(size, re, im, pairs);
            Ok(())
        })
    }

    /// Computes a whole block of complex `elements` and gives away the real and the imaginary parts of each tile, in order.
    fn each_tile_of_parts(
        &self,
        feeds: &mut [Box<dyn Feed>],
        elements: usize,
        mut take: impl FnMut(&[u8], &[u8]) -> Result<(), ArrayError>,
    ) -> Result<(), ArrayError> {
        let imaginary = self.imaginary.unwrap_or(self.result);
        self.each_inputs(feeds, elements, |scratch, inputs, length| {
            self.run_all(scratch, inputs, length)?;
            let [re, im] = [self.result, imaginary].map(|value| self.value(value, scratch, inputs, length));
            take(re, im)
        })
    }

    /// Computes a whole block of `elements` and gives it away tile by tile, in order.
    ///
    /// # Errors
    /// What a feed, a kernel or `take` refuses.
    pub fn each_tile(
        &self,
        feeds: &mut [Box<dyn Feed>],
        elements: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), ArrayError>,
    ) -> Result<(), ArrayError> {
        self.each_inputs(feeds, elements, |scratch, inputs, length| {
            self.run_all(scratch, inputs, length)?;
            take(self.value(self.result, scratch, inputs, length))
        })
    }

    /// Computes a whole block of `elements` and scans it on the way.
    ///
    /// # Errors
    /// What a feed, a kernel or the scanner refuses.
    pub fn scan(
        &self,
        feeds: &mut [Box<dyn Feed>],
        elements: usize,
        scanner: &mut Scanner,
        mut out: &mut [u8],
    ) -> Result<(), ArrayError> {
        let size = out.len().checked_div(elements).unwrap_or(0);
        self.each_tile(feeds, elements, |tile| {
            let (now, later) = std::mem::take(&mut out).split_at_mut(tile.len() / self.dtype.size() * size);
            out = later;
            scanner.feed(tile, now)
        })
    }

    /// Gives away the operands of a whole block of `elements` tile by tile, in order.
    fn each_inputs(
        &self,
        feeds: &mut [Box<dyn Feed>],
        elements: usize,
        mut take: impl FnMut(&mut Scratch, &[&[u8]], usize) -> Result<(), ArrayError>,
    ) -> Result<(), ArrayError> {
        self.check(feeds)?;
        let mut scratch = self.scratch(TILE.min(elements))?;
        let mut start = 0;
        while start < elements {
            let Some(operands) = in_place(feeds, start) else {
                let run = run_at(feeds, start, elements - start);
                for length in tile_lengths(run) {
                    take(&mut scratch, &tiles(feeds, start, length)?, length)?;
                    start += length;
                }
                continue;
            };
            let (width, count) = common_rows(&operands, elements - start);
            for row in 0..count {
                let mut column = 0;
                for length in tile_lengths(width) {
                    let mut inputs: SmallVec<[&[u8]; 4]> = SmallVec::new();
                    for (rows, size) in &operands {
                        inputs.push(&rows.row(row)[column * size..][..length * size]);
                    }
                    take(&mut scratch, &inputs, length)?;
                    column += length;
                }
            }
            start += width * count;
        }
        Ok(())
    }

    fn check(&self, feeds: &[Box<dyn Feed>]) -> Result<(), ArrayError> {
        if feeds.len() != self.operands.len() {
            return Err(ArrayError::OperandCount { expected: self.operands.len(), actual: feeds.len() });
        }
        for (feed, &expected) in feeds.iter().zip(&self.operands) {
            if feed.dtype() != expected {
                return Err(ArrayError::ElementType { expected, actual: feed.dtype() });
            }
        }
        Ok(())
    }

    /// Runs all steps over a tile.
    fn run_all(&self, scratch: &mut Scratch, inputs: &[&[u8]], length: usize) -> Result<(), ArrayError> {
        for instruction in &self.instructions {
            self.run_in_registers(instruction, scratch, inputs, length)?;
        }
        Ok(())
    }

    /// Runs all steps over a tile; the result goes to `out`.
    fn run_into(&self, scratch: &mut Scratch, inputs: &[&[u8]], out: &mut [u8]) -> Result<(), ArrayError> {
        let length = out.len() / self.dtype.size();
        match self.instructions.split_last() {
            Some((last, earlier)) if self.result == Value::Register(last.register) => {
                for instruction in earlier {
                    self.run_in_registers(instruction, scratch, inputs, length)?;
                }
                self.run(last, scratch, inputs, length, out)
            }
            _ => {
                self.run_all(scratch, inputs, length)?;
                out.copy_from_slice(self.value(self.result, scratch, inputs, length));
                Ok(())
            }
        }
    }

    fn run_in_registers(
        &self,
        instruction: &Instruction,
        scratch: &mut Scratch,
        inputs: &[&[u8]],
        length: usize,
    ) -> Result<(), ArrayError> {
        // Taken out, the register can be written to while the others are read.
        let mut out = std::mem::take(&mut scratch.registers[instruction.register]);
        let result = self.run(instruction, scratch, inputs, length, &mut out[..length * instruction.size]);
        scratch.registers[instruction.register] = out;
        result
    }

    fn run(
        &self,
        instruction: &Instruction,
        scratch: &Scratch,
        inputs: &[&[u8]],
        length: usize,
        out: &mut [u8],
    ) -> Result<(), ArrayError> {
        let argument = |&(value, size): &(Value, usize)| match value {
            Value::Operand(number) => inputs[number],
            Value::Register(register) => &scratch.registers[register][..length * size],
            Value::Constant(number) => &self.constants[number][..length * size],
        };
        let arguments: SmallVec<[&[u8]; 4]> = instruction.arguments.iter().map(argument).collect();
        match &instruction.work {
            Work::Step(kernel) => kernel(&arguments, out),
            Work::Chain(kernel) => {
                kernel(&Rows::one(arguments[0]), None, out);
                Ok(())
            }
        }
    }

    fn value<'a>(&self, value: Value, scratch: &'a Scratch, inputs: &[&'a [u8]], length: usize) -> &'a [u8] {
        match value {
            Value::Operand(number) => inputs[number],
            Value::Register(register) => &scratch.registers[register][..length * self.dtype.size()],
            Value::Constant(_) => unreachable!("compiling refuses constant results"),
        }
    }
}

/// The lengths of the tiles that a run of elements is read in. The end of the run is dealt evenly.
fn tile_lengths(run: usize) -> impl Iterator<Item = usize> {
    let mut rest = run;
    std::iter::from_fn(move || {
        let length = if rest < 2 * TILE { rest.div_ceil(rest.div_ceil(TILE).max(1)) } else { TILE };
        rest -= length;
        (length > 0).then_some(length)
    })
}

/// The rows of all operands from `start` on, each with the bytes of an element, if all lie in memory.
fn in_place(feeds: &[Box<dyn Feed>], start: usize) -> Option<SmallVec<[(Rows<'_>, usize); 4]>> {
    feeds.iter().map(|feed| Some((feed.in_place(start)?, feed.dtype().size()))).collect()
}

/// The elements of a row and the number of rows that are the same for all operands, of `rest` elements in all.
fn common_rows(operands: &[(Rows<'_>, usize)], rest: usize) -> (usize, usize) {
    let widths = || operands.iter().map(|(rows, size)| rows.width() / size);
    let width = widths().fold(rest, usize::min);
    let are_equal = widths().all(|other| other == width);
    let count = operands.iter().map(|(rows, _)| rows.count()).min().filter(|_| are_equal).unwrap_or(1);
    (width, count)
}

/// How many elements from `start` on are read before the next place where a feed would have to put a tile together.
fn run_at(feeds: &[Box<dyn Feed>], start: usize, rest: usize) -> usize {
    let runs = feeds.iter().filter_map(|feed| Some(feed.in_place(start)?.width() / feed.dtype().size()));
    runs.fold(rest, usize::min)
}

/// The next tile of every operand.
fn tiles(
    feeds: &mut [Box<dyn Feed>],
    start: usize,
    length: usize,
) -> Result<SmallVec<[&[u8]; 4]>, ArrayError> {
    feeds.iter_mut().map(|feed| Ok(feed.tile(start, length)?)).collect()
}

#[cfg(test)]
mod tests;
