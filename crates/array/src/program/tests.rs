use bramble_graph::{Arg, Scalar, Step};
use proptest::prelude::*;

use super::*;
use crate::element::Cast;
use crate::feed::memory;
use crate::feed::testing::Apart;
use crate::simd::testing::on_narrower_machines;
use crate::{Chunk, Reduction};

fn apply(op: &str, dtype: DType, args: &[Arg]) -> Step {
    Step::Apply { op: op.to_owned(), dtype, args: args.to_vec() }
}

fn program(steps: Vec<Step>) -> Program {
    let result = Arg::Step(u32::try_from(steps.len()).unwrap() - 1);
    Program { steps, result, imaginary: None }
}

fn float(value: f64) -> Arg {
    Arg::Const(Scalar::Float(value))
}

/// `((a * 2 + 1) ** 2)` over doubles.
fn chain() -> Program {
    program(vec![
        apply("multiply", DType::Float64, &[Arg::Operand(0), float(2.0)]),
        apply("add", DType::Float64, &[Arg::Step(0), float(1.0)]),
        apply("square", DType::Float64, &[Arg::Step(1)]),
    ])
}

fn evaluate<T: crate::Element>(
    program: &Program,
    operands: &[&Chunk],
    shape: &[usize],
) -> Result<Vec<T>, ArrayError> {
    let dtypes: Vec<DType> = operands.iter().map(|chunk| chunk.dtype()).collect();
    let compiled = CompiledProgram::new(program, &dtypes)?;
    let mut feeds: Vec<_> = operands.iter().map(|chunk| memory(chunk, shape)).collect::<Result<_, _>>()?;
    let mut out = Chunk::zeroed(compiled.dtype(), shape)?;
    compiled.evaluate(&mut feeds, out.bytes_mut().unwrap())?;
    Ok(out.as_slice::<T>()?.to_vec())
}

#[test]
fn runs_steps_one_after_another() {
    let a: Vec<f64> = (0..10_000).map(f64::from).collect();
    let chunk = Chunk::from_slice(&[100, 100], &a).unwrap();
    let expected: Vec<f64> = a.iter().map(|a| (a * 2.0 + 1.0) * (a * 2.0 + 1.0)).collect();
    assert_eq!(evaluate::<f64>(&chain(), &[&chunk], &[100, 100]).unwrap(), expected);
}

#[test]
fn broadcasts_and_mixes_types() {
    let column = Chunk::from_slice(&[3, 1], &[10_i32, 20, 30]).unwrap();
    let row = Chunk::from_slice(&[2], &[0.5_f64, -0.5]).unwrap();
    let program = program(vec![
        Step::Cast { from: DType::Int32, to: DType::Float64, arg: Arg::Operand(0) },
        apply("greater", DType::Float64, &[Arg::Operand(1), float(0.0)]),
        apply("where", DType::Float64, &[Arg::Step(1), Arg::Step(0), Arg::Operand(1)]),
    ]);
    let result = evaluate::<f64>(&program, &[&column, &row], &[3, 2]).unwrap();
    assert_eq!(result, [10.0, -0.5, 20.0, -0.5, 30.0, -0.5]);
}

#[test]
fn passes_an_operand_on_without_copying() {
    let compiled = CompiledProgram::new(&Program::identity(), &[DType::UInt8]).unwrap();
    let chunk = Chunk::from_slice(&[4], &[1_u8, 2, 3, 4]).unwrap();
    let mut feeds = [memory(&chunk, &[4]).unwrap()];
    let same = |tile: &[u8]| {
        assert!(std::ptr::eq(tile, &raw const *chunk.bytes()));
        Ok(())
    };
    compiled.each_tile(&mut feeds, 4, same).unwrap();
}

#[test]
fn the_result_need_not_be_the_last_step() {
    let mut early = chain();
    early.result = Arg::Step(0);
    let chunk = Chunk::from_slice(&[2], &[1.0, 2.0]).unwrap();
    assert_eq!(evaluate::<f64>(&early, &[&chunk], &[2]).unwrap(), [2.0, 4.0]);
    early.result = Arg::Operand(0);
    assert_eq!(evaluate::<f64>(&early, &[&chunk], &[2]).unwrap(), [1.0, 2.0]);
}

