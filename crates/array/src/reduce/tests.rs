//! What holds for all reductions.

use bramble_graph::{DType, Program};
use proptest::prelude::*;

use super::testing::{reduce, state};
use crate::element::Cast;
use crate::feed::testing::Apart;
use crate::simd::testing::on_narrower_machines;
use crate::{CompiledProgram, Feed, Reduction};

const IDENTITY: f64 = -0.0;

/// The rule for a contiguous run, word for word and with all lanes.
fn run(elements: &[f64]) -> f64 {
    let add = |a: &Vec<f64>, b: &Vec<f64>| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    let segments = elements.chunks(256).map(|segment| {
        let mut lanes = vec![IDENTITY; 16];
        for (j, element) in segment.iter().enumerate() {
            lanes[j % 16] += element;
        }
        lanes
    });
    let mut lanes = cascade(segments, vec![IDENTITY; 16], add);
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
    }
    lanes[0]
}

/// The rule for the values of one kept position.
fn column(steps: &[f64]) -> f64 {
    let segments = steps.chunks(16).map(|segment| segment.iter().fold(IDENTITY, |sum, step| sum + step));
    cascade(segments, IDENTITY, |a, b| a + b)
}

/// A binary counter of merged segments.
fn cascade<V: Clone>(segments: impl Iterator<Item = V>, identity: V, merge: impl Fn(&V, &V) -> V) -> V {
    let mut levels: Vec<Option<V>> = Vec::new();
    for mut newer in segments {
        let mut level = 0;
        while let Some(Some(older)) = levels.get(level) {
            newer = merge(older, &newer);
            levels[level] = None;
            level += 1;
        }
        levels.resize(levels.len().max(level + 1), None);
        levels[level] = Some(newer);
    }
    levels.into_iter().flatten().fold(identity, |newer, older| merge(&older, &newer))
}

/// The sums of a block by its rule: for each kept position the values of its runs, or its elements.
fn sums(elements: &[f64], shape: &[usize], axes: &[u32]) -> Vec<f64> {
    let reduced = |axis: usize| axes.contains(&u32::try_from(axis).unwrap());
    let inner = (0..shape.len()).rev().take_while(|&axis| reduced(axis));
    let length: usize = inner.map(|axis| shape[axis]).product();
    let kept: usize = (0..shape.len()).filter(|&axis| !reduced(axis)).map(|axis| shape[axis]).product();
    let mut steps: Vec<Vec<f64>> = vec![Vec::new(); kept];
    for (number, elements) in elements.chunks(length).enumerate() {
        let mut rest = number * length;
        let (mut position, mut stride) = (0, 1);
        for axis in (0..shape.len()).rev() {
            if !reduced(axis) {
                position += rest % shape[axis] * stride;
                stride *= shape[axis];
            }
            rest /= shape[axis];
        }
        steps[position].push(if length > 1 { run(elements) } else { elements[0] });
    }
    steps.iter().map(|steps| if steps.len() == 1 { steps[0] } else { column(steps) }).collect()
}

/// A shape, the axes to reduce and elements of very different sizes, so that any other order shows.
fn block() -> impl Strategy<Value = (Vec<f64>, Vec<usize>, Vec<u32>)> {
    let lengths = prop_oneof![Just(1_usize), 2_usize..6, 14_usize..40, 200_usize..600];
    (prop::collection::vec(lengths, 0..4), any::<[bool; 4]>(), any::<u64>())
        .prop_filter("small enough", |(shape, ..)| shape.iter().product::<usize>() <= 200_000)
        .prop_map(|(shape, reduced, seed)| {
            let axes =
                (0..).zip(&shape).map(|(axis, _)| axis).filter(|&axis| reduced[axis as usize]).collect();
            (numbers(shape.iter().product(), seed), shape, axes)
        })
}

/// Numbers that look random (splitmix64).
fn numbers(count: usize, mut seed: u64) -> Vec<f64> {
    let next = |_| {
        seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let exponent = i32::try_from(mixed & 15).unwrap() - 8;
        ((mixed >> 11) as f64 / (1_u64 << 53) as f64 - 0.5) * 4_f64.powi(exponent)
    };
    (0..count).map(next).collect()
}

