import { BrambleError } from "../../../errors.js";
import type { AttributeValue, HDF5Backend, HDF5Node } from "../../engine.js";
import { askSync } from "./client.js";
import type { FileState } from "./protocol.js";

/** An HDF5 file, open in the thread that holds the library. */
export class JsHDF5 implements HDF5Backend {
  #state: FileState | undefined;

  constructor(path: string) {
    this.#state = { path, identity: askSync<"open">({ kind: "open", file: { path } }) };
  }

  node(path: string): HDF5Node {
    return askSync<"node">({ kind: "node", file: this.#file, name: path });
  }

  keys(path: string): string[] {
    return askSync<"keys">({ kind: "keys", file: this.#file, name: path });
  }

  attrs(path: string): Record<string, AttributeValue> {
    return askSync<"attrs">({ kind: "attrs", file: this.#file, name: path });
  }

  close(): void {
    if (this.#state !== undefined) askSync<"close">({ kind: "close", file: { path: this.#state.path } });
    this.#state = undefined;
  }

  get #file(): FileState {
    if (this.#state !== undefined) return this.#state;
    throw new BrambleError("FILE_CLOSED", "the file was closed");
  }
}
