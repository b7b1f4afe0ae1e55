//! Bytes of input per second on one core, from the second-level cache and from memory.
//!
//! `cargo bench -p bramble-array`, with part of a name as argument to choose.

#![expect(clippy::print_stdout, reason = "it is a program that prints a table")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bramble_array::{AlignedBuffer, ArrayError, Chunk, CompiledProgram, Reduction, memory, permute};
use bramble_graph::{Arg, DType, Program, Scalar, Step};

/// Bytes of input: a quarter of a usual second-level cache, and more than any cache.
const SIZES: [(&str, usize); 2] = [("L2", 256 << 10), ("RAM", 256 << 20)];

fn main() -> Result<(), ArrayError> {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    println!("{:<42} {:>10} {:>10}", "GB/s", SIZES[0].0, SIZES[1].0);
    let identity = Program::identity();
    let chain = chain();
    for (name, op, dtype, row, axes, program) in [
        ("sum float64", "sum", DType::Float64, None, &[0, 1][..], &identity),
        ("sum float32", "sum", DType::Float32, None, &[0, 1], &identity),
        ("sum int32", "sum", DType::Int32, None, &[0, 1], &identity),
        ("sum uint8", "sum", DType::UInt8, None, &[0, 1], &identity),
        ("max float64", "max", DType::Float64, None, &[0, 1], &identity),
        ("max int16", "max", DType::Int16, None, &[0, 1], &identity),
        ("any bool", "any", DType::Bool, None, &[0, 1], &identity),
        ("sum float64 (n, 1000) axis 0", "sum", DType::Float64, Some(1000), &[0], &identity),
        ("sum float64 (n, 1000) axis 1", "sum", DType::Float64, Some(1000), &[1], &identity),
        ("sum float64 (n, 100) axis 0", "sum", DType::Float64, Some(100), &[0], &identity),
        ("sum float64 (n, 100) axis 1", "sum", DType::Float64, Some(100), &[1], &identity),
        ("sum float64 (n, 3) axis 0", "sum", DType::Float64, Some(3), &[0], &identity),
        ("sum float64 (n, 3) axis 1", "sum", DType::Float64, Some(3), &[1], &identity),
        ("sum float32 (n, 1000) axis 0", "sum", DType::Float32, Some(1000), &[0], &identity),
        ("mean((a * 2 + 1) ** 2) (n, 1000) axis 0", "mean", DType::Float64, Some(1000), &[0], &chain),
        ("mean((a * 2 + 1) ** 2)", "mean", DType::Float64, None, &[0, 1], &chain),
    ] {
        if name.contains(&filter) {
            let rates = SIZES.map(|(_, bytes)| {
                let row = row.unwrap_or(1 << 10);
                reduction(op, dtype, &[bytes / dtype.size() / row, row], axes, program)
            });
            let [cache, ram] = rates;
            println!("{name:<42} {:>10.1} {:>10.1}", cache?, ram?);
        }
    }
    if "(a * 2 + 1) ** 2 to a chunk".contains(&filter) {
        let rates = SIZES.map(|(_, bytes)| evaluation(bytes / 8, &chain));
        let [cache, ram] = rates;
        println!("{:<42} {:>10.1} {:>10.1}", "(a * 2 + 1) ** 2 to a chunk", cache?, ram?);
    }
    if "transpose (n, 1000) float64".contains(&filter) {
        let [cache, ram] = SIZES.map(|(_, bytes)| transposition(bytes / 8000));
        println!("{:<42} {:>10.1} {:>10.1}", "transpose (n, 1000) float64", cache?, ram?);
    }
    Ok(())
}

fn transposition(rows: usize) -> Result<f64, ArrayError> {
    let chunk = operand(DType::Float64, &[rows, 1000])?;
    measure(chunk.bytes().len(), || permute(black_box(&chunk), &[1, 0]).map(drop))
}

fn chain() -> Program {
    let apply = |op: &str, args: &[Arg]| Step::Apply {
        op: op.to_owned(),
        dtype: DType::Float64,
        args: args.to_vec(),
    };
    Program {
        steps: vec![
            apply("multiply", &[Arg::Operand(0), Arg::Const(Scalar::Int(2))]),
            apply("add", &[Arg::Step(0), Arg::Const(Scalar::Int(1))]),
            apply("square", &[Arg::Step(1)]),
        ],
        result: Arg::Step(2),
        imaginary: None,
    }
}

fn operand(dtype: DType, shape: &[usize]) -> Result<Chunk, ArrayError> {
    let bytes = shape.iter().product::<usize>() * dtype.size();
    Chunk::new(dtype, shape, AlignedBuffer::filled(bytes, 0_u8)?)
}

fn reduction(
    op: &str,
    dtype: DType,
    shape: &[usize],
    axes: &[u32],
    program: &Program,
) -> Result<f64, ArrayError> {
    let chunk = operand(dtype, shape)?;
    let reduction = Reduction::new(op, dtype)?;
    let program = CompiledProgram::new(program, &[dtype])?;
    measure(chunk.bytes().len(), || {
        let mut accumulator = reduction.accumulator(shape, axes)?;
        program.reduce(&mut [memory(&chunk, shape)?], chunk.len(), &mut accumulator)?;
        black_box(accumulator.finish());
        Ok(())
    })
}

fn evaluation(elements: usize, program: &Program) -> Result<f64, ArrayError> {
    let chunk = operand(DType::Float64, &[elements])?;
    let program = CompiledProgram::new(program, &[DType::Float64])?;
    let mut out = AlignedBuffer::zeroed(elements * 8)?;
    measure(chunk.bytes().len(), || {
        program.evaluate(&mut [memory(&chunk, &[elements])?], black_box(&mut out))
    })
}

/// The best of many runs, in GB/s: other work on the machine only ever takes time.
fn measure(bytes: usize, mut run: impl FnMut() -> Result<(), ArrayError>) -> Result<f64, ArrayError> {
    let mut best = Duration::MAX;
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(400) {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed());
    }
    Ok(bytes as f64 / best.as_secs_f64() / 1e9)
}
