import { inspect } from "node:util";
import type { Table } from "apache-arrow";
import type { NDArray } from "../array/index.js";
import { checkInteger } from "../check.js";
import { type DrawingOptions, visualizeDrawing } from "../diagnostics/visualize.js";
import { toNDArray } from "./arrays.js";
import { joinAsof, type JoinAsofOptions } from "./asof.js";
import type { Keep } from "../generated/frames.js";
import { type RowOf, type Schema, schemaOf } from "./column-type.js";
import {
  computeBatches,
  computeStream,
  computeTable,
  type FrameComputeOptions,
  persistRows,
} from "./compute.js";
import type { Bag } from "../bag/index.js";
import type { Delayed } from "../delayed/index.js";
import { APART, type ApartOptions } from "../delayed/task.js";
import { delayRecords, delayTables } from "./leave.js";
import { readStream } from "./stream.js";
import {
  describeFrame,
  dummies,
  fillNulls,
  pivot,
  type PivotOptions,
  randomSplit,
  type RandomSplitOptions,
  sample,
  type SampleOptions,
  valueCounts,
} from "./composed.js";
import type { Expr, FrameQuantileMethod, SortExprOptions } from "./expr/expr.js";
import { all, col, len } from "./expr/functions.js";
import type { ColumnLike, ExprLike } from "./expr/wire.js";
import { FRAME, hasFrame, nodeOf } from "./frame-key.js";
import { GroupBy } from "./group-by.js";
import { writeHDF5, type WriteHDF5Options } from "./hdf5.js";
import { mapPartitions, type MapPartitionsOptions } from "./map-partitions.js";
import { drawFrame } from "./draw.js";
import { explainNode } from "./explain.js";
import { writeSQL, type WriteSQLOptions } from "./sql/write.js";
import type { PartitionFunction } from "./partition-call.js";
import type { Divisions, DivisionValue } from "./divisions/divisions.js";
import { computeDivisions } from "./divisions/sample.js";
import {
  loc,
  partitions,
  repartition,
  type RepartitionOptions,
  setIndex,
  type SetIndexOptions,
} from "./divisions/set-index.js";
import type { FrameNode } from "./node.js";
import * as operations from "./operations.js";
import { showFrame, showTable } from "./show.js";
import { toRows } from "./values.js";
import {
  writeFrame,
  type WriteCSVOptions,
  type WriteIPCOptions,
  type WriteOptions,
  type WriteParquetOptions,
} from "./write.js";

export { FRAME, hasFrame, nodeOf };

/**
 * A table that is yet to be computed: a query over files or memory. It never changes; every method gives a new one,
 * reads nothing, and knows its columns and their types at once. `S` is what the columns are, where that was given.
 *
 * @example
 * const sales = dataframe.readCSV("sales/*.csv");
 * await sales.groupBy("region").agg(col("price").mean()).compute();
 */
export class DataFrame<out S extends Schema = Schema> {
  /** The query. */
  readonly [FRAME]: FrameNode;
  /** Names `S` for the compiler; there is no such field. */
  declare protected readonly row: S;

  /** Made by the functions of `dataframe`, not by hand. */
  constructor(node: FrameNode) {
    this[FRAME] = node;
  }

  /** The names of the columns. */
  get columns(): string[] {
    return this[FRAME].columns.map(({ name }) => name);
  }

  /** The types of the columns by their names. */
  get schema(): Schema {
    return schemaOf(this[FRAME].columns);
  }

  /** How many columns there are. */
  get width(): number {
    return this[FRAME].columns.length;
  }

  /** How many pieces it is cut into where it is handed over in pieces, such as to files or functions. */
  get npartitions(): number {
    return this[FRAME].npartitions;
  }

  /** These columns and no others: names, expressions, or new names with what each becomes. */
  select<const N extends keyof S & string>(...columns: readonly N[]): DataFrame<Pick<S, N>>;
  select(...columns: readonly operations.Selection[]): DataFrame;
  select(...columns: readonly operations.Selection[]): DataFrame {
    return new DataFrame(operations.select(this[FRAME], columns));
  }

