//! Element-wise programs, evaluated tile by tile.
//!
//! All steps run over one tile before the next is read, so that every operand is read once and what the
//! steps leave for each other stays in the first-level cache.

use bramble_graph::{DType, Program};
use smallvec::SmallVec;

use crate::kernel::Kernel;
use crate::pairs::interleave;
use crate::{Accumulator, AlignedBuffer, ArrayError, Feed, Scanner, TILE};

mod compile;

/// Where a step finds an argument.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    Operand(usize),
    Register(usize),
    Constant(usize),
}

/// A step with its kernel and its places.
struct Instruction {
    kernel: Kernel,
    /// Each with the bytes of one of its elements.
    arguments: SmallVec<[(Value, usize); 4]>,
    /// Where the result goes; no argument lies there.
    register: usize,
    /// Bytes of one element of the result.
    size: usize,
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

    /// Computes a tile of `length` elements from a slice of each operand. The result lies in a register, or
    /// is the slice of an operand that the program passes on.
    ///
    /// # Errors
    /// What a kernel refuses: [`ArrayError::NegativePower`].
    pub fn run_tile<'a>(
        &self,
        scratch: &'a mut Scratch,
        inputs: &[&'a [u8]],
        length: usize,
    ) -> Result<&'a [u8], ArrayError> {
        for instruction in &self.instructions {
            self.run_in_registers(instruction, scratch, inputs, length)?;
        }
        Ok(self.value(self.result, scratch, inputs, length))
    }

    /// Computes a tile into `out`.
    ///
    /// # Errors
    /// As [`CompiledProgram::run_tile`].
    pub fn run_tile_into(
        &self,
        scratch: &mut Scratch,
        inputs: &[&[u8]],
        out: &mut [u8],
    ) -> Result<(), ArrayError> {
        let length = out.len() / self.dtype.size();
        match self.instructions.split_last() {
            Some((last, earlier)) if self.result == Value::Register(last.register) => {
                for instruction in earlier {
                    self.run_in_registers(instruction, scratch, inputs, length)?;
                }
                self.run(last, scratch, inputs, length, out)
            }
            _ => {
                out.copy_from_slice(self.run_tile(scratch, inputs, length)?);
                Ok(())
            }
        }
    }

    /// Computes a whole block. The feeds give the operands, each broadcast to the block's shape already.
    ///
    /// # Errors
    /// What a feed or a kernel refuses.
    pub fn evaluate(&self, feeds: &mut [Box<dyn Feed>], out: &mut [u8]) -> Result<(), ArrayError> {
        self.check(feeds)?;
        if let (true, Value::Operand(number)) = (self.instructions.is_empty(), self.result) {
            return Ok(feeds[number].read_all(out)?);
        }
        let size = self.dtype.size();
        let mut scratch = self.scratch(TILE.min(out.len() / size))?;
        for (number, out) in out.chunks_mut(TILE * size).enumerate() {
            let inputs = tiles(feeds, number * TILE, out.len() / size)?;
            self.run_tile_into(&mut scratch, &inputs, out)?;
        }
        Ok(())
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
        self.each_tile(feeds, elements, |tile| accumulator.feed(&[tile]))
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
    pub fn evaluate_pairs(&self, feeds: &mut [Box<dyn Feed>], out: &mut [u8]) -> Result<(), ArrayError> {
        let size = self.dtype.size();
        let elements = out.len() / (2 * size);
        let mut tiles = out.chunks_mut(2 * size * TILE);
        self.each_tile_of_parts(feeds, elements, |re, im| {
            if let Some(pairs) = tiles.next() {
                interleave(size, re, im, pairs);
            }
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
        self.check(feeds)?;
        let imaginary = self.imaginary.unwrap_or(self.result);
        let mut scratch = self.scratch(TILE.min(elements))?;
        for start in (0..elements).step_by(TILE) {
            let length = TILE.min(elements - start);
            let inputs = tiles(feeds, start, length)?;
            for instruction in &self.instructions {
                self.run_in_registers(instruction, &mut scratch, &inputs, length)?;
            }
            let [re, im] = [self.result, imaginary].map(|value| self.value(value, &scratch, &inputs, length));
            take(re, im)?;
        }
        Ok(())
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
        self.check(feeds)?;
        let mut scratch = self.scratch(TILE.min(elements))?;
        for start in (0..elements).step_by(TILE) {
            let length = TILE.min(elements - start);
            let inputs = tiles(feeds, start, length)?;
            take(self.run_tile(&mut scratch, &inputs, length)?)?;
        }
        Ok(())
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
        out: &mut [u8],
    ) -> Result<(), ArrayError> {
        self.check(feeds)?;
        let size = out.len().checked_div(elements).unwrap_or(0);
        let mut scratch = self.scratch(TILE.min(elements))?;
        for start in (0..elements).step_by(TILE) {
            let length = TILE.min(elements - start);
            let inputs = tiles(feeds, start, length)?;
            let tile = self.run_tile(&mut scratch, &inputs, length)?;
            scanner.feed(tile, &mut out[start * size..(start + length) * size])?;
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
        (instruction.kernel)(&arguments, out)
    }

    fn value<'a>(&self, value: Value, scratch: &'a Scratch, inputs: &[&'a [u8]], length: usize) -> &'a [u8] {
        match value {
            Value::Operand(number) => inputs[number],
            Value::Register(register) => &scratch.registers[register][..length * self.dtype.size()],
            Value::Constant(_) => unreachable!("compiling refuses constant results"),
        }
    }
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