#[test]
fn registers_are_used_again() {
    let long = (1..50).map(|step| apply("floor", DType::Float64, &[Arg::Step(step - 1)]));
    let first = apply("positive", DType::Float64, &[Arg::Operand(0)]);
    let program = program([first].into_iter().chain(long).collect());
    assert_eq!(CompiledProgram::new(&program, &[DType::Float64]).unwrap().registers, 2);
}

#[test]
fn feeds_a_reduction_on_the_way() {
    let a: Vec<f64> = (0..7000).map(f64::from).collect();
    let chunk = Chunk::from_slice(&[7, 1000], &a).unwrap();
    let compiled = CompiledProgram::new(&chain(), &[DType::Float64]).unwrap();
    let reduction = Reduction::new("sum", DType::Float64).unwrap();
    let mut accumulator = reduction.accumulator(&[7, 1000], &[0]).unwrap();
    compiled.reduce(&mut [memory(&chunk, &[7, 1000]).unwrap()], 7000, &mut accumulator).unwrap();
    let state = accumulator.finish();
    let expected: Vec<f64> = (0..1000)
        .map(|column| (0..7).map(|row| (a[row * 1000 + column] * 2.0 + 1.0).powi(2)).sum())
        .collect();
    assert_eq!(bytemuck::cast_slice::<u8, f64>(state.bytes()), expected);
}

#[test]
fn says_what_is_wrong_with_a_program() {
    let double = DType::Float64;
    let a = Arg::Operand(0);
    for (steps, message) in [
        (vec![apply("frobnicate", double, &[a])], "there is no element-wise operation \"frobnicate\""),
        (vec![apply("add", double, &[a])], "the operation add takes 2 arguments, but step 0 gives it 1"),
        (vec![apply("sqrt", DType::Int8, &[a])], "sqrt does not take elements of type int8"),
        (
            vec![apply("add", DType::Int8, &[float(1.0), a])],
            "step 0 takes elements of type int8, but its argument 1 has type float64",
        ),
        (
            vec![apply("where", double, &[a, a, a])],
            "step 0 takes elements of type bool, but its argument 0 has type float64",
        ),
        (
            vec![apply("square", double, &[Arg::Operand(1)])],
            "step 0 uses operand 1, which does not exist there",
        ),
        (vec![apply("square", double, &[Arg::Step(0)])], "step 0 uses step 0, which does not exist there"),
    ] {
        assert_eq!(CompiledProgram::new(&program(steps), &[double]).err().unwrap().to_string(), message);
    }
    let constant = Program { steps: Vec::new(), result: float(1.0), imaginary: None };
    assert!(matches!(CompiledProgram::new(&constant, &[]), Err(ArrayError::ConstantResult)));
}

#[test]
fn refuses_feeds_that_do_not_fit() {
    let compiled = CompiledProgram::new(&chain(), &[DType::Float64]).unwrap();
    let chunk = Chunk::from_slice(&[2], &[1_i64, 2]).unwrap();
    assert!(matches!(
        compiled.evaluate(&mut [memory(&chunk, &[2]).unwrap()], &mut [0; 16]),
        Err(ArrayError::ElementType { expected: DType::Float64, actual: DType::Int64 })
    ));
    assert!(matches!(
        compiled.evaluate(&mut [], &mut [0; 16]),
        Err(ArrayError::OperandCount { expected: 1, actual: 0 })
    ));
}

/// An argument of step `step`: an operand, a constant or the result of an earlier step.
fn argument(step: u32) -> impl Strategy<Value = Arg> {
    prop_oneof![
        (0_u32..3).prop_map(Arg::Operand),
        (-4..4).prop_map(|value| float(f64::from(value) / 2.0)),
        (0..step.max(1)).prop_map(move |earlier| if step == 0 {
            Arg::Operand(0)
        } else {
            Arg::Step(earlier)
        }),
    ]
}

