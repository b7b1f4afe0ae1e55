//! Joins with rows whose keys are whole numbers that differ and lie close together, where all rows are in memory.
//!
//! Polars looks each key up in a hash table. Keys of records often are numbers that were given out one after the other: then a table with
//! a place for each number between the least and the greatest says at once which row has it, a "perfect hash join" as `DuckDB` calls it
//! (<https://github.com/duckdb/duckdb/pull/1959>). Whether keys are such is seen once there are the rows: otherwise Polars joins them.

use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{
    BUILD_STREAMING_EXECUTOR, BooleanChunked, DataFrame, DataFrameJoinOps, DataType, IdxCa, IdxSize,
    JoinArgs, JoinType, JoinValidation, PlSmallStr, PolarsResult, Schema, SchemaRef, Series,
};
use polars_arrow::bitmap::Bitmap;
use polars_core::prelude::{ChunkedArray, PolarsNumericType};
use polars_core::runtime::RAYON;
use polars_expr::state::ExecutionState;
use polars_mem_engine::{Executor, create_physical_plan};
use polars_plan::plans::expr_ir::ExprIR;
use polars_plan::plans::{AExpr, DataFrameUdf, FunctionIR, IR, UdfSchema};
use polars_utils::arena::{Arena, Node};
use rayon::prelude::{IntoParallelIterator, ParallelIterator};

/// How many places a table may have for each row: beyond it has more bytes than Polars' hash table.
const PLACES: usize = 8;
/// What stands in the place of a key that no row has.
const NONE: IdxSize = IdxSize::MAX;
/// How many keys a thread looks up in one go: a multiple of eight, so that bits of theirs fill bytes.
const BLOCK: usize = 1 << 16;

/// Has the joins of an optimised plan that may be such executed by [`DirectJoin`]. Plans whose parts are used several times stay as they
/// are.
pub(super) fn join_directly(
    root: Node,
    plans: &mut Arena<IR>,
    expressions: &mut Arena<AExpr>,
) -> PolarsResult<()> {
    let mut nodes = vec![root];
    let mut seen = 0;
    while let Some(&node) = nodes.get(seen) {
        nodes.extend(plans.get(node).inputs());
        seen += 1;
    }
    if nodes.iter().any(|&node| matches!(plans.get(node), IR::Cache { .. })) {
        return Ok(());
    }
    // What a join reads stands behind it.
    for node in nodes.into_iter().rev() {
        let Some(found) = Found::at(node, plans, expressions) else { continue };
        let right = create_physical_plan(found.right, plans, expressions, BUILD_STREAMING_EXECUTOR)?;
        let schema = Arc::clone(&found.schema);
        let join = DirectJoin { right: Mutex::new(Some(right)), join: found.join, schema: found.schema };
        let function = FunctionIR::Opaque {
            function: Arc::new(join),
            schema: Some(Arc::new(Fixed(schema))),
            predicate_pd: false,
            projection_pd: false,
            streamable: false,
            fmt_str: "JOIN BY PLACES".into(),
        };
        plans.replace(node, IR::MapFunction { input: found.left, function });
    }
    Ok(())
}

/// A join that may be direct.
struct Found {
    left: Node,
    right: Node,
    join: By,
    schema: SchemaRef,
}

/// What rows are joined by.
struct By {
    left: PlSmallStr,
    right: PlSmallStr,
    args: JoinArgs,
}