  /** These columns beside the others, or in the place of those that have the same name. */
  withColumns(...columns: readonly operations.Selection[]): DataFrame {
    return new DataFrame(operations.withColumns(this[FRAME], columns));
  }

  /** The same as `withColumns`, by the name that pandas has for it. */
  assign(columns: Readonly<Record<string, ExprLike>>): DataFrame {
    return this.withColumns(columns);
  }

  /** The rows for which all of these are true. */
  filter(...predicates: readonly ExprLike[]): DataFrame<S> {
    return new DataFrame(operations.filter(this[FRAME], predicates));
  }

  /** In the order of some columns. Equal rows keep their order. */
  sort(by: ColumnLike | readonly ColumnLike[], options: SortExprOptions = {}): DataFrame<S> {
    return new DataFrame(operations.sort(this[FRAME], by, options));
  }

  /** The `k` rows with the largest values, the largest first. */
  topK(k: number, by: ColumnLike | readonly ColumnLike[]): DataFrame<S> {
    return this.sort(by, { descending: true, nullsLast: true }).head(checkInteger(k, "k", 0));
  }

  /** The `k` rows with the smallest values, the smallest first. */
  bottomK(k: number, by: ColumnLike | readonly ColumnLike[]): DataFrame<S> {
    return this.sort(by, { nullsLast: true }).head(checkInteger(k, "k", 0));
  }

  /** Some neighbouring rows; a negative offset counts from the end. */
  slice(offset: number, length?: number): DataFrame<S> {
    return new DataFrame(operations.slice(this[FRAME], offset, length));
  }

  /** The first rows. */
  head(n = 5): DataFrame<S> {
    return this.slice(0, checkInteger(n, "n", 0));
  }

  /** The same as `head`. */
  limit(n = 5): DataFrame<S> {
    return this.head(n);
  }

  /** The last rows. */
  tail(n = 5): DataFrame<S> {
    return n === 0 ? this.head(0) : this.slice(-checkInteger(n, "n", 0), n);
  }

  /** The last row first. */
  reverse(): DataFrame<S> {
    return new DataFrame(operations.checkedStep(this[FRAME], [], "reverse"));
  }

  /** A part of the rows, drawn by a seed: the same rows each time, in their order. */
  sample(options: SampleOptions): DataFrame<S> {
    return new DataFrame(sample(this[FRAME], options));
  }

  /** Frames that have each row in one of them, drawn with these shares of all, in order. */
  randomSplit(shares: readonly number[], options: RandomSplitOptions = {}): DataFrame<S>[] {
    return randomSplit(this[FRAME], shares, options).map((part) => new DataFrame(part));
  }

  /** One row of each kind, told apart by some columns or by all. */
  unique(
    subset?: string | readonly string[],
    options: { readonly keep?: Keep | undefined } = {},
  ): DataFrame<S> {
    return new DataFrame(operations.unique(this[FRAME], subset, options));
  }

  /** The same as `unique`, by the name that pandas has for it. */
  dropDuplicates(
    subset?: string | readonly string[],
    options: { readonly keep?: Keep | undefined } = {},
  ): DataFrame<S> {
    return this.unique(subset, options);
  }

  /** Other names, by the old ones. */
  rename(mapping: Readonly<Record<string, string>>): DataFrame {
    return new DataFrame(operations.rename(this[FRAME], mapping));
  }

  /** All columns but these. */
  drop<const N extends string>(...columns: readonly (N | readonly N[])[]): DataFrame<Omit<S, N>> {
    return new DataFrame(operations.drop(this[FRAME], columns.flat()));
  }

  /** Some columns as other types, by their names. */
  cast(types: Schema): DataFrame {
    return this.withColumns(Object.entries(types).map(([name, type]) => col(name).cast(type)));
  }

