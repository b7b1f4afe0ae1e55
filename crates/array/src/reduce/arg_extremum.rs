//! Where the largest or the smallest element is: of equal ones the first, and NaN counts as larger and smaller than
//! every number, unless it is left out.
//!
//! A state has the positions of all kept places, then the elements there. Positions count the elements along the
//! reduced axes in row-major order; [`Merging::locate`] makes those of a block into those of the array.

use std::marker::PhantomData;

use bramble_graph::DType;

use super::accumulator::Accumulate;
use super::groups::{Cursor, Groups};
use super::method::{Given, Merging, Method, is_nan};
use super::{ReducedAxis, ReductionDef};
use crate::element::{Extremum, for_families};
use crate::simd::{self, Loop};
use crate::{AlignedBuffer, ArrayError};

pub(super) static ARGMAX: ReductionDef =
    ReductionDef { name: "argmax", needs_elements: true, method: method::<true, false> };
pub(super) static ARGMIN: ReductionDef =
    ReductionDef { name: "argmin", needs_elements: true, method: method::<false, false> };
pub(super) static NANARGMAX: ReductionDef =
    ReductionDef { name: "nanargmax", needs_elements: true, method: method::<true, true> };
pub(super) static NANARGMIN: ReductionDef =
    ReductionDef { name: "nanargmin", needs_elements: true, method: method::<false, true> };

/// The position of no element.
const NOWHERE: u64 = u64::MAX;

/// Elements of a run that are looked at for a better one before its place is looked for.
const STRETCH: usize = 256;

const LANES: usize = 16;

fn method<const GREATEST: bool, const SKIPS_NAN: bool>(dtype: DType) -> Option<Method> {
    for_families!(dtype, {
        any T => Method {
            lift: None,
            merging: const { &Best::<T, GREATEST, SKIPS_NAN>(PhantomData) },
            finish: finish::<T>,
            element_size: size_of::<T>(),
            result: DType::Int64,
            parts: 1,
        },
    })
}

/// Finds the largest or the smallest.
struct Best<T, const GREATEST: bool, const SKIPS_NAN: bool>(PhantomData<fn() -> T>);

impl<T: Extremum, const GREATEST: bool, const SKIPS_NAN: bool> Best<T, GREATEST, SKIPS_NAN> {
    const WORST: T = if GREATEST { T::LOWEST } else { T::HIGHEST };

    #[inline(always)]
    fn is_better(a: T, b: T) -> bool {
        let better = if GREATEST { a > b } else { a < b };
        if SKIPS_NAN { better } else { better | (is_nan(a) & !is_nan(b)) }
    }

    #[inline(always)]
    fn counts(x: T) -> bool {
        !SKIPS_NAN || !is_nan(x)
    }

    #[inline(always)]
    fn better(a: T, b: T) -> T {
        match (SKIPS_NAN, GREATEST) {
            (false, true) => a.maximum(b),
            (false, false) => a.minimum(b),
            (true, _) => {
                if Self::is_better(b, a) {
                    b
                } else {
                    a
                }
            }
        }
    }

    /// The best element of some; [`Self::WORST`] if none counts.
    #[inline(always)]
    fn best_of(elements: &[T]) -> T {
        let mut lanes = [Self::WORST; LANES];
        let (rows, tail) = elements.as_chunks::<LANES>();
        for row in rows {
            for (lane, &x) in lanes.iter_mut().zip(row) {
                *lane = Self::better(*lane, x);
            }
        }
        for (lane, &x) in lanes.iter_mut().zip(tail) {
            *lane = Self::better(*lane, x);
        }
        lanes.into_iter().fold(Self::WORST, Self::better)
    }

    /// Takes in elements that go to one place; the first of them has the position `first`.
    #[inline(always)]
    fn along(position: &mut u64, best: &mut T, elements: &[T], first: u64) {
        for (stretch, first) in elements.chunks(STRETCH).zip((first..).step_by(STRETCH)) {
            let candidate = Self::best_of(stretch);
            if *position != NOWHERE && !Self::is_better(candidate, *best) {
                continue;
            }
            if let Some(place) = stretch.iter().position(|&x| is_same(x, candidate)) {
                (*position, *best) = (first + place as u64, candidate);
            }
        }
    }