impl Found {
    fn at(node: Node, plans: &Arena<IR>, expressions: &Arena<AExpr>) -> Option<Found> {
        let IR::Join { input_left, input_right, schema, left_on, right_on, options } = plans.get(node) else {
            return None;
        };
        let args = &options.args;
        let is_plain = matches!(args.how, JoinType::Inner | JoinType::Left)
            && matches!(args.validation, JoinValidation::ManyToMany)
            && args.slice.is_none()
            && !args.nulls_equal
            && args.should_coalesce()
            && options.options.is_none();
        let ([left], [right]) = (&left_on[..], &right_on[..]) else { return None };
        let (left, right) = (column(left, expressions)?, column(right, expressions)?);
        let (ours, theirs) = (plans.get(*input_left).schema(plans), plans.get(*input_right).schema(plans));
        let dtype = ours.get(left)?;
        let is_whole =
            matches!(dtype, DataType::Int32 | DataType::Int64 | DataType::UInt32 | DataType::UInt64);
        let fits = is_whole && theirs.get(right)? == dtype && schema.len() + 1 == ours.len() + theirs.len();
        (is_plain && fits).then(|| Found {
            left: *input_left,
            right: *input_right,
            join: By { left: left.clone(), right: right.clone(), args: args.clone() },
            schema: Arc::clone(schema),
        })
    }
}

/// The name of a key that is a column as it is.
fn column<'a>(key: &ExprIR, expressions: &'a Arena<AExpr>) -> Option<&'a PlSmallStr> {
    match expressions.get(key.node()) {
        AExpr::Column(name) if key.output_name() == name => Some(name),
        _ => None,
    }
}

/// The columns of a join, whatever it is given.
struct Fixed(SchemaRef);

impl UdfSchema for Fixed {
    fn get_schema(&self, _: &Schema) -> PolarsResult<SchemaRef> {
        Ok(Arc::clone(&self.0))
    }
}

/// Joins the rows that it is given with those on the right, which are found when it is called.
struct DirectJoin {
    right: Mutex<Option<Box<dyn Executor>>>,
    join: By,
    schema: SchemaRef,
}

impl DataFrameUdf for DirectJoin {
    fn call_udf(&self, left: DataFrame) -> PolarsResult<DataFrame> {
        let right = self.right.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut right = right.expect("a plan is executed once, and none of its parts twice");
        let right = right.execute(&mut ExecutionState::new())?;
        match Table::of(right.column(&self.join.right)?.as_materialized_series()) {
            Some(table) => self.directly(&table, left, &right),
            None => self.by_polars(&left, &right),
        }
    }
}

impl DirectJoin {
    fn by_polars(&self, left: &DataFrame, right: &DataFrame) -> PolarsResult<DataFrame> {
        let key = |rows: &DataFrame, name: &str| -> PolarsResult<Vec<Series>> {
            Ok(vec![rows.column(name)?.as_materialized_series().clone()])
        };
        let (ours, theirs) = (key(left, &self.join.left)?, key(right, &self.join.right)?);
        left._join_impl(right, ours, theirs, self.join.args.clone(), None, true, false)
    }

    /// The columns of both sides beside each other, in the order of the rows on the left.
    fn directly(&self, table: &Table, mut left: DataFrame, right: &DataFrame) -> PolarsResult<DataFrame> {
        let keys = left.column(&self.join.left)?.as_materialized_series().clone();
        let rows = if matches!(self.join.args.how, JoinType::Inner) {
            let (are, rows) = RAYON.install(|| table.matches(&keys));
            if rows.len() < left.height() {
                left = left.filter(&are)?;
            }
            IdxCa::from_vec(PlSmallStr::EMPTY, rows)
        } else {
            RAYON.install(|| table.places(&keys))
        };
        // Of several chunks Polars looks for that of each row.
        let mut right = right.drop(&self.join.right)?;
        right.rechunk_mut();
        // SAFETY: the numbers in the table are those of rows.
        let mut right = unsafe { right.take_unchecked(&rows) };
        let names: Vec<&PlSmallStr> = self.schema.iter_names().skip(left.width()).collect();
        right.set_column_names(&names)?;
        left.hstack_mut(right.columns())?;
        Ok(left)
    }
}

/// Which row has a key.
struct Table {
    /// The bits of the least key.
    least: u64,
    rows: Vec<IdxSize>,
}

