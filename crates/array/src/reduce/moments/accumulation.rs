//! The moments of one block.

use super::band::{Band, Rest};
use super::{Moments, Pooled, Shares};
use crate::feed::ABREAST;
use crate::reduce::accumulator::{Abreast, Accumulate, abreast};
use crate::reduce::columns::Columns;
use crate::reduce::groups::Groups;
use crate::reduce::method::Monoid;
use crate::simd::{self, Loop};
use crate::{AlignedBuffer, ArrayError, Rows};

/// Elements of a run that are summed side by side.
const LANES: usize = 16;

/// The innermost reduced group gives values, which are pooled over the outer ones.
pub(super) struct MomentAccumulation<const SKIPS_NAN: bool> {
    inner: Inner<SKIPS_NAN>,
    /// Complete values on their way to the columns.
    values: Vec<Moments>,
    columns: Columns<Pooled>,
}

/// How elements become values.
enum Inner<const SKIPS_NAN: bool> {
    /// Each is one: nothing is reduced but the outer groups, if these.
    Elements,
    /// The innermost group: rows of 16 lanes, and what is left behind the last row.
    Run { length: usize, seen: usize, lanes: Band<SKIPS_NAN>, rest: Rest<SKIPS_NAN> },
    /// The group outside of a row of kept positions.
    Rows { elements: usize, seen: usize, rows: Band<SKIPS_NAN> },
}

impl<const SKIPS_NAN: bool> MomentAccumulation<SKIPS_NAN> {
    pub(super) fn new(groups: &Groups) -> Result<MomentAccumulation<SKIPS_NAN>, ArrayError> {
        let width = groups.width;
        let mut outer = groups.outer.clone();
        let inner = if let Some(length) = groups.run {
            Inner::Run { length, seen: 0, lanes: Band::new(LANES), rest: Rest::new() }
        } else if let Some(group) = outer.pop() {
            Inner::Rows { elements: group.length * width, seen: 0, rows: Band::new(width) }
        } else {
            Inner::Elements
        };
        let columns = Columns::new(&Groups { outer, width, run: None })?;
        Ok(MomentAccumulation { inner, values: Vec::new(), columns })
    }
}

impl<const SKIPS_NAN: bool> Accumulate for MomentAccumulation<SKIPS_NAN> {
    fn feed(&mut self, elements: &[u8]) {
        simd::run_long(FeedTile { accumulation: self, elements: bytemuck::cast_slice(elements) });
    }

    fn row_width(&self) -> Option<usize> {
        match &self.inner {
            Inner::Rows { rows, .. } => Some(rows.width()),
            Inner::Elements | Inner::Run { .. } => None,
        }
    }

    fn takes_abreast(&self) -> bool {
        match &self.inner {
            Inner::Rows { elements, seen, rows } => {
                rows.takes_abreast() && (elements - seen) / rows.width() >= ABREAST
            }
            Inner::Elements | Inner::Run { .. } => false,
        }
    }

    fn feed_abreast(&mut self, rows: &Rows<'_>, column: usize) {
        simd::run_long(FeedAbreast { accumulation: self, rows: abreast(rows), column });
    }

    fn finish(self: Box<Self>) -> AlignedBuffer {
        self.columns.finish()
    }
}

struct FeedAbreast<'a, const SKIPS_NAN: bool> {
    accumulation: &'a mut MomentAccumulation<SKIPS_NAN>,
    rows: Abreast<'a, f64>,
    column: usize,
}

impl<const SKIPS_NAN: bool> Loop for FeedAbreast<'_, SKIPS_NAN> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let MomentAccumulation { inner, values, columns } = self.accumulation;
        let Inner::Rows { elements, seen, rows } = inner else { return };
        rows.columns(&self.rows, self.column);
        *seen += ABREAST * self.rows[0].len();
        if seen == elements {
            *seen = 0;
            values.clear();
            rows.finish(values);
            columns.feed(values);
        }
    }
}

struct FeedTile<'a, const SKIPS_NAN: bool> {
    accumulation: &'a mut MomentAccumulation<SKIPS_NAN>,
    elements: &'a [f64],
}

impl<const SKIPS_NAN: bool> Loop for FeedTile<'_, SKIPS_NAN> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let MomentAccumulation { inner, values, columns } = self.accumulation;
        values.clear();
        inner.feed(self.elements, values);
        columns.feed(values);
    }
}

impl<const SKIPS_NAN: bool> Inner<SKIPS_NAN> {
    /// Takes in elements and appends the values that they complete.
    #[inline(always)]
    fn feed(&mut self, mut elements: &[f64], values: &mut Vec<Moments>) {
        match self {
            Inner::Elements => values.extend(elements.iter().map(|&x| {
                let mut rest = Rest::<SKIPS_NAN>::new();
                rest.feed(&[x]);
                rest.finish()
            })),
            Inner::Run { length, seen, lanes, rest } => {
                let in_rows = *length - *length % LANES;
                while !elements.is_empty() {
                    let end = if *seen < in_rows { in_rows } else { *length };
                    let (now, later) = elements.split_at(elements.len().min(end - *seen));
                    if *seen < in_rows {
                        lanes.feed(now);
                    } else {
                        rest.feed(now);
                    }
                    *seen += now.len();
                    elements = later;
                    if seen == length {
                        *seen = 0;
                        let first = values.len();
                        lanes.finish(values);
                        let folded = fold::<SKIPS_NAN>(&mut values[first..]);
                        values.truncate(first);
                        values.push(Pooled::merge(folded, rest.finish()));
                    }
                }
            }
            Inner::Rows { elements: count, seen, rows } => {
                while !elements.is_empty() {
                    let (now, later) = elements.split_at(elements.len().min(*count - *seen));
                    rows.feed(now);
                    *seen += now.len();
                    elements = later;
                    if seen == count {
                        *seen = 0;
                        rows.finish(values);
                    }
                }
            }
        }
    }
}

/// Merges lanes that lie half of them apart, until one is left.
#[inline(always)]
fn fold<const SKIPS_NAN: bool>(lanes: &mut [Moments]) -> Moments {
    // Of rows, all lanes have equally many elements where NaNs count.
    if !SKIPS_NAN && lanes[0].count == 0.0 {
        return lanes[0];
    }
    for half in [8, 4, 2, 1] {
        let shares = Shares::new(lanes[0].count, lanes[half].count);
        for lane in 0..half {
            let [a, b] = [lanes[lane], lanes[lane + half]];
            lanes[lane] = if SKIPS_NAN { Pooled::merge(a, b) } else { shares.pool(a, b) };
        }
    }
    lanes[0]
}
