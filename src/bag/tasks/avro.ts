import { randomBytes } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type avro from "avsc";
import type { BlockInfo } from "../../engine/engine.js";
import { BrambleError } from "../../errors.js";
import { fileError } from "../../local-file.js";
import type { Piece } from "../files/pieces.js";
import { type Codec, compress, decompressBlock } from "./compression.js";
import { readAt, recordStart } from "./records.js";
import type { Items } from "./run.js";
import type { Batch, Sink } from "./stage.js";
import { append } from "./steps.js";
import { write } from "./write.js";

/** The codecs of blocks, by the names that Avro has for them. */
const CODECS = {
  null: undefined,
  deflate: "deflate",
  snappy: "snappy",
  bzip2: "bzip2",
  xz: "xz",
  zstandard: "zstd",
} as const satisfies Record<string, Codec | undefined>;

/** The name of one. */
export type AvroCodec = keyof typeof CODECS;

/** Their names. */
export const AVRO_CODECS = Object.keys(CODECS) as readonly AvroCodec[];

const MAGIC = Buffer.from("Obj\x01", "latin1");
/** Bytes of the marker behind the header and behind each block. */
const MARKER = 16;
/** Items of a block that is written. */
const BLOCK_ITEMS = 4096;

/** What stands at the beginning of a file. */
interface Header {
  readonly type: avro.Type;
  readonly codec: string;
  readonly marker: Buffer;
  readonly length: number;
}

/** The values of the blocks that begin in pieces of Avro's container files (specification 1.12). */
export async function openAvro(
  partitions: readonly (readonly Piece[])[],
  includePath: boolean,
  { block: [number = 0] }: BlockInfo,
): Promise<Items> {
  const all: Batch = [];
  for (const piece of partitions[number] ?? []) {
    const values = await readPiece(piece);
    append(all, includePath ? values.map((value) => [value, piece.path]) : values);
  }
  return all;
}

async function readPiece({ path, range }: Piece): Promise<Batch> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    const header = await readHeader(file, size);
    const delimiter = { bytes: header.marker, unit: 1 };
    const [from, to] = range ?? [0, size];
    const begins = async (position: number): Promise<number> =>
      position <= header.length
        ? header.length
        : recordStart(file as FileHandle, { position, size }, delimiter);
    const [start, end] = [await begins(from), to >= size ? size : await begins(to)];
    return await readBlocks(await readAt(file, start, Math.max(0, end - start)), header, path);
  } catch (error) {
    if (error instanceof BrambleError) throw error;
    if (error instanceof Error && "errno" in error && "syscall" in error)
      throw fileError(error, path, "read");
    const why = error instanceof Error ? error.message : String(error);
    throw new BrambleError("INVALID_FILE", `${path} is no Avro file, or a damaged one: ${why}`, {
      cause: error,
    });
  } finally {
    await file?.close();
  }
}

/** Reads the header, of which nobody knows the length. */
async function readHeader(file: FileHandle, size: number): Promise<Header> {
  const avroLibrary = await loadAvro();
  for (let length = 2 ** 16; ; length *= 4) {
    const bytes = await readAt(file, 0, Math.min(size, length));
    if (!bytes.subarray(0, 4).equals(MAGIC)) throw new Error("it does not begin with Obj and 1");
    const header = avroLibrary.header.decode(bytes);
    if (header.offset > 0) return headerOf(avroLibrary, header.value as HeaderFields, header.offset);
    if (length >= size) throw new Error("its header has no end");
  }
}

interface HeaderFields {
  readonly meta: Readonly<Record<string, Buffer>>;
  readonly sync: Buffer;
}

/** The library, which only those load who read or write such files, and the types of what stands around values. */
interface Library {
  readonly typeOf: (schema: avro.Schema) => avro.Type;
  readonly header: avro.Type;
  readonly long: avro.Type;
}

let library: Promise<Library> | undefined;

/** The library. */
export function loadAvro(): Promise<Library> {
  library ??= import("avsc").then(({ default: { Type } }) => {
    const typeOf = (schema: avro.Schema): avro.Type => Type.forSchema(schema);
    return { typeOf, header: typeOf(HEADER), long: typeOf("long") };
  });
  return library;
}