impl Table {
    /// None if keys are equal or far apart.
    fn of(keys: &Series) -> Option<Table> {
        match keys.dtype() {
            DataType::Int32 => Table::of_keys(keys.i32().ok()?),
            DataType::Int64 => Table::of_keys(keys.i64().ok()?),
            DataType::UInt32 => Table::of_keys(keys.u32().ok()?),
            DataType::UInt64 => Table::of_keys(keys.u64().ok()?),
            _ => None,
        }
    }

    fn of_keys<T: PolarsNumericType<Native: Key>>(keys: &ChunkedArray<T>) -> Option<Table> {
        let mut present = keys.iter().flatten();
        let first = present.next()?;
        let ends =
            |(least, greatest): (T::Native, T::Native), key: T::Native| (least.min(key), greatest.max(key));
        let (least, greatest) = present.fold((first, first), ends);
        let places = usize::try_from(greatest.bits().wrapping_sub(least.bits())).ok()?.checked_add(1)?;
        if places > keys.len().saturating_mul(PLACES) {
            return None;
        }
        let mut table = Table { least: least.bits(), rows: vec![NONE; places] };
        for (row, key) in (0..).zip(keys.iter()) {
            let Some(key) = key else { continue };
            let place = usize::try_from(table.place(key)).ok()?;
            if std::mem::replace(&mut table.rows[place], row) != NONE {
                return None;
            }
        }
        Some(table)
    }

    /// How far a key is from the least one.
    fn place(&self, key: impl Key) -> u64 {
        key.bits().wrapping_sub(self.least)
    }

    /// The row of a key, or [`NONE`].
    fn row(&self, key: impl Key) -> IdxSize {
        usize::try_from(self.place(key)).ok().and_then(|place| self.rows.get(place)).copied().unwrap_or(NONE)
    }

    /// Which keys a row has, and the rows of these.
    fn matches(&self, keys: &Series) -> (BooleanChunked, Vec<IdxSize>) {
        let found = self.look_up(keys, |rows| {
            let bits = bits_of(&rows);
            (bits, rows.into_iter().filter(|&row| row != NONE).collect::<Vec<_>>())
        });
        let (bits, rows): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        (
            BooleanChunked::from_bitmap(PlSmallStr::EMPTY, Bitmap::from_u8_vec(bits.concat(), keys.len())),
            rows.concat(),
        )
    }

    /// The row of each key, null for those that none has.
    fn places(&self, keys: &Series) -> IdxCa {
        let found = self.look_up(keys, |mut rows| {
            let bits = bits_of(&rows);
            rows.iter_mut().filter(|row| **row == NONE).for_each(|row| *row = 0);
            (bits, rows)
        });
        let (bits, rows): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let are = Bitmap::from_u8_vec(bits.concat(), keys.len());
        IdxCa::from_vec_validity(PlSmallStr::EMPTY, rows.concat(), Some(are))
    }

    /// The rows of keys, block by block, and what is made of these.
    fn look_up<R: Send>(&self, keys: &Series, then: impl Fn(Vec<IdxSize>) -> R + Sync) -> Vec<R> {
        match keys.dtype() {
            DataType::Int32 => self.look_up_keys(keys.i32().ok(), then),
            DataType::Int64 => self.look_up_keys(keys.i64().ok(), then),
            DataType::UInt32 => self.look_up_keys(keys.u32().ok(), then),
            _ => self.look_up_keys(keys.u64().ok(), then),
        }
    }

