//! In which of the ranges between bounds each row lies, whatever order the rows are in.

use std::ops::Range;

use polars::prelude::{Column, DataFrame, DataType, IntoLazy};

use super::error::Result;
use super::expressions::{literal_column, order};
use crate::Ranges;

/// The number of the range that each row lies in, by keys that have the names and types of the bounds. Of two values that is
/// before which Polars sorts in front, so that ranges that it sorts are in order.
pub(super) fn ranges_of(keys: &DataFrame, bounds: &DataFrame, ranges: &Ranges) -> Result<Vec<u32>> {
    let all = 0..u32::try_from(bounds.height()).expect("there are no more of them than pieces");
    let mut equal = vec![all; keys.height()];
    for ((keys_of, bounds_of), &descending) in
        keys.columns().iter().zip(bounds.columns()).zip(&ranges.descending)
    {
        let way = Way { descending, nulls_last: ranges.nulls_last };
        if !way.narrow_by_column(&mut equal, keys_of, bounds_of)? {
            return by_sorting(keys, bounds, ranges);
        }
    }
    Ok(equal.into_iter().map(|equal| if ranges.begins { equal.end } else { equal.start }).collect())
}

/// The same of values of any type, which are sorted among the bounds for it.
fn by_sorting(keys: &DataFrame, bounds: &DataFrame, ranges: &Ranges) -> Result<Vec<u32>> {
    const PLACE: &str = "place";
    // The sort is stable: what is in front here stays in front of what is equal.
    let (both, first) =
        if ranges.begins { (bounds.vstack(keys)?, bounds.height()) } else { (keys.vstack(bounds)?, 0) };
    let by: Vec<_> = keys.columns().iter().map(|column| literal_column(column.name())).collect();
    let placed = both.lazy().with_row_index(PLACE, None);
    let sorted = placed.sort_by_exprs(by, order(&ranges.descending, ranges.nulls_last)).collect()?;
    let mut of = vec![0; keys.height()];
    let mut range = 0;
    for place in sorted.column(PLACE)?.idx()?.iter().flatten() {
        match (place as usize).checked_sub(first).and_then(|row| of.get_mut(row)) {
            Some(of) => *of = range,
            None => range += 1,
        }
    }
    Ok(of)
}

/// How the values of a column follow one another.
#[derive(Clone, Copy)]
struct Way {
    descending: bool,
    nulls_last: bool,
}

/// A value, or the end that nulls are at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place<T> {
    First,
    Value(T),
    Last,
}

