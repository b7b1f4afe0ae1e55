//! The largest and the smallest element that is not NaN; NaN where all are.

use std::marker::PhantomData;

use bramble_graph::DType;

use super::ReductionDef;
use super::max::Max;
use super::method::{As, Method, Monoid, is_nan};
use super::min::Min;
use crate::element::{Extremum, for_families};

pub(super) static NANMAX: ReductionDef =
    ReductionDef { name: "nanmax", needs_elements: true, method: nanmax };
pub(super) static NANMIN: ReductionDef =
    ReductionDef { name: "nanmin", needs_elements: true, method: nanmin };

fn nanmax(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => Method::casting::<T, PastNan<Max<T>>, As<T>>(),
        any T => Method::casting::<T, Max<T>, As<T>>(),
    })
}

fn nanmin(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        float T => Method::casting::<T, PastNan<Min<T>>, As<T>>(),
        any T => Method::casting::<T, Min<T>, As<T>>(),
    })
}

/// Merges numbers as `M` does; NaN is what is known of none.
pub(super) struct PastNan<M>(PhantomData<fn() -> M>);

/// Numbers with a NaN.
pub(super) trait Float: Extremum {
    const NAN: Self;

    /// The larger of two numbers, or the first where the second is NaN.
    fn larger(self, other: Self) -> Self;

    /// The smaller of two numbers, or the first where the second is NaN.
    fn smaller(self, other: Self) -> Self;
}

macro_rules! floats {
    ($($T:ident)+) => {$(
        impl Float for $T {
            const NAN: $T = $T::NAN;

            #[inline(always)]
            fn larger(self, other: $T) -> $T {
                // Of equal numbers, which are zeros of two signs if anything, each choice takes the other one.
                let either =
                    [if other > self { other } else { self }, if other >= self { other } else { self }];
                $T::from_bits(either[0].to_bits() & either[1].to_bits())
            }

            #[inline(always)]
            fn smaller(self, other: $T) -> $T {
                let either =
                    [if other < self { other } else { self }, if other <= self { other } else { self }];
                $T::from_bits(either[0].to_bits() | either[1].to_bits())
            }
        }
    )+};
}

floats!(f32 f64);

/// Merges that can pass over NaN.
pub(super) trait Passing: Monoid<Acc: Float> {
    /// What is known of a number and an element, which is the number if the element is NaN.
    fn pass(number: Self::Acc, element: Self::Acc) -> Self::Acc;
}

impl<T: Float> Passing for Max<T> {
    #[inline(always)]
    fn pass(number: T, element: T) -> T {
        number.larger(element)
    }
}

impl<T: Float> Passing for Min<T> {
    #[inline(always)]
    fn pass(number: T, element: T) -> T {
        number.smaller(element)
    }
}

impl<M: Passing> Monoid for PastNan<M> {
    type Acc = M::Acc;

    const IDENTITY: M::Acc = M::Acc::NAN;

    #[inline(always)]
    fn merge(a: M::Acc, b: M::Acc) -> M::Acc {
        let merged = M::merge(a, b);
        let past_b = if is_nan(b) { a } else { merged };
        if is_nan(a) { b } else { past_b }
    }

    /// Asks at each element whether it is a number, but nothing at the totals.
    #[inline(always)]
    fn merge_rows<'a, const N: usize>(
        totals: [M::Acc; N],
        rows: impl Iterator<Item = &'a [M::Acc; N]> + Clone,
    ) -> [M::Acc; N] {
        let mut are_numbers = totals.map(|total| !is_nan(total));
        let mut found = totals.map(|total| if is_nan(total) { M::IDENTITY } else { total });
        let mut last = totals;
        for row in rows {
            for ((found, is_number), &element) in found.iter_mut().zip(&mut are_numbers).zip(row) {
                *found = M::pass(*found, element);
                *is_number |= !is_nan(element);
            }
            last = *row;
        }
        std::array::from_fn(|column| if are_numbers[column] { found[column] } else { last[column] })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reduce::testing::{all_of, none_of};

    #[test]
    fn passes_over_nan() {
        let nan = f64::NAN;
        assert_eq!(all_of::<f64, f64>("nanmax", &[nan, 1.0, 3.0, nan]), 3.0);
        assert_eq!(all_of::<f64, f64>("nanmin", &[nan, 1.0, 3.0, nan]), 1.0);
        assert_eq!(all_of::<f32, f32>("nanmax", &[f32::NEG_INFINITY, f32::NAN]), f32::NEG_INFINITY);
        assert!(all_of::<f64, f64>("nanmin", &[nan, nan]).is_nan());
        assert_eq!(all_of::<i8, i8>("nanmin", &[3, -4]), -4);
    }

    /// Merges values of columns one by one, and many rows at once.
    fn both_ways<M: Monoid<Acc = f64>>(rows: &[[f64; 4]]) -> [[u64; 4]; 2] {
        let mut one_by_one = [M::IDENTITY; 4];
        for row in rows {
            one_by_one = std::array::from_fn(|column| M::merge(one_by_one[column], row[column]));
        }
        let (first, others) = rows.split_at(rows.len() / 2);
        let at_once = M::merge_rows(M::merge_rows([M::IDENTITY; 4], first.iter()), others.iter());
        [one_by_one, at_once].map(|columns| columns.map(f64::to_bits))
    }

    proptest! {
        #[test]
        fn many_rows_give_the_bits_of_single_merges(
            rows in prop::collection::vec(prop::array::uniform4(prop::sample::select(vec![
                0.0, -0.0, 1.5, -2.0, f64::NAN, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY,
            ])), 0..12),
        ) {
            let [one_by_one, at_once] = both_ways::<PastNan<Max<f64>>>(&rows);
            prop_assert_eq!(one_by_one, at_once);
            let [one_by_one, at_once] = both_ways::<PastNan<Min<f64>>>(&rows);
            prop_assert_eq!(one_by_one, at_once);
        }
    }

    #[test]
    fn of_nothing_is_an_error() {
        assert!(none_of::<f64, f64>("nanmin").is_err());
    }
}
