import { resolve } from "node:path";
import { constants, inflateRawSync } from "node:zlib";
import { checkFilePath, checkInteger, checkOneOf, checkOptions, invalid } from "../check.js";
import { type DType, DTYPES, isDType } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { axisFromLengths, axisLength, product } from "../graph/index.js";
import { checkShape } from "../array/shape.js";
import { MOST_HEADER_BYTES, type NpyHeader, readHeader } from "./header.js";
import { LocalFile } from "../local-file.js";
import { refuseUrl } from "../remote.js";
import { readInfo } from "./pickle.js";
import { NpyArray } from "./npy-array.js";
import { memberStart, readZip, type ZipMember } from "./zip.js";

/** What is said of a URL of files that are opened on this machine only. */
const NO_REMOTE = "of such, .npy files and arrays in Zarr's format are read; download it first";

/**
 * Opens an `.npy` file. Its elements are read when an array over it is computed.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS`, `INVALID_FILE` or `UNSUPPORTED_DTYPE`.
 * @example
 * const x = array.fromArray(openNpy("x.npy"));
 */
export function openNpy(path: string): NpyArray {
  refuseUrl(path, "`await openRemoteNpy(url)` opens the .npy file behind it");
  return LocalFile.look(path, (file) => {
    const header = readHeader(file.read(0, MOST_HEADER_BYTES), file.path);
    checkLength(header.length + bytesOf(header), file.size, file.path);
    return new NpyArray(file.path, header, {
      store: {
        raw: { ...orderOf(header), path: file.path, offset: header.length, deflated: null, size: file.size },
      },
      decoded_chunks: null,
    });
  });
}

/** The arrays of an `.npz` file by name, opened when they are asked for. */
export class NpzFile {
  /** Absolute path. */
  readonly filename: string;
  readonly #members: ReadonlyMap<string, ZipMember>;

  /** Made by `openNpz`. */
  constructor(filename: string, members: readonly ZipMember[]) {
    this.filename = filename;
    this.#members = new Map(members.map((member) => [member.name.replace(/\.npy$/, ""), member]));
  }

  /** Names of the arrays. */
  keys(): string[] {
    return [...this.#members.keys()];
  }

  /**
   * The array of a name.
   *
   * @throws {BrambleError} `PATH_NOT_FOUND`, naming those there are; as `openNpy` does.
   */
  get(name: string): NpyArray {
    const member = this.#members.get(name);
    if (member !== undefined) return LocalFile.look(this.filename, (file) => openMember(file, member));
    const names = this.keys().map((key) => JSON.stringify(key));
    throw new BrambleError(
      "PATH_NOT_FOUND",
      `No array ${JSON.stringify(name)} in ${this.filename}, which has ${names.join(", ") || "none"}`,
    );
  }
}

/**
 * Opens an `.npz` file, compressed or not. Compressed arrays are decoded as a whole, and compared with their checksums. Of others
 * only the elements that are wanted are read: there a bit that has changed among them is read as it is.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS` or `INVALID_FILE`.
 * @example
 * const x = array.fromArray(openNpz("data.npz").get("x"));
 */
export function openNpz(path: string): NpzFile {
  refuseUrl(path, NO_REMOTE);
  return LocalFile.look(path, (file) => new NpzFile(file.path, readZip(file)));
}

function openMember(file: LocalFile, member: ZipMember): NpyArray {
  const start = memberStart(file, member);
  const name = `${file.path}:${member.name}`;
  const first = file.read(start, Math.min(member.stored, MOST_HEADER_BYTES));
  const header = readHeader(member.deflated ? inflateStart(first, name) : first, name);
  checkLength(header.length + bytesOf(header), member.size, name);
  checkLength(start + member.stored, file.size, file.path);
  const raw = { ...orderOf(header), path: file.path, size: file.size };
  if (!member.deflated) {
    const store = { raw: { ...raw, offset: start + header.length, deflated: null } };
    return new NpyArray(name, header, { store, decoded_chunks: null });
  }
  const deflated = { bytes: member.stored, header: header.length, checksum: member.checksum };
  return new NpyArray(name, header, {
    store: { raw: { ...raw, offset: start, deflated } },
    // All of it has to be decoded for any of it.
    decoded_chunks: header.shape.map((length) => Math.max(1, length)),
  });
}

function inflateStart(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw new BrambleError("CORRUPT_DATA", `${name} is damaged`, { cause: error });
  }
}

