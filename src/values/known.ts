import { NDArray } from "../array/ndarray.js";
import type { DType } from "../dtype/index.js";
import { BrambleError } from "../errors.js";

/** A class that is there on the other side, so that its name travels instead of its source. */
interface KnownClass {
  readonly constructor: abstract new (...args: never[]) => object;
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
  URL: { constructor: URL, parts: String, make: (text: string) => new URL(text) },
  URLSearchParams: {
    constructor: URLSearchParams,
    parts: String,
    make: (text: string) => new URLSearchParams(text),
  },
  BrambleError: { constructor: BrambleError },
};

const namesByClass = new Map<unknown, string>(
  Object.entries(KNOWN).map(([name, { constructor }]) => [constructor, name]),
);

/** The name of a class that both sides have. */
export function nameOfKnownClass(constructor: unknown): string | undefined {
  return namesByClass.get(constructor);
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
    array.data.length > 2 * array.size ? array.contiguous() : array;
  return { data, shape, dtype, strides, offset };
}