fn step(number: u32) -> impl Strategy<Value = Step> {
    let binary = prop::sample::select(vec!["add", "subtract", "multiply", "divide", "maximum", "remainder"]);
    let unary = prop::sample::select(vec!["negative", "floor", "absolute", "square", "sign"]);
    prop_oneof![
        (binary, argument(number), argument(number)).prop_map(|(op, a, b)| apply(
            op,
            DType::Float64,
            &[a, b]
        )),
        (unary, argument(number)).prop_map(|(op, a)| apply(op, DType::Float64, &[a])),
    ]
}

fn any_program() -> impl Strategy<Value = Program> {
    (1_u32..12).prop_flat_map(|steps| (0..steps).map(step).collect::<Vec<_>>()).prop_map(program)
}

proptest! {
    #[test]
    fn tiles_give_what_single_elements_give(program in any_program(), seed in 0_u32..1000) {
        let length = TILE + 100;
        let operand = |factor: f64| -> Vec<f64> {
            (0..length).map(|i| ((f64::from(seed) + i as f64 * factor) * 7.3 % 11.0) - 5.0).collect()
        };
        let operands = [operand(1.0), operand(0.37), operand(2.9)];
        let chunks = operands.each_ref().map(|operand| Chunk::from_slice(&[length], operand).unwrap());
        let tiled = evaluate::<f64>(&program, &chunks.each_ref(), &[length]).unwrap();
        for position in [0, 1, 15, TILE - 1, TILE, length - 1] {
            let single = operands.each_ref().map(|operand| Chunk::from_slice(&[1], &operand[position..=position]).unwrap());
            let alone = evaluate::<f64>(&program, &single.each_ref(), &[1]).unwrap()[0];
            prop_assert!(alone.to_bits() == tiled[position].to_bits() || alone.is_nan() && tiled[position].is_nan());
        }
    }
}

/// What a program gives whose steps are programs of their own.
fn step_by_step(program: &Program, operands: &[Chunk]) -> Chunk {
    let mut values: Vec<Chunk> = Vec::new();
    for step in &program.steps {
        let Step::Apply { op, dtype, args } = step else { unreachable!("there are no casts") };
        let mut inputs: Vec<&Chunk> = Vec::new();
        let mut input = |chunk| {
            inputs.push(chunk);
            Arg::Operand(u32::try_from(inputs.len()).unwrap() - 1)
        };
        let args: Vec<Arg> = args
            .iter()
            .map(|&arg| match arg {
                Arg::Operand(number) => input(&operands[number as usize]),
                Arg::Step(number) => input(&values[number as usize]),
                Arg::Const(_) => arg,
            })
            .collect();
        let alone = self::program(vec![apply(op, *dtype, &args)]);
        let shape = operands[0].shape();
        values.push(match dtype {
            DType::Float32 => {
                Chunk::from_slice(shape, &evaluate::<f32>(&alone, &inputs, shape).unwrap()).unwrap()
            }
            _ => Chunk::from_slice(shape, &evaluate::<f64>(&alone, &inputs, shape).unwrap()).unwrap(),
        });
    }
    values.pop().unwrap()
}

proptest! {
    #[test]
    fn steps_in_one_loop_give_what_each_gives_alone(program in any_program(), is_double in any::<bool>()) {
        let numbers = || (0..1100).map(|i| (f64::from(i) * 7.3 % 11.0) - 5.0);
        let (program, chunk) = if is_double {
            (program, Chunk::from_slice(&[1100], &numbers().collect::<Vec<_>>()).unwrap())
        } else {
            let single: Vec<f32> = numbers().map(Cast::cast).collect();
            (in_single_precision(program), Chunk::from_slice(&[1100], &single).unwrap())
        };
        let operands = [chunk.clone(), chunk.clone(), chunk];
        let expected = step_by_step(&program, &operands);
        if is_double {
            let together = evaluate::<f64>(&program, &operands.each_ref(), &[1100]).unwrap();
            let pairs = together.iter().zip(expected.as_slice::<f64>().unwrap());
            prop_assert!(pairs.into_iter().all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()));
        } else {
            let together = evaluate::<f32>(&program, &operands.each_ref(), &[1100]).unwrap();
            let pairs = together.iter().zip(expected.as_slice::<f32>().unwrap());
            prop_assert!(pairs.into_iter().all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()));
        }
    }
}

