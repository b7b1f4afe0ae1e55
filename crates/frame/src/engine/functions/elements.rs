//! Functions that work element by element.

use polars::lazy::dsl::{
    all_horizontal, any_horizontal, as_struct, coalesce, concat_str, max_horizontal, mean_horizontal,
    min_horizontal, sum_horizontal,
};
use polars::prelude::{ClosedInterval, Expr, FillNullStrategy, RoundMode, lit};

use super::Args;
use crate::Function;
use crate::engine::error::{FrameError, Result};

pub(super) fn call(function: Function, args: &Args<'_>) -> Result<Option<Expr>> {
    use Function as F;
    let binary = |of: fn(Expr, Expr) -> Expr| Ok::<_, FrameError>(of(args.expr(0)?, args.expr(1)?));
    let unary = |of: fn(Expr) -> Expr| Ok::<_, FrameError>(of(args.expr(0)?));
    Ok(Some(match function {
        F::Add => binary(|a, b| a + b)?,
        F::Subtract => binary(|a, b| a - b)?,
        F::Multiply => binary(|a, b| a * b)?,
        F::Divide => binary(Expr::true_div)?,
        F::FloorDivide => binary(Expr::floor_div)?,
        F::Modulo => binary(|a, b| a % b)?,
        F::Power => binary(Expr::pow)?,
        F::Equal => binary(Expr::eq)?,
        F::NotEqual => binary(Expr::neq)?,
        F::Less => binary(Expr::lt)?,
        F::LessEqual => binary(Expr::lt_eq)?,
        F::Greater => binary(Expr::gt)?,
        F::GreaterEqual => binary(Expr::gt_eq)?,
        F::EqualMissing => binary(Expr::eq_missing)?,
        F::NotEqualMissing => binary(Expr::neq_missing)?,
        F::And => binary(Expr::and)?,
        F::Or => binary(Expr::or)?,
        F::Xor => binary(Expr::xor)?,
        F::Not => unary(Expr::not)?,
        F::IsNull => unary(Expr::is_null)?,
        F::IsNotNull => unary(Expr::is_not_null)?,
        F::IsNan => unary(Expr::is_nan)?,
        F::IsNotNan => unary(Expr::is_not_nan)?,
        F::IsFinite => unary(Expr::is_finite)?,
        F::IsInfinite => unary(Expr::is_infinite)?,
        F::IsIn => args.expr(0)?.is_in(args.expr(1)?, false),
        F::IsBetween => args.expr(0)?.is_between(args.expr(1)?, args.expr(2)?, interval(args.text(3)?)?),
        F::Abs => unary(Expr::abs)?,
        F::Sqrt => unary(Expr::sqrt)?,
        F::Cbrt => unary(Expr::cbrt)?,
        F::Exp => unary(Expr::exp)?,
        F::Log => binary(Expr::log)?,
        F::Log1p => unary(Expr::log1p)?,
        F::Sign => unary(Expr::sign)?,
        F::Floor => unary(Expr::floor)?,
        F::Ceil => unary(Expr::ceil)?,
        F::Round => args.expr(0)?.round(decimals(args)?, RoundMode::HalfToEven),
        F::Clip => clip(args)?,
        F::Sin => unary(Expr::sin)?,
        F::Cos => unary(Expr::cos)?,
        F::Tan => unary(Expr::tan)?,
        F::Arcsin => unary(Expr::arcsin)?,
        F::Arccos => unary(Expr::arccos)?,
        F::Arctan => unary(Expr::arctan)?,
        F::Sinh => unary(Expr::sinh)?,
        F::Cosh => unary(Expr::cosh)?,
        F::Tanh => unary(Expr::tanh)?,
        F::FillNull => binary(Expr::fill_null)?,
        F::FillNullWith => args.expr(0)?.fill_null_with_strategy(strategy(args.text(1)?)?),
        F::FillNan => binary(Expr::fill_nan)?,
        F::Coalesce => coalesce(&args.exprs(0)?),
        F::Replace if args.len() == 3 => args.expr(0)?.replace(args.expr(1)?, args.expr(2)?),
        F::Replace => {
            let no_type = None::<polars::prelude::DataType>;
            args.expr(0)?.replace_strict(args.expr(1)?, args.expr(2)?, Some(args.expr(3)?), no_type)
        }
        F::Hash => args.expr(0)?.hash(args.int(1)?.cast_unsigned(), 1, 2, 3),
        F::SumHorizontal => sum_horizontal(args.exprs(0)?, true)?,
        F::MeanHorizontal => mean_horizontal(args.exprs(0)?, true)?,
        F::MinHorizontal => min_horizontal(args.exprs(0)?)?,
        F::MaxHorizontal => max_horizontal(args.exprs(0)?)?,
        F::AllHorizontal => all_horizontal(args.exprs(0)?)?,
        F::AnyHorizontal => any_horizontal(args.exprs(0)?)?,
        F::ConcatStr => concat_str(args.exprs(1)?, args.text(0)?, false),
        F::Struct => as_struct(args.exprs(0)?),
        F::Field => args.expr(0)?.struct_().field_by_name(args.text(1)?),
        _ => return Ok(None),
    }))
}

fn decimals(args: &Args<'_>) -> Result<u32> {
    u32::try_from(args.int(1)?).map_err(|_| args.wrong(1, "a number of decimals"))
}

/// Bounds that are null do not bound.
fn clip(args: &Args<'_>) -> Result<Expr> {
    let null = lit(polars::prelude::NULL);
    let (of, lower, upper) = (args.expr(0)?, args.expr(1)?, args.expr(2)?);
    Ok(match (lower == null, upper == null) {
        (true, true) => of,
        (true, false) => of.clip_max(upper),
        (false, true) => of.clip_min(lower),
        (false, false) => of.clip(lower, upper),
    })
}

fn interval(closed: &str) -> Result<ClosedInterval> {
    Ok(match closed {
        "both" => ClosedInterval::Both,
        "left" => ClosedInterval::Left,
        "right" => ClosedInterval::Right,
        "none" => ClosedInterval::None,
        other => return Err(FrameError::Argument(format!("an interval is not closed {other:?}"))),
    })
}

fn strategy(name: &str) -> Result<FillNullStrategy> {
    Ok(match name {
        "forward" => FillNullStrategy::Forward(None),
        "backward" => FillNullStrategy::Backward(None),
        "min" => FillNullStrategy::Min,
        "max" => FillNullStrategy::Max,
        "mean" => FillNullStrategy::Mean,
        "zero" => FillNullStrategy::Zero,
        "one" => FillNullStrategy::One,
        other => return Err(FrameError::Argument(format!("null is not filled {other:?}"))),
    })
}
