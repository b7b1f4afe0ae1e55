import { DTYPES } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import { product } from "../../../graph/index.js";
import type { Description } from "./describe.js";
import type { Library, OpenFile } from "./library.js";
import type { Span } from "./protocol.js";

/** Bytes that are read at once: what the library gives lies in WebAssembly's small memory before it is copied. */
const PIECE = 64 * 2 ** 20;

/** Reads elements as bytes, in row-major order and this machine's byte order. */
export function readElements(
  library: Library,
  file: OpenFile,
  dataset: Description,
  spans: readonly Span[],
): Uint8Array<ArrayBuffer> {
  const { itemsize } = DTYPES[dataset.dtype];
  const bytes = new Uint8Array(itemsize * product(spans.map(({ count }) => count)));
  let offset = 0;
  for (const piece of piecesOf(spans, itemsize, dataset.chunks)) {
    const length = itemsize * product(piece.map(({ count }) => count));
    if (length > 0) readPiece(library, file, dataset.path, piece, bytes.subarray(offset, offset + length));
    offset += length;
  }
  // A byte that somebody else wrote may be anything.
  if (dataset.dtype === "bool")
    for (const [index, byte] of bytes.entries()) bytes[index] = byte === 0 ? 0 : 1;
  return bytes;
}

/** Cuts a region into pieces along its outermost axes, between stored chunks where it can. */
function* piecesOf(
  spans: readonly Span[],
  itemsize: number,
  chunks: readonly number[] | null,
): Iterable<readonly Span[]> {
  const axis = spans.findIndex(({ count }) => count > 1);
  const span = spans[axis];
  if (span === undefined || itemsize * product(spans.map(({ count }) => count)) <= PIECE) {
    yield spans;
    return;
  }
  const rowBytes = itemsize * product(spans.slice(axis + 1).map(({ count }) => count));
  const chunk = span.step === 1 ? (chunks?.[axis] ?? 1) : 1;
  const rows = Math.max(1, Math.floor(PIECE / rowBytes / chunk)) * chunk;
  for (let taken = 0; taken < span.count; ) {
    const start = span.start + taken * span.step;
    const count = Math.min(span.count - taken, rows - (start % chunk));
    const piece = spans.with(axis, { ...span, start, count });
    if (count === 1) yield* piecesOf(piece, itemsize, chunks);
    else yield piece;
    taken += count;
  }
}

function readPiece(
  { module, problem }: Library,
  file: OpenFile,
  name: string,
  spans: readonly Span[],
  out: Uint8Array,
): void {
  const place = module._malloc(out.length);
  if (place === 0) throw new BrambleError("OUT_OF_MEMORY", `no memory for ${out.length} bytes`);
  try {
    // Elements of which the file says that nobody writes them are left as they are in memory.
    module.HEAPU8.fill(0, place, place + out.length);
    const list = (value: (span: Span) => number): bigint[] | null =>
      spans.length === 0 ? null : spans.map((span) => BigInt(value(span)));
    const status = module.get_dataset_data(
      file.id,
      name,
      list(({ count }) => count),
      list(({ start }) => start),
      list(({ step }) => step),
      BigInt(place),
    );
    const reason = problem();
    if (status < 0) {
      throw new BrambleError(
        "CORRUPT_DATA",
        `the dataset ${JSON.stringify(name)} of ${file.path} cannot be read: ${reason}`,
      );
    }
    // Taken anew: the memory may have grown, and then is another buffer.
    out.set(module.HEAPU8.subarray(place, place + out.length));
  } finally {
    module._free(place);
  }
}
