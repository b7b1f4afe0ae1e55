//! Rows in the order of numbers, where all are in memory.
//!
//! Polars merges pairs of a value and its row until they are sorted, which was half of the time of a large sort: all pairs go through memory
//! a dozen times. Numbers are sorted in fewer passes here (`places`). What else rows are sorted by Polars sorts.

mod keys;
mod places;

use polars::prelude::{
    Column, DataFrame, DataType, Expr, Field, IdxCa, IdxSize, IntoColumn, LazyFrame, NamedFrom, PolarsResult,
    Series, SortMultipleOptions, all, apply_multiple,
};
use polars_core::runtime::RAYON;
use polars_plan::plans::AExprSorted;
use polars_plan::prelude::FunctionFlags;
use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use self::keys::{Digit, digits, keys, of_keys};
use self::places::places;
use super::expressions::{literal_column, order};
use crate::{Expression, Operation, Order, Plan};

/// The number of a row, as no column is called: this code point is for a program's own use.
const ROW: &str = "\u{fdd0}row";

/// The rows of a step that sorts by columns. None where only some of its rows are wanted later: Polars knows how to sort fewer.
pub(super) fn sorted(plan: &Plan, step: usize, by: &Order, rows: &LazyFrame) -> Option<LazyFrame> {
    let is_cut = |operation: &Operation| matches!(operation, Operation::Slice { .. } | Operation::Filter(_));
    if plan.steps[step..].iter().any(|step| is_cut(&step.operation)) {
        return None;
    }
    let names: Vec<&str> = by.by.iter().map(name).collect::<Option<_>>()?;
    if names.is_empty() { None } else { Some(sort(rows, &names, by)) }
}

fn name(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::Column(name) => Some(name),
        _ => None,
    }
}

/// Rows sorted by columns. Equal ones stay in their order.
fn sort(rows: &LazyFrame, names: &[&str], by: &Order) -> LazyFrame {
    let options = order(&by.descending, by.nulls_last);
    let sorted = AExprSorted { descending: by.descending.first().copied(), nulls_last: Some(by.nulls_last) };
    let columns: Vec<Expr> = names.iter().map(|name| literal_column(name)).collect();
    // The same expression for all columns, which Polars computes once.
    let mut places = apply_multiple(
        move |columns| places_of(columns, &options),
        columns,
        |_, fields| Ok(Field::new(fields[0].name().clone(), DataType::IDX_DTYPE)),
        false,
    );
    // As many places as rows: else Polars would take it that the number of rows comes of columns that nobody wants, and read these.
    if let Expr::AnonymousFunction { options, .. } = &mut places {
        *options = options.with_flags(|flags| flags | FunctionFlags::LENGTH_PRESERVING);
    }
    // Of several chunks Polars looks for that of each row.
    let rows = rows.clone().select([all().as_expr().rechunk().gather(places, false)]);
    rows.with_columns([literal_column(names[0]).set_sorted_flag(sorted)])
}

/// The rows of columns in their order.
fn places_of(columns: &[Column], options: &SortMultipleOptions) -> PolarsResult<Column> {
    let name = columns[0].name().clone();
    let nulls_last = options.nulls_last.first().copied().unwrap_or_default();
    match digits(columns, &options.descending, nulls_last) {
        Some(digits) => {
            let places = RAYON.install(|| places_by(&digits, columns[0].len()))?;
            Ok(IdxCa::from_vec(name, places).into_column())
        }
        None => places_by_polars(columns, options),
    }
}

/// By the last key first: what is equal by one keeps the order of those behind it.
fn places_by(digits: &[Digit], height: usize) -> PolarsResult<Vec<IdxSize>> {
    let mut sorted: Option<Vec<IdxSize>> = None;
    for digits in of_keys(digits) {
        let keys = keys(digits, height)?;
        sorted = Some(match sorted {
            None => places(&keys),
            Some(rows) => {
                let keys: Vec<u64> = rows.par_iter().map(|&row| keys[row as usize]).collect();
                places(&keys).into_par_iter().map(|place| rows[place as usize]).collect()
            }
        });
    }
    Ok(sorted.unwrap_or_default())
}