  /** The rows in which none of some columns is null, or of all. */
  dropNulls(subset?: string | readonly string[]): DataFrame<S> {
    return new DataFrame(operations.dropNulls(this[FRAME], subset));
  }

  /** Null becomes this, wherever the type of a column allows. */
  fillNull(value: Parameters<Expr["fillNull"]>[0]): DataFrame<S> {
    return new DataFrame(fillNulls(this[FRAME], value));
  }

  /** NaN becomes this, in columns of floats. */
  fillNan(value: ExprLike): DataFrame<S> {
    const floats = this[FRAME].columns.filter(({ type }) => type === "f32" || type === "f64");
    return new DataFrame(
      operations.withColumns(this[FRAME], [floats.map(({ name }) => col(name).fillNan(value))]),
    );
  }

  /** Whether each value is null. */
  isNull(): DataFrame {
    return this.select(all().isNull());
  }

  /** How many values of each column are null. */
  nullCount(): DataFrame {
    return this.select(all().nullCount());
  }

  /** How many different values each column has. */
  nUnique(): DataFrame {
    return this.select(all().nUnique());
  }

  /** How many values of each column are not null. */
  count(): DataFrame {
    return this.select(all().count());
  }

  /** The sum of each column. */
  sum(): DataFrame {
    return this.select(all().sum());
  }

  /** The mean of each column. */
  mean(): DataFrame {
    return this.select(all().mean());
  }

  /** The standard deviation of each column of numbers. */
  std(options: { readonly ddof?: number | undefined } = {}): DataFrame {
    return this.select(all().std(options));
  }

  /** The variance of each column of numbers. */
  var(options: { readonly ddof?: number | undefined } = {}): DataFrame {
    return this.select(all().var(options));
  }

  /** The median of each column of numbers. */
  median(): DataFrame {
    return this.select(all().median());
  }

  /** The smallest value of each column. */
  min(): DataFrame {
    return this.select(all().min());
  }

  /** The largest value of each column. */
  max(): DataFrame {
    return this.select(all().max());
  }

  /** A quantile of each column of numbers. */
  quantile(quantile: number, method: FrameQuantileMethod = "nearest"): DataFrame {
    return this.select(all().quantile(quantile, method));
  }

  /** Number, nulls, mean, standard deviation, extremes and quartiles of each column. */
  describe(): DataFrame {
    return new DataFrame(describeFrame(this[FRAME]));
  }

  /** How often each value of a column, or of some together, is there, the most frequent first. */
  valueCounts(columns: string | readonly string[]): DataFrame {
    return new DataFrame(valueCounts(this[FRAME], columns));
  }

  /** A row for each element of the lists in some columns; an empty list has one, too, with null in its place. */
  explode(...columns: readonly string[]): DataFrame {
    return new DataFrame(operations.explode(this[FRAME], columns));
  }

  /** The fields of structs as columns. */
  unnest(...columns: readonly string[]): DataFrame {
    return new DataFrame(operations.unnest(this[FRAME], columns));
  }

  /** A row for each value of several columns. */
  unpivot(options: operations.UnpivotOptions = {}): DataFrame {
    return new DataFrame(operations.unpivot(this[FRAME], options));
  }

  /** The same as `unpivot`, by the name that pandas has for it. */
  melt(options: operations.UnpivotOptions = {}): DataFrame {
    return this.unpivot(options);
  }

  /** A column for each of some values of a column. */
  pivot(options: PivotOptions): DataFrame {
    return new DataFrame(pivot(this[FRAME], options));
  }

  /** Columns of 1 and 0 for some values of a column, in its place. */
  getDummies(column: string, values: readonly (string | number | boolean)[]): DataFrame {
    return new DataFrame(dummies(this[FRAME], column, values));
  }

  /** A column of row numbers in front. */
  withRowIndex(name = "index", offset = 0): DataFrame {
    return new DataFrame(operations.withRowIndex(this[FRAME], name, offset));
  }

