//! Functions of all elements that give as many, fewer or others.

use polars::prelude::{
    ExplodeOptions, Expr, InterpolationMethod, RankMethod, RankOptions, RollingFnParams,
    RollingOptionsFixedWindow, RollingVarParams, SortOptions,
};
use polars::series::ops::NullBehavior;

use super::Args;
use super::aggregates::{degrees_of_freedom, quantile_method};
use crate::Function;
use crate::engine::error::{FrameError, Result};

pub(super) fn call(function: Function, args: &Args<'_>) -> Result<Option<Expr>> {
    use Function as F;
    let unary = |of: fn(Expr) -> Expr| Ok::<_, FrameError>(of(args.expr(0)?));
    let binary = |of: fn(Expr, Expr) -> Expr| Ok::<_, FrameError>(of(args.expr(0)?, args.expr(1)?));
    let running = |of: fn(Expr, bool) -> Expr| Ok::<_, FrameError>(of(args.expr(0)?, args.flag(1)?));
    let rolling = |of: fn(Expr, RollingOptionsFixedWindow) -> Expr| {
        Ok::<_, FrameError>(of(args.expr(0)?, window(args, None)?))
    };
    Ok(Some(match function {
        F::Unique => unary(Expr::unique_stable)?,
        F::Mode => unary(|of| of.mode(true).sort(SortOptions::default()))?,
        F::DropNulls => unary(Expr::drop_nulls)?,
        F::Reverse => unary(Expr::reverse)?,
        F::Head => args.expr(0)?.head(Some(args.length(1)?)),
        F::Tail => args.expr(0)?.tail(Some(args.length(1)?)),
        F::Slice => args.expr(0)?.slice(args.expr(1)?, args.expr(2)?),
        F::Filter => binary(Expr::filter)?,
        F::Explode => unary(|of| of.explode(ExplodeOptions { empty_as_null: true, keep_nulls: true }))?,
        F::TopK => binary(Expr::top_k)?,
        F::BottomK => binary(Expr::bottom_k)?,
        F::Shift if args.len() == 2 => binary(Expr::shift)?,
        F::Shift => args.expr(0)?.shift_and_fill(args.expr(1)?, args.expr(2)?),
        F::Diff => args.expr(0)?.diff(args.expr(1)?, NullBehavior::Ignore),
        F::PctChange => binary(Expr::pct_change)?,
        F::CumSum => running(Expr::cum_sum)?,
        F::CumProd => running(Expr::cum_prod)?,
        F::CumMin => running(Expr::cum_min)?,
        F::CumMax => running(Expr::cum_max)?,
        F::CumCount => running(Expr::cum_count)?,
        F::Rank => {
            let options = RankOptions { method: rank_method(args.text(1)?)?, descending: args.flag(2)? };
            args.expr(0)?.rank(options, None)
        }
        F::Interpolate => unary(|of| of.interpolate(InterpolationMethod::Linear))?,
        F::IsUnique => unary(Expr::is_unique)?,
        F::IsDuplicated => unary(Expr::is_duplicated)?,
        F::IsFirstDistinct => unary(Expr::is_first_distinct)?,
        F::RollingSum => rolling(Expr::rolling_sum)?,
        F::RollingMean => rolling(Expr::rolling_mean)?,
        F::RollingMin => rolling(Expr::rolling_min)?,
        F::RollingMax => rolling(Expr::rolling_max)?,
        F::RollingMedian => rolling(Expr::rolling_median)?,
        F::RollingStd => args.expr(0)?.rolling_std(window(args, Some(spread(args)?))?),
        F::RollingVar => args.expr(0)?.rolling_var(window(args, Some(spread(args)?))?),
        F::RollingQuantile => {
            let method = quantile_method(args.text(5)?)?;
            args.expr(0)?.rolling_quantile(method, args.float(4)?, window(args, None)?)
        }
        _ => return Ok(None),
    }))
}

/// Arguments 1 to 3: how many elements, how many of them that are not null there must be, whether the element stands
/// in the middle or else at the end.
fn window(args: &Args<'_>, fn_params: Option<RollingFnParams>) -> Result<RollingOptionsFixedWindow> {
    Ok(RollingOptionsFixedWindow {
        window_size: args.length(1)?,
        min_periods: args.length(2)?,
        center: args.flag(3)?,
        weights: None,
        fn_params,
    })
}

fn spread(args: &Args<'_>) -> Result<RollingFnParams> {
    Ok(RollingFnParams::Var(RollingVarParams { ddof: degrees_of_freedom(args, 4)? }))
}

fn rank_method(name: &str) -> Result<RankMethod> {
    Ok(match name {
        "average" => RankMethod::Average,
        "min" => RankMethod::Min,
        "max" => RankMethod::Max,
        "dense" => RankMethod::Dense,
        "ordinal" => RankMethod::Ordinal,
        other => return Err(FrameError::Argument(format!("there is no rank method {other:?}"))),
    })
}
