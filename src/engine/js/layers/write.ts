import { closeSync, constants, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, type DType, DTYPES } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { Layer, NewRaw, NewStack, Write } from "../../../generated/layers.js";
import { product } from "../../../graph/index.js";
import { type Extent, extentOf, extentsOf, locate } from "../axis.js";
import type { Block } from "../block.js";
import { denseStrides } from "../copy.js";
import { Place } from "../files/place.js";
import { same } from "../links.js";
import type { Stage, StageOfLayer } from "./stage.js";

/** Writes blocks to files; what they hold is not known before all has succeeded. */
export function writeStage({ grid }: Layer, write: Write, input: StageOfLayer, dtype: DType): Stage {
  const target = openTarget(write, dtype);
  let place: Place | undefined;
  return {
    grid,
    inputs: [{ stage: input.stage, link: { axes: grid.map((_, axis) => same(axis)), free: [] } }],
    async prepare() {
      place = target.begin();
    },
    run(numbers, inputs) {
      const block = inputs[0]?.[0];
      if (place === undefined || block === undefined) throw new RangeError("nothing to write, or nowhere");
      const made = place;
      made.attempt(() => target.put(made, extentsOf(input.grid, numbers), block));
      return { data: Uint8Array.of(1), shape: grid.map(() => 1) };
    },
    commit: () => place?.commit(),
    abort: () => place?.abort(),
  };
}

interface OpenTarget {
  begin(): Place;
  put(place: Place, extents: readonly Extent[], block: Block): void;
}

function openTarget({ target, shape }: Write, dtype: DType): OpenTarget {
  if ("raw" in target) return rawTarget(target.raw, dtype, shape);
  if ("stack" in target) return stackTarget(target.stack, dtype, shape);
  throw new BrambleError(
    "ENGINE_UNAVAILABLE",
    "The js engine writes new .npy and raw files only; for all others the native engine is needed",
  );
}

function rawTarget({ path, header, overwrite }: NewRaw, dtype: DType, shape: readonly number[]): OpenTarget {
  return {
    begin() {
      const place = new Place(path, { isFolder: false, overwrite });
      place.attempt(() => withFile(place.temporary, (file) => beginFile(file, header, dtype, shape)));
      return place;
    },
    put: (place, extents, block) =>
      withFile(place.temporary, (file) => putBlock(file, header.length, shape, extents, block)),
  };
}

function stackTarget(stack: NewStack, dtype: DType, shape: readonly number[]): OpenTarget {
  const { path, axis, files, headers, info, overwrite } = stack;
  return {
    begin() {
      const place = new Place(path, { isFolder: true, overwrite });
      place.attempt(() => writeFileSync(join(place.temporary, "info"), info));
      return place;
    },
    put(place, extents, block) {
      // Each block is one file: whole along the other axes.
      const number = shape[axis] === 0 ? 0 : locate(files, extents[axis]?.start ?? 0);
      const { length } = extentOf(files, number);
      const run = files.findIndex((candidate) => candidate.length === length);
      const header = headers[run] ?? new Uint8Array();
      const lengths = shape.map((total, other) => (other === axis ? length : total));
      withFile(join(place.temporary, `${number}.npy`), (file) => {
        beginFile(file, header, dtype, lengths);
        const local = extents.map((extent, other) => (other === axis ? { ...extent, start: 0 } : extent));
        putBlock(file, header.length, lengths, local, block);
      });
    },
  };
}

function withFile(path: string, use: (file: number) => void): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT);
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}

/** Writes the header and makes room for the elements. */
function beginFile(file: number, header: Uint8Array, dtype: DType, shape: readonly number[]): void {
  writeAll(file, header, 0);
  ftruncateSync(file, header.length + product(shape) * DTYPES[dtype].itemsize);
}

/** Writes a block row by row to its place among elements in row-major order. */
function putBlock(
  file: number,
  offset: number,
  shape: readonly number[],
  extents: readonly Extent[],
  { data }: Block,
): void {
  const bytes = bytesOf(data);
  const itemsize = data.BYTES_PER_ELEMENT;
  const strides = denseStrides(shape);
  // Axes that are taken whole, and the one before them, make one run of what follows.
  let axis = shape.length;
  while (axis > 0 && extents[axis]?.length === shape[axis]) axis -= 1;
  const outer = extents.slice(0, axis);
  const run = product(extents.slice(axis).map(({ length }) => length)) * itemsize;
  const rows = product(outer.map(({ length }) => length));
  for (let row = 0; run > 0 && row < rows; row += 1) {
    let rest = row;
    let position = extents
      .slice(axis)
      .reduce((sum, { start }, other) => sum + start * (strides[axis + other] ?? 0), 0);
    for (let number = axis - 1; number >= 0; number -= 1) {
      const { start, length } = outer[number] ?? { start: 0, length: 1 };
      position += (start + (rest % length)) * (strides[number] ?? 0);
      rest = Math.floor(rest / length);
    }
    writeAll(file, bytes.subarray(row * run, (row + 1) * run), offset + position * itemsize);
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