    /// Takes in an element for each of some places.
    #[inline(always)]
    fn across(positions: &mut [u64], best: &mut [T], elements: &[T], step: u64) {
        for ((position, best), &x) in positions.iter_mut().zip(best).zip(elements) {
            let wins = Self::counts(x) & ((*position == NOWHERE) | Self::is_better(x, *best));
            *position = if wins { step } else { *position };
            *best = if wins { x } else { *best };
        }
    }
}

#[inline(always)]
fn is_same<T: Extremum>(a: T, b: T) -> bool {
    a == b || is_nan(a) & is_nan(b)
}

impl<T: Extremum, const GREATEST: bool, const SKIPS_NAN: bool> Merging for Best<T, GREATEST, SKIPS_NAN> {
    fn size(&self) -> usize {
        size_of::<u64>() + size_of::<T>()
    }

    fn accumulate(&self, groups: &Groups) -> Result<Box<dyn Accumulate>, ArrayError> {
        let mut state = AlignedBuffer::zeroed(groups.kept() * self.size())?;
        let (positions, best) = split_mut::<T>(&mut state);
        positions.fill(NOWHERE);
        best.fill(Self::WORST);
        Ok(Box::new(Search::<T, GREATEST, SKIPS_NAN> {
            run: groups.run,
            width: groups.width,
            cursor: Cursor::new(&groups.outer),
            column: 0,
            seen: 0,
            state,
            reducer: PhantomData,
        }))
    }

    fn combine(&self, parts: &[&[u8]]) -> Result<AlignedBuffer, ArrayError> {
        let mut merged = AlignedBuffer::copy_of(parts[0])?;
        let (positions, best) = split_mut::<T>(&mut merged);
        for part in &parts[1..] {
            let (theirs, elements) = split::<T>(part);
            for (kept, (&position, &x)) in theirs.iter().zip(elements).enumerate() {
                let is_earlier = is_same(x, best[kept]) && position < positions[kept];
                let wins = positions[kept] == NOWHERE || Self::is_better(x, best[kept]) || is_earlier;
                if position != NOWHERE && wins {
                    (positions[kept], best[kept]) = (position, x);
                }
            }
        }
        Ok(merged)
    }

    fn locate(&self, state: &mut [u8], axes: &[ReducedAxis]) {
        let (positions, _) = split_mut::<T>(state);
        for position in positions.iter_mut().filter(|position| **position != NOWHERE) {
            let (mut rest, mut located, mut stride) = (*position, 0, 1);
            for axis in axes.iter().rev() {
                located += (axis.block.start + rest % axis.block.length) * stride;
                rest /= axis.block.length;
                stride *= axis.length;
            }
            *position = located;
        }
    }
}

fn split<T: Extremum>(state: &[u8]) -> (&[u64], &[T]) {
    let kept = state.len() / (size_of::<u64>() + size_of::<T>());
    let (positions, best) = state.split_at(kept * size_of::<u64>());
    (bytemuck::cast_slice(positions), bytemuck::cast_slice(best))
}

fn split_mut<T: Extremum>(state: &mut [u8]) -> (&mut [u64], &mut [T]) {
    let kept = state.len() / (size_of::<u64>() + size_of::<T>());
    let (positions, best) = state.split_at_mut(kept * size_of::<u64>());
    (bytemuck::cast_slice_mut(positions), bytemuck::cast_slice_mut(best))
}

fn finish<T: Extremum>(state: &[u8], _: Given) -> Result<AlignedBuffer, ArrayError> {
    let (positions, _) = split::<T>(state);
    if positions.contains(&NOWHERE) {
        return Err(ArrayError::AllNan);
    }
    AlignedBuffer::copy_of(positions)
}

/// A search in one block under way.
struct Search<T, const GREATEST: bool, const SKIPS_NAN: bool> {
    run: Option<usize>,
    width: usize,
    cursor: Cursor,
    /// Kept positions of the row that are complete.
    column: usize,
    /// Elements of the run under way that have been seen.
    seen: usize,
    state: AlignedBuffer,
    reducer: PhantomData<fn() -> T>,
}

impl<T: Extremum, const GREATEST: bool, const SKIPS_NAN: bool> Accumulate for Search<T, GREATEST, SKIPS_NAN> {
    fn feed(&mut self, elements: &[u8]) {
        simd::run(Feed { search: self, elements: bytemuck::cast_slice(elements) });
    }

