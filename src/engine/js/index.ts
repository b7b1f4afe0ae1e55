import type { Engine } from "../engine.js";
import { JsHDF5 } from "./hdf5/backend.js";
import { outline } from "./outline.js";
import { run } from "./run.js";

/** Plain TypeScript in one thread: what runs where no binary fits, and what the native kernels are checked against. */
export function createJsEngine(): Engine {
  return { name: "js", run, openHDF5: (path) => new JsHDF5(path), outline };
}
