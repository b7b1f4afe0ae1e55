import { types } from "node:util";
import type { EncodeContext } from "./context.js";
import { CannotTravel } from "./trail.js";
import { KIND } from "./wire.js";

/** Writes a typed array, a `DataView`, a `Buffer` or an `ArrayBuffer`; its bytes travel beside. */
export function encodeView(view: ArrayBufferView | ArrayBufferLike, context: EncodeContext): void {
  const name = Buffer.isBuffer(view) ? "Buffer" : nameOfType(view);
  if (name === "SharedArrayBuffer") {
    throw new CannotTravel({
      what: "a SharedArrayBuffer",
      why: "processes and machines have no memory in common",
      advice: "send a typed array, whose elements are copied where they must be",
    });
  }
  if (isDetached(view)) {
    throw new CannotTravel({
      what: `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`,
      why: "its memory is detached: it was handed over to somebody else",
      advice: "copy it with slice() before it is transferred",
    });
  }
  context.writer.composite(KIND.view, 2);
  context.writer.string(name);
  context.writer.number(context.views.add(view));
  context.number(view);
}

/** The built-in class that it is, whatever class extends it. */
function nameOfType(view: ArrayBufferView | ArrayBufferLike): string {
  if (types.isArrayBuffer(view)) return "ArrayBuffer";
  if (types.isSharedArrayBuffer(view)) return "SharedArrayBuffer";
  if (types.isDataView(view)) return "DataView";
  // The getter of all typed arrays, which looks past classes that extend them.
  return Reflect.get(TYPED_ARRAY, Symbol.toStringTag, view) as string;
}

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;

function isDetached(view: ArrayBufferView | ArrayBufferLike): boolean {
  try {
    const memory = ArrayBuffer.isView(view) ? view.buffer : view;
    return new Uint8Array(memory).byteLength < view.byteLength;
  } catch {
    return true;
  }
}
