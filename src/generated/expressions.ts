// Generated from crates/frame by `npm run generate`: do not edit.

/** A column of a frame. */
export type Column = {
  /** Its name; no two of a frame have the same. */
  name: string;
  /** What its values are. */
  type: ColumnType;
};

/** The type of a column's values. Every type has null. */
export type ColumnType =
  | "null"
  | "bool"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "i128"
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "f32"
  | "f64"
  | "str"
  | "binary"
  | "date"
  | "time"
  | "cat"
  | {
      datetime: {
        /** What they count. */
        unit: TimeUnit;
        /** The IANA name of the time zone; none for times on the wall. */
        zone: string | null;
      };
    }
  | {
      duration: {
        /** What they count. */
        unit: TimeUnit;
      };
    }
  | {
      decimal: {
        /** Digits in all. */
        precision: number;
        /** Digits behind the point. */
        scale: number;
      };
    }
  | { list: ColumnType }
  | { struct: ReadonlyArray<Column> }
  | { other: string };

/** What a time counts. */
export type TimeUnit = "ns" | "us" | "ms";

/** An expression over the columns of a frame. */
export type Expression =
  | { column: string }
  | { all: ReadonlyArray<string> }
  | { types: ReadonlyArray<ColumnType> }
  | { literal: Value }
  | "len"
  | {
      alias: {
        /** What is named. */
        of: Expression;
        /** Its name. */
        name: string;
      };
    }
  | {
      affix: {
        /** What is named. */
        of: Expression;
        /** In front of each name. */
        prefix: string;
        /** Behind it. */
        suffix: string;
      };
    }
  | {
      cast: {
        /** What is converted. */
        of: Expression;
        /** Its type. */
        to: ColumnType;
        /** Whether values that it can't have are an error, or else null. */
        strict: boolean;
      };
    }
  | {
      call: {
        /** Which. */
        function: Function;
        /** As many as it takes. */
        args: ReadonlyArray<Expression>;
      };
    }
  | {
      when: {
        /** In order. */
        cases: ReadonlyArray<Case>;
        /** If none does; null if there is none. */
        otherwise: Expression | null;
      };
    }
  | {
      over: {
        /** What is computed of the rows of a group. */
        of: Expression;
        /** What tells groups apart. */
        by: ReadonlyArray<Expression>;
        /** In which order a group is read. */
        order: ReadonlyArray<Expression>;
        /** Whether that order is turned round. */
        descending: boolean;
      };
    }
  | {
      rolling: {
        /** What is computed of these rows. */
        of: Expression;
        /** The column of times, sorted. */
        index: string;
        /** How long the window is, such as `1d12h`. */
        period: string;
        /** Which of its ends belong to it. */
        closed: Closed;
      };
    }
  | {
      sort: {
        /** What is sorted. */
        of: Expression;
        /** By what. */
        by: ReadonlyArray<Expression>;
        /** For each of these whether the largest comes first. */
        descending: ReadonlyArray<boolean>;
        /** Whether null comes last. */
        nulls_last: boolean;
      };
    };

/** A function of a column. What `engine` says of each are its arguments; those of text, times, lists and categories
 * begin with what they are of. */