    fn look_up_keys<T: PolarsNumericType<Native: Key>, R: Send>(
        &self,
        keys: Option<&ChunkedArray<T>>,
        then: impl Fn(Vec<IdxSize>) -> R + Sync,
    ) -> Vec<R> {
        let keys = keys.expect("keys have their type").rechunk();
        let keys = keys.downcast_as_array();
        let blocks = keys.len().div_ceil(BLOCK);
        let found = (0..blocks).into_par_iter().map(|block| {
            let places = block * BLOCK..keys.len().min((block + 1) * BLOCK);
            let values = &keys.values()[places.clone()];
            let rows = match keys.validity().filter(|are| are.unset_bits() > 0) {
                None => values.iter().map(|&key| self.row(key)).collect(),
                Some(are) => {
                    let row = |(place, &key)| if are.get_bit(place) { self.row(key) } else { NONE };
                    places.zip(values).map(row).collect()
                }
            };
            then(rows)
        });
        found.collect()
    }
}

/// A bit for each row, set for those that are some.
fn bits_of(rows: &[IdxSize]) -> Vec<u8> {
    let byte = |rows: &[IdxSize]| {
        rows.iter().enumerate().fold(0, |byte, (place, &row)| byte | u8::from(row != NONE) << place)
    };
    rows.chunks(8).map(byte).collect()
}

/// A whole number by which rows are joined.
trait Key: Copy + Ord + Send + Sync {
    /// Such that the difference of the bits of two keys, the greater first, is that of the keys.
    fn bits(self) -> u64;
}

impl Key for i32 {
    fn bits(self) -> u64 {
        i64::from(self).cast_unsigned()
    }
}

impl Key for i64 {
    fn bits(self) -> u64 {
        self.cast_unsigned()
    }
}

impl Key for u32 {
    fn bits(self) -> u64 {
        u64::from(self)
    }
}

impl Key for u64 {
    fn bits(self) -> u64 {
        self
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoLazy, LazyFrame, MaintainOrderJoin, NamedFrom, col, df, lit};
    use proptest::prelude::*;

    use super::*;
    use crate::Engine;
    use crate::engine::run::rows;

    fn keyed(keys: &[Option<i64>], dtype: &DataType, value: i64) -> DataFrame {
        let numbers: Vec<i64> = (value..).take(keys.len()).collect();
        let frame = df! { "key" => keys, "x" => numbers, "word" => keys.iter().map(|key| format!("{key:?}")).collect::<Vec<_>>() };
        frame.and_then(|frame| frame.lazy().with_columns([col("key").cast(dtype.clone())]).collect()).unwrap()
    }

    fn joined(left: &DataFrame, right: &DataFrame, how: JoinType) -> LazyFrame {
        left.clone()
            .lazy()
            .join_builder()
            .with(right.clone().lazy())
            .on([col("key")])
            .how(how)
            .maintain_order(MaintainOrderJoin::LeftRight)
            .finish()
    }

    /// How many joins of a query are done directly, and how many are not.
    fn counts(query: LazyFrame) -> (usize, usize) {
        let mut plan = query.to_alp_optimized().unwrap();
        join_directly(plan.lp_top, &mut plan.lp_arena, &mut plan.expr_arena).unwrap();
        let mut nodes = vec![plan.lp_top];
        let (mut direct, mut others) = (0, 0);
        while let Some(node) = nodes.pop() {
            let step = plan.lp_arena.get(node);
            direct += usize::from(matches!(step, IR::MapFunction { .. }));
            others += usize::from(matches!(step, IR::Join { .. }));
            nodes.extend(step.inputs());
        }
        (direct, others)
    }

    fn dtype() -> impl Strategy<Value = DataType> {
        prop::sample::select(vec![DataType::Int32, DataType::Int64, DataType::UInt32, DataType::UInt64])
    }

