// Runs functions that arrive from another thread or process, with the modules as they are in dist.

import { parentPort } from "node:worker_threads";
import { decode, encode, prepare } from "../../dist/values/index.js";

const answer = (message) => (parentPort === null ? process.send(message) : parentPort.postMessage(message));

async function run(encoded) {
  try {
    await prepare(encoded);
    const [fn, args] = decode(encoded);
    return { result: encode(await fn(...args)) };
  } catch (error) {
    return { error: encode(error) };
  }
}

(parentPort ?? process).on("message", async (encoded) => answer(await run(encoded)));