proptest! {
    #[test]
    fn rows_side_by_side_are_reduced_to_what_tiles_are(
        rows in 1_usize..40, width in prop_oneof![1_usize..80, 60_usize..70, TILE - 1..TILE + 2], gap in 0_usize..2,
        axes in prop::sample::select(vec![vec![0_u32], vec![1], vec![0, 1]]),
    ) {
        let numbers: Vec<f64> = (0..rows * width).map(|i| (i * 104_729 % 1009) as f64 / 7.0 - 60.0).collect();
        let (shape, elements) = ([rows, width], rows * width);
        let compiled = CompiledProgram::new(&chain(), &[DType::Float64]).unwrap();
        let chunk = Chunk::from_slice(&shape, &numbers).unwrap();
        for name in ["sum", "max", "var", "argmax"] {
            let reduction = Reduction::new(name, DType::Float64).unwrap();
            let mut apart = reduction.accumulator(&shape, &axes).unwrap();
            compiled.reduce(&mut [Box::new(Apart::new(&numbers, &shape, gap))], elements, &mut apart).unwrap();
            let mut tiled = reduction.accumulator(&shape, &axes).unwrap();
            let take = |tile: &[u8]| tiled.feed(&[tile]);
            compiled.each_tile(&mut [memory(&chunk, &shape).unwrap()], elements, take).unwrap();
            let (apart, tiled) = (apart.finish(), tiled.finish());
            prop_assert_eq!(apart.bytes(), tiled.bytes());
        }
    }
}

proptest! {
    #[test]
    fn chains_read_rows_where_they_lie_and_other_steps_tiles(
        mut program in any_program(), rows in 1_usize..40, width in 60_usize..300, passes_on in any::<bool>(),
    ) {
        if passes_on {
            program.result = Arg::Operand(1);
        }
        let numbers = |factor: f64| -> Vec<f64> {
            (0..rows * width).map(|i| (i as f64 * factor * 7.3 % 11.0) - 5.0).collect()
        };
        let operands = [numbers(1.0), numbers(0.37), numbers(2.9)];
        let (shape, elements) = ([rows, width], rows * width);
        let compiled = CompiledProgram::new(&program, &[DType::Float64; 3]).unwrap();
        let sum = Reduction::new("sum", DType::Float64).unwrap();
        let apart = || {
            let feed = |(gap, numbers): (usize, &Vec<f64>)| Box::new(Apart::new(numbers, &shape, gap)) as Box<dyn Feed>;
            let mut feeds: Vec<_> = operands.iter().enumerate().map(feed).collect();
            let mut sums = sum.accumulator(&shape, &[0]).unwrap();
            compiled.reduce(&mut feeds, elements, &mut sums).unwrap();
            bits(sums)
        };
        let chunks = operands.each_ref().map(|numbers| Chunk::from_slice(&shape, numbers).unwrap());
        let mut feeds = chunks.each_ref().map(|chunk| memory(chunk, &shape).unwrap());
        let mut sums = sum.accumulator(&shape, &[0]).unwrap();
        compiled.each_tile(&mut feeds, elements, |tile| sums.feed(&[tile])).unwrap();
        let tiled = bits(sums);
        prop_assert_eq!(&apart(), &tiled);
        for narrower in on_narrower_machines(apart) {
            prop_assert_eq!(&narrower, &tiled);
        }
    }
}

/// The bits of what has been reduced, of NaN those of one.
fn bits(accumulator: Accumulator) -> Vec<u64> {
    let state = accumulator.finish();
    let numbers: &[f64] = bytemuck::cast_slice(state.bytes());
    numbers.iter().map(|number| if number.is_nan() { f64::NAN } else { *number }.to_bits()).collect()
}

fn in_single_precision(mut program: Program) -> Program {
    for step in &mut program.steps {
        let Step::Apply { dtype, .. } = step else { unreachable!("there are no casts") };
        *dtype = DType::Float32;
    }
    program
}

#[test]
fn arithmetic_with_constants_is_one_instruction() {
    let compiled = CompiledProgram::new(&chain(), &[DType::Float64]).unwrap();
    assert_eq!((compiled.instructions.len(), compiled.registers), (1, 1));
    let mut early = chain();
    early.imaginary = Some(Arg::Step(1));
    let compiled = CompiledProgram::new(&early, &[DType::Float64]).unwrap();
    assert_eq!((compiled.instructions.len(), compiled.registers), (2, 2));
}

