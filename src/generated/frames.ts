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

/** What is done with the rows of the inputs. */
export type Operation =
  | { scan: Scan }
  | { memory: number }
  | { empty: ReadonlyArray<Column> }
  | { select: ReadonlyArray<Expression> }
  | { withColumns: ReadonlyArray<Expression> }
  | { filter: Expression }
  | { groupBy: GroupBy }
  | { sort: Order }
  | {
      slice: {
        /** Before the first one. */
        offset: number;
        /** How many, or all that follow. */
        length: number | null;
      };
    }
  | "reverse"
  | {
      unique: {
        /** Columns that tell rows apart; none stands for all. */
        subset: ReadonlyArray<string>;
        /** Which of several. */
        keep: Keep;
      };
    }
  | { join: Join }
  | {
      concat: {
        /** Whether inputs may lack columns, which are null then, and columns may have different types, of which one
         * that holds both is taken. */
        relaxed: boolean;
      };
    }
  | "beside"
  | {
      rename: {
        /** The old ones. */
        from: ReadonlyArray<string>;
        /** The new ones. */
        to: ReadonlyArray<string>;
      };
    }
  | { drop: ReadonlyArray<string> }
  | { dropNulls: ReadonlyArray<string> }
  | { explode: ReadonlyArray<string> }
  | { unnest: ReadonlyArray<string> }
  | { unpivot: Unpivot }
  | {
      rowIndex: {
        /** Its name. */
        name: string;
        /** The first number. */
        offset: number;
      };
    };

/** Groups, and what is computed of each. */
export type GroupBy = {
  /** What tells groups apart. */
  keys: ReadonlyArray<Expression>;
  /** What is computed of the rows of a group. */
  aggregations: ReadonlyArray<Expression>;
  /** Whether groups come in the order of their first rows, or else in any. */
  ordered: boolean;
  /** Windows of time within each group. */
  windows: Windows | null;
};

/** Windows of time that rows fall into. */
export type Windows = {
  /** The column of times, sorted. */
  index: string;
  /** From the start of one window to that of the next, such as `1mo`. */
  every: string;
  /** How long a window is. */
  period: string;
  /** How far the windows are shifted. */
  offset: string;
  /** Which of its ends belong to a window. */
  closed: Closed;
  /** What stands for a window. */
  label: Label;
  /** Whether both ends of the window are added as columns. */
  boundaries: boolean;
};

/** Which ends belong to an interval. */
export type Closed = "left" | "right" | "both" | "none";

/** What stands for a window of time. */
export type Label = "left" | "right" | "first";

/** An order of rows. */
export type Order = {
  /** By what; the further ones decide where the first are equal. */
  by: ReadonlyArray<Expression>;
  /** For each whether the largest comes first. */
  descending: ReadonlyArray<boolean>;
  /** Whether null comes last, or else first. */
  nulls_last: boolean;
};

/** Which of several equal rows. */
export type Keep = "first" | "last" | "none";

/** How rows of two inputs find each other. */
export type Join = {
  /** Which rows are in the result. */
  how: How;
  /** What is equal of the first input. */
  left: ReadonlyArray<Expression>;
  /** What is equal of the second input, in the same order. */
  right: ReadonlyArray<Expression>;
  /** Behind the names of the second input that the first has too. */
  suffix: string;
  /** Whether null equals null. */
  nulls_equal: boolean;
  /** Whether the keys of both inputs become one column where the result has rows without a partner. */
  coalesce: boolean;
};

/** Which rows a join gives. */
export type How = "inner" | "left" | "right" | "full" | "semi" | "anti" | "cross";

/** Columns that become rows. */
export type Unpivot = {
  /** The columns whose values become one column; none stands for all but `index`. */
  on: ReadonlyArray<string>;
  /** The columns that stay. */
  index: ReadonlyArray<string>;
  /** Name of the column of names. */
  variable: string;
  /** Name of the column of values. */
  value: string;
};

/** Files of one format that are read one behind the other. */
export type Scan = {
  /** Absolute paths, in order. */
  paths: ReadonlyArray<string>;
  /** What they are. */
  format: ScanFormat;
  /** The columns, once they are known; those of paths among them. */
  columns: ReadonlyArray<Column> | null;
  /** Types of some columns that are not to be guessed. */
  types: ReadonlyArray<Column>;
  /** How many rows types are guessed from; all if there is no number. */
  sample: number | null;
  /** Name of a column that says which file a row is from. */
  path_column: string | null;
};

/** A format of files. */
export type ScanFormat =
  | { csv: CsvOptions }
  | {
      parquet: {
        /** Whether folders such as `year=2024` are columns. */
        hive: boolean;
      };
    }
  | {
      jsonl: {
        /** Whether lines that are no JSON are left out, or else an error. */
        lenient: boolean;
      };
    }
  | "ipc";

/** What there is to know of a CSV file. */
export type CsvOptions = {
  /** Between two values; one character of ASCII. */
  separator: string;
  /** Around values that have a separator or line break in them; none if nothing is quoted. */
  quote: string | null;
  /** Begins lines that are left out. */
  comment: string | null;
  /** Whether the first line of each file is names. */
  header: boolean;
  /** Lines before the header that are left out. */
  skip: number;
  /** Texts that stand for null, besides nothing. */
  nulls: ReadonlyArray<string>;
  /** Whether text that looks like a date or time becomes one. */
  dates: boolean;
  /** Whether values beyond the last column are left out, or else an error. */
  truncate: boolean;
  /** Whether values that don't fit their column become null, or else an error. */
  lenient: boolean;
  /** Whether a comma is the decimal point. */
  decimal_comma: boolean;
  /** Whether bytes that are no UTF-8 are replaced, or else an error. */
  lossy: boolean;
};

/** A query. The last step gives the rows of the answer. */
export type Plan = {
  /** Each uses earlier ones only. */
  steps: ReadonlyArray<Step>;
  /** Who executes it. */
  engine: Engine;
};

/** How a query is executed. */
export type Engine = "memory" | "streaming";

/** An operation, and where its rows come from. */
export type Step = {
  /** The steps whose rows it takes. */
  inputs: ReadonlyArray<number>;
  /** What it does with them. */
  operation: Operation;
};

/** A column and its values. */
export type ColumnData = {
  /** Its name. */
  name: string;
  /** Its type; if there is none, one that holds all values. */
  type: ColumnType | null;
  /** Its values. */
  values: Values;
};

/** The values of a column. */
export type Values =
  | { each: ReadonlyArray<Value> }
  | {
      numbers: {
        /** What they are; `bool` has a byte each. */
        of: ColumnType;
        /** Little-endian. */
        bytes: Uint8Array;
      };
    };

/** Where rows are written. */
export type Target = {
  /** Absolute path of a file in a folder that is there. */
  path: string;
  /** What it becomes. */
  format: Format;
};

/** A format that is written. */
export type Format =
  | {
      csv: {
        /** Between two values; one character of ASCII. */
        separator: string;
        /** Whether the first line is names. */
        header: boolean;
        /** Stands for null. */
        null: string;
      };
    }
  | {
      parquet: {
        /** `zstd`, `snappy`, `lz4`, `gzip` or `none`. */
        compression: string;
        /** Rows of a group; as Polars likes them if there is no number. */
        rows: number | null;
      };
    }
  | "jsonl"
  | {
      ipc: {
        /** `zstd`, `lz4` or `none`. */
        compression: string;
      };
    };
