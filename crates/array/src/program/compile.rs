//! From a program on the wire to instructions: names become kernels, results get registers.

use bramble_graph::{Arg, DType, Program, Scalar, Step};

use smallvec::smallvec;

use super::chain::{self, Chain};
use super::{CompiledProgram, Instruction, Value, Work};
use crate::element::{dispatch, from_scalar};
use crate::kernel::{Kernel, cast};
use crate::{AlignedBuffer, ArrayError, OpDef, TILE};

pub(super) fn compile(program: &Program, operands: &[DType]) -> Result<CompiledProgram, ArrayError> {
    let registers = Registers::new(program);
    let mut compiler = Compiler { operands, results: Vec::new(), registers, constants: Vec::new() };
    let mut instructions = Vec::with_capacity(program.steps.len());
    let uses = chain::uses(program);
    let mut number = 0;
    while let Some(step) = program.steps.get(number) {
        if let Some(chain) = chain::chain_from(program, &uses, number) {
            let behind = chain.last + 1;
            instructions.push(compiler.chain(number, chain)?);
            number = behind;
        } else {
            instructions.push(compiler.step(number, step)?);
            number += 1;
        }
    }
    let (result, dtype) = compiler.find(program.result, || "the result".to_owned())?;
    let imaginary = program.imaginary.map(|arg| compiler.imaginary(arg, dtype)).transpose()?;
    Ok(CompiledProgram {
        operands: operands.to_vec(),
        instructions,
        constants: compiler.constants,
        registers: compiler.registers.count,
        result,
        imaginary,
        dtype,
    })
}

struct Compiler<'a> {
    operands: &'a [DType],
    /// Register and element type of each step's result.
    results: Vec<(usize, DType)>,
    registers: Registers,
    constants: Vec<AlignedBuffer>,
}

impl Compiler<'_> {
    fn step(&mut self, number: usize, step: &Step) -> Result<Instruction, ArrayError> {
        let (kernel, types, result) = signature(number, step)?;
        let arguments = step
            .args()
            .iter()
            .zip(types)
            .enumerate()
            .map(|(argument, (&arg, dtype))| {
                let value = self.argument(number, argument, arg, dtype)?;
                Ok((value, dtype.size()))
            })
            .collect::<Result<_, ArrayError>>()?;
        let register = self.registers.take(number, number);
        self.results.push((register, result));
        Ok(Instruction { work: Work::Step(kernel), arguments, register, size: result.size() })
    }

    /// The one instruction of some steps, of which `first` is the number of the first.
    fn chain(&mut self, first: usize, chain: Chain) -> Result<Instruction, ArrayError> {
        let Chain { last, input, dtype, kernel } = chain;
        let value = self.argument(first, 0, input, dtype)?;
        let register = self.registers.take(first, last);
        self.results.extend((first..=last).map(|_| (register, dtype)));
        let size = dtype.size();
        Ok(Instruction { work: Work::Chain(kernel), arguments: smallvec![(value, size)], register, size })
    }

    fn argument(
        &mut self,
        step: usize,
        argument: usize,
        arg: Arg,
        expected: DType,
    ) -> Result<Value, ArrayError> {
        if let Arg::Const(scalar) = arg {
            self.constants.push(constant(scalar, expected)?);
            return Ok(Value::Constant(self.constants.len() - 1));
        }
        let (value, actual) = self.find(arg, || format!("step {step}"))?;
        if actual == expected {
            Ok(value)
        } else {
            Err(ArrayError::ArgumentType { step, argument, expected, actual })
        }
    }

    /// The place of the second result, which has the element type of the first.
    fn imaginary(&self, arg: Arg, expected: DType) -> Result<Value, ArrayError> {
        let (value, actual) = self.find(arg, || "the imaginary part".to_owned())?;
        if actual == expected { Ok(value) } else { Err(ArrayError::ElementType { expected, actual }) }
    }

    /// The place and type of an operand or of the result of a step before.
    fn find(&self, arg: Arg, user: impl Fn() -> String) -> Result<(Value, DType), ArrayError> {
        let (found, value) = match arg {
            Arg::Operand(number) => {
                let number = number as usize;
                let found = self.operands.get(number).map(|&dtype| (Value::Operand(number), dtype));
                (found, format!("operand {number}"))
            }
            Arg::Step(number) => {
                let found = self.results.get(number as usize);
                (found.map(|&(register, dtype)| (Value::Register(register), dtype)), format!("step {number}"))
            }
            Arg::Const(_) => return Err(ArrayError::ConstantResult),
        };
        found.ok_or_else(|| ArrayError::NoSuchValue { user: user(), value })
    }
}

/// The kernel of a step, the types of its arguments and that of its result.
fn signature(number: usize, step: &Step) -> Result<(Kernel, Vec<DType>, DType), ArrayError> {
    match step {
        &Step::Cast { from, to, .. } => Ok((cast(from, to), vec![from], to)),
        Step::Apply { op, dtype, args } => {
            let op = OpDef::find(op).ok_or_else(|| ArrayError::UnknownOperation { name: op.clone() })?;
            if args.len() != op.arity {
                let (expected, actual) = (op.arity, args.len());
                return Err(ArrayError::ArgumentCount { op: op.name, step: number, expected, actual });
            }
            let kernel =
                (op.kernel)(*dtype).ok_or(ArrayError::UnsupportedType { op: op.name, dtype: *dtype })?;
            let types = (0..op.arity).map(|argument| op.argument(argument, *dtype)).collect();
            Ok((kernel, types, op.result(*dtype)))
        }
    }
}

/// A constant in an element type, as kernels read it.
fn constant(scalar: Scalar, dtype: DType) -> Result<AlignedBuffer, ArrayError> {
    dispatch!(dtype, T => AlignedBuffer::filled::<T>(TILE, from_scalar(scalar)))
}

/// Gives registers to results, and to others when the last user of a result has run.
struct Registers {
    /// For each step the number of the last step that uses its result.
    last_use: Vec<usize>,
    /// For each step its register.
    taken: Vec<usize>,
    free: Vec<usize>,
    count: usize,
}

impl Registers {
    fn new(program: &Program) -> Registers {
        let mut last_use: Vec<usize> = (0..program.steps.len()).collect();
        let uses = program
            .steps
            .iter()
            .enumerate()
            .flat_map(|(user, step)| step.args().iter().map(move |&arg| (arg, user)));
        // Results are used behind the end.
        let results = [Some(program.result), program.imaginary].into_iter().flatten();
        for (arg, user) in uses.chain(results.map(|arg| (arg, usize::MAX))) {
            if let Arg::Step(number) = arg
                && let Some(last) = last_use.get_mut(number as usize)
            {
                *last = user;
            }
        }
        Registers { last_use, taken: Vec::new(), free: Vec::new(), count: 0 }
    }

    /// A register for the result of the next steps, of which only the last one's is used by others. Those of their arguments
    /// become free behind it.
    fn take(&mut self, first: usize, last: usize) -> usize {
        let register = self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        });
        self.taken.resize(last + 1, register);
        let results = self.last_use.iter().zip(&self.taken).enumerate();
        for (step, (&last_use, &register)) in results {
            let is_within = (first..last).contains(&step);
            if (first..=last).contains(&last_use) && !is_within {
                self.free.push(register);
            }
        }
        register
    }
}
