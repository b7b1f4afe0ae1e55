import { array, type LazyArray, NDArray } from "../array/index.js";
import { computeWrites } from "../array/write/receipts.js";
import { toHDF5, type ToHDF5Options } from "../array/write/to-hdf5.js";
import { NODE } from "../array/operand.js";
import { checkOptions, invalid } from "../check.js";
import { compute } from "../delayed/index.js";
import { isComplex, type RealDType, type TypedArray } from "../dtype/index.js";
import { frameBackend } from "../engine/frames.js";
import { BrambleError } from "../errors.js";
import type { Column } from "../generated/frames.js";
import { HDF5Dataset, type HDF5Group, openHDF5 } from "../hdf5.js";
import { TYPES } from "./arrays.js";
import { formatType } from "./column-type.js";
import { computeStream, FRAME_COMPUTE_OPTIONS, type FrameComputeOptions } from "./compute.js";
import { col } from "./expr/functions.js";
import { type FrameNode, pendingNode } from "./node.js";
import { select } from "./operations.js";
import { readStream } from "./stream.js";

/** Which datasets of a file are columns. */
export interface ReadHDF5Options {
  /** The group that they are in. Default: `"/"`. */
  readonly group?: string | undefined;
  /** Their names. Default: all datasets of the group, in the order in which `toHDF5` wrote them, or else by name. */
  readonly columns?: readonly string[] | undefined;
}

/** How columns become datasets, and how the query runs. */
export interface WriteHDF5Options
  extends FrameComputeOptions,
    Pick<ToHDF5Options, "compression" | "compressionLevel" | "overwrite"> {
  /** The group that they are written to. Default: `"/"`. */
  readonly group?: string | undefined;
}

/** The attribute that says which column of a table a dataset is. */
const PLACE = "column";

/** The columns of a table in an HDF5 file: a dataset with one axis each. */
export function readHDF5(path: string, options: ReadHDF5Options): FrameNode {
  checkOptions(options, "options", ["group", "columns"]);
  const { group = "/", columns } = options;
  const folder = openHDF5(path).group(group);
  const names = columns ?? namesIn(folder);
  if (!Array.isArray(columns ?? []) || names.length === 0)
    throw invalid("the names of datasets, of which the group has some,", "options.columns", columns ?? group);
  const sets = names.map((name) => ({ name, dataset: folder.get(name) }));
  checkTable(sets, path);
  const arrays = sets.map(({ dataset }) => array.fromArray(dataset) as LazyArray);
  const made = sets.map(
    ({ name }, index): Column => ({ name, type: TYPES[arrays[index]?.dtype as RealDType] }),
  );
  return pendingNode(made, arrays[0]?.numblocks[0] ?? 1, async ({ scheduler, signal }) => {
    const computed = (await compute(...arrays, { scheduler, signal })) as unknown as readonly NDArray[];
    return frameBackend().make(
      made.map(({ name, type }, index) => ({
        name,
        type,
        values: { numbers: { of: type, bytes: bytesOf(computed[index]?.contiguous().data as TypedArray) } },
      })),
    );
  });
}

/** The datasets of a group in the order that their attributes say, others behind them. */
function namesIn(folder: HDF5Group): string[] {
  const datasets = folder.keys().filter((name) => folder.open(name) instanceof HDF5Dataset);
  const place = (name: string): number => Number(folder.get(name).attrs[PLACE] ?? Number.POSITIVE_INFINITY);
  const places = new Map(datasets.map((name) => [name, place(name)]));
  return datasets.sort((a, b) => {
    const [first = 0, second = 0] = [places.get(a), places.get(b)];
    return first === second ? Number(a > b) - Number(a < b) : first - second;
  });
}

function checkTable(
  sets: readonly { readonly name: string; readonly dataset: HDF5Dataset }[],
  path: string,
): void {
  const [first] = sets;
  for (const { name, dataset } of sets) {
    const { shape, dtype } = dataset;
    if (shape.length !== 1 || isComplex(dtype))
      throw new BrambleError(
        "SCHEMA_MISMATCH",
        `A column is of real numbers along one axis, but ${name} in ${path} has ${shape.length} axes of ${dtype}: name others in \`columns\``,
      );
    if (shape[0] !== first?.dataset.shape[0])
      throw new BrambleError(
        "SHAPE_MISMATCH",
        `${name} in ${path} has ${shape[0]} rows, but ${first?.name} has ${first?.dataset.shape[0]}`,
      );
  }
}

/** Writes columns of numbers as datasets of a group: all of them appear at once. Null is NaN among floats. */
export async function writeHDF5(node: FrameNode, path: string, options: WriteHDF5Options): Promise<void> {
  checkOptions(options, "options", [
    ...FRAME_COMPUTE_OPTIONS,
    "group",
    "compression",
    "compressionLevel",
    "overwrite",
  ]);
  const { group = "/", compression, compressionLevel, overwrite, scheduler, engine, signal } = options;
  if (typeof group !== "string") throw invalid("a path in the file", "options.group", group);
  const dtypes = node.columns.map(dtypeOf);
  const arrays = await columnArrays(node, dtypes, { scheduler, engine, signal });
  const target = { compression, compressionLevel, overwrite };
  const build = (): LazyArray[typeof NODE][] =>
    arrays.map((values, place) => {
      const { name = "" } = node.columns[place] ?? {};
      return toHDF5(values[NODE], path, `${group}/${name}`, { ...target, attrs: { [PLACE]: place } });
    });
  // The columns are there: nothing is left to do for a cluster.
  await computeWrites(build, { scheduler: "threads", signal });
}

/** What the elements of a column are in a file. */
function dtypeOf({ name, type }: Column): RealDType {
  const [dtype] = Object.entries(TYPES).find(([, known]) => known === type) ?? [];
  if (dtype !== undefined) return dtype as RealDType;
  throw new BrambleError(
    "SCHEMA_MISMATCH",
    `HDF5 takes columns of numbers, but ${name} is ${formatType(type)}: \`cast\` or \`drop\` it`,
  );
}

async function columnArrays(
  node: FrameNode,
  dtypes: readonly RealDType[],
  request: FrameComputeOptions,
): Promise<LazyArray[]> {
  const plain = node.columns.map(({ name, type }) => {
    if (type === "bool") return col(name).cast("u8");
    return type === "f32" || type === "f64" ? col(name).fillNull(Number.NaN) : col(name);
  });
  const table = await readStream(await computeStream(select(node, plain), request));
  return dtypes.map((dtype, place) => {
    const { name = "" } = node.columns[place] ?? {};
    const values = table.getChildAt(place);
    if ((values?.nullCount ?? 0) > 0)
      throw new BrambleError(
        "INVALID_VALUE",
        `HDF5 has no null, but ${name} has some: use \`fillNull\`, or \`cast\` it to f64`,
      );
    const data = values?.toArray() as TypedArray;
    return array.fromArray(new NDArray(data, [data.length], { dtype })) as LazyArray;
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
