//! The moments of the columns of some rows.

use smallvec::SmallVec;

use super::Moments;
use super::column_moments::ColumnMoments;
use crate::feed::ABREAST;

/// Rows between two pushes into the cascade.
const SEGMENT: usize = 16;

/// Columns that are summed at a time while their rows go by.
const BLOCK: usize = 16;

/// Rows of `width` elements, as a stream.
pub(super) struct Band<const SKIPS_NAN: bool> {
    width: usize,
    /// Elements of the row under way.
    column: usize,
    /// Complete rows of the segment under way.
    rows: usize,
    segment: Segment,
    /// Complete segments; level `k` is in use where bit `k` of `segments` is set.
    levels: Vec<ColumnMoments<SKIPS_NAN>>,
    segments: usize,
    /// In the end all rows.
    totals: ColumnMoments<SKIPS_NAN>,
}

/// What is known of the columns of a segment.
struct Segment {
    /// The first element.
    origins: Vec<f64>,
    /// Sum of the deviations from it.
    sums: Vec<f64>,
    /// Sum of their squares.
    squares: Vec<f64>,
    /// How many elements count; kept only where NaNs do not.
    counts: Vec<f64>,
}

impl<const SKIPS_NAN: bool> Band<SKIPS_NAN> {
    pub(super) fn new(width: usize) -> Band<SKIPS_NAN> {
        let zeros = || vec![0.0; width];
        let counts = if SKIPS_NAN { zeros() } else { Vec::new() };
        let segment = Segment { origins: zeros(), sums: zeros(), squares: zeros(), counts };
        Band {
            width,
            column: 0,
            rows: 0,
            segment,
            levels: Vec::new(),
            segments: 0,
            totals: ColumnMoments::new(width),
        }
    }

    /// Takes in the next elements in row-major order.
    #[inline(always)]
    pub(super) fn feed(&mut self, mut values: &[f64]) {
        while !values.is_empty() {
            let rows = ABREAST.min(SEGMENT - self.rows).min(values.len() / self.width);
            if self.column == 0 && rows > 1 {
                let (now, later) = values.split_at(rows * self.width);
                let rows: SmallVec<[&[f64]; ABREAST]> = now.chunks_exact(self.width).collect();
                self.columns(&rows, 0);
                values = later;
                continue;
            }
            let (now, later) = values.split_at(values.len().min(self.width - self.column));
            self.segment.absorb::<SKIPS_NAN>(self.rows == 0, self.column, now);
            self.column += now.len();
            values = later;
            if self.column == self.width {
                self.column = 0;
                self.add_rows(1);
            }
        }
    }

    /// Appends the moments of the columns; starts anew.
    #[inline(always)]
    pub(super) fn finish(&mut self, out: &mut Vec<Moments>) {
        if self.rows > 0 {
            self.segment.close(self.rows, &mut self.totals);
        } else {
            self.totals.clear();
        }
        for (level, older) in self.levels.iter().enumerate() {
            if self.segments >> level & 1 == 1 {
                self.totals.merge_older(older);
            }
        }
        out.extend(self.totals.iter());
        (self.rows, self.segments) = (0, 0);
    }

    /// Moves the segment under way into the cascade.
    #[inline(always)]
    fn push(&mut self) {
        let level = self.segments.trailing_ones() as usize;
        if level == self.levels.len() {
            self.levels.push(ColumnMoments::new(self.width));
        }
        let (older, free) = self.levels.split_at_mut(level);
        let totals = &mut free[0];
        self.segment.close(SEGMENT, totals);
        for older in older.iter() {
            totals.merge_older(older);
        }
        (self.rows, self.segments) = (0, self.segments + 1);
    }

    /// Elements of a row.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Whether the next elements are at the beginning of a row, and the segment has room for [`ABREAST`] rows.
    pub(super) fn takes_abreast(&self) -> bool {
        self.column == 0 && SEGMENT - self.rows >= ABREAST
    }

    /// Takes in some rows of one segment, or their columns from `first` on; with the last column the rows are complete. The
    /// sums stay in registers, a block of columns at a time.
    #[inline(always)]
    pub(super) fn columns(&mut self, rows: &[&[f64]], first: usize) {
        let (is_first, width) = (self.rows == 0, rows[0].len());
        let blocks = width / BLOCK;
        for block in 0..blocks {
            self.segment.columns_of::<SKIPS_NAN, BLOCK>(is_first, rows, first, block * BLOCK);
        }
        for column in blocks * BLOCK..width {
            self.segment.columns_of::<SKIPS_NAN, 1>(is_first, rows, first, column);
        }
        if first + width == self.width {
            self.add_rows(rows.len());
        }
    }

    /// Counts rows that have been taken in.
    #[inline(always)]
    fn add_rows(&mut self, rows: usize) {
        self.rows += rows;
        if self.rows == SEGMENT {
            self.push();
        }
    }
}

