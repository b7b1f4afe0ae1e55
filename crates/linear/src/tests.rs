use bramble_array::{ArrayError, Bool, Chunk, Mosaic};
use bramble_graph::{LinearOp, Pick};

use crate::{linear, linear_into};

/// Numbers without a pattern, between -1 and 1.
fn noise(shape: &[usize]) -> Chunk {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 23) - 1.0
    };
    let elements: Vec<f64> = (0..shape.iter().product()).map(|_| next()).collect();
    Chunk::from_slice(shape, &elements).unwrap()
}

fn values(chunk: &Chunk) -> &[f64] {
    chunk.as_slice().unwrap()
}

fn product(a: &Chunk, b: &Chunk) -> Chunk {
    let shape = [a.shape()[0], b.shape()[1]];
    linear(LinearOp::Contract { batch: 0, shared: 1 }, &shape, &[a, b]).unwrap()
}

fn transposed(a: &Chunk) -> Chunk {
    bramble_array::permute(a, &[1, 0]).unwrap()
}

fn assert_close(a: &Chunk, b: &Chunk) {
    assert_eq!(a.shape(), b.shape());
    for (a, b) in values(a).iter().zip(values(b)) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }
}

fn identity(size: usize) -> Chunk {
    let elements: Vec<f64> = (0..size * size).map(|i| f64::from(u8::from(i / size == i % size))).collect();
    Chunk::from_slice(&[size, size], &elements).unwrap()
}

