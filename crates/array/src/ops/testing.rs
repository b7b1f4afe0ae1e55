//! Helpers for the tests of operations, and what holds for all of them.

use std::ops::Range;

use bramble_graph::DType;

use super::{Answer, OPS, OpDef};
use crate::element::{Cast, dispatch};
use crate::simd::testing::on_narrower_machines;
use crate::{AlignedBuffer, ArrayError, Bool, Element};

/// Asserts what an operation gives for some elements, bit for bit but for the kind of NaN.
#[track_caller]
pub(super) fn check<T: Element, const ARITY: usize, const N: usize>(
    op: &OpDef,
    arguments: [[T; N]; ARITY],
    expected: [T; N],
) {
    check_as(op, arguments, expected);
}

/// Asserts what a question is answered for some elements.
#[track_caller]
pub(super) fn check_truth<T: Element, const ARITY: usize, const N: usize>(
    op: &OpDef,
    arguments: [[T; N]; ARITY],
    expected: [bool; N],
) {
    check_as(op, arguments, expected.map(Bool::from));
}

#[track_caller]
fn check_as<T: Element, R: Element, const ARITY: usize, const N: usize>(
    op: &OpDef,
    arguments: [[T; N]; ARITY],
    expected: [R; N],
) {
    let arguments: Vec<&[u8]> = arguments.iter().map(|argument| bytes(argument)).collect();
    let result: Vec<R> = apply(op, T::DTYPE, &arguments).unwrap();
    for (position, (result, expected)) in result.into_iter().zip(expected).enumerate() {
        assert!(identical(result, expected), "{} at {position}: {result:?}, not {expected:?}", op.name);
    }
}

/// Runs an operation on whole slices.
pub(super) fn apply<R: Element>(op: &OpDef, dtype: DType, arguments: &[&[u8]]) -> Result<Vec<R>, ArrayError> {
    let kernel = (op.kernel)(dtype).expect("the operation takes this type");
    assert_eq!((op.arity, op.result(dtype)), (arguments.len(), R::DTYPE));
    let count = arguments[0].len() / op.argument(0, dtype).size();
    let mut out = vec![R::default(); count];
    kernel(arguments, bytemuck::cast_slice_mut(&mut out))?;
    Ok(out)
}

pub(super) fn bytes<T: Element>(elements: &[T]) -> &[u8] {
    bytemuck::cast_slice(elements)
}

/// Equal bits, or both NaN.
fn identical<T: Element>(a: T, b: T) -> bool {
    let is_nan = |x: T| x.partial_cmp(&x).is_none();
    (is_nan(a) && is_nan(b)) || bytemuck::bytes_of(&a) == bytemuck::bytes_of(&b)
}

/// Elements of a type that include all its edges.
fn edges<T: Element>() -> Vec<T>
where
    f64: Cast<T>,
    i64: Cast<T>,
{
    let floats = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -2.5,
        3.0,
        f64::MAX,
        f64::MIN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        5e-324,
    ];
    let integers = [0, 1, 2, 7, -1, -7, 127, -128, 255, i64::MAX, i64::MIN];
    floats.into_iter().map(Cast::cast).chain(integers.into_iter().map(Cast::cast)).collect()
}

/// Every combination of edges as arguments of an operation.
fn arguments<T: Element>(op: &OpDef) -> Vec<AlignedBuffer>
where
    f64: Cast<T>,
    i64: Cast<T>,
{
    let edges = edges::<T>();
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for &x in &edges {
        for &y in &edges {
            // Negative exponents are an error, which has its own test.
            if op.name == "power" && T::DTYPE.is_signed_integer() && y < T::default() {
                continue;
            }
            a.push(x);
            b.push(y);
        }
    }
    let condition: Vec<Bool> = (0..a.len()).map(|i| Bool::from(i % 3 == 0)).collect();
    let c: Vec<T> = b.iter().rev().copied().collect();
    let [a, b, c] = [&a, &b, &c].map(|elements| AlignedBuffer::copy_of(elements).unwrap());
    match op.arity {
        1 => vec![a],
        2 => vec![a, b],
        _ if op.answer == Answer::Chosen => vec![AlignedBuffer::copy_of(&condition).unwrap(), a, b],
        3 => vec![a, b, c],
        _ => vec![AlignedBuffer::copy_of(&a[..]).unwrap(), b, c, a],
    }
}

