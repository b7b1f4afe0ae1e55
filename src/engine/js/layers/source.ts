import { type TypedArray, viewBytes } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { DType, Layer, Selection, Source } from "../../../generated/layers.js";
import { product } from "../../../graph/index.js";
import { isRemote } from "../../../remote.js";
import { type Extent, extentsOf } from "../axis.js";
import type { Block } from "../block.js";
import { denseStrides, type Strided, toBlock } from "../copy.js";
import { type ReadRegion, rawStore, stackStore } from "../files/stores.js";
import { ReadableDataset } from "../hdf5/readable-dataset.js";
import type { Span } from "../hdf5/protocol.js";
import { placePicks, selectStrided } from "./selection.js";
import type { Stage } from "./stage.js";

/** Reads blocks from a store. */
export function sourceStage({ grid, dtype }: Layer, source: Source, buffers: readonly TypedArray[]): Stage {
  const store = openStore(source, dtype, buffers);
  return {
    grid,
    inputs: [],
    ...(store.prepare !== undefined && { prepare: store.prepare }),
    run: (block) => store.read(extentsOf(grid, block)),
  };
}

interface OpenStore {
  /** Makes sure that the elements are there. */
  readonly prepare?: () => Promise<void>;
  /** Reads a block, given its place. */
  readonly read: (extents: readonly Extent[]) => Block | Promise<Block>;
}

function openStore(source: Source, dtype: DType, buffers: readonly TypedArray[]): OpenStore {
  const { store } = source;
  const path = "hdf5" in store ? store.hdf5.path : "raw" in store ? store.raw.path : "";
  if (isRemote(path)) {
    throw new BrambleError(
      "ENGINE_UNAVAILABLE",
      `The js engine reads no URLs such as ${path}; the native engine does`,
    );
  }
  if ("hdf5" in store) return hdf5Store(source, dtype, store.hdf5);
  if ("raw" in store) return fileStore(source, rawStore(store.raw, dtype, source.shape));
  if ("zarr" in store) {
    throw new BrambleError("ENGINE_UNAVAILABLE", "The js engine does not read Zarr; the native engine does");
  }
  if ("stack" in store) return fileStore(source, stackStore(store.stack, dtype, source.shape));
  const data = buffers[store.memory.buffer];
  if (data === undefined || data.length !== product(source.shape)) {
    throw new BrambleError(
      "INVALID_GRAPH",
      `buffer ${store.memory.buffer} does not hold what its layer says`,
    );
  }
  return memoryStore(source, data);
}

function memoryStore({ selection, shape }: Source, data: TypedArray): OpenStore {
  const strides = denseStrides(shape);
  return {
    read: (extents) =>
      toBlock(
        { data, ...selectStrided(selection, extents, strides, []) },
        extents.map(({ length }) => length),
      ),
  };
}

function fileStore({ selection }: Source, read: ReadRegion): OpenStore {
  return {
    read(extents) {
      const spans = spansOf(selection, extents);
      return toBlock(
        { data: read(spans), ...orderStrided(selection, spans) },
        extents.map(({ length }) => length),
      );
    },
  };
}

function hdf5Store(
  { selection, shape }: Source,
  dtype: DType,
  name: { path: string; dataset: string },
): OpenStore {
  const dataset = new ReadableDataset(name, { shape, dtype });
  return {
    prepare: () => dataset.check(),
    async read(extents) {
      const spans = spansOf(selection, extents);
      const data = viewBytes(dtype, await dataset.read(spans));
      return toBlock(
        { data, ...orderStrided(selection, spans) },
        extents.map(({ length }) => length),
      );
    },
  };
}

/** What a block takes of each axis of the store, forwards. */
function spansOf(selection: Selection, extents: readonly Extent[]): Span[] {
  return placePicks(selection).flatMap(({ pick, output }) => {
    if (pick === "newaxis") return [];
    if ("index" in pick) return [{ start: pick.index.at, step: 1, count: 1 }];
    const { start, step } = pick.slice;
    const { start: from, length: count } = extents[output] ?? { start: 0, length: 0 };
    const [first, last] = [start + step * from, start + step * (from + count - 1)];
    return [{ start: count === 0 ? 0 : Math.min(first, last), step: Math.abs(step), count }];
  });
}

/** Where the elements of a block lie in what was read forwards. */
function orderStrided(selection: Selection, spans: readonly Span[]): Omit<Strided, "data"> {
  const strides = denseStrides(spans.map(({ count }) => count));
  let offset = 0;
  const picked = placePicks(selection).flatMap(({ pick, input }) => {
    if (pick === "newaxis") return [0];
    if ("index" in pick) return [];
    const stride = strides[input] ?? 0;
    if (pick.slice.step > 0) return [stride];
    offset += ((spans[input]?.count ?? 1) - 1) * stride;
    return [-stride];
  });
  return { offset, strides: picked };
}