/**
 * Opens a folder of `.npy` files that follow each other along an axis, as `toNpy` and Dask's `to_npy_stack` write it.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS`, `INVALID_FILE` or `UNSUPPORTED_DTYPE`.
 */
export function openNpyStack(folder: string): NpyArray {
  checkFilePath(folder, "path");
  refuseUrl(folder, NO_REMOTE);
  const path = resolve(folder);
  const info = LocalFile.look(`${path}/info`, (file) => readInfo(file.read(0, file.size), file.path));
  const first = openNpy(`${path}/0.npy`);
  const files = axisFromLengths(info.chunks[info.axis] ?? []);
  const shape = info.chunks.map((lengths) => lengths.reduce((sum, length) => sum + length, 0));
  const fits = first.shape.every((length, axis) =>
    axis === info.axis ? length === (info.chunks[axis]?.[0] ?? 0) : length === shape[axis],
  );
  if (
    !fits ||
    first.shape.length !== shape.length ||
    first.isFortran ||
    axisLength(files) !== shape[info.axis]
  ) {
    throw new BrambleError("INVALID_FILE", `${path}/0.npy does not have the shape that ${path}/info says`);
  }
  const { dtype, bigEndian } = first;
  const header = { dtype, bigEndian, shape, fortran: false };
  const chunks = shape.map((length, axis) => (axis === info.axis ? (info.chunks[axis]?.[0] ?? 0) : length));
  return new NpyArray(
    path,
    header,
    { store: { stack: { path, axis: info.axis, files, big_endian: bigEndian } }, decoded_chunks: null },
    chunks,
  );
}

/** What a file without a header holds. */
export interface OpenRawOptions<D extends DType = DType> {
  /** Number of elements along each axis. */
  readonly shape: number | readonly number[];
  /** Element type. */
  readonly dtype: D;
  /** Bytes before the first element. Default: 0. */
  readonly offset?: number | undefined;
  /** Whether the lowest or the highest byte of an element comes first. Default: `"little"`. */
  readonly byteOrder?: "little" | "big" | undefined;
  /** Whether the last axis runs fastest (`"C"`) or the first one (`"F"`). Default: `"C"`. */
  readonly order?: "C" | "F" | undefined;
}

/**
 * Opens a file of elements without a header.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS`; `INVALID_FILE` if it is too short.
 */
export function openRaw<D extends DType>(path: string, options: OpenRawOptions<D>): NpyArray<D> {
  refuseUrl(path, NO_REMOTE);
  checkOptions(options, "options", ["shape", "dtype", "offset", "byteOrder", "order"]);
  const { dtype, offset = 0, byteOrder = "little", order = "C" } = options;
  const shape = checkShape(options.shape, "options.shape");
  if (!isDType(dtype)) throw invalid(`a dtype (${Object.keys(DTYPES).join(", ")})`, "options.dtype", dtype);
  const start = checkInteger(offset, "options.offset", 0);
  const header = {
    dtype,
    shape,
    bigEndian: checkOneOf(byteOrder, "options.byteOrder", ["little", "big"]) === "big",
    fortran: checkOneOf(order, "options.order", ["C", "F"]) === "F",
  };
  return LocalFile.look(path, (file) => {
    checkLength(start + bytesOf(header), file.size, file.path);
    const store = {
      raw: { ...orderOf(header), path: file.path, offset: start, deflated: null, size: file.size },
    };
    return new NpyArray(file.path, header, { store, decoded_chunks: null });
  }) as NpyArray<D>;
}

type Elements = Omit<NpyHeader, "length">;

/** Bytes of all elements. */
export function bytesOf({ dtype, shape }: Elements): number {
  return product(shape) * DTYPES[dtype].itemsize;
}

function orderOf({ bigEndian, fortran }: Elements): { big_endian: boolean; fortran: boolean } {
  return { big_endian: bigEndian, fortran };
}

/** Refuses a file that is too short for its elements. */
export function checkLength(needed: number, size: number, path: string): void {
  if (needed <= size) return;
  throw new BrambleError(
    "INVALID_FILE",
    `${path} is truncated: it has ${size} bytes, and should have ${needed}`,
  );
}
