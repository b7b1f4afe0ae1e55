//! Where the optimiser would lose the order of rows that can be seen.
//!
//! Polars leaves out what keeps the order of rows where nobody asks for it, with two mistakes.
//!
//! - It takes equal rows for rows without an order: those of a query whose columns, once the ones that nobody needs are gone,
//!   are all constant. A join of such rows then no longer keeps their order before that of the other side, and gives its rows
//!   in an order that depends on which columns are used later. Other partitions of the same rows would have another.
//! - Of groups and joins only some rows may be wanted, which they are told. If nobody asks for the order of these, they no
//!   longer know which ones were meant.

use crate::{Expression, Operation, Plan};

/// Whether Polars must not leave out what keeps the order of rows.
pub(super) fn needs_order(plan: &Plan) -> bool {
    joins_constants(plan) || cuts_groups_or_joins(plan)
}

/// Whether rows that may be all equal by constants are joined.
fn joins_constants(plan: &Plan) -> bool {
    comes_before(
        plan,
        |operation| match operation {
            Operation::Select(columns) | Operation::WithColumns(columns) => columns.iter().any(is_constant),
            _ => false,
        },
        |operation| matches!(operation, Operation::Join(_)),
    )
}

/// Whether some rows are taken of groups or of a join.
fn cuts_groups_or_joins(plan: &Plan) -> bool {
    comes_before(
        plan,
        |operation| matches!(operation, Operation::GroupBy(_) | Operation::Join(_)),
        |operation| matches!(operation, Operation::Slice { .. }),
    )
}

fn comes_before(plan: &Plan, first: impl Fn(&Operation) -> bool, then: impl Fn(&Operation) -> bool) -> bool {
    let begin = plan.steps.iter().position(|step| first(&step.operation));
    let end = plan.steps.iter().rposition(|step| then(&step.operation));
    matches!((begin, end), (Some(begin), Some(end)) if begin < end)
}

/// Whether all rows have the same value of it, whatever they are.
fn is_constant(expression: &Expression) -> bool {
    match expression {
        Expression::Literal(_) | Expression::Len => true,
        Expression::Alias { of, .. } | Expression::Affix { of, .. } | Expression::Cast { of, .. } => {
            is_constant(of)
        }
        Expression::Call { function, args } => function.is_aggregate() || args.iter().all(is_constant),
        Expression::When { cases, otherwise } => {
            let values = cases.iter().flat_map(|case| [&case.condition, &case.value]);
            values.chain(otherwise.as_deref()).all(is_constant)
        }
        _ => false,
    }
}