const HEADER = {
  type: "record",
  name: "Header",
  fields: [
    { name: "magic", type: { type: "fixed", name: "Magic", size: MAGIC.length } },
    { name: "meta", type: { type: "map", values: "bytes" } },
    { name: "sync", type: { type: "fixed", name: "Sync", size: MARKER } },
  ],
} as unknown as avro.Schema;

function headerOf({ typeOf }: Library, { meta, sync }: HeaderFields, length: number): Header {
  const schema = JSON.parse(meta["avro.schema"]?.toString() ?? "") as avro.Schema;
  return {
    type: typeOf(schema),
    codec: meta["avro.codec"]?.toString() ?? "null",
    marker: sync,
    length,
  };
}

async function readBlocks(bytes: Buffer, { type, codec, marker }: Header, path: string): Promise<Batch> {
  const types = await loadAvro();
  const values: Batch = [];
  let at = 0;
  const long = (): number => {
    const { value, offset } = types.long.decode(bytes, at) as { value: number; offset: number };
    if (offset < 0) throw new Error("it ends within a block");
    at = offset;
    return value;
  };
  while (at < bytes.length) {
    const [count, length] = [long(), long()];
    const data = bytes.subarray(at, at + length);
    at += length + MARKER;
    if (!bytes.subarray(at - MARKER, at).equals(marker))
      throw new Error("a block does not end with its marker");
    decodeValues(type, await decodeBlock(data, codec, path), count, values);
  }
  return values;
}

function decodeValues(type: avro.Type, bytes: Buffer, count: number, values: Batch): void {
  let position = 0;
  for (let left = count; left > 0; left -= 1) {
    const { value, offset } = type.decode(bytes, position) as { value: unknown; offset: number };
    if (offset < 0) throw new Error("a block has fewer values than it says");
    values.push(plain(value));
    position = offset;
  }
}

/** Records as plain objects: the classes that they come in are made by the schema, and nobody else has them. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry)]));
}

async function decodeBlock(bytes: Buffer, codec: string, path: string): Promise<Buffer> {
  if (!Object.hasOwn(CODECS, codec)) {
    throw new BrambleError("UNSUPPORTED_FILTER", `${path} has the codec ${codec}, which nobody here knows`);
  }
  const known = CODECS[codec as AvroCodec];
  return known === undefined ? bytes : decompressBlock(bytes, known);
}

/** Writes the items of a partition to an Avro file. */
export function writeAvro(
  paths: readonly string[],
  schema: avro.Schema,
  codec: AvroCodec,
  { block: [number = 0] }: BlockInfo,
): Sink {
  const marker = randomBytes(MARKER);
  const parts: Buffer[] = [];
  return {
    push: async (batch) => {
      const { typeOf, long } = await loadAvro();
      const type = typeOf(schema);
      for (let start = 0; start < batch.length; start += BLOCK_ITEMS) {
        const items = batch.slice(start, start + BLOCK_ITEMS);
        const values = Buffer.concat(items.map((item) => encodeValue(type, item)));
        const data = await compress(values, CODECS[codec]);
        parts.push(long.toBuffer(items.length), long.toBuffer(data.length), data, marker);
      }
    },
    result: async () => {
      const { header } = await loadAvro();
      const meta = { "avro.schema": Buffer.from(JSON.stringify(schema)), "avro.codec": Buffer.from(codec) };
      const head = header.toBuffer({ magic: MAGIC, meta, sync: marker });
      await write(paths[number] ?? "", Buffer.concat([head, ...parts]));
    },
  };
}

function encodeValue(type: avro.Type, item: unknown): Buffer {
  try {
    return type.toBuffer(item);
  } catch (error) {
    let place = "the item";
    type.isValid(item, {
      errorHook: (path) => {
        if (path.length > 0) place = `its field ${path.join(".")}`;
      },
    });
    throw new BrambleError("INVALID_VALUE", `An item does not fit the schema: ${place} is wrong`, {
      cause: error,
    });
  }
}