impl Way {
    /// Of the bounds that equal each row in the columns before, those that do in this one too; where there are none, where
    /// they would be. Answers whether there is a loop for the type.
    fn narrow_by_column(self, equal: &mut [Range<u32>], keys: &Column, bounds: &Column) -> Result<bool> {
        let dtype = keys.dtype();
        if dtype != bounds.dtype() || matches!(dtype, DataType::Int128 | DataType::UInt128) {
            return Ok(false);
        }
        if dtype.is_string() {
            self.narrow(equal, keys.str()?.iter(), bounds.str()?.iter());
        } else if *dtype == DataType::UInt64 {
            self.narrow(equal, keys.u64()?.iter(), bounds.u64()?.iter());
        } else if dtype.is_float() {
            let wide = |column: &Column| column.cast(&DataType::Float64);
            let (keys, bounds) = (wide(keys)?, wide(bounds)?);
            let ordered = |value: Option<f64>| value.map(ordered_bits);
            self.narrow(equal, keys.f64()?.iter().map(ordered), bounds.f64()?.iter().map(ordered));
        } else if dtype.is_bool() || dtype.is_integer() || dtype.is_temporal() {
            let wide = |column: &Column| column.to_physical_repr().cast(&DataType::Int64);
            let (keys, bounds) = (wide(keys)?, wide(bounds)?);
            self.narrow(equal, keys.i64()?.iter(), bounds.i64()?.iter());
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn narrow<T: Ord + Copy>(
        self,
        equal: &mut [Range<u32>],
        rows: impl Iterator<Item = Option<T>>,
        bounds: impl Iterator<Item = Option<T>>,
    ) {
        let bounds: Vec<_> = bounds.map(|bound| self.place(bound)).collect();
        for (equal, row) in equal.iter_mut().zip(rows) {
            let (row, among) = (self.place(row), &bounds[equal.start as usize..equal.end as usize]);
            let before = among.partition_point(|&bound| self.is_before(bound, row));
            let same = among[before..].partition_point(|&bound| !self.is_before(row, bound));
            let start = equal.start + number(before);
            *equal = start..start + number(same);
        }
    }

    fn place<T>(self, value: Option<T>) -> Place<T> {
        match value {
            Some(value) => Place::Value(value),
            None if self.nulls_last => Place::Last,
            None => Place::First,
        }
    }

    fn is_before<T: Ord>(self, one: Place<T>, other: Place<T>) -> bool {
        match (one, other) {
            (Place::Value(one), Place::Value(other)) if self.descending => other < one,
            (one, other) => one < other,
        }
    }
}

/// How many bounds some are, of which there are no more than such a number says.
fn number(bounds: usize) -> u32 {
    u32::try_from(bounds).unwrap_or(u32::MAX)
}

/// Bits that are ordered as floats are: the largest of them is NaN, and there is one zero.
pub(super) fn ordered_bits(value: f64) -> u64 {
    let bits = if value == 0.0 { 0 } else { value.to_bits() };
    if value.is_nan() {
        u64::MAX
    } else if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{NamedFrom, Series};
    use proptest::prelude::*;

    use super::*;

    const FLOATS: [f64; 8] = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 5e-324, 1.0, f64::INFINITY, f64::NAN];
    const TEXTS: [&str; 5] = ["", "a", "aa", "b", "é"];

    /// Rows of four columns of few values, so that many are equal.
    fn rows(most: usize) -> impl Strategy<Value = DataFrame> {
        let row = (
            prop::option::of(prop::sample::select(&FLOATS[..])),
            prop::option::of(-2..3_i32),
            prop::option::of(prop::sample::select(&TEXTS[..])),
            prop::option::of(prop::sample::select(&[0, 1, u64::MAX][..])),
        );
        prop::collection::vec(row, 0..most).prop_map(|rows| {
            let floats: Vec<_> = rows.iter().map(|row| row.0).collect();
            let days: Vec<_> = rows.iter().map(|row| row.1).collect();
            let texts: Vec<_> = rows.iter().map(|row| row.2).collect();
            let longs: Vec<_> = rows.iter().map(|row| row.3).collect();
            let days = Series::new("1".into(), days).cast(&DataType::Date).expect("days are numbers");
            let columns = [
                Series::new("0".into(), floats),
                days,
                Series::new("2".into(), texts),
                Series::new("3".into(), longs),
            ];
            DataFrame::new(rows.len(), columns.map(Column::from).to_vec()).expect("columns of one length")
        })
    }

    proptest! {
        #[test]
        fn ranges_are_those_of_the_sort(
            keys in rows(40),
            bounds in rows(6),
            descending in prop::array::uniform4(any::<bool>()),
            nulls_last: bool,
            begins: bool,
            places in prop::sample::subsequence(vec![0, 1, 2, 3], 1..=4).prop_shuffle(),
        ) {
            let columns = |frame: &DataFrame| {
                let chosen = places.iter().map(|&place| frame.columns()[place].clone()).collect();
                DataFrame::new(frame.height(), chosen).expect("columns of one length")
            };
            let (keys, bounds) = (columns(&keys), columns(&bounds));
            let descending = descending[..places.len()].to_vec();
            let by: Vec<_> = bounds.columns().iter().map(|column| literal_column(column.name())).collect();
            let bounds = bounds.lazy().sort_by_exprs(by, order(&descending, nulls_last));
            let bounds = bounds.collect().expect("they can be sorted");
            let ranges = Ranges { descending, nulls_last, bounds: 0, begins };
            let found = ranges_of(&keys, &bounds, &ranges).expect("types that can be sorted");
            prop_assert_eq!(found, by_sorting(&keys, &bounds, &ranges).expect("they can be sorted"));
        }
    }
}