export type Function =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "floorDivide"
  | "modulo"
  | "power"
  | "equal"
  | "notEqual"
  | "less"
  | "lessEqual"
  | "greater"
  | "greaterEqual"
  | "equalMissing"
  | "notEqualMissing"
  | "and"
  | "or"
  | "xor"
  | "not"
  | "isNull"
  | "isNotNull"
  | "isNan"
  | "isNotNan"
  | "isFinite"
  | "isInfinite"
  | "isIn"
  | "isBetween"
  | "abs"
  | "sqrt"
  | "cbrt"
  | "exp"
  | "log"
  | "log1p"
  | "sign"
  | "floor"
  | "ceil"
  | "round"
  | "clip"
  | "sin"
  | "cos"
  | "tan"
  | "arcsin"
  | "arccos"
  | "arctan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "fillNull"
  | "fillNullWith"
  | "fillNan"
  | "coalesce"
  | "replace"
  | "hash"
  | "sumHorizontal"
  | "meanHorizontal"
  | "minHorizontal"
  | "maxHorizontal"
  | "allHorizontal"
  | "anyHorizontal"
  | "concatStr"
  | "struct"
  | "field"
  | "min"
  | "max"
  | "sum"
  | "mean"
  | "median"
  | "product"
  | "std"
  | "var"
  | "count"
  | "len"
  | "nUnique"
  | "nullCount"
  | "first"
  | "last"
  | "any"
  | "all"
  | "quantile"
  | "argMin"
  | "argMax"
  | "skew"
  | "kurtosis"
  | "covariance"
  | "correlation"
  | "implode"
  | "unique"
  | "mode"
  | "dropNulls"
  | "reverse"
  | "head"
  | "tail"
  | "slice"
  | "filter"
  | "explode"
  | "topK"
  | "bottomK"
  | "shift"
  | "diff"
  | "pctChange"
  | "cumSum"
  | "cumProd"
  | "cumMin"
  | "cumMax"
  | "cumCount"
  | "rank"
  | "interpolate"
  | "isUnique"
  | "isDuplicated"
  | "isFirstDistinct"
  | "rollingSum"
  | "rollingMean"
  | "rollingMin"
  | "rollingMax"
  | "rollingMedian"
  | "rollingStd"
  | "rollingVar"
  | "rollingQuantile"
  | "strContains"
  | "strStartsWith"
  | "strEndsWith"
  | "strFind"
  | "strCountMatches"
  | "strLength"
  | "strLengthBytes"
  | "strToLowercase"
  | "strToUppercase"
  | "strStrip"
  | "strStripStart"
  | "strStripEnd"
  | "strStripPrefix"
  | "strStripSuffix"
  | "strReplace"
  | "strReplaceAll"
  | "strSplit"
  | "strSlice"
  | "strExtract"
  | "strExtractAll"
  | "strPadStart"
  | "strPadEnd"
  | "strZfill"
  | "strJoin"
  | "strToDate"
  | "strToDatetime"
  | "strToTime"
  | "dtYear"
  | "dtIsoYear"
  | "dtQuarter"
  | "dtMonth"
  | "dtWeek"
  | "dtDay"
  | "dtWeekday"
  | "dtOrdinalDay"
  | "dtHour"
  | "dtMinute"
  | "dtSecond"
  | "dtMillisecond"
  | "dtMicrosecond"
  | "dtNanosecond"
  | "dtIsLeapYear"
  | "dtDate"
  | "dtTime"
  | "dtTimestamp"
  | "dtFormat"
  | "dtTruncate"
  | "dtRound"
  | "dtOffsetBy"
  | "dtConvertTimeZone"
  | "dtReplaceTimeZone"
  | "dtTotalDays"
  | "dtTotalHours"
  | "dtTotalMinutes"
  | "dtTotalSeconds"
  | "dtTotalMilliseconds"
  | "listLen"
  | "listMin"
  | "listMax"
  | "listSum"
  | "listMean"
  | "listMedian"
  | "listFirst"
  | "listLast"
  | "listGet"
  | "listSlice"
  | "listSort"
  | "listJoin"
  | "listContains"
  | "catCategories"
  | "catLength"
  | "catStartsWith"
  | "catEndsWith";

/** A condition and what holds under it. */
export type Case = {
  /** True or false for each row. */
  condition: Expression;
  /** The value where it is true. */
  value: Expression;
};

/** A constant. */
export type Value =
  | "null"
  | { bool: boolean }
  | { int: number | bigint }
  | { float: string }
  | { text: string }
  | { bytes: Uint8Array }
  | { time: number }
  | { list: ReadonlyArray<Value> };

/** Which ends belong to an interval. */
export type Closed = "left" | "right" | "both" | "none";