/// The program that changes nothing.
fn identity(dtype: DType) -> CompiledProgram {
    CompiledProgram::new(&Program::identity(), &[dtype]).unwrap()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #[test]
    fn sums_follow_the_rule_word_for_word((elements, shape, axes) in block()) {
        let sum = reduce("sum", &elements, &shape, &axes).unwrap();
        prop_assert_eq!(bits(sum.as_slice().unwrap()), bits(&sums(&elements, &shape, &axes)));
    }

    #[test]
    fn tiles_may_end_anywhere((elements, shape, axes) in block(), cuts in prop::collection::vec(0_usize..=1000, 0..6)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut * elements.len() / 1000).collect();
        cuts.sort_unstable();
        for name in ["sum", "var", "nanvar", "argmin", "nanargmax"] {
            let reduction = Reduction::new(name, DType::Float64).unwrap();
            let whole = state(reduction, &elements, &shape, &axes, &[]).unwrap();
            let tiled = state(reduction, &elements, &shape, &axes, &cuts).unwrap();
            prop_assert_eq!(whole.shape(), tiled.shape());
            prop_assert_eq!(whole.bytes(), tiled.bytes());
        }
    }

    #[test]
    fn rows_may_lie_apart((elements, shape, axes) in block(), gap in 0_usize..3) {
        for name in ["sum", "max", "var", "nanvar", "argmin"] {
            let reduction = Reduction::new(name, DType::Float64).unwrap();
            let mut accumulator = reduction.accumulator(&shape, &axes).unwrap();
            let mut feeds: [Box<dyn Feed>; 1] = [Box::new(Apart::new(&elements, &shape, gap))];
            identity(DType::Float64).reduce(&mut feeds, elements.len(), &mut accumulator).unwrap();
            let expected = state(reduction, &elements, &shape, &axes, &[]).unwrap();
            let apart = accumulator.finish();
            prop_assert_eq!(apart.bytes(), expected.bytes());
        }
        let singles: Vec<f32> = elements.iter().map(|&x| x.cast()).collect();
        for name in ["sum", "var"] {
            let reduction = Reduction::new(name, DType::Float32).unwrap();
            let mut accumulator = reduction.accumulator(&shape, &axes).unwrap();
            let mut feeds: [Box<dyn Feed>; 1] = [Box::new(Apart::new(&singles, &shape, gap))];
            identity(DType::Float32).reduce(&mut feeds, singles.len(), &mut accumulator).unwrap();
            let expected = state(reduction, &singles, &shape, &axes, &[]).unwrap();
            let apart = accumulator.finish();
            prop_assert_eq!(apart.bytes(), expected.bytes());
        }
    }

    #[test]
    fn wide_vectors_give_the_bits_of_the_plain_machine((elements, shape, axes) in block()) {
        for name in ["sum", "prod", "max", "min", "var", "nanvar", "argmax", "nanargmin"] {
            let reduction = Reduction::new(name, DType::Float64).unwrap();
            let wide = state(reduction, &elements, &shape, &axes, &[]).unwrap();
            for narrow in on_narrower_machines(|| state(reduction, &elements, &shape, &axes, &[]).unwrap()) {
                prop_assert_eq!(wide.bytes(), narrow.bytes());
            }
        }
    }

    #[test]
    fn exact_reductions_agree_with_plain_loops((elements, shape, axes) in block()) {
        let integers: Vec<i32> = elements.iter().map(|&x| x.cast()).collect();
        let all: Vec<u32> = (0..).zip(&shape).map(|(axis, _)| axis).collect();
        let sum: i64 = integers.iter().map(|&x| i64::from(x)).sum();
        let total = reduce("sum", &integers, &shape, &all).unwrap();
        prop_assert_eq!(total.as_slice::<i64>().unwrap(), [sum]);
        let max = reduce("max", &integers, &shape, &all).unwrap();
        prop_assert_eq!(max.as_slice::<i32>().unwrap(), [*integers.iter().max().unwrap()]);
        let parts = reduce("min", &elements, &shape, &axes).unwrap();
        let least = parts.as_slice::<f64>().unwrap().iter().copied().fold(f64::INFINITY, f64::min);
        prop_assert_eq!(least, elements.iter().copied().fold(f64::INFINITY, f64::min));
    }
}

