//! Expressions as Polars has them.

use polars::prelude::{
    AnyValue, ClosedWindow, DataType, Duration, Expr, PlSmallStr, Selector, Series, SortMultipleOptions,
    SortOptions, WindowMapping, by_name, dtype_cols, len, lit, when,
};

use super::error::{FrameError, Result};
use super::functions::call;
use super::types::to_data_type;
use crate::{Case, Closed, Expression, Value};

/// Several expressions.
pub(super) fn to_exprs(expressions: &[Expression]) -> Result<Vec<Expr>> {
    expressions.iter().map(to_expr).collect()
}

/// One expression.
pub(super) fn to_expr(expression: &Expression) -> Result<Expr> {
    Ok(match expression {
        Expression::Column(name) => literal_column(name),
        Expression::All(except) if except.is_empty() => Expr::Selector(Selector::Wildcard),
        Expression::All(except) => {
            Expr::Selector(Selector::Wildcard - by_name(except.iter().map(String::as_str), true, false))
        }
        Expression::Types(types) => {
            let types = types.iter().map(to_data_type).collect::<Result<Vec<DataType>>>()?;
            Expr::Selector(Selector::ByDType(dtype_cols(types)))
        }
        Expression::Literal(value) => to_literal(value)?,
        Expression::Len => len(),
        Expression::Alias { of, name } => to_expr(of)?.alias(name.as_str()),
        Expression::Affix { of, prefix, suffix } => {
            let mut named = to_expr(of)?;
            if !prefix.is_empty() {
                named = named.name().prefix(prefix);
            }
            if suffix.is_empty() { named } else { named.name().suffix(suffix) }
        }
        Expression::Cast { of, to, strict } => {
            let (of, to) = (to_expr(of)?, to_data_type(to)?);
            if *strict { of.strict_cast(to) } else { of.cast(to) }
        }
        Expression::Call { function, args } => call(*function, args)?,
        Expression::When { cases, otherwise } => choose(cases, otherwise.as_deref())?,
        Expression::Over { of, by, order, descending } => {
            let (by, order) = (to_exprs(by)?, to_exprs(order)?);
            let sort = SortOptions { descending: *descending, ..SortOptions::default() };
            let by = (!by.is_empty()).then_some(by);
            let order = (!order.is_empty()).then_some((order, sort));
            to_expr(of)?.over_with_options(by, order, WindowMapping::GroupsToRows)?
        }
        Expression::Rolling { of, index, period, closed } => {
            let period = Duration::try_parse(period)?;
            let offset = -period;
            to_expr(of)?.rolling(literal_column(index), period, offset, to_closed(*closed))
        }
        Expression::Sort { of, by, descending, nulls_last } => {
            to_expr(of)?.sort_by(to_exprs(by)?, order(descending, *nulls_last))
        }
    })
}

/// A column of exactly this name: `col` takes some for patterns.
pub(super) fn literal_column(name: &str) -> Expr {
    Expr::Column(name.into())
}

/// How to sort. Equal rows keep their order.
pub(super) fn order(descending: &[bool], nulls_last: bool) -> SortMultipleOptions {
    SortMultipleOptions::new()
        .with_order_descending_multi(descending.iter().copied())
        .with_nulls_last(nulls_last)
        .with_maintain_order(true)
}

/// The ends of an interval.
pub(super) fn to_closed(closed: Closed) -> ClosedWindow {
    match closed {
        Closed::Left => ClosedWindow::Left,
        Closed::Right => ClosedWindow::Right,
        Closed::Both => ClosedWindow::Both,
        Closed::None => ClosedWindow::None,
    }
}

/// From the last case to the first.
fn choose(cases: &[Case], otherwise: Option<&Expression>) -> Result<Expr> {
    let last = otherwise.map_or_else(|| Ok(lit(polars::prelude::NULL)), to_expr)?;
    let mut chosen = last;
    for case in cases.iter().rev() {
        chosen = when(to_expr(&case.condition)?).then(to_expr(&case.value)?).otherwise(chosen);
    }
    Ok(chosen)
}

fn to_literal(value: &Value) -> Result<Expr> {
    Ok(match value {
        Value::Null => lit(polars::prelude::NULL),
        Value::Bool(value) => lit(*value),
        // `lit` gives numbers no type of their own: they take that of the column that they meet.
        Value::Int(value) => lit(*value),
        Value::Float(text) => lit(to_float(text)?),
        Value::Text(text) => lit(text.as_str()),
        Value::Bytes(bytes) => lit(bytes.0.as_slice()),
        Value::Time(milliseconds) => {
            let unit = polars::prelude::TimeUnit::Milliseconds;
            lit(*milliseconds).cast(DataType::Datetime(unit, None))
        }
        Value::List(values) => lit(to_series(values)?).implode(true),
    })
}

/// Values as a column, of a type that holds them all.
pub(super) fn to_series(values: &[Value]) -> Result<Series> {
    let values = values.iter().map(to_any_value).collect::<Result<Vec<_>>>()?;
    Ok(Series::from_any_values(PlSmallStr::EMPTY, &values, false)?)
}

fn to_any_value(value: &Value) -> Result<AnyValue<'static>> {
    Ok(match value {
        Value::Null => AnyValue::Null,
        Value::Bool(value) => AnyValue::Boolean(*value),
        Value::Int(value) => AnyValue::Int64(*value),
        Value::Float(text) => AnyValue::Float64(to_float(text)?),
        Value::Text(text) => AnyValue::StringOwned(text.as_str().into()),
        Value::Bytes(bytes) => AnyValue::BinaryOwned(bytes.0.clone()),
        Value::Time(milliseconds) => {
            AnyValue::Datetime(*milliseconds, polars::prelude::TimeUnit::Milliseconds, None)
        }
        Value::List(values) => AnyValue::List(to_series(values)?),
    })
}

fn to_float(text: &str) -> Result<f64> {
    text.parse().map_err(|_| FrameError::Plan(format!("expected a float, got {text:?}")))
}
