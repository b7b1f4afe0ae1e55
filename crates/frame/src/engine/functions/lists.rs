//! Functions of columns of lists.

use polars::prelude::{Expr, SortOptions};

use super::Args;
use crate::Function;
use crate::engine::error::{FrameError, Result};

pub(super) fn call(function: Function, args: &Args<'_>) -> Result<Option<Expr>> {
    use Function as F;
    let list = || Ok::<_, FrameError>(args.expr(0)?.list());
    Ok(Some(match function {
        F::ListLen => list()?.len(),
        F::ListMin => list()?.min(),
        F::ListMax => list()?.max(),
        F::ListSum => list()?.sum(),
        F::ListMean => list()?.mean(),
        F::ListMedian => list()?.median(),
        F::ListFirst => list()?.first(),
        F::ListLast => list()?.last(),
        F::ListGet => list()?.get(args.expr(1)?, true),
        F::ListSlice => list()?.slice(args.expr(1)?, args.expr(2)?),
        F::ListSort => {
            let options = SortOptions { descending: args.flag(1)?, ..SortOptions::default() };
            list()?.sort(options)
        }
        F::ListJoin => list()?.join(args.expr(1)?, true),
        F::ListContains => list()?.contains(args.expr(1)?, false),
        _ => return Ok(None),
    }))
}
