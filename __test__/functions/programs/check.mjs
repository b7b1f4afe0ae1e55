// Sends functions to a thread that has no loader but Node's own, and prints what comes back as JSON.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { decode, encode, prepare } from "../../../dist/values/index.js";

export async function runElsewhere(functions) {
  const worker = new Worker(new URL("../../support/elsewhere-worker.mjs", import.meta.url));
  const results = {};
  for (const [name, fn] of Object.entries(functions)) {
    const answer = once(worker, "message");
    worker.postMessage(encode([fn, []]));
    const [{ result, error }] = await answer;
    await prepare(result ?? error);
    const value = decode(result ?? error);
    results[name] = error === undefined ? value : String(value);
  }
  await worker.terminate();
  console.log(JSON.stringify(results));
}