  /** Groups of rows with equal values, in the order of their first rows; with `ordered: false` in any order. */
  groupBy(...by: readonly operations.Selection[]): GroupBy {
    return this.#group(operations.grouping(this[FRAME], by, true));
  }

  /** Groups of rows in windows of time. The rows are sorted by the column of times. */
  groupByDynamic(indexColumn: string, options: operations.GroupByDynamicOptions): GroupBy {
    return this.#group(operations.dynamicGrouping(this[FRAME], indexColumn, options));
  }

  /** The rows of another frame beside those of this one, where keys are equal. */
  join(other: DataFrame, options: operations.JoinOptions): DataFrame {
    return new DataFrame(operations.join(this[FRAME], nodeOf(other, "other"), options));
  }

  /** All rows, each with the row of another frame whose key is nearest. */
  joinAsof(other: DataFrame, options: JoinAsofOptions): DataFrame {
    return new DataFrame(joinAsof(this[FRAME], nodeOf(other, "other"), options));
  }

  /**
   * The same rows in so many pieces, in pieces that begin at given values of the index, or in pieces of a size. Divisions
   * stay known where they can be taken together or, unless they are text, cut.
   *
   * @example
   * frame.setIndex("day").repartition({ divisions: [new Date("2024-01-01"), new Date("2025-01-01"), new Date()] });
   */
  repartition(pieces: number | RepartitionOptions): DataFrame<S> {
    return new DataFrame(repartition(this[FRAME], pieces));
  }

  /**
   * The rows sorted by a column, null last, which becomes the index: what `loc` looks rows up by. Where divisions are
   * given, rows with values from one up to the next, which is not among them, are a piece; the first and the last piece
   * have what lies beyond. Groups and joins by the index then need no exchange of rows between workers.
   *
   * @throws {BrambleError} `SCHEMA_MISMATCH` for a column that is not of numbers, text, dates or times;
   *   `INVALID_ARGUMENT` for divisions that don't ascend or are of another type.
   *
   * @example
   * const byDay = await frame.setIndex("day").computeDivisions();
   * await byDay.loc(new Date("2024-03-01"), new Date("2024-03-31")).compute();
   */
  setIndex(column: keyof S & string, options: SetIndexOptions = {}): DataFrame<S> {
    return new DataFrame(setIndex(this[FRAME], column, options));
  }

  /** The same rows without an index. */
  resetIndex(): DataFrame<S> {
    return new DataFrame({ ...this[FRAME], index: undefined });
  }

  /** The column that rows are sorted by; undefined without `setIndex`, and after what changes the order. */
  get index(): string | undefined {
    return this[FRAME].index?.column;
  }

  /** The first value of each piece, and the last value of all; undefined where they are not known. */
  get divisions(): Divisions | undefined {
    return this[FRAME].index?.divisions;
  }

  /**
   * Finds out divisions that make pieces of about the same size, by quantiles of a sample, and gives the same frame with
   * them. There are fewer pieces where many rows have the same value, and no divisions of a frame without values. Rows larger than
   * memory are sampled with `engine: "disk"`.
   * @param npartitions - how many pieces. Default: as many as there are.
   */
  async computeDivisions(npartitions?: number, options: FrameComputeOptions = {}): Promise<DataFrame<S>> {
    return new DataFrame(await computeDivisions(this[FRAME], npartitions, options));
  }

  /**
   * The rows with this value of the index, or with values from one to another, both among them; null stands for no limit.
   * Where divisions are known, only the pieces that may have such rows are looked at.
   */
  loc(from: DivisionValue | null, to: DivisionValue | null = from): DataFrame<S> {
    return new DataFrame(loc(this[FRAME], from, to));
  }

  /**
   * The rows of some pieces: a number, from the end if it is negative, a slice such as `"1:3"`, or a list of numbers. Without
   * known divisions all rows are computed to tell pieces apart.
   */
  partitions(pieces: number | string | readonly number[]): DataFrame<S> {
    return new DataFrame(partitions(this[FRAME], pieces));
  }

