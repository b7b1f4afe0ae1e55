use bramble_graph::{AlongOp, Between, DType, OrderPick};

use super::along;
use crate::Chunk;

fn median(skips_nan: bool) -> AlongOp {
    let pick = OrderPick { q: 0.5, shift: -1.0, add: 0.0, less: 0.0 };
    AlongOp::Order { picks: vec![pick], between: Between::Mean, skips_nan }
}

fn floats(op: &AlongOp, axes: &[u32], length: usize, x: &Chunk) -> (Vec<usize>, Vec<f64>) {
    let found = along(op, axes, DType::Float64, length, &[x]).unwrap();
    (found.shape().to_vec(), found.as_slice::<f64>().unwrap().to_vec())
}

#[test]
fn finds_medians_along_any_axes() {
    let x = Chunk::from_slice(&[2, 3], &[5.0, f64::NAN, 1.0, 7.0, 2.0, 0.0]).unwrap();
    assert_eq!(floats(&median(true), &[0], 1, &x), (vec![1, 3, 1], vec![6.0, 2.0, 0.5]));
    assert_eq!(floats(&median(true), &[1], 1, &x), (vec![2, 1, 1], vec![3.0, 2.0]));
    assert_eq!(floats(&median(true), &[0, 1], 1, &x), (vec![1, 1, 1], vec![2.0]));
    assert!(floats(&median(false), &[0, 1], 1, &x).1[0].is_nan());
}

#[test]
fn many_picks_agree_with_few() {
    let x: Vec<f64> = (0..101).map(|i| f64::from(i * 37 % 101) - 50.0).collect();
    let x = Chunk::from_slice(&[101], &x).unwrap();
    let picks: Vec<OrderPick> =
        (0..=20).map(|i| OrderPick { q: f64::from(i) / 20.0, shift: -1.0, add: 0.0, less: 0.0 }).collect();
    for between in [Between::Linear, Between::Lower, Between::Higher, Between::Nearest, Between::Midpoint] {
        let all = AlongOp::Order { picks: picks.clone(), between, skips_nan: false };
        let all = floats(&all, &[0], 21, &x).1;
        for (pick, expected) in picks.iter().zip(all) {
            let one = AlongOp::Order { picks: vec![*pick], between, skips_nan: false };
            assert_eq!(floats(&one, &[0], 1, &x).1, [expected]);
        }
    }
}

#[test]
fn sorts_the_largest_and_the_smallest() {
    let x = Chunk::from_slice(&[5], &[3_i32, 9, -1, 9, 4]).unwrap();
    let places = Chunk::from_slice(&[5], &[0_i64, 1, 2, 3, 4]).unwrap();
    for (largest, values, positions) in [(true, [9, 9, 4], [1, 3, 4]), (false, [-1, 3, 4], [2, 0, 4])] {
        let op = AlongOp::Top { count: 3, largest };
        let found = along(&op, &[0], DType::Int32, 3, &[&x]).unwrap();
        assert_eq!(found.as_slice::<i32>().unwrap(), values);
        let found = along(&op, &[0], DType::Int64, 3, &[&x, &places]).unwrap();
        assert_eq!(found.as_slice::<i64>().unwrap(), positions);
    }
    let first = Chunk::from_slice(&[5], &[1.0, 2.0, 1.0, f64::NAN, 2.0]).unwrap();
    let second = Chunk::from_slice(&[5], &[3.0, 0.0, -3.0, 0.0, 0.5]).unwrap();
    let op = AlongOp::Top { count: 4, largest: false };
    let found = along(&op, &[0], DType::Int64, 4, &[&first, &second, &places]).unwrap();
    assert_eq!(found.as_slice::<i64>().unwrap(), [2, 0, 1, 4]);
    let found = along(&op, &[0], DType::Float64, 4, &[&first, &second, &second]).unwrap();
    assert_eq!(found.as_slice::<f64>().unwrap(), [-3.0, 3.0, 0.0, 0.5]);
    assert!(along(&AlongOp::Top { count: 6, largest: true }, &[0], DType::Int32, 6, &[&x]).is_err());
}

