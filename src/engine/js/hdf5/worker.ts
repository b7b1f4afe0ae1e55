import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { BrambleError } from "../../../errors.js";
import { loadLibrary } from "./library.js";
import type { Reply, Request, WorkerSetup } from "./protocol.js";
import { handle } from "./requests.js";

/** Answers questions one after another, whether somebody sleeps until then or not. */
const { port, answered } = workerData as WorkerSetup;
const library = loadLibrary();

port.on("message", async (request: Request) => {
  const reply = await replyTo(request);
  send(port, reply, reply);
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
});

parentPort?.on("message", async ({ id, request }: { id: number; request: Request }) => {
  const reply = await replyTo(request);
  if (parentPort !== null) send(parentPort, { id, reply }, reply);
});

async function replyTo(request: Request): Promise<Reply> {
  try {
    return { answer: handle(await library, request) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: error instanceof BrambleError ? error.code : "INTERNAL", message } };
  }
}

/** Bytes are handed over rather than copied. */
function send(to: MessagePort, message: unknown, reply: Reply): void {
  const isBytes = "answer" in reply && reply.answer instanceof Uint8Array;
  to.postMessage(message, isBytes ? [(reply.answer as Uint8Array<ArrayBuffer>).buffer] : []);
}