/// Runs a kernel on the elements of its arguments that stand in a range.
fn run(op: &OpDef, dtype: DType, arguments: &[AlignedBuffer], range: Range<usize>) -> AlignedBuffer {
    let kernel = (op.kernel)(dtype).unwrap();
    let mut out = AlignedBuffer::zeroed(range.len() * op.result(dtype).size()).unwrap();
    let part = |(number, argument): (usize, &AlignedBuffer)| {
        let size = op.argument(number, dtype).size();
        AlignedBuffer::copy_of(&argument[range.start * size..range.end * size]).unwrap()
    };
    let parts: Vec<AlignedBuffer> = arguments.iter().enumerate().map(part).collect();
    kernel(&parts.iter().map(|part| &**part).collect::<Vec<_>>(), &mut out).unwrap();
    out
}

/// Number of elements that the arguments have.
fn count(op: &OpDef, dtype: DType, arguments: &[AlignedBuffer]) -> usize {
    arguments[0].len() / op.argument(0, dtype).size()
}

/// Calls code with every operation, type and its arguments of edges.
fn for_all(check: impl Fn(&OpDef, DType, &[AlignedBuffer])) {
    for op in OPS {
        for dtype in DType::ALL {
            if (op.kernel)(dtype).is_some() {
                check(op, dtype, &dispatch!(dtype, T => arguments::<T>(op)));
            }
        }
    }
}

#[track_caller]
fn assert_identical(op: &OpDef, dtype: DType, a: &[u8], b: &[u8]) {
    dispatch!(op.result(dtype), R => {
        let elements = |bytes: &[u8]| -> Vec<R> { AlignedBuffer::copy_of(bytes).unwrap().as_slice().to_vec() };
        for (position, (a, b)) in elements(a).into_iter().zip(elements(b)).enumerate() {
            assert!(identical(a, b), "{} of {dtype} at {position}: {a:?} and {b:?}", op.name);
        }
    });
}

#[test]
fn vectors_give_the_bits_of_single_elements() {
    for_all(|op, dtype, arguments| {
        let size = op.result(dtype).size();
        let together = run(op, dtype, arguments, 0..count(op, dtype, arguments));
        for (position, element) in together.chunks(size).enumerate() {
            assert_identical(op, dtype, element, &run(op, dtype, arguments, position..position + 1));
        }
    });
}

#[test]
fn wide_vectors_give_the_bits_of_the_plain_machine() {
    for_all(|op, dtype, arguments| {
        let all = 0..count(op, dtype, arguments);
        let wide = run(op, dtype, arguments, all.clone());
        for narrow in on_narrower_machines(|| run(op, dtype, arguments, all.clone())) {
            assert_identical(op, dtype, &wide, &narrow);
        }
    });
}

#[test]
fn tiles_of_any_length_work() {
    for_all(|op, dtype, arguments| {
        for length in [0, 1, 3, 17] {
            assert_eq!(run(op, dtype, arguments, 2..2 + length).len(), length * op.result(dtype).size());
        }
    });
}

#[test]
fn names_are_sorted_and_unique() {
    let mut names: Vec<_> = OPS.iter().map(|op| op.name).collect();
    assert!(names.is_sorted());
    names.dedup();
    assert_eq!(names.len(), OPS.len());
    assert!(OPS.iter().all(|op| OpDef::find(op.name).is_some_and(|found| std::ptr::eq(found, *op))));
}
