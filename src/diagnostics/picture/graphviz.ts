import { Worker } from "node:worker_threads";
import { BrambleError } from "../../errors.js";

/** What the thread that draws a graph is given. */
export interface PictureRequest {
  /** The graph in Graphviz's language. */
  readonly dot: string;
  readonly format: "svg" | "png";
}

/** What it answers. */
export type PictureReply = { readonly picture: string | Uint8Array } | { readonly problem: string };

/** Draws a graph, in a thread of its own: a large one takes seconds, and other work should not wait. */
export async function drawGraph(request: PictureRequest): Promise<string | Uint8Array> {
  const worker = new Worker(new URL("./graphviz-worker.js", import.meta.url), {
    workerData: request,
    // What the main thread was started with may not suit another script.
    execArgv: [],
  });
  const reply = await new Promise<PictureReply>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread ended (exit code ${code})`)));
  }).catch(
    (error: unknown): PictureReply => ({ problem: error instanceof Error ? error.message : String(error) }),
  );
  if ("picture" in reply) return reply.picture;
  throw new BrambleError("INTERNAL", `Graphviz could not lay out the graph: ${reply.problem}`);
}
