//! Full joins whose rows have one order, whoever executes them.
//!
//! The streaming engine keeps the order of the left rows, but gives the right ones that have no partner in any: which comes first
//! depends on how they fell into its partitions.

use polars::prelude::{LazyFrame, SortMultipleOptions, by_name};

use super::error::Result;
use super::expressions::literal_column;
use super::operations::join;
use crate::Join;

/// Names that no column has: these code points are for a program's own use.
const LEFT: &str = "\u{fdd0}left";
const RIGHT: &str = "\u{fdd0}right";

/// The left rows in their order, each with its partners in theirs, and then the right rows without one.
pub(super) fn full_join_in_order(left: &LazyFrame, right: &LazyFrame, how: &Join) -> Result<LazyFrame> {
    let numbered = [left.clone().with_row_index(LEFT, None), right.clone().with_row_index(RIGHT, None)];
    let order = SortMultipleOptions::default().with_nulls_last(true);
    let rows = join(&numbered, how)?.sort_by_exprs([literal_column(LEFT), literal_column(RIGHT)], order);
    Ok(rows.drop(by_name([LEFT, RIGHT], true, false)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use polars::prelude::{DataFrame, NamedFrom, Series};

    use crate::engine::query::executed;
    use crate::engine::run::{rows, stream};
    use crate::{Engine, Expression, How, Join, Operation, Plan, Rows, Step};

    fn frame(keys: impl Iterator<Item = i64>) -> Rows {
        let keys: Vec<i64> = keys.collect();
        let numbers: Vec<i64> = (0..).take(keys.len()).collect();
        let columns = vec![Series::new("k".into(), &keys).into(), Series::new("n".into(), numbers).into()];
        let mut frame = DataFrame::new(keys.len(), columns).expect("columns of one length");
        Rows::Memory(Arc::new(stream(&mut frame).expect("memory")))
    }

    #[test]
    fn both_engines_give_the_same_rows_in_the_same_order() {
        let frames = [frame((0..6000).map(|row| row * 7 % 5003)), frame((0..337).map(|row| row * 41 % 8009))];
        for coalesce in [true, false] {
            let key = vec![Expression::Column("k".into())];
            let join = Join {
                how: How::Full,
                left: key.clone(),
                right: key,
                suffix: "_right".into(),
                nulls_equal: false,
                coalesce,
            };
            let memory = |number| Step { inputs: vec![], operation: Operation::Memory(number) };
            let join = Step { inputs: vec![0, 1], operation: Operation::Join(join) };
            let plan = Plan { steps: vec![memory(0), memory(1), join], engine: Engine::Memory };
            let by = |engine| {
                let query = executed(&plan, &frames, engine).expect("a plan");
                rows(query, engine).expect("they have room")
            };
            let (ours, wanted) = (by(Engine::Streaming), by(Engine::Memory));
            assert!(wanted.height() > 6000, "some right rows have no partner");
            assert!(ours.equals_missing(&wanted), "{ours} {wanted}");
        }
    }
}