    proptest! {
        #[test]
        fn rows_are_those_of_polars(
            left in prop::collection::vec(prop::option::weighted(0.9, 0_i64..50), 0..60),
            right in prop::sample::subsequence((0_i64..50).collect::<Vec<_>>(), 0..50).prop_shuffle(),
            has_null in any::<bool>(),
            is_twice in any::<bool>(),
            far in prop::option::of(1000_i64..10_000),
            dtype in dtype(),
            how in prop::sample::select(vec![JoinType::Inner, JoinType::Left]),
            at in 0_usize..60,
        ) {
            let first = right.first().copied();
            let others = [has_null.then_some(None), is_twice.then_some(first), far.map(Some)];
            let right: Vec<_> = right.into_iter().map(Some).chain(others.into_iter().flatten()).collect();
            let (mut left, right) = (keyed(&left, &dtype, 0), keyed(&right, &dtype, 100));
            // Chunks that are no multiples of anything.
            let (head, tail) = (left.slice(0, at), left.slice(at.min(left.height()).cast_signed() as i64, left.height()));
            left = head;
            left.vstack_mut(&tail).unwrap();
            let query = joined(&left, &right, how);
            prop_assert_eq!(counts(query.clone()), (1, 0));
            let (ours, theirs) = (rows(query.clone(), Engine::Memory).unwrap(), query.collect().unwrap());
            prop_assert!(ours.equals_missing(&theirs), "{left} {right} {ours} {theirs}");
        }
    }

    #[test]
    fn keys_at_the_ends_of_their_type_have_places() {
        let frame = |keys: Vec<i64>| df! { "key" => keys, "x" => [1, 2] }.unwrap();
        let (left, right) = (frame(vec![i64::MIN, i64::MAX]), frame(vec![i64::MAX, i64::MAX - 3]));
        let query = joined(&left, &right, JoinType::Left);
        let ours = rows(query.clone(), Engine::Memory).unwrap();
        assert!(ours.equals_missing(&query.collect().unwrap()), "{ours}");
        assert!(Table::of(&Series::new("key".into(), [i64::MIN, i64::MAX])).is_none());
    }

    #[test]
    fn more_keys_than_a_block_are_looked_up_in_their_order() {
        let count = 3 * i64::try_from(BLOCK).unwrap() + 11;
        let keys = |factor: i64| (0..count).map(|row| Some(row * factor % count)).collect::<Vec<_>>();
        let (left, right) =
            (keyed(&keys(7), &DataType::Int64, 0), keyed(&keys(3)[..BLOCK], &DataType::Int64, 5));
        for how in [JoinType::Inner, JoinType::Left] {
            let query = joined(&left, &right, how);
            let ours = rows(query.clone(), Engine::Memory).unwrap();
            assert!(ours.equals_missing(&query.collect().unwrap()), "{ours}");
        }
    }

    #[test]
    fn only_joins_that_may_be_direct_are_others_than_those_of_polars() {
        let frame = keyed(&[Some(1), Some(2)], &DataType::Int64, 0);
        let other = |how| joined(&frame, &frame, how);
        assert_eq!(counts(other(JoinType::Full)), (0, 1));
        assert_eq!(counts(other(JoinType::Inner).slice(1, 1)).0, 0);
        let words = keyed(&[Some(1)], &DataType::String, 0);
        assert_eq!(counts(joined(&words, &words, JoinType::Inner)), (0, 1));
        let changed = frame.clone().lazy().inner_join(frame.clone().lazy(), col("key") + lit(1), col("key"));
        assert_eq!(counts(changed), (0, 1));
    }

    #[test]
    fn joins_of_joins_read_what_is_wanted() {
        let frame = keyed(&(0..100).map(Some).collect::<Vec<_>>(), &DataType::UInt32, 0);
        let both = |from| joined(&frame.slice(from, 50), &frame.slice(20, 70), JoinType::Inner);
        let right = both(10).filter(col("x").gt(lit(15))).select([col("key"), col("x")]);
        let query = both(30).select([col("key"), col("x")]).left_join(right, col("key"), col("key"));
        let query = query.select([col("x_right").sum(), col("key").max()]);
        // That of the right side is within the one that reads it.
        assert_eq!(counts(query.clone()), (2, 0));
        let ours = rows(query.clone(), Engine::Memory).unwrap();
        assert!(ours.equals_missing(&query.collect().unwrap()), "{ours}");
    }
}