#[test]
fn sums_products_of_all_pairs() {
    let a = Chunk::from_slice(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    let b = transposed(&a);
    assert_eq!(values(&product(&a, &b)), [14.0, 32.0, 32.0, 77.0]);
    let twice = linear(LinearOp::Contract { batch: 0, shared: 1 }, &[2, 2, 1], &[&a, &a, &b, &b]).unwrap();
    assert_eq!(values(&twice), [28.0, 64.0, 64.0, 154.0]);
    let by_rows = linear(LinearOp::Contract { batch: 1, shared: 1 }, &[2], &[&a, &a]).unwrap();
    assert_eq!(values(&by_rows), [14.0, 77.0]);
    let outer = linear(LinearOp::Contract { batch: 0, shared: 0 }, &[2, 3, 3, 2], &[&a, &b]).unwrap();
    assert_eq!(values(&outer)[..6], [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    let empty = Chunk::zeroed(bramble_graph::DType::Float64, &[2, 0]).unwrap();
    assert_eq!(values(&product(&empty, &transposed(&empty))), [0.0; 4]);
}

/// The shape of an answer, the first place of a product in it, its batch axes, and what is multiplied.
type Placed<'a> = (&'a [usize], &'a [usize], u32, &'a [&'a Chunk]);

#[test]
fn products_are_put_where_they_belong() {
    let integers = Chunk::from_slice(&[2, 3], &[1_i16, -2, 3, 4, 5, 6]).unwrap();
    let (a, b, cube) = (noise(&[4, 5]), noise(&[5, 3]), noise(&[3, 2, 5]));
    let cases: [Placed<'_>; 5] = [
        (&[9, 7], &[3, 2], 0, &[&a, &b]),
        (&[9, 3], &[3, 0], 0, &[&a, &a, &b, &b]),
        (&[5, 4], &[1, 1], 0, &[&integers, &transposed(&integers)]),
        (&[6, 4, 5], &[0, 1, 2], 1, &[&cube, &bramble_array::permute(&cube, &[0, 2, 1]).unwrap()]),
        (&[4, 2, 2], &[1, 0, 0], 1, &[&cube, &bramble_array::permute(&cube, &[0, 2, 1]).unwrap()]),
    ];
    for (whole, start, batch, inputs) in cases {
        let (first, second) = (inputs[0], inputs[inputs.len() / 2]);
        let mut shape = first.shape().to_vec();
        *shape.last_mut().unwrap() = *second.shape().last().unwrap();
        let op = LinearOp::Contract { batch, shared: 1 };
        let mosaic = Mosaic::new(first.dtype(), whole).unwrap();
        // SAFETY: there is one window.
        linear_into(op, &shape, inputs, unsafe { mosaic.window(start, &shape) }.unwrap()).unwrap();
        let answer = mosaic.into_chunk().unwrap();
        let picks: Vec<Pick> =
            start.iter().map(|&start| Pick::Slice { start: start as u64, step: 1 }).collect();
        let found = bramble_array::select(&answer, &picks, &shape).unwrap();
        assert_eq!(found.bytes(), linear(op, &shape, inputs).unwrap().bytes());
        let filled = found.bytes().iter().filter(|&&byte| byte != 0).count();
        assert_eq!(
            answer.bytes().iter().filter(|&&byte| byte != 0).count(),
            filled,
            "nothing else is written to"
        );
    }
}

#[test]
fn sums_of_integers_wrap_and_those_of_truth_values_are_one() {
    let a = Chunk::from_slice(&[1, 2], &[100_i8, 3]).unwrap();
    let b = Chunk::from_slice(&[2, 1], &[2_i8, 5]).unwrap();
    let op = LinearOp::Contract { batch: 0, shared: 1 };
    assert_eq!(linear(op, &[1, 1], &[&a, &b]).unwrap().as_slice::<i8>().unwrap(), [-41]);
    let a = Chunk::from_slice(&[1, 2], &[Bool::TRUE, Bool::TRUE]).unwrap();
    let b = Chunk::from_slice(&[2, 2], &[Bool::TRUE, Bool::FALSE, Bool::TRUE, Bool::FALSE]).unwrap();
    let both = linear(op, &[1, 2], &[&a, &b]).unwrap();
    assert_eq!(both.as_slice::<Bool>().unwrap(), [Bool::TRUE, Bool::FALSE]);
}

#[test]
#[expect(clippy::many_single_char_names, reason = "what mathematics calls them")]
fn factors_give_the_matrix_again() {
    for shape in [[7, 4], [4, 7], [5, 5], [1, 3], [100, 60]] {
        let a = noise(&shape);
        let size = shape[0].min(shape[1]);
        let r = linear(LinearOp::Triangle {}, &[size, shape[1]], &[&a]).unwrap();
        let q = linear(LinearOp::Orthogonal {}, &[shape[0], size], &[&a, &identity(size)]).unwrap();
        assert_close(&product(&q, &r), &a);
        assert_close(&product(&transposed(&q), &q), &identity(size));
        let direct = linear(LinearOp::Orthogonal {}, &shape, &[&a, &r]).unwrap();
        assert_close(&direct, &a);

        let flat = linear(LinearOp::Singular {}, &[size * (shape[0] + 1 + shape[1])], &[&a]).unwrap();
        let (u, rest) = values(&flat).split_at(shape[0] * size);
        let (s, vt) = rest.split_at(size);
        assert!(s.is_sorted_by(|a, b| a >= b));
        let scaled: Vec<f64> = vt.iter().enumerate().map(|(i, v)| v * s[i / shape[1]]).collect();
        let u = Chunk::from_slice(&[shape[0], size], u).unwrap();
        assert_close(&product(&u, &Chunk::from_slice(&[size, shape[1]], &scaled).unwrap()), &a);
    }
}

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places of rows")]
fn square_matrices_are_factored_and_solved() {
    for size in [1, 2, 9, 70] {
        let a = noise(&[size, size]);
        let flat = linear(LinearOp::Lu {}, &[size * (size + 1)], &[&a]).unwrap();
        let (packed, places) = values(&flat).split_at(size * size);
        let part = |keep: fn(usize, usize) -> bool, unit: bool| {
            let entry = |i: usize| match (i / size, i % size) {
                (row, column) if row == column && unit => 1.0,
                (row, column) if keep(row, column) => packed[i],
                _ => 0.0,
            };
            Chunk::from_slice(&[size, size], &(0..size * size).map(entry).collect::<Vec<_>>()).unwrap()
        };
        let (lower, upper) =
            (part(|row, column| column < row, true), part(|row, column| row <= column, false));
        let exchanged: Vec<f64> =
            places.iter().flat_map(|&row| values(&a)[row as usize * size..][..size].to_vec()).collect();
        assert_close(&product(&lower, &upper), &Chunk::from_slice(&[size, size], &exchanged).unwrap());

        let positive = product(&a, &transposed(&a));
        let factor = linear(LinearOp::Cholesky {}, &[size, size], &[&positive]).unwrap();
        assert_close(&product(&factor, &transposed(&factor)), &positive);
        let right = noise(&[size, 3]);
        let solve =
            |lower, unit, a: &Chunk| linear(LinearOp::Solve { lower, unit }, &[size, 3], &[a, &right]);
        let relative = |solution: &Chunk, a: &Chunk| {
            let again = product(a, solution);
            let scale = values(solution).iter().fold(1.0_f64, |most, value| most.max(value.abs()));
            for (a, b) in values(&again).iter().zip(values(&right)) {
                assert!((a - b).abs() < 1e-10 * scale, "{a} {b}");
            }
        };
        relative(&solve(true, false, &factor).unwrap(), &factor);
        relative(&solve(true, true, &lower).unwrap(), &lower);
        relative(&solve(false, false, &transposed(&factor)).unwrap(), &transposed(&factor));
    }
}

#[test]
fn says_what_has_no_answer() {
    let ones = Chunk::from_slice(&[2, 2], &[1.0; 4]).unwrap();
    let negative = Chunk::from_slice(&[1, 1], &[-1.0]).unwrap();
    let zero = Chunk::from_slice(&[1, 1], &[0.0]).unwrap();
    let op = LinearOp::Cholesky {};
    assert!(matches!(linear(op, &[1, 1], &[&negative]), Err(ArrayError::NotPositive)));
    let op = LinearOp::Solve { lower: true, unit: false };
    assert!(matches!(linear(op, &[1, 1], &[&zero, &negative]), Err(ArrayError::Singular)));
    assert!(matches!(linear(op, &[2, 2], &[&ones, &zero]), Err(ArrayError::DataLength { .. })));
    let integers = Chunk::from_slice(&[1, 1], &[1_i32]).unwrap();
    assert!(matches!(linear(LinearOp::Lu {}, &[2], &[&integers]), Err(ArrayError::UnsupportedType { .. })));
}

#[test]
fn fourier_transforms_lines() {
    use bramble_graph::FourierOf;

    let x = Chunk::from_slice(&[2, 4], &[1.0, 2.0, 3.0, 4.0, 0.0, 1.0, 0.0, -1.0]).unwrap();
    let op = |length, inverse, of| LinearOp::Fourier { length, inverse, of };
    let whole = linear(op(4, false, FourierOf::Complex), &[2, 2, 4], &[&x]).unwrap();
    assert_eq!(values(&whole)[..8], [10.0, -2.0, -2.0, -2.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(values(&whole)[8..], [0.0, 2.0, 0.0, -2.0, 0.0, -2.0, 0.0, 2.0]);
    let half = linear(op(4, false, FourierOf::Real), &[2, 2, 3], &[&x]).unwrap();
    assert_eq!(values(&half), [10.0, -2.0, -2.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, -2.0, 0.0]);
    let part = |place: usize| Chunk::from_slice(&[2, 3], &values(&half)[place * 6..][..6]).unwrap();
    let again = linear(op(4, true, FourierOf::Half), &[2, 4], &[&part(0), &part(1)]).unwrap();
    let scaled: Vec<f64> = values(&x).iter().map(|x| x * 4.0).collect();
    assert_close(&again, &Chunk::from_slice(&[2, 4], &scaled).unwrap());
    let longer = linear(op(6, false, FourierOf::Real), &[2, 2, 4], &[&x]).unwrap();
    assert!((values(&longer)[0] - 10.0).abs() < 1e-12);
}