/// The sum of floats with twice the digits (Knuth's two-sum).
fn precise(elements: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut error) = (0.0, 0.0);
    for x in elements {
        let next = sum + x;
        let from_x = next - sum;
        error += (sum - (next - from_x)) + (x - from_x);
        sum = next;
    }
    sum + error
}

#[test]
fn float_sums_are_precise() {
    let doubles: Vec<f64> = numbers(1_000_000, 1).iter().map(|x| x.abs()).collect();
    let exact = precise(doubles.iter().copied());
    let sum = reduce("sum", &doubles, &[1_000_000], &[0]).unwrap().as_slice::<f64>().unwrap()[0];
    assert!((sum - exact).abs() <= 4.0 * f64::EPSILON * exact, "{sum} and {exact}");

    let singles: Vec<f32> = doubles.iter().map(|&x| x.cast()).collect();
    let exact = precise(singles.iter().copied().map(f64::from));
    let sum = reduce("sum", &singles, &[1_000_000], &[0]).unwrap().as_slice::<f32>().unwrap()[0];
    assert_eq!(sum, Cast::<f32>::cast(exact));
}

#[test]
fn states_are_merged_by_halves() {
    let elements = numbers(5 * 100, 3);
    let reduction = Reduction::new("sum", DType::Float64).unwrap();
    let parts: Vec<_> =
        elements.chunks(100).map(|part| state(reduction, part, &[1, 100], &[0], &[]).unwrap()).collect();
    let merged = reduction.combine(&parts.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(merged.shape(), [1, 100]);
    let sums: &[f64] = bytemuck::cast_slice(merged.bytes());
    for (column, sum) in sums.iter().enumerate() {
        let x = |part: usize| elements[part * 100 + column];
        assert_eq!(sum.to_bits(), (((x(0) + x(1)) + x(2)) + (x(3) + x(4))).to_bits());
    }
}

#[test]
fn states_that_differ_are_refused() {
    let reduction = Reduction::new("sum", DType::Float64).unwrap();
    let a = state(reduction, &[1.0; 6], &[2, 3], &[0], &[]).unwrap();
    let b = state(reduction, &[1.0; 6], &[2, 3], &[1], &[]).unwrap();
    let error = reduction.combine(&[&a, &b]).unwrap_err();
    assert_eq!(error.to_string(), "the states of sum do not belong together: shapes [1, 3] and [2, 1]");
    assert!(reduction.combine(&[]).is_err());
    let other = Reduction::new("any", DType::Float64).unwrap();
    assert!(other.combine(&[&a]).is_err());
}

#[test]
fn reduced_axes_go_or_stay() {
    let elements: Vec<f64> = (0..24).map(f64::from).collect();
    let reduction = Reduction::new("sum", DType::Float64).unwrap();
    let state = state(reduction, &elements, &[2, 3, 4], &[1], &[]).unwrap();
    for (keepdims, shape) in [(false, &[2, 4][..]), (true, &[2, 1, 4])] {
        let finish = bramble_graph::Finish { keepdims, ddof: 0.0 };
        let sum = reduction.finish(&state, &[1], &finish).unwrap();
        assert_eq!(sum.shape(), shape);
        assert_eq!(sum.as_slice::<f64>().unwrap(), [12.0, 15.0, 18.0, 21.0, 48.0, 51.0, 54.0, 57.0]);
    }
}

#[test]
fn blocks_without_elements_have_states() {
    let reduction = Reduction::new("sum", DType::Float64).unwrap();
    let empty = state::<f64>(reduction, &[], &[3, 0], &[1], &[]).unwrap();
    let some = state(reduction, &[1.0, -0.0, 3.0], &[3, 1], &[1], &[]).unwrap();
    let merged = reduction.combine(&[&empty, &some]).unwrap();
    assert_eq!(bits(bytemuck::cast_slice(merged.bytes())), bits(&[1.0, -0.0, 3.0]));
    let none = state::<f64>(reduction, &[], &[0, 5], &[1], &[]).unwrap();
    assert_eq!((none.shape(), none.bytes().len()), (&[0, 1][..], 0));
    assert!(Reduction::new("median", DType::Int8).is_err());
}
