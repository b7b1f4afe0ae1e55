//! Functions of all elements that give one.

use polars::prelude::{Expr, QuantileMethod, cov, lit, pearson_corr};

use super::Args;
use crate::Function;
use crate::engine::error::{FrameError, Result};

pub(super) fn call(function: Function, args: &Args<'_>) -> Result<Option<Expr>> {
    use Function as F;
    let unary = |of: fn(Expr) -> Expr| Ok::<_, FrameError>(of(args.expr(0)?));
    Ok(Some(match function {
        F::Min => unary(Expr::min)?,
        F::Max => unary(Expr::max)?,
        F::Sum => unary(Expr::sum)?,
        F::Mean => unary(Expr::mean)?,
        F::Median => unary(Expr::median)?,
        F::Product => unary(Expr::product)?,
        F::Std => args.expr(0)?.std(degrees_of_freedom(args, 1)?),
        F::Var => args.expr(0)?.var(degrees_of_freedom(args, 1)?),
        F::Count => unary(Expr::count)?,
        F::Len => unary(Expr::len)?,
        F::NUnique => unary(Expr::n_unique)?,
        F::NullCount => unary(Expr::null_count)?,
        F::First => unary(Expr::first)?,
        F::Last => unary(Expr::last)?,
        F::Any => unary(|of| of.any(true))?,
        F::All => unary(|of| of.all(true))?,
        F::Quantile => args.expr(0)?.quantile(lit(args.float(1)?), quantile_method(args.text(2)?)?),
        F::ArgMin => unary(Expr::arg_min)?,
        F::ArgMax => unary(Expr::arg_max)?,
        F::Skew => args.expr(0)?.skew(args.flag(1)?),
        F::Kurtosis => args.expr(0)?.kurtosis(args.flag(1)?, args.flag(2)?),
        F::Covariance => cov(args.expr(0)?, args.expr(1)?, degrees_of_freedom(args, 2)?),
        F::Correlation => pearson_corr(args.expr(0)?, args.expr(1)?),
        F::Implode => unary(|of| of.implode(true))?,
        _ => return Ok(None),
    }))
}

/// What is taken off the number of elements.
pub(super) fn degrees_of_freedom(args: &Args<'_>, number: usize) -> Result<u8> {
    u8::try_from(args.int(number)?).map_err(|_| args.wrong(number, "degrees of freedom from 0 to 255"))
}

/// What lies between two elements.
pub(super) fn quantile_method(name: &str) -> Result<QuantileMethod> {
    Ok(match name {
        "nearest" => QuantileMethod::Nearest,
        "lower" => QuantileMethod::Lower,
        "higher" => QuantileMethod::Higher,
        "midpoint" => QuantileMethod::Midpoint,
        "linear" => QuantileMethod::Linear,
        "equiprobable" => QuantileMethod::Equiprobable,
        other => return Err(FrameError::Argument(format!("there is no quantile method {other:?}"))),
    })
}