fn places_by_polars(columns: &[Column], options: &SortMultipleOptions) -> PolarsResult<Column> {
    let height = columns[0].len();
    let rows: Vec<IdxSize> = (0..).take(height).collect();
    let rows = Series::new(ROW.into(), rows).into_column();
    let by: Vec<_> = columns.iter().map(|column| column.name().clone()).collect();
    let frame = DataFrame::new(height, columns.iter().cloned().chain([rows]).collect())?;
    Ok(frame.sort(by, options.clone())?.column(ROW)?.clone().with_name(columns[0].name().clone()))
}

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoLazy, TimeUnit, df};
    use proptest::prelude::*;

    use super::*;
    use crate::engine::operations::apply;

    /// Rows of all kinds of values, with many equal ones and the ends of each type.
    #[expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
    fn frame(numbers: &[i64], has_nulls: bool) -> DataFrame {
        let of = |place: usize| numbers[place % numbers.len()];
        let count = numbers.len();
        let floats = (0..count).map(|row| match of(row) {
            7 => f64::NAN,
            8 => -0.0,
            9 => f64::INFINITY,
            number => number as f64 / 4.0,
        });
        let floats: Vec<Option<f64>> = floats
            .zip(numbers)
            .map(|(value, &number)| (!has_nulls || number != 1).then_some(value))
            .collect();
        let narrow: Vec<f32> = floats.iter().map(|value| -value.unwrap_or_default() as f32).collect();
        let integers: Vec<i64> =
            (0..count).map(|row| if of(row) == 5 { i64::MIN } else { of(row) }).collect();
        let words: Vec<Option<String>> =
            (0..count).map(|row| (!has_nulls || of(row) != 3).then(|| of(row + 1).to_string())).collect();
        let some: Vec<Option<u32>> = (0..count)
            .map(|row| (!has_nulls || of(row) != 2).then(|| of(row + 2).unsigned_abs() as u32))
            .collect();
        let flags: Vec<Option<bool>> =
            (0..count).map(|row| (!has_nulls || of(row) != 4).then(|| of(row) % 2 == 0)).collect();
        let small: Vec<i8> = (0..count).map(|row| of(row + 1) as i8).collect();
        let wide: Vec<u64> = integers.iter().map(|value| value.cast_unsigned()).collect();
        let rows: Vec<u32> = (0..).take(count).collect();
        let frame = df! {
            "flag" => flags, "f64" => floats, "f32" => narrow, "i64" => &integers, "u64" => wide, "i8" => small, "str" => words, "u32" => some, "row" => rows,
        };
        let frame = frame.expect("columns of one length").lazy();
        let time = literal_column("i64").cast(DataType::Datetime(TimeUnit::Microseconds, None)).alias("time");
        frame.with_columns([time]).collect().expect("a cast")
    }

    /// The rows in an order, found here and by Polars.
    fn both(frame: &DataFrame, by: &[&str], descending: &[bool], nulls_last: bool) -> [DataFrame; 2] {
        let columns = by.iter().map(|&name| Expression::Column(name.into())).collect();
        let order = Order { by: columns, descending: descending.to_vec(), nulls_last };
        let rows = frame.clone().lazy();
        let theirs =
            apply(&Operation::Sort(order.clone()), std::slice::from_ref(&rows), &[]).expect("an order");
        let collected = |query: LazyFrame| query.collect().expect("rows");
        [collected(sort(&rows, by, &order)), collected(theirs)]
    }

    #[test]
    fn chunks_are_one_behind_the_other() {
        let mut frame = frame(&[3, 1, 2], false);
        frame.vstack_mut(&frame.clone()).expect("the same columns");
        let [ours, theirs] = both(&frame, &["i64"], &[true], false);
        assert!(ours.equals_missing(&theirs));
        assert!(
            ours.column("i64").expect("a column").is_sorted_flag()
                == polars_core::series::IsSorted::Descending
        );
    }

    #[test]
    fn no_rows_are_in_order() {
        let [ours, theirs] = both(&frame(&[1], false).slice(0, 0), &["f64", "str"], &[false, false], true);
        assert!(ours.equals_missing(&theirs));
    }

    proptest! {
        #[test]
        fn rows_come_in_the_order_of_polars(
            numbers in prop::collection::vec(-10_i64..10, 1..200),
            by in prop::sample::subsequence(vec!["flag", "f64", "f32", "i64", "u64", "i8", "str", "u32", "time"], 1..4).prop_shuffle(),
            descending in prop::array::uniform4(any::<bool>()),
            nulls_last in any::<bool>(),
            has_nulls in any::<bool>(),
        ) {
            let frame = frame(&numbers, has_nulls);
            let [ours, theirs] = both(&frame, &by, &descending[..by.len()], nulls_last);
            prop_assert!(ours.equals_missing(&theirs), "{by:?} {descending:?}\n{ours}\n{theirs}");
        }
    }
}
