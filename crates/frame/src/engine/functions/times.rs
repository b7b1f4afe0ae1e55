//! Functions of dates, times and lengths of time.

use polars::prelude::{Expr, NonExistent, TimeUnit, TimeZone, lit};

use super::Args;
use crate::Function;
use crate::engine::error::{FrameError, Result};

pub(super) fn call(function: Function, args: &Args<'_>) -> Result<Option<Expr>> {
    use Function as F;
    let time = || Ok::<_, FrameError>(args.expr(0)?.dt());
    Ok(Some(match function {
        F::DtYear => time()?.year(),
        F::DtIsoYear => time()?.iso_year(),
        F::DtQuarter => time()?.quarter(),
        F::DtMonth => time()?.month(),
        F::DtWeek => time()?.week(),
        F::DtDay => time()?.day(),
        F::DtWeekday => time()?.weekday(),
        F::DtOrdinalDay => time()?.ordinal_day(),
        F::DtHour => time()?.hour(),
        F::DtMinute => time()?.minute(),
        F::DtSecond => time()?.second(),
        F::DtMillisecond => time()?.millisecond(),
        F::DtMicrosecond => time()?.microsecond(),
        F::DtNanosecond => time()?.nanosecond(),
        F::DtIsLeapYear => time()?.is_leap_year(),
        F::DtDate => time()?.date(),
        F::DtTime => time()?.time(),
        F::DtTimestamp => time()?.timestamp(unit(args.text(1)?)?),
        F::DtFormat => time()?.to_string(args.text(1)?),
        F::DtTruncate => time()?.truncate(args.expr(1)?),
        F::DtRound => time()?.round(args.expr(1)?),
        F::DtOffsetBy => time()?.offset_by(args.expr(1)?),
        F::DtConvertTimeZone => match TimeZone::opt_try_new(Some(args.text(1)?))? {
            Some(zone) => time()?.convert_time_zone(zone),
            None => return Err(args.wrong(1, "the name of a time zone")),
        },
        F::DtReplaceTimeZone => {
            let zone = TimeZone::opt_try_new(args.optional_text(1)?)?;
            time()?.replace_time_zone(zone, lit("raise"), NonExistent::Raise)
        }
        F::DtTotalDays => time()?.total_days(false),
        F::DtTotalHours => time()?.total_hours(false),
        F::DtTotalMinutes => time()?.total_minutes(false),
        F::DtTotalSeconds => time()?.total_seconds(false),
        F::DtTotalMilliseconds => time()?.total_milliseconds(false),
        _ => return Ok(None),
    }))
}

/// A unit by its name.
pub(super) fn unit(name: &str) -> Result<TimeUnit> {
    Ok(match name {
        "ns" => TimeUnit::Nanoseconds,
        "us" => TimeUnit::Microseconds,
        "ms" => TimeUnit::Milliseconds,
        other => return Err(FrameError::Argument(format!("there is no unit of time {other:?}"))),
    })
}
