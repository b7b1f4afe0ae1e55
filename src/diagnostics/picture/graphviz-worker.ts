import { parentPort, workerData } from "node:worker_threads";
import { instance } from "@viz-js/viz";
import type { PictureReply, PictureRequest } from "./graphviz.js";
import { paint } from "./paint.js";
import { encodePng } from "./png.js";

/** Draws one graph; the thread ends with it. */
async function draw({ dot, format }: PictureRequest): Promise<PictureReply> {
  const graphviz = await instance();
  const { output, errors } = graphviz.render(dot, { format: format === "svg" ? "svg" : "json" });
  if (output === undefined) return { problem: errors.map(({ message }) => message).join("; ") };
  return { picture: format === "svg" ? output : encodePng(paint(output)) };
}

parentPort?.postMessage(await draw(workerData as PictureRequest));
