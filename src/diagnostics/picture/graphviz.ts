import { Worker } from "node:worker_threads";
import { BrambleError } from "../../errors.js";

/** What the thread that lays out a graph is given. */
export interface LayoutRequest {
  /** The graph in Graphviz's language. */
  readonly dot: string;
  readonly format: "svg" | "xdot_json";
}

/** What it answers. */
export type LayoutReply = { readonly text: string } | { readonly problem: string };

/** Lays out a graph, in a thread of its own: a large one takes seconds, and other work should not wait. */
export async function layOutGraph(request: LayoutRequest): Promise<string> {
  const worker = new Worker(new URL("./graphviz-worker.js", import.meta.url), {
    workerData: request,
    // What the main thread was started with may not suit another script.
    execArgv: [],
  });
  const reply = await new Promise<LayoutReply>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread ended (exit code ${code})`)));
  }).catch(
    (error: unknown): LayoutReply => ({ problem: error instanceof Error ? error.message : String(error) }),
  );
  if ("text" in reply) return reply.text;
  throw new BrambleError("INTERNAL", `Graphviz could not lay out the graph: ${reply.problem}`);
}