impl Segment {
    /// Takes in a piece of a row, which is the first of the segment or a further one.
    #[inline(always)]
    fn absorb<const SKIPS_NAN: bool>(&mut self, is_first: bool, column: usize, values: &[f64]) {
        let columns = column..column + values.len();
        let origins = &mut self.origins[columns.clone()];
        let sums = &mut self.sums[columns.clone()];
        let squares = &mut self.squares[columns.clone()];
        if is_first {
            origins.copy_from_slice(values);
            sums.fill(0.0);
            squares.fill(0.0);
            if SKIPS_NAN {
                self.counts[columns.clone()].fill(0.0);
            }
        }
        let sums = origins.iter_mut().zip(sums).zip(squares);
        if SKIPS_NAN {
            let counts = &mut self.counts[columns];
            for ((((origin, sum), square), count), &x) in sums.zip(counts).zip(values) {
                (*origin, *sum, *square, *count) = step_past_nan(*origin, *sum, *square, *count, x);
            }
        } else {
            for (((origin, sum), square), &x) in sums.zip(values) {
                (*sum, *square) = step(*origin, *sum, *square, x);
            }
        }
    }

    /// Takes in `N` columns, of which the first is `column` of these rows, of the first rows of the segment or of further
    /// ones. The rows begin at column `first`.
    #[inline(always)]
    fn columns_of<const SKIPS_NAN: bool, const N: usize>(
        &mut self,
        is_first: bool,
        rows: &[&[f64]],
        first: usize,
        column: usize,
    ) {
        let ours = first + column..first + column + N;
        let (mut origins, mut sums, mut squares, mut counts) = ([0.0; N], [0.0; N], [0.0; N], [0.0; N]);
        if is_first {
            origins.copy_from_slice(&rows[0][column..column + N]);
        } else {
            origins.copy_from_slice(&self.origins[ours.clone()]);
            sums.copy_from_slice(&self.sums[ours.clone()]);
            squares.copy_from_slice(&self.squares[ours.clone()]);
            if SKIPS_NAN {
                counts.copy_from_slice(&self.counts[ours.clone()]);
            }
        }
        for row in rows {
            let row = &row[column..column + N];
            for i in 0..N {
                if SKIPS_NAN {
                    (origins[i], sums[i], squares[i], counts[i]) =
                        step_past_nan(origins[i], sums[i], squares[i], counts[i], row[i]);
                } else {
                    (sums[i], squares[i]) = step(origins[i], sums[i], squares[i], row[i]);
                }
            }
        }
        self.origins[ours.clone()].copy_from_slice(&origins);
        self.sums[ours.clone()].copy_from_slice(&sums);
        self.squares[ours.clone()].copy_from_slice(&squares);
        if SKIPS_NAN {
            self.counts[ours].copy_from_slice(&counts);
        }
    }

    /// The moments of the columns of so many rows.
    #[inline(always)]
    fn close<const SKIPS_NAN: bool>(&self, rows: usize, out: &mut ColumnMoments<SKIPS_NAN>) {
        let (origins, sums, squares) = (&self.origins[..], &self.sums[..], &self.squares[..]);
        out.fill(rows as f64, |column| {
            let count = if SKIPS_NAN { self.counts[column] } else { rows as f64 };
            moments(origins[column], sums[column], squares[column], count)
        });
    }
}

#[inline(always)]
fn step(origin: f64, sum: f64, squares: f64, x: f64) -> (f64, f64) {
    let deviation = x - origin;
    (sum + deviation, squares + deviation * deviation)
}

/// The first number that counts is the origin.
#[inline(always)]
fn step_past_nan(origin: f64, sum: f64, squares: f64, count: f64, x: f64) -> (f64, f64, f64, f64) {
    let origin = if count == 0.0 { x } else { origin };
    let (next, squared) = step(origin, sum, squares, x);
    if x.is_nan() { (origin, sum, squares, count) } else { (origin, next, squared, count + 1.0) }
}

/// The moments of `count` numbers by their deviations from one of them.
#[inline(always)]
fn moments(origin: f64, sum: f64, squares: f64, count: f64) -> Moments {
    let mean = sum / count;
    let squares = squares - sum * mean;
    let squares = if squares < 0.0 { 0.0 } else { squares };
    if count == 0.0 { Moments::NONE } else { Moments { count, origin, mean, squares } }
}

/// The elements at the end of a run that fill no row.
pub(super) struct Rest<const SKIPS_NAN: bool> {
    origin: f64,
    sum: f64,
    squares: f64,
    count: f64,
}

impl<const SKIPS_NAN: bool> Rest<SKIPS_NAN> {
    pub(super) fn new() -> Rest<SKIPS_NAN> {
        Rest { origin: 0.0, sum: 0.0, squares: 0.0, count: 0.0 }
    }

    #[inline(always)]
    pub(super) fn feed(&mut self, values: &[f64]) {
        for &x in values {
            if SKIPS_NAN && x.is_nan() {
                continue;
            }
            if self.count == 0.0 {
                self.origin = x;
            }
            (self.sum, self.squares) = step(self.origin, self.sum, self.squares, x);
            self.count += 1.0;
        }
    }

    /// The moments; starts anew.
    #[inline(always)]
    pub(super) fn finish(&mut self) -> Moments {
        let Rest { origin, sum, squares, count } = std::mem::replace(self, Rest::new());
        moments(origin, sum, squares, count)
    }
}
