import { config } from "../config/index.js";
import { BrambleError } from "../errors.js";
import type { FrameBackend } from "./engine.js";
import { selectEngine } from "./select.js";

/**
 * What executes plans of data frames.
 *
 * @throws {BrambleError} `ENGINE_UNAVAILABLE` where there is none, with what to do.
 */
export function frameBackend(): FrameBackend {
  limitThreads();
  const { frames, name } = selectEngine();
  if (frames !== undefined) return frames;
  const why =
    name === "js"
      ? "the js engine has none: they need the native one, so unset BRAMBLE_ENGINE, or install the addon of this platform"
      : "what is installed has none: npm install bramble-dataframe, or bramble for everything";
  throw new BrambleError("ENGINE_UNAVAILABLE", `No data frames here: ${why}`);
}

/** Polars looks at the environment when it starts its threads, and never again. */
function limitThreads(): void {
  const workers = config.get("numWorkers");
  if (workers !== undefined) process.env["POLARS_MAX_THREADS"] ??= String(workers);
}
