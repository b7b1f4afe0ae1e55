//! Operations as Polars has them.

use polars::prelude::{
    DataFrame, DslPlan, Duration, DynamicGroupOptions, ExplodeOptions, IdxSize, IntoLazy, JoinCoalesce,
    JoinType, LazyFrame, MaintainOrderJoin, PlSmallStr, Selector, StartBy, UnionArgs, UniqueKeepStrategy,
    UnpivotArgsDSL, by_name, concat, concat_lf_diagonal, concat_lf_horizontal, lit,
};

use super::error::{FrameError, Result};
use super::exchange::open;
use super::expressions::{literal_column, order, to_closed, to_expr, to_exprs};
use super::scans::scan;
use super::types::to_schema;
use super::{Frames, Rows};
use crate::{Expression, Function, GroupBy, How, Join, Keep, Label, Operation, Order, Unpivot, Windows};

/// The rows of an operation, from those of its inputs.
pub(super) fn apply(operation: &Operation, inputs: &[LazyFrame], frames: &Frames) -> Result<LazyFrame> {
    let first = || first(inputs);
    Ok(match operation {
        Operation::Scan(files) => scan(files)?,
        Operation::Memory(number) => buffer(*number, frames)?.lazy(),
        Operation::Shard { buffer, from, to } => {
            open(&numbered(*buffer, frames)?.bytes()?, *from, *to)?.lazy()
        }
        Operation::Empty(columns) => DataFrame::empty_with_schema(&*to_schema(columns)?).lazy(),
        Operation::Select(expressions) => select(first()?, expressions)?,
        Operation::WithColumns(expressions) => first()?.with_columns(to_exprs(expressions)?),
        Operation::Filter(predicate) => first()?.filter(to_expr(predicate)?),
        Operation::GroupBy(groups) => group_by(first()?, groups)?,
        Operation::Sort(Order { by, descending, nulls_last }) => {
            first()?.sort_by_exprs(to_exprs(by)?, order(descending, *nulls_last))
        }
        Operation::Slice { offset, length } => first()?.slice(*offset, length.unwrap_or(IdxSize::MAX)),
        Operation::Reverse => first()?.reverse(),
        Operation::Unique { subset, keep } => first()?.unique_stable(some(subset), to_keep(*keep)),
        Operation::Join(how) => join(inputs, how)?,
        Operation::Concat { relaxed } => {
            let args = UnionArgs { to_supertypes: *relaxed, rechunk: false, ..UnionArgs::default() };
            if *relaxed { concat_lf_diagonal(inputs, args)? } else { concat(inputs, args)? }
        }
        Operation::Beside => concat_lf_horizontal(inputs, polars::prelude::HConcatOptions::default())?,
        Operation::Rename { from, to } => first()?.rename(from, to, true),
        Operation::Drop(columns) => first()?.drop(named(columns)),
        Operation::DropNulls(subset) => first()?.drop_nulls(some(subset)),
        Operation::Explode(columns) => {
            first()?.explode(named(columns), ExplodeOptions { empty_as_null: true, keep_nulls: true })
        }
        Operation::Unnest(columns) => first()?.unnest(named(columns), None),
        Operation::Unpivot(unpivot) => first()?.unpivot(unpivot_args(unpivot)),
        Operation::RowIndex { name, offset } => first()?.with_row_index(name.as_str(), Some(*offset)),
    })
}

fn first(inputs: &[LazyFrame]) -> Result<LazyFrame> {
    inputs.first().cloned().ok_or_else(|| FrameError::Plan("an operation without rows".into()))
}

/// Other columns instead. Of a concatenation Polars counts the rows in integers of 128 bits, which are a feature that we
/// do without; the first of one count is that count, and is not seen as one.
fn select(rows: LazyFrame, expressions: &[Expression]) -> Result<LazyFrame> {
    let mut columns = to_exprs(expressions)?;
    if let ([expression], [column]) = (expressions, &mut columns[..])
        && is_count(expression)
        && (&rows.logical_plan).into_iter().any(|plan| matches!(plan, DslPlan::Union { .. }))
    {
        *column = column.clone().first();
    }
    Ok(rows.select(columns))
}

/// Whether it is the number of rows, whatever its name.
fn is_count(expression: &Expression) -> bool {
    match expression {
        Expression::Len | Expression::Call { function: Function::Len, .. } => true,
        Expression::Alias { of, .. } | Expression::Affix { of, .. } => is_count(of),
        _ => false,
    }
}

/// The rows of an Arrow stream.
pub(super) fn buffer(number: u32, frames: &Frames) -> Result<DataFrame> {
    numbered(number, frames)?.frame()
}

fn numbered(number: u32, frames: &Frames) -> Result<&Rows> {
    frames.get(number as usize).ok_or_else(|| FrameError::Plan(format!("there is no buffer {number}")))
}

