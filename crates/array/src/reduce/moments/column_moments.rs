//! Moments of many columns, part by part, so that vector instructions merge those of several columns at once.

use super::{Moments, Pooled, Shares};
use crate::reduce::method::Monoid;

/// Columns that are merged at a time: their parts fit vector registers.
const BLOCK: usize = 8;

/// The moments of the columns of some rows.
pub(super) struct ColumnMoments<const SKIPS_NAN: bool> {
    /// How many elements there are: a number for each column where NaNs do not count, else one for all of them.
    counts: Vec<f64>,
    origins: Vec<f64>,
    means: Vec<f64>,
    squares: Vec<f64>,
}

impl<const SKIPS_NAN: bool> ColumnMoments<SKIPS_NAN> {
    /// Those of no rows.
    pub(super) fn new(width: usize) -> ColumnMoments<SKIPS_NAN> {
        let zeros = || vec![0.0; width];
        let counts = if SKIPS_NAN { zeros() } else { vec![0.0] };
        ColumnMoments { counts, origins: zeros(), means: zeros(), squares: zeros() }
    }

    /// Makes them those of no rows.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.counts.fill(0.0);
    }

    /// Each column's.
    #[inline(always)]
    pub(super) fn iter(&self) -> impl Iterator<Item = Moments> {
        let parts = self.origins.iter().zip(&self.means).zip(&self.squares).enumerate();
        parts.map(|(column, ((&origin, &mean), &squares))| {
            let count = self.counts[if SKIPS_NAN { column } else { 0 }];
            Moments { count, origin, mean, squares }
        })
    }

    /// Takes what `moments` says of each column. Where NaNs count, `count` is that of all columns.
    #[inline(always)]
    pub(super) fn fill(&mut self, count: f64, moments: impl Fn(usize) -> Moments) {
        let width = self.origins.len();
        let whole = width - width % BLOCK;
        for column in (0..whole).step_by(BLOCK) {
            self.put::<BLOCK>(column, |i| moments(column + i));
        }
        for column in whole..width {
            self.put::<1>(column, |_| moments(column));
        }
        if !SKIPS_NAN {
            self.counts[0] = count;
        }
    }

    /// Merges in what is known of the rows before.
    #[inline(always)]
    pub(super) fn merge_older(&mut self, older: &ColumnMoments<SKIPS_NAN>) {
        if SKIPS_NAN {
            self.merge_by(older, Pooled::merge);
        } else if self.counts[0] == 0.0 {
            self.copy(older);
        } else {
            let shares = Shares::new(older.counts[0], self.counts[0]);
            self.merge_by(older, |a, b| shares.pool(a, b));
            self.counts[0] = shares.count;
        }
    }

    /// Makes them those of other rows.
    fn copy(&mut self, other: &ColumnMoments<SKIPS_NAN>) {
        let ColumnMoments { counts, origins, means, squares } = self;
        counts.copy_from_slice(&other.counts);
        origins.copy_from_slice(&other.origins);
        means.copy_from_slice(&other.means);
        squares.copy_from_slice(&other.squares);
    }

    /// Merges each column's with what is known of the rows before.
    #[inline(always)]
    fn merge_by(&mut self, older: &ColumnMoments<SKIPS_NAN>, merge: impl Fn(Moments, Moments) -> Moments) {
        let width = self.origins.len();
        let whole = width - width % BLOCK;
        for column in (0..whole).step_by(BLOCK) {
            self.merge_some::<BLOCK>(older, column, &merge);
        }
        for column in whole..width {
            self.merge_some::<1>(older, column, &merge);
        }
    }

    /// Merges in what is known of `N` columns.
    #[inline(always)]
    fn merge_some<const N: usize>(
        &mut self,
        older: &ColumnMoments<SKIPS_NAN>,
        column: usize,
        merge: impl Fn(Moments, Moments) -> Moments,
    ) {
        let (older, newer) = (older.some::<N>(column), self.some::<N>(column));
        self.put::<N>(column, |i| merge(older.of(i), newer.of(i)));
    }

    /// What is known of `N` columns.
    #[inline(always)]
    fn some<const N: usize>(&self, column: usize) -> Parts<N> {
        let part = |part: &[f64]| {
            let mut some = [0.0; N];
            some.copy_from_slice(&part[column..column + N]);
            some
        };
        Parts {
            counts: if SKIPS_NAN { part(&self.counts) } else { [self.counts[0]; N] },
            origins: part(&self.origins),
            means: part(&self.means),
            squares: part(&self.squares),
        }
    }

    /// Takes what `moments` says of `N` columns; where NaNs count, their number is left alone.
    #[inline(always)]
    fn put<const N: usize>(&mut self, column: usize, moments: impl Fn(usize) -> Moments) {
        let mut some = Parts { counts: [0.0; N], origins: [0.0; N], means: [0.0; N], squares: [0.0; N] };
        for i in 0..N {
            let Moments { count, origin, mean, squares } = moments(i);
            (some.counts[i], some.origins[i], some.means[i], some.squares[i]) =
                (count, origin, mean, squares);
        }
        if SKIPS_NAN {
            self.counts[column..column + N].copy_from_slice(&some.counts);
        }
        self.origins[column..column + N].copy_from_slice(&some.origins);
        self.means[column..column + N].copy_from_slice(&some.means);
        self.squares[column..column + N].copy_from_slice(&some.squares);
    }
}

/// The moments of `N` columns.
struct Parts<const N: usize> {
    counts: [f64; N],
    origins: [f64; N],
    means: [f64; N],
    squares: [f64; N],
}

impl<const N: usize> Parts<N> {
    #[inline(always)]
    fn of(&self, i: usize) -> Moments {
        Moments {
            count: self.counts[i],
            origin: self.origins[i],
            mean: self.means[i],
            squares: self.squares[i],
        }
    }
}
