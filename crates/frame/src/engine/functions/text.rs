//! Functions of text and of categories.

use polars::prelude::{Expr, StrptimeOptions, lit};

use super::Args;
use crate::Function;
use crate::engine::error::{FrameError, Result};
use crate::engine::functions::times::unit;

pub(super) fn call(function: Function, args: &Args<'_>) -> Result<Option<Expr>> {
    use Function as F;
    let text = || Ok::<_, FrameError>(args.expr(0)?.str());
    Ok(Some(match function {
        F::StrContains if args.flag(2)? => text()?.contains_literal(args.expr(1)?),
        F::StrContains => text()?.contains(args.expr(1)?, true),
        F::StrStartsWith => text()?.starts_with(args.expr(1)?),
        F::StrEndsWith => text()?.ends_with(args.expr(1)?),
        F::StrFind if args.flag(2)? => text()?.find_literal(args.expr(1)?),
        F::StrFind => text()?.find(args.expr(1)?, true),
        F::StrCountMatches => text()?.count_matches(args.expr(1)?, args.flag(2)?),
        F::StrLength => text()?.len_chars(),
        F::StrLengthBytes => text()?.len_bytes(),
        F::StrToLowercase => text()?.to_lowercase(),
        F::StrToUppercase => text()?.to_uppercase(),
        F::StrStrip => text()?.strip_chars(args.expr(1)?),
        F::StrStripStart => text()?.strip_chars_start(args.expr(1)?),
        F::StrStripEnd => text()?.strip_chars_end(args.expr(1)?),
        F::StrStripPrefix => text()?.strip_prefix(args.expr(1)?),
        F::StrStripSuffix => text()?.strip_suffix(args.expr(1)?),
        F::StrReplace => text()?.replace(args.expr(1)?, args.expr(2)?, args.flag(3)?),
        F::StrReplaceAll => text()?.replace_all(args.expr(1)?, args.expr(2)?, args.flag(3)?),
        F::StrSplit => text()?.split(args.expr(1)?),
        F::StrSlice => text()?.slice(args.expr(1)?, args.expr(2)?),
        F::StrExtract => text()?.extract(args.expr(1)?, args.length(2)?),
        F::StrExtractAll => text()?.extract_all(args.expr(1)?),
        F::StrPadStart => text()?.pad_start(args.expr(1)?, character(args)?),
        F::StrPadEnd => text()?.pad_end(args.expr(1)?, character(args)?),
        F::StrZfill => text()?.zfill(args.expr(1)?),
        F::StrJoin => text()?.join(args.text(1)?, true),
        F::StrToDate => text()?.to_date(format(args, 1, 2)?),
        F::StrToTime => text()?.to_time(format(args, 1, 2)?),
        F::StrToDatetime => {
            text()?.to_datetime(Some(unit(args.text(3)?)?), None, format(args, 1, 2)?, lit("raise"))
        }
        F::CatCategories => args.expr(0)?.cat().get_categories(),
        F::CatLength => args.expr(0)?.cat().len_chars(),
        F::CatStartsWith => args.expr(0)?.cat().starts_with(args.text(1)?.to_owned()),
        F::CatEndsWith => args.expr(0)?.cat().ends_with(args.text(1)?.to_owned()),
        _ => return Ok(None),
    }))
}

/// The third argument, one character.
fn character(args: &Args<'_>) -> Result<char> {
    let mut characters = args.text(2)?.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(character),
        _ => Err(args.wrong(2, "one character")),
    }
}

/// How text is read: in a format, or guessed from the text if there is none.
fn format(args: &Args<'_>, format: usize, strict: usize) -> Result<StrptimeOptions> {
    Ok(StrptimeOptions {
        format: args.optional_text(format)?.map(Into::into),
        strict: args.flag(strict)?,
        exact: true,
        cache: true,
    })
}