  /**
   * What a function makes of each piece: it gets a table of Apache Arrow, and gives one, rows or columns. It travels to
   * threads, processes or workers. There are `npartitions` pieces; which rows each has depends on where the query runs.
   * @example
   * frame.mapPartitions((table) => ({ n: [table.numRows] }), { schema: { n: "u32" } });
   */
  mapPartitions<const R extends Schema = S>(
    f: PartitionFunction,
    options: MapPartitionsOptions<R> = {},
  ): DataFrame<R> {
    return new DataFrame(mapPartitions(this[FRAME], f, options));
  }

  /** Calls a function with the frame: `df.pipe(clean).pipe(join, other)`. */
  pipe<A extends readonly unknown[], R>(f: (frame: this, ...args: A) => R, ...args: A): R {
    return f(this, ...args);
  }

  /**
   * Computes the rows.
   *
   * @returns a table of Apache Arrow, over memory of the core's own, that prints itself.
   * @throws {BrambleError} `INVALID_VALUE` for data that don't fit, `FILE_NOT_FOUND`, `FILE_ACCESS`, ...
   */
  async compute(options: FrameComputeOptions = {}): Promise<Table> {
    return await computeTable(this[FRAME], options);
  }

  /** How `compute` of several collections computes it. */
  [APART](options: ApartOptions): Promise<Table> {
    return this.compute(options);
  }

  /** Computes the pieces now, as `persist` does, and gives each as a delayed table of Apache Arrow. */
  async toDelayed(options: FrameComputeOptions = {}): Promise<Delayed<Table>[]> {
    return await delayTables(this[FRAME], options);
  }

  /** Computes the pieces now, as `persist` does, and gives a bag of the rows as `toRecords` has them, with a partition for each. */
  async toBag(options: FrameComputeOptions = {}): Promise<Bag<RowOf<S>>> {
    const { bag } = await import("../bag/index.js");
    return bag.fromDelayed((await delayRecords(this[FRAME], options)) as Delayed<RowOf<S>[]>[]);
  }

  /** The same as `compute`, by the name that Arrow's users look for. */
  async toArrow(options: FrameComputeOptions = {}): Promise<Table> {
    return await this.compute(options);
  }

  /** Computes the rows as bytes of an Arrow stream: what nodejs-polars, DuckDB and others read. */
  async toArrowStream(options: FrameComputeOptions = {}): Promise<Uint8Array> {
    return await computeStream(this[FRAME], options);
  }

  /**
   * Computes the rows as objects. Integers of 64 bits are bigints, dates and times `Date`, lengths of time and times of
   * day milliseconds, decimals text.
   */
  async toRecords(options: FrameComputeOptions = {}): Promise<RowOf<S>[]> {
    const table = await readStream(await computeStream(this[FRAME], options));
    return toRows(table, this[FRAME].columns) as RowOf<S>[];
  }

  /** Computes columns of numbers as an array of float64 with an axis for rows and one for columns; null is NaN. */
  async toArray(options: FrameComputeOptions = {}): Promise<NDArray<"float64">> {
    return await toNDArray(this[FRAME], options);
  }

  /**
   * Computes the rows and gives them piece by piece, as tables of Apache Arrow: `for await (const table of frame.batches())`.
   * With the engine `disk`, a piece is read from disk when it is asked for.
   */
  async *batches(options: FrameComputeOptions = {}): AsyncGenerator<Table> {
    for await (const piece of computeBatches(this[FRAME], options)) {
      yield showTable(await readStream(piece), this[FRAME].columns);
    }
  }

  /** Computes how many rows there are. */
  async len(options: FrameComputeOptions = {}): Promise<number> {
    const [row] = await this.select(len().alias("len")).toRecords(options);
    return Number(row?.["len"]);
  }

  /**
   * Computes the rows now, and gives a frame that has them: in memory, or on a cluster in pieces that stay on the workers, for as
   * long as somebody has the frame and the client is open.
   */
  async persist(options: FrameComputeOptions = {}): Promise<DataFrame<S>> {
    return new DataFrame(await persistRows(this[FRAME], options));
  }

