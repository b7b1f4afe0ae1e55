import { checkOneOf, invalid } from "../check.js";
import type { Bag } from "../bag/index.js";
import type { ArrayLike } from "../array/index.js";
import type { TypedArray } from "../dtype/index.js";
import type { Delayed } from "../delayed/index.js";
import { type FromArrayFrameOptions, fromArrayNode } from "./arrays.js";
import type { Schema } from "./column-type.js";
import { DataFrame, nodeOf } from "./data-frame.js";
import { readHDF5 as readHDF5Node, type ReadHDF5Options } from "./hdf5.js";
import { fromColumns, fromRows } from "./make.js";
import { fromDelayed as fromDelayedNode } from "./map-partitions.js";
import { type ArrowTable, fromTable } from "./tables.js";
import { concat as concatNodes } from "./operations.js";
import {
  type Paths,
  readCSV as readCSVNode,
  type ReadCSVOptions,
  readIPC as readIPCNode,
  readJSONLines as readJSONLinesNode,
  type ReadJSONLinesOptions,
  readParquet as readParquetNode,
  type ReadParquetOptions,
} from "./read.js";
import { readSQL as readSQLNode, type ReadSQLOptions } from "./sql/read.js";

/** How values become a frame. */
export interface FromOptions<S extends Schema = Schema> {
  /** The columns and their types. Default: types that hold all values. */
  readonly schema?: S | undefined;
}

/** How frames are put together. */
export interface ConcatOptions {
  /**
   * `vertical`: rows behind each other, of the same columns; `relaxed`: of columns that some may lack, which are null
   * then, or have as other types, of which one that holds both is taken; `horizontal`: columns beside each other.
   * Default: `"vertical"`.
   */
  readonly how?: "vertical" | "relaxed" | "horizontal" | undefined;
}

/**
 * CSV files as one frame: a path, a pattern, a folder or a list of these, plain or compressed by gzip, zlib or zstd. Types
 * are guessed from the first rows of the first file; what does not fit them later is an error that says where.
 *
 * Files may be objects behind `https://`, `http://` or `s3://` URLs, of which those of S3 may be folders and patterns too. Who
 * may read is what the environment says, as for AWS's own programs (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
 * `AWS_SESSION_TOKEN`, `AWS_REGION`, `AWS_ENDPOINT_URL`); on a cluster that of each worker. This call waits for the server, for
 * as long as the beginning of the first object takes. Rows are those of the objects as they are now: if one changes before
 * the frame is computed, that is an error.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS`, `INVALID_VALUE` for a file without columns; of URLs `NETWORK` if no
 *   server answers, and when the frame is computed `INVALID_FILE` for an object that has changed.
 *
 * @example
 * dataframe.readCSV("data/*.csv", { types: { price: "f64" } });
 * dataframe.readCSV("s3://bucket/data/*.csv");
 */
function readCSV<const S extends Schema = Schema>(
  paths: Paths,
  options: ReadCSVOptions<S> = {},
): DataFrame<S> {
  return new DataFrame(readCSVNode(paths, options));
}

/**
 * Parquet files as one frame; paths and URLs as for `readCSV`. Only the columns and row groups that a query needs are read, of
 * objects by ranges: which row groups a filter can't hold of their statistics say.
 */
function readParquet<S extends Schema = Schema>(
  paths: Paths,
  options: ReadParquetOptions = {},
): DataFrame<S> {
  return new DataFrame(readParquetNode(paths, options));
}

/** Files of JSON lines as one frame, plain or compressed; paths, URLs and guesses as for `readCSV`. */
function readJSONLines<const S extends Schema = Schema>(
  paths: Paths,
  options: ReadJSONLinesOptions<S> = {},
): DataFrame<S> {
  return new DataFrame(readJSONLinesNode(paths, options));
}

/** Arrow IPC files as one frame; paths and URLs as for `readCSV`. */
function readIPC<S extends Schema = Schema>(
  paths: Paths,
  options: { readonly includePath?: string | undefined } = {},
): DataFrame<S> {
  return new DataFrame(readIPCNode(paths, options));
}

/**
 * Datasets of an HDF5 file as columns: those of one axis in a group, which have the same length.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `SCHEMA_MISMATCH` for datasets that are no columns, `SHAPE_MISMATCH`.
 *
 * @example
 * dataframe.readHDF5("table.h5", { group: "/table", columns: ["time", "value"] });
 */