fn named(columns: &[String]) -> Selector {
    by_name(columns.iter().map(String::as_str), true, false)
}

/// These columns, or all if there are none.
fn some(columns: &[String]) -> Option<Selector> {
    (!columns.is_empty()).then(|| named(columns))
}

fn to_keep(keep: Keep) -> UniqueKeepStrategy {
    match keep {
        Keep::First => UniqueKeepStrategy::First,
        Keep::Last => UniqueKeepStrategy::Last,
        Keep::None => UniqueKeepStrategy::None,
    }
}

fn group_by(input: LazyFrame, groups: &GroupBy) -> Result<LazyFrame> {
    let (keys, aggregations) = (to_exprs(&groups.keys)?, to_exprs(&groups.aggregations)?);
    let grouped = match &groups.windows {
        Some(windows) => {
            input.group_by_dynamic(literal_column(&windows.index), keys, window_options(windows)?)
        }
        None if groups.ordered => input.group_by_stable(keys),
        None => input.group_by(keys),
    };
    Ok(grouped.agg(aggregations))
}

fn window_options(windows: &Windows) -> Result<DynamicGroupOptions> {
    Ok(DynamicGroupOptions {
        index_column: windows.index.as_str().into(),
        every: Duration::try_parse(&windows.every)?,
        period: Duration::try_parse(&windows.period)?,
        offset: Duration::try_parse(&windows.offset)?,
        label: match windows.label {
            Label::Left => polars::prelude::Label::Left,
            Label::Right => polars::prelude::Label::Right,
            Label::First => polars::prelude::Label::DataPoint,
        },
        include_boundaries: windows.boundaries,
        closed_window: to_closed(windows.closed),
        start_by: StartBy::WindowBound,
    })
}

/// The rows of two frames that belong together.
pub(super) fn join(inputs: &[LazyFrame], join: &Join) -> Result<LazyFrame> {
    let [left, right] = inputs else {
        return Err(FrameError::Plan("a join takes two frames".into()));
    };
    let coalesce = if join.coalesce { JoinCoalesce::CoalesceColumns } else { JoinCoalesce::JoinSpecific };
    // The order of rows must not depend on which side is larger.
    let order = match join.how {
        How::Right => MaintainOrderJoin::RightLeft,
        _ => MaintainOrderJoin::LeftRight,
    };
    Ok(left
        .clone()
        .join_builder()
        .with(right.clone())
        .left_on(to_exprs(&join.left)?)
        .right_on(to_exprs(&join.right)?)
        .how(join_type(join.how))
        .suffix(join.suffix.as_str())
        .join_nulls(join.nulls_equal)
        .coalesce(coalesce)
        .maintain_order(order)
        .finish())
}

fn join_type(how: How) -> JoinType {
    match how {
        How::Inner => JoinType::Inner,
        How::Left => JoinType::Left,
        How::Right => JoinType::Right,
        How::Full => JoinType::Full,
        How::Semi => JoinType::Semi,
        How::Anti => JoinType::Anti,
        How::Cross => JoinType::Cross,
    }
}

fn unpivot_args(unpivot: &Unpivot) -> UnpivotArgsDSL {
    UnpivotArgsDSL {
        on: some(&unpivot.on),
        index: named(&unpivot.index),
        variable_name: Some(unpivot.variable.as_str().into()),
        value_name: Some(unpivot.value.as_str().into()),
    }
}

/// The same column by column. The streaming engine unpivots each batch of rows by itself, so that the order of the rows would
/// depend on how large batches are.
pub(super) fn unpivot_in_order(mut rows: LazyFrame, unpivot: &Unpivot) -> Result<LazyFrame> {
    let schema = rows.clone().unpivot(unpivot_args(unpivot)).collect_schema()?;
    let all = rows.collect_schema()?;
    let on: Vec<&str> = if unpivot.on.is_empty() {
        let stays = |name: &str| unpivot.index.iter().any(|index| index == name);
        all.iter_names().map(PlSmallStr::as_str).filter(|name| !stays(name)).collect()
    } else {
        unpivot.on.iter().map(String::as_str).collect()
    };
    let value = schema.try_get(&unpivot.value)?;
    let parts = on.iter().map(|&name| {
        let stay = unpivot.index.iter().map(|index| literal_column(index));
        let variable = lit(name).alias(unpivot.variable.as_str());
        let value = literal_column(name).cast(value.clone()).alias(unpivot.value.as_str());
        rows.clone().select(stay.chain([variable, value]).collect::<Vec<_>>())
    });
    let parts: Vec<LazyFrame> = parts.collect();
    if parts.is_empty() {
        return Ok(rows.unpivot(unpivot_args(unpivot)));
    }
    Ok(concat(parts, UnionArgs { rechunk: false, ..UnionArgs::default() })?)
}