  /**
   * Writes a CSV file; with a `*` in the name, or a `/` at its end, a file for each piece, into a folder. An `s3://` URL names
   * objects, whose files are written into the folder `memory.spillFolder` first, and which appear once the bytes of all are sent.
   *
   * @throws {BrambleError} `FILE_EXISTS` unless `overwrite` is set. Nothing is half written: names are temporary until all is there.
   */
  async toCSV(path: string, options: WriteCSVOptions = {}): Promise<void> {
    await writeFrame(this[FRAME], path, "csv", options);
  }

  /** Writes a Parquet file, or a folder of them; as `toCSV`. */
  async toParquet(path: string, options: WriteParquetOptions = {}): Promise<void> {
    await writeFrame(this[FRAME], path, "parquet", options);
  }

  /** Writes a file of JSON lines, or a folder of them; as `toCSV`. */
  async toJSONLines(path: string, options: WriteOptions = {}): Promise<void> {
    await writeFrame(this[FRAME], path, "jsonl", options);
  }

  /** Writes an Arrow IPC file, or a folder of them; as `toCSV`. */
  async toIPC(path: string, options: WriteIPCOptions = {}): Promise<void> {
    await writeFrame(this[FRAME], path, "ipc", options);
  }

  /**
   * Writes columns of numbers as datasets of a group of an HDF5 file, which is made, or gets them beside those it has. All appear
   * at once. Null is NaN among floats, and an error among integers.
   *
   * @throws {BrambleError} `SCHEMA_MISMATCH` for a column that is not of numbers, `INVALID_VALUE` for null; as
   *   `LazyArray.toHDF5`.
   *
   * @example
   * await frame.toHDF5("table.h5", { group: "/table", compression: "gzip" });
   */
  async toHDF5(path: string, options: WriteHDF5Options = {}): Promise<void> {
    await writeHDF5(this[FRAME], path, options);
  }

  /**
   * Writes the rows into a table of SQLite or PostgreSQL (`url` as for `dataframe.readSQL`) in one transaction: all of them or none.
   * SQLite has no dates, which become text, and no NaN, which becomes null; times are exact to the millisecond.
   *
   * @throws {BrambleError} `FILE_EXISTS` for a table that is there, `SCHEMA_MISMATCH` for a type that the database lacks; as
   *   `dataframe.readSQL`.
   *
   * @example
   * await frame.toSQL("means", "sqlite:trips.db", { ifExists: "replace" });
   */
  async toSQL(table: string, url: string, options: WriteSQLOptions = {}): Promise<void> {
    await writeSQL(this[FRAME], table, url, options);
  }

  /**
   * Draws the steps of the query, each with the pieces and calls that it would be on a cluster, into a file that ends in `.svg`, `.png` or `.dot` (Graphviz's language).
   *
   * @returns without a file the picture as SVG.
   * @throws {BrambleError} `INVALID_ARGUMENT` if there would be too many nodes; `FILE_NOT_FOUND` for a folder that is
   *   not there, `FILE_ACCESS`, `DISK_FULL`.
   */
  visualize(options?: DrawingOptions): Promise<string>;
  visualize(file: string, options?: DrawingOptions): Promise<void>;
  async visualize(file?: unknown, options?: unknown): Promise<string | void> {
    return visualizeDrawing(drawFrame(this[FRAME]), file, options);
  }

  /**
   * The query as it was written, as Polars would execute it in one process, and the pieces and calls that it would be on a
   * cluster. Nothing is read for that: a file is taken for as many pieces as it may become.
   */
  explain(): string {
    return explainNode(this[FRAME]);
  }

  toString(): string {
    return showFrame(this[FRAME]);
  }

  [inspect.custom](): string {
    return this.toString();
  }

  #group(groups: operations.Grouping): GroupBy {
    return new GroupBy(this[FRAME], groups, (node) => new DataFrame(node));
  }
}