function readHDF5<S extends Schema = Schema>(path: string, options: ReadHDF5Options = {}): DataFrame<S> {
  return new DataFrame(readHDF5Node(path, options));
}

/**
 * A table, or what a query gives, of SQLite (`sqlite:path`) or PostgreSQL (`postgres://user:password@host/database`). The
 * database is asked for the columns now, and for rows when the frame is computed: in one query, or in one for each of
 * `npartitions` ranges of `key`, in the order of `key`, wherever pieces run; the address goes there, with its password. Each
 * query sees the database as it then is.
 *
 * SQLite is read by Node where it can (22.13), else by the package better-sqlite3, and its columns have the types of the values that
 * are there, which one look at all rows tells. PostgreSQL is read by the package pg; its `numeric` becomes f64, times are exact to the
 * millisecond, and types that have no like here become text.
 *
 * @throws {BrambleError} `NOT_INSTALLED` for a package that is not there, `FILE_NOT_FOUND`, `NETWORK`, `INVALID_ARGUMENT` for what
 *   the database refuses or a key that is not of numbers, `COLUMN_NOT_FOUND`, `SCHEMA_MISMATCH` for text and numbers in one column.
 *
 * @example
 * const trips = await dataframe.readSQL("SELECT id, fare FROM trips WHERE fare > 0", "sqlite:trips.db", { key: "id", npartitions: 8 });
 */
async function readSQL<const S extends Schema = Schema>(
  query: string,
  url: string,
  options: ReadSQLOptions<S> = {},
): Promise<DataFrame<S>> {
  return new DataFrame(await readSQLNode(query, url, options));
}

/** Rows as objects. A row may lack columns, which are null then. */
function fromRecords<const S extends Schema = Schema>(
  records: readonly object[],
  options: FromOptions<S> = {},
): DataFrame<S> {
  return new DataFrame(fromRows(records, options.schema));
}

/** Columns by their names, as an object or a `Map` of lists or typed arrays. */
function fromMap<const S extends Schema = Schema>(
  columns: ReadonlyMap<string, Iterable<unknown>> | Readonly<Record<string, Iterable<unknown>>>,
  options: FromOptions<S> = {},
): DataFrame<S> {
  return new DataFrame(fromColumns(columns, options.schema));
}

/** A table of Apache Arrow, or of another library that has its shape, or the bytes of an Arrow stream or file. */
function fromArrow<S extends Schema = Schema>(table: ArrowTable | Uint8Array): DataFrame<S> {
  return new DataFrame(fromTable(table));
}

/** An array with one axis, or with a column for each place along the second. It is computed when the frame is. */
function fromArray(source: ArrayLike | TypedArray, options: FromArrayFrameOptions = {}): DataFrame {
  return new DataFrame(fromArrayNode(source, options));
}

/** Delayed values, each of which is a table, rows or columns, one behind the other. */
function fromDelayed<const S extends Schema>(
  parts: readonly Delayed[],
  options: { readonly schema: S },
): DataFrame<S> {
  return new DataFrame(fromDelayedNode(parts, options));
}

/** The items of a bag as rows; the same as its `toDataFrame`. */
function fromBag<const S extends Schema>(items: Bag, options: { readonly schema: S }): DataFrame<S> {
  if (!(items instanceof Object) || !("toDataFrame" in items)) throw invalid("a bag", "items", items);
  return items.toDataFrame(options);
}

/** Several frames as one. */
function concat(frames: readonly DataFrame[], options: ConcatOptions = {}): DataFrame {
  if (!Array.isArray(frames) || frames.length === 0) throw invalid("one frame or more", "frames", frames);
  const how = checkOneOf(options.how ?? "vertical", "options.how", [
    "vertical",
    "relaxed",
    "horizontal",
  ] as const);
  return new DataFrame(
    concatNodes(
      frames.map((frame, index) => nodeOf(frame, `frames[${index}]`)),
      how,
    ),
  );
}

/** Everything that makes data frames. */
export const dataframe = {
  readCSV,
  readParquet,
  readJSONLines,
  readIPC,
  readHDF5,
  readSQL,
  fromRecords,
  fromMap,
  fromArray,
  fromArrow,
  fromDelayed,
  fromBag,
  concat,
};