#[test]
fn counts_between_edges() {
    let x = Chunk::from_slice(&[7], &[0.0, 0.1, 0.3, 1.0, 2.0, 2.1, f64::NAN]).unwrap();
    let edges = Chunk::from_slice(&[4], &[0.0, 0.1, 0.5, 2.0]).unwrap();
    let weights = Chunk::from_slice(&[7], &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]).unwrap();
    let op = AlongOp::Histogram {};
    let found = along(&op, &[0], DType::Int64, 3, &[&x, &edges]).unwrap();
    assert_eq!(found.as_slice::<i64>().unwrap(), [1, 2, 2]);
    let found = along(&op, &[0], DType::Float64, 3, &[&x, &edges, &weights]).unwrap();
    assert_eq!(found.as_slice::<f64>().unwrap(), [1.0, 6.0, 24.0]);
}

#[test]
fn counts_integers() {
    let x = Chunk::from_slice(&[4], &[2_i64, 0, 2, 1]).unwrap();
    let found = along(&AlongOp::Bincount {}, &[0], DType::Int64, 4, &[&x]).unwrap();
    assert_eq!(found.as_slice::<i64>().unwrap(), [1, 1, 2, 0]);
    let error = along(&AlongOp::Bincount {}, &[0], DType::Int64, 2, &[&x]).unwrap_err();
    assert_eq!(error.to_string(), "2 is none of the 2 numbers from 0 on that are counted");
}

#[test]
fn finds_places_among_sorted_elements() {
    let sorted = Chunk::from_slice(&[5], &[1.0, 2.0, 2.0, f64::INFINITY, f64::NAN]).unwrap();
    let x = Chunk::from_slice(&[2, 3], &[0.0, 2.0, 2.5, f64::NAN, f64::INFINITY, -0.0]).unwrap();
    let places = |right| {
        let found = along(&AlongOp::Find { right }, &[], DType::Int64, 1, &[&x, &sorted]).unwrap();
        assert_eq!(found.shape(), [2, 3, 1]);
        found.as_slice::<i64>().unwrap().to_vec()
    };
    assert_eq!(places(false), [0, 1, 3, 4, 3, 0]);
    assert_eq!(places(true), [0, 3, 3, 5, 4, 0]);
}

/// The product of complex numbers by the rule, one after the other.
fn product(numbers: &[(f64, f64)]) -> (f64, f64) {
    let times = |a: (f64, f64), b: (f64, f64)| (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0);
    let [only] = numbers else {
        let (first, others) = numbers.split_at(numbers.len() / 2);
        let (second, last) = others.split_at(first.len());
        let halves: Vec<_> = first.iter().zip(second).map(|(&a, &b)| times(a, b)).collect();
        return last.iter().fold(product(&halves), |product, &last| times(product, last));
    };
    *only
}

#[test]
fn multiplies_halves_of_complex_numbers_along_any_axis() {
    for length in [1, 2, 3, 4, 5, 6, 7, 12, 31, 100] {
        for inner in [3, 64, 300] {
            let part = |seed: usize| -> Vec<f64> {
                (0..2 * length * inner).map(|i| (i * seed % 17) as f64 / 16.0 - 0.5).collect()
            };
            let (re, im) = (part(5), part(11));
            let chunk = |part: &[f64]| Chunk::from_slice(&[2, length, inner], part).unwrap();
            let found =
                along(&AlongOp::Product {}, &[1], DType::Float64, 2, &[&chunk(&re), &chunk(&im)]).unwrap();
            assert_eq!(found.shape(), [2, 1, inner, 2]);
            for (place, found) in found.as_slice::<f64>().unwrap().chunks(2).enumerate() {
                let first = place / inner * length * inner + place % inner;
                let numbers: Vec<_> =
                    (0..length).map(|i| (re[first + inner * i], im[first + inner * i])).collect();
                let (re, im) = product(&numbers);
                assert_eq!(found, [re, im], "{length} times {inner} numbers, product {place}");
            }
        }
    }
}

#[test]
fn the_product_of_no_numbers_is_one() {
    let none = Chunk::from_slice::<f32>(&[0, 2], &[]).unwrap();
    let found = along(&AlongOp::Product {}, &[0], DType::Float32, 2, &[&none, &none]).unwrap();
    assert_eq!(found.as_slice::<f32>().unwrap(), [1.0, 0.0, 1.0, 0.0]);
    let other = Chunk::from_slice::<f32>(&[1, 2], &[1.0, 2.0]).unwrap();
    assert!(along(&AlongOp::Product {}, &[0], DType::Float32, 2, &[&none, &other]).is_err());
}
