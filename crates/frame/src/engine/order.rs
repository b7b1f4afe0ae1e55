//! Where the optimiser would lose the order of rows.
//!
//! Polars takes equal rows for rows without an order: those of a query whose columns, once the ones that nobody needs are
//! gone, are all constant. A join of such rows then no longer keeps their order before that of the other side, and gives
//! its rows in an order that depends on which columns are used later. Other partitions of the same rows would have another.

use crate::{Expression, Function, Operation, Plan};

/// Whether rows that may be all equal by constants are joined, so that Polars must not leave out what keeps their order.
pub(super) fn joins_constants(plan: &Plan) -> bool {
    let joined = plan.steps.iter().rposition(|step| matches!(step.operation, Operation::Join(_)));
    let made = plan.steps.iter().position(|step| match &step.operation {
        Operation::Select(columns) | Operation::WithColumns(columns) => columns.iter().any(is_constant),
        _ => false,
    });
    matches!((made, joined), (Some(made), Some(joined)) if made < joined)
}

/// Whether all rows have the same value of it, whatever they are.
fn is_constant(expression: &Expression) -> bool {
    match expression {
        Expression::Literal(_) | Expression::Len => true,
        Expression::Alias { of, .. } | Expression::Affix { of, .. } | Expression::Cast { of, .. } => {
            is_constant(of)
        }
        Expression::Call { function, args } => is_aggregate(*function) || args.iter().all(is_constant),
        Expression::When { cases, otherwise } => {
            let values = cases.iter().flat_map(|case| [&case.condition, &case.value]);
            values.chain(otherwise.as_deref()).all(is_constant)
        }
        _ => false,
    }
}

/// Whether it makes one element of all.
fn is_aggregate(function: Function) -> bool {
    use Function as F;
    matches!(
        function,
        F::Min
            | F::Max
            | F::Sum
            | F::Mean
            | F::Median
            | F::Product
            | F::Std
            | F::Var
            | F::Count
            | F::Len
            | F::NUnique
            | F::NullCount
            | F::First
            | F::Last
            | F::Any
            | F::All
            | F::Quantile
            | F::ArgMin
            | F::ArgMax
            | F::Skew
            | F::Kurtosis
            | F::Covariance
            | F::Correlation
            | F::Implode
    )
}
