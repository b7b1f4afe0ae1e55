//! Names of the functions that expressions call.

use serde::{Deserialize, Serialize};

/// A function of a column. What `engine` says of each are its arguments; those of text, times, lists and categories
/// begin with what they are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names of Polars, whose functions they are")]
pub enum Function {
    // Element by element.
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    EqualMissing,
    NotEqualMissing,
    And,
    Or,
    Xor,
    Not,
    IsNull,
    IsNotNull,
    IsNan,
    IsNotNan,
    IsFinite,
    IsInfinite,
    IsIn,
    IsBetween,
    Abs,
    Sqrt,
    Cbrt,
    Exp,
    Log,
    Log1p,
    Sign,
    Floor,
    Ceil,
    Round,
    Clip,
    Sin,
    Cos,
    Tan,
    Arcsin,
    Arccos,
    Arctan,
    Sinh,
    Cosh,
    Tanh,
    FillNull,
    FillNullWith,
    FillNan,
    Coalesce,
    Replace,
    Hash,
    SumHorizontal,
    MeanHorizontal,
    MinHorizontal,
    MaxHorizontal,
    AllHorizontal,
    AnyHorizontal,
    ConcatStr,
    Struct,
    Field,
    // All elements to one.
    Min,
    Max,
    Sum,
    Mean,
    Median,
    Product,
    Std,
    Var,
    Count,
    Len,
    NUnique,
    NullCount,
    First,
    Last,
    Any,
    All,
    Quantile,
    ArgMin,
    ArgMax,
    Skew,
    Kurtosis,
    Covariance,
    Correlation,
    Implode,
    // All elements to others.
    Unique,
    Mode,
    DropNulls,
    Reverse,
    Head,
    Tail,
    Slice,
    Filter,
    Explode,
    TopK,
    BottomK,
    Shift,
    Diff,
    PctChange,
    CumSum,
    CumProd,
    CumMin,
    CumMax,
    CumCount,
    Rank,
    Interpolate,
    IsUnique,
    IsDuplicated,
    IsFirstDistinct,
    RollingSum,
    RollingMean,
    RollingMin,
    RollingMax,
    RollingMedian,
    RollingStd,
    RollingVar,
    RollingQuantile,
    // Text.
    StrContains,
    StrStartsWith,
    StrEndsWith,
    StrFind,
    StrCountMatches,
    StrLength,
    StrLengthBytes,
    StrToLowercase,
    StrToUppercase,
    StrStrip,
    StrStripStart,
    StrStripEnd,
    StrStripPrefix,
    StrStripSuffix,
    StrReplace,
    StrReplaceAll,
    StrSplit,
    StrSlice,
    StrExtract,
    StrExtractAll,
    StrPadStart,
    StrPadEnd,
    StrZfill,
    StrJoin,
    StrToDate,
    StrToDatetime,
    StrToTime,
    // Times.
    DtYear,
    DtIsoYear,
    DtQuarter,
    DtMonth,
    DtWeek,
    DtDay,
    DtWeekday,
    DtOrdinalDay,
    DtHour,
    DtMinute,
    DtSecond,
    DtMillisecond,
    DtMicrosecond,
    DtNanosecond,
    DtIsLeapYear,
    DtDate,
    DtTime,
    DtTimestamp,
    DtFormat,
    DtTruncate,
    DtRound,
    DtOffsetBy,
    DtConvertTimeZone,
    DtReplaceTimeZone,
    DtTotalDays,
    DtTotalHours,
    DtTotalMinutes,
    DtTotalSeconds,
    DtTotalMilliseconds,
    // Lists.
    ListLen,
    ListMin,
    ListMax,
    ListSum,
    ListMean,
    ListMedian,
    ListFirst,
    ListLast,
    ListGet,
    ListSlice,
    ListSort,
    ListJoin,
    ListContains,
    // Categories.
    CatCategories,
    CatLength,
    CatStartsWith,
    CatEndsWith,
}

impl Function {
    /// Whether it makes one element of all: those that the enum lists so.
    pub fn is_aggregate(self) -> bool {
        use Function as F;
        matches!(
            self,
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
}