#[test]
fn two_results_take_turns_tile_by_tile() {
    let length = 3 * TILE + 5;
    let x: Vec<f64> = (0_u16..).take(length).map(f64::from).collect();
    let steps = vec![
        apply("add", DType::Float64, &[Arg::Operand(0), float(1.0)]),
        apply("negative", DType::Float64, &[Arg::Step(0)]),
    ];
    let program = Program { steps, result: Arg::Step(1), imaginary: Some(Arg::Step(0)) };
    let compiled = CompiledProgram::new(&program, &[DType::Float64]).unwrap();
    let chunk = Chunk::from_slice(&[length], &x).unwrap();
    let feeds = || vec![memory(&chunk, &[length]).unwrap()];
    let mut out = vec![0.0_f64; 2 * length];
    compiled.evaluate_pairs(&mut feeds(), bytemuck::cast_slice_mut(&mut out)).unwrap();
    let expected: Vec<f64> = x.iter().flat_map(|x| [-(x + 1.0), x + 1.0]).collect();
    assert_eq!(out, expected);
    let mut pushed = Vec::new();
    let push = |tile: &[u8]| {
        pushed.extend_from_slice(tile);
        Ok(())
    };
    compiled.each_tile_of_pairs(&mut feeds(), length, push).unwrap();
    assert_eq!(pushed, bytemuck::cast_slice::<f64, u8>(&expected));
}

#[test]
fn two_results_have_one_type() {
    let steps = vec![apply("isnan", DType::Float64, &[Arg::Operand(0)])];
    let program = Program { steps, result: Arg::Operand(0), imaginary: Some(Arg::Step(0)) };
    assert!(CompiledProgram::new(&program, &[DType::Float64]).is_err());
}

/// A chunk whose rows are said to lie apart.
struct Rows {
    chunk: Chunk,
    row: usize,
}

impl Feed for Rows {
    fn dtype(&self) -> DType {
        self.chunk.dtype()
    }

    fn tile(&mut self, start: usize, length: usize) -> Result<&[u8], crate::FeedError> {
        assert!(length <= TILE && start / self.row == (start + length - 1) / self.row, "{start} + {length}");
        Ok(&self.chunk.bytes()[start * 8..(start + length) * 8])
    }

    fn in_place(&self, start: usize) -> Option<crate::Rows<'_>> {
        let end = (start / self.row + 1) * self.row;
        Some(crate::Rows::one(&self.chunk.bytes()[start * 8..end.min(self.chunk.len()) * 8]))
    }
}

#[test]
fn tiles_end_where_rows_that_are_read_in_place_do() {
    let a: Vec<f64> = (0..10_007).map(f64::from).collect();
    let chunk = Chunk::from_slice(&[a.len()], &a).unwrap();
    let add = program(vec![apply("add", DType::Float64, &[Arg::Operand(0), Arg::Operand(1)])]);
    let compiled = CompiledProgram::new(&add, &[DType::Float64; 2]).unwrap();
    let expected: Vec<f64> = a.iter().map(|a| a + a).collect();
    for rows in [[1000, 1000], [2500, 700], [1, 3000], [20_000, 2048]] {
        let mut feeds = rows.map(|row| Box::new(Rows { chunk: chunk.clone(), row }) as Box<dyn Feed>);
        let mut out = Chunk::zeroed(DType::Float64, &[a.len()]).unwrap();
        compiled.evaluate(&mut feeds, out.bytes_mut().unwrap()).unwrap();
        assert_eq!(out.as_slice::<f64>().unwrap(), expected);
        let var = Reduction::new("var", DType::Float64).unwrap();
        let mut accumulator = var.accumulator(&[a.len()], &[0]).unwrap();
        compiled.reduce(&mut feeds, a.len(), &mut accumulator).unwrap();
        let mut whole = var.accumulator(&[a.len()], &[0]).unwrap();
        whole.feed(&[out.bytes()]).unwrap();
        assert_eq!(accumulator.finish().bytes(), whole.finish().bytes());
    }
}
