// Generated from crates/frame by `npm run generate`: do not edit.

import type { Closed, Column, ColumnType, Expression, Value } from "./expressions.js";

export type * from "./expressions.js";

/** What is done with the rows of the inputs. */
export type Operation =
  | { scan: Scan }
  | { memory: number }
  | {
      shard: {
        /** The buffer that it is. */
        buffer: number;
        /** The number of the piece that dealt it. */
        from: number;
        /** The number of the piece that it is for. */
        to: number;
      };
    }
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
  /** Absolute paths, or URLs of objects, in order. */
  paths: ReadonlyArray<string>;
  /** What the objects were when they were found, one for each path; nothing of files, and before they are looked for. */
  objects: ReadonlyArray<StoredObject>;
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
  /** A part of the one path, whose columns are known; all of the files if there is none. */
  range: Range | null;
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

/** An object behind a URL, as it was when it was found. */
export type StoredObject = {
  /** Bytes that it has. */
  size: number;
  /** Names these bytes, if the server does. */
  tag: string | null;
};

/** A part of a file: of text bytes, from the beginning of a line to that of another; of other objects behind URLs numbers of
 * row groups or record batches. */
export type Range = {
  /** The first. */
  from: number;
  /** The one behind the last. */
  to: number;
};

/** A query. The last step gives the rows of the answer. */
export type Plan = {
  /** Each uses earlier ones only. */
  steps: ReadonlyArray<Step>;
  /** Who executes it. */
  engine: Engine;
};

/** How the rows of a piece are dealt out to others. */
export type Deal = {
  /** The number of the piece that deals. */
  from: number;
  /** How many pieces get some. */
  count: number;
  /** What decides who gets a row: rows with equal values go to the same piece. */
  by: ReadonlyArray<Expression>;
  /** Pieces get ranges of values, or else those with the same hash, which no machine computes differently. */
  ranges: Ranges | null;
};

/** Ranges of values that follow one another. */
export type Ranges = {
  /** For each of the values whether the largest comes first. */
  descending: ReadonlyArray<boolean>;
  /** Whether null comes last. */
  nulls_last: boolean;
  /** The buffer whose rows part the ranges. */
  bounds: number;
  /** Whether a row that equals a bound is the first of the range behind it, or else among the last of that before it. */
  begins: boolean;
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
