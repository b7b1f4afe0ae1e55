import { parentPort, workerData } from "node:worker_threads";
import { instance } from "@viz-js/viz";
import type { LayoutReply, LayoutRequest } from "./graphviz.js";

const { dot, format } = workerData as LayoutRequest;

/** Lays out one graph; the thread ends with it. */
async function layOut(): Promise<LayoutReply> {
  const graphviz = await instance();
  const { output, errors } = graphviz.render(dot, { format });
  return output === undefined
    ? { problem: errors.map(({ message }) => message).join("; ") }
    : { text: output };
}

parentPort?.postMessage(await layOut());