    fn finish(self: Box<Self>) -> AlignedBuffer {
        self.state
    }
}

struct Feed<'a, T, const GREATEST: bool, const SKIPS_NAN: bool> {
    search: &'a mut Search<T, GREATEST, SKIPS_NAN>,
    elements: &'a [T],
}

impl<T: Extremum, const GREATEST: bool, const SKIPS_NAN: bool> Loop for Feed<'_, T, GREATEST, SKIPS_NAN> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Search { run, width, cursor, column, seen, state, .. } = self.search;
        let (positions, best) = split_mut::<T>(state);
        let mut elements = self.elements;
        while !elements.is_empty() {
            let place = cursor.row * *width + *column;
            let left = run.map_or(*width - *column, |length| length - *seen);
            let (now, later) = elements.split_at(elements.len().min(left));
            elements = later;
            if let Some(length) = *run {
                let first = (cursor.step * length + *seen) as u64;
                Best::<T, GREATEST, SKIPS_NAN>::along(&mut positions[place], &mut best[place], now, first);
                *seen = (*seen + now.len()) % length;
                *column += usize::from(*seen == 0);
            } else {
                let places = place..place + now.len();
                let (positions, best) = (&mut positions[places.clone()], &mut best[places]);
                Best::<T, GREATEST, SKIPS_NAN>::across(positions, best, now, cursor.step as u64);
                *column += now.len();
            }
            if column == width {
                *column = 0;
                cursor.advance(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::reduce::testing::{all_of, none_of, reduce};
    use crate::{ArrayError, Bool};

    #[test]
    fn of_equal_elements_the_first_counts() {
        assert_eq!(all_of::<i32, i64>("argmax", &[1, 5, 5, 2]), 1);
        assert_eq!(all_of::<f64, i64>("argmin", &[0.0, -0.0, 0.0]), 0);
        assert_eq!(all_of::<u64, i64>("argmin", &[u64::MAX, u64::MAX]), 0);
        assert_eq!(all_of::<f64, i64>("argmax", &[f64::NEG_INFINITY; 3]), 0);
        assert_eq!(all_of::<Bool, i64>("argmax", &[Bool::FALSE, Bool::TRUE, Bool::TRUE]), 1);
        let long: Vec<f32> = (0..5000_u16).map(|i| f32::from(i % 1000)).collect();
        assert_eq!(all_of::<f32, i64>("argmax", &long), 999);
    }

    #[test]
    fn nan_wins_or_is_left_out() {
        let x = [1.0, f64::NAN, 7.0, f64::NAN, 0.5];
        assert_eq!(all_of::<f64, i64>("argmax", &x), 1);
        assert_eq!(all_of::<f64, i64>("argmin", &x), 1);
        assert_eq!(all_of::<f64, i64>("nanargmax", &x), 2);
        assert_eq!(all_of::<f64, i64>("nanargmin", &x), 4);
        assert_eq!(all_of::<f64, i64>("nanargmax", &[f64::NAN, f64::NEG_INFINITY]), 1);
        assert!(matches!(reduce::<f64>("nanargmax", &[f64::NAN; 2], &[2], &[0]), Err(ArrayError::AllNan)));
        assert!(none_of::<f64, i64>("argmax").is_err());
    }

    #[test]
    fn counts_along_the_reduced_axes() {
        let x: Vec<f64> = (0..24).map(|i| f64::from(i * 7 % 24)).collect();
        for axes in [&[0_u32][..], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]] {
            let found = reduce("argmax", &x, &[2, 3, 4], axes).unwrap();
            let max = reduce("max", &x, &[2, 3, 4], axes).unwrap();
            for (position, max) in found.as_slice::<i64>().unwrap().iter().zip(max.as_slice::<f64>().unwrap())
            {
                let shape = [2_i64, 3, 4];
                let place = x.iter().position(|x| x == max).unwrap();
                let at = [place / 12, place / 4 % 3, place % 4];
                let expected = axes.iter().fold(0, |index, &axis| {
                    index * shape[axis as usize] + i64::try_from(at[axis as usize]).unwrap()
                });
                assert_eq!(*position, expected);
            }
        }
    }
}
