import { malformed } from "./reader.js";
import type { Place } from "./views.js";

type ViewClass = new (memory: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;

/** Makes typed arrays over bytes that arrived, without copying them where they lie as they must. */
export class Memory {
  readonly #buffers: Uint8Array[];
  readonly #places: readonly Place[];

  constructor(buffers: readonly Uint8Array[], places: readonly Place[]) {
    this.#places = places;
    // Counted in one pass: of many buffers it would take long to look for the views of each.
    const views = new Uint32Array(buffers.length);
    for (const [of] of places) views[of] = (views[of] ?? 0) + 1;
    // Views of one memory see each other's changes, an `ArrayBuffer` among them.
    this.#buffers = buffers.map((buffer, number) =>
      (views[number] ?? 0) > 1 && !isWhole(buffer) ? buffer.slice() : buffer,
    );
  }

  /** The view of a number, as an instance of the class of a name. */
  view(name: string, number: number): object {
    const [of, offset, length] = this.#places[number] ?? [-1, 0, 0];
    const buffer = this.#buffers[of];
    if (buffer === undefined) throw malformed(`no buffer ${of}`);
    const bytes = buffer.subarray(offset, offset + length);
    if (bytes.byteLength !== length) throw malformed(`a buffer ${of} that is too short`);
    if (name === "ArrayBuffer") return isWhole(bytes) ? bytes.buffer : bytes.slice().buffer;
    if (name === "Buffer") return Buffer.from(bytes.buffer, bytes.byteOffset, length);
    return typedArray(name, bytes);
  }
}

/** Whether bytes are all of an `ArrayBuffer`. */
function isWhole(bytes: Uint8Array): boolean {
  return bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
}

function typedArray(name: string, bytes: Uint8Array): ArrayBufferView {
  // Node before 24 has no Float16Array; its bits are then what there is of it.
  const known = name === "Float16Array" && !(name in globalThis) ? "Uint16Array" : name;
  const viewClass = (globalThis as unknown as Record<string, ViewClass & { BYTES_PER_ELEMENT?: number }>)[
    known
  ];
  if (viewClass === undefined) throw malformed(`an array of class ${name}`);
  const size = viewClass.BYTES_PER_ELEMENT ?? 1;
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new viewClass(buffer, byteOffset, byteLength / size);
}
