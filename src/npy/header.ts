import { type DType, DTYPES, type DTypeKind } from "../dtype/index.js";
import { BrambleError } from "../errors.js";

/** What an `.npy` file says of its elements before they begin. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether elements have their highest byte first. */
  readonly bigEndian: boolean;
  /** Whether the first axis runs fastest. */
  readonly fortran: boolean;
  /** Bytes before the first element. */
  readonly length: number;
}

/** An upper bound of what has to be read to have all of a header that NumPy writes for a plain array. */
export const MOST_HEADER_BYTES = 10_012;

const MAGIC = "\x93NUMPY";
/** Elements begin at a multiple of this. */
const ALIGNMENT = 64;

const LETTERS: Readonly<Record<DTypeKind, string>> = {
  bool: "b",
  int: "i",
  uint: "u",
  float: "f",
  complex: "c",
};

/** NumPy's name of a dtype, little-endian: `<f8`. */
export function npyDType(dtype: DType): string {
  const { kind, itemsize } = DTYPES[dtype];
  return `${itemsize === 1 ? "|" : "<"}${LETTERS[kind]}${itemsize}`;
}

/** The header of an `.npy` file of version 1.0 with little-endian elements in row-major order. */
export function writeHeader(dtype: DType, shape: readonly number[]): Uint8Array {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${npyDType(dtype)}', 'fortran_order': False, 'shape': (${lengths}), }`;
  const before = MAGIC.length + 4;
  const length = Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(length, " ", "latin1");
  header.write(`${MAGIC}\x01\x00`, "latin1");
  header.writeUInt16LE(length - before, MAGIC.length + 2);
  header.write(text, before, "latin1");
  header.write("\n", length - 1, "latin1");
  return new Uint8Array(header);
}

/**
 * Reads the header of an `.npy` file from its first bytes. `path` is for the error.
 *
 * @throws {BrambleError} `INVALID_FILE` if it is none, `UNSUPPORTED_DTYPE` for elements that arrays do not have.
 */
export function readHeader(bytes: Uint8Array, path: string): NpyHeader {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (problem: string): BrambleError =>
    new BrambleError("INVALID_FILE", `${path} is not an .npy file: ${problem}`);
  if (start.toString("latin1", 0, MAGIC.length) !== MAGIC) throw broken("it does not begin as one");
  const isWide = (start[MAGIC.length] ?? 0) >= 2;
  const before = MAGIC.length + (isWide ? 6 : 4);
  if (start.length < before) throw broken("it ends in its header");
  const length = before + (isWide ? start.readUInt32LE(8) : start.readUInt16LE(8));
  if (length > start.length) throw broken("it ends in its header, or the header is too long");
  const text = start.toString("latin1", before, length);
  const [, type] = /'descr':\s*('[^']*'|\[.*\])/s.exec(text) ?? [];
  const [, order] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const [, lengths] = /'shape':\s*\(([\dL,\s]*)\)/.exec(text) ?? [];
  if (type === undefined || order === undefined || lengths === undefined)
    throw broken("its header is damaged");
  const shape = lengths
    .split(",")
    .map((entry) => entry.replace("L", "").trim())
    .filter((entry) => entry !== "")
    .map(Number);
  return { ...readDType(type, path), shape, fortran: order === "True", length };
}

function readDType(text: string, path: string): Pick<NpyHeader, "dtype" | "bigEndian"> {
  const [, order, letter, size] = /^'([<>|=]?)([?biufc])(\d*)'$/.exec(text) ?? [];
  const kind = letter === "?" ? "b" : letter;
  const itemsize = letter === "?" ? 1 : Number(size);
  const dtype = (Object.keys(DTYPES) as DType[]).find(
    (name) => LETTERS[DTYPES[name].kind] === kind && DTYPES[name].itemsize === itemsize,
  );
  if (dtype !== undefined) return { dtype, bigEndian: order === ">" && itemsize > 1 };
  const known = Object.keys(DTYPES).join(", ");
  throw new BrambleError(
    "UNSUPPORTED_DTYPE",
    `${path} has elements of type ${text.slice(0, 80)}; supported are ${known}`,
  );
}
