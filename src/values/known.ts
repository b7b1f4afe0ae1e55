import * as helpers from "../delayed/helpers.js";
import {
  callGroups,
  callGroupsOfPiece,
  callPartition,
  dealPiece,
  recordsOfPiece,
  runPiece,
  tableOfPiece,
  takePartition,
  writeHivePiece,
  writePiece,
} from "../dataframe/partition-call.js";
import { queryPiece } from "../dataframe/sql/query-piece.js";
import { NDArray } from "../array/ndarray.js";
import { callComplex } from "../executors/complex-call.js";
import { Complex, type DType, DTYPES } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { makeTable, makeVector, tableParts, vectorParts } from "./arrow.js";

/** A class that is there on the other side, so that its name travels instead of its source. */
interface KnownClass {
  /** Absent where any copy of the class will do: instances are told by their shape. */
  readonly constructor: (abstract new (...args: never[]) => object) | undefined;
  /** What an instance is made from; absent where its own properties say it all. */
  readonly parts?: (instance: never) => unknown;
  /** Makes it from that. */
  readonly make?: (parts: never) => object;
}

const KNOWN: Readonly<Record<string, KnownClass>> = {
  NDArray: {
    constructor: NDArray,
    parts: ndarrayParts,
    make: ({ data, shape, dtype, strides, offset }: NDArrayParts) =>
      new NDArray(data, shape, { dtype, strides, offset }),
  },
  Complex: {
    constructor: Complex,
    parts: ({ re, im }: Complex) => [re, im],
    make: ([re, im]: readonly [number, number]) => new Complex(re, im),
  },
  URL: { constructor: URL, parts: String, make: (text: string) => new URL(text) },
  URLSearchParams: {
    constructor: URLSearchParams,
    parts: String,
    make: (text: string) => new URLSearchParams(text),
  },
  BrambleError: { constructor: BrambleError },
  ArrowTable: { constructor: undefined, parts: tableParts, make: makeTable },
  ArrowVector: { constructor: undefined, parts: vectorParts, make: makeVector },
};

/** Functions and classes of ours by their names, which travel instead of them. */
const named = new Map<string, unknown>([
  ...Object.entries(KNOWN).flatMap(([name, { constructor }]) =>
    constructor === undefined ? [] : [[name, constructor] as const],
  ),
  ...Object.entries(helpers).map(([name, helper]) => [`delayed.${name}`, helper] as const),
  ["array.callComplex", callComplex],
  ["dataframe.callGroups", callGroups],
  ["dataframe.callGroupsOfPiece", callGroupsOfPiece],
  ["dataframe.callPartition", callPartition],
  ["dataframe.takePartition", takePartition],
  ["dataframe.runPiece", runPiece],
  ["dataframe.dealPiece", dealPiece],
  ["dataframe.tableOfPiece", tableOfPiece],
  ["dataframe.recordsOfPiece", recordsOfPiece],
  ["dataframe.writePiece", writePiece],
  ["dataframe.writeHivePiece", writeHivePiece],
  ["dataframe.queryPiece", queryPiece],
]);

const names = new Map<unknown, string>([...named].map(([name, fn]) => [fn, name]));

/** Makes functions known under `family.name`; both sides do so before values are written or read. */
export function learn(family: string, functions: Readonly<Record<string, unknown>>): void {
  for (const [name, fn] of Object.entries(functions)) {
    named.set(`${family}.${name}`, fn);
    names.set(fn, `${family}.${name}`);
  }
}

/** The name of a function or class that both sides have. */
export function knownName(fn: unknown): string | undefined {
  return names.get(fn);
}

/** The function or class of a name. */
export function knownFunction(name: string): unknown {
  return named.get(name);
}

/** The class of a name. */
export function knownClass(name: string): KnownClass | undefined {
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
}

interface NDArrayParts {
  readonly data: NDArray["data"];
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A view of a small part of much data leaves the rest at home. */
function ndarrayParts(array: NDArray): NDArrayParts {
  const { data, shape, dtype, strides, offset } =
    array.data.length > 2 * DTYPES[array.dtype].entries * array.size ? array.contiguous() : array;
  return { data, shape, dtype, strides, offset };
}
