import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { BrambleError } from "../../../errors.js";
import type { Calls, Reply, Request, WorkerSetup } from "./protocol.js";

/** How long an answer that is waited for may take, in milliseconds. */
const MOST_PATIENCE = 120_000;

/** A question of a kind. */
export type RequestOf<Kind extends keyof Calls> = Extract<Request, { kind: Kind }>;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The thread that holds the HDF5 library, compiled to WebAssembly. The library takes a promise to load, and
 * opening a file must not: the main thread sleeps while another one does it.
 */
class Client {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(onExit: () => void) {
    const { port1, port2 } = new MessageChannel();
    const setup: WorkerSetup = { port: port2, answered: this.#answered };
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: setup,
      transferList: [port2],
      // What the main thread was started with may not suit another script.
      execArgv: [],
    });
    this.#port = port1;
    this.#worker.on("message", ({ id, reply }: { id: number; reply: Reply }) => this.#settle(id, reply));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => {
      onExit();
      this.#fail(new BrambleError("INTERNAL", "the thread that reads HDF5 files has ended"));
    });
    // A thread that nobody waits for keeps no process alive.
    this.#worker.unref();
    this.#port.unref();
  }

  /** Asks and waits, the whole thread. */
  callSync(request: Request): Reply {
    Atomics.store(this.#answered, 0, 0);
    this.#port.postMessage(request);
    Atomics.wait(this.#answered, 0, 0, MOST_PATIENCE);
    const received = receiveMessageOnPort(this.#port) as { message: Reply } | undefined;
    if (received !== undefined) return received.message;
    throw new BrambleError("INTERNAL", "the thread that reads HDF5 files does not answer");
  }

  /** Asks and goes on. */
  call(request: Request): Promise<Reply> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, request });
    });
  }

  #settle(id: number, reply: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    waiting?.resolve(reply);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

let client: Client | undefined;

/** The thread is started when it is first needed. */
function theClient(): Client {
  client ??= new Client(() => {
    client = undefined;
  });
  return client;
}

/** Asks the HDF5 library and waits for the answer, the whole thread. */
export function askSync<Kind extends keyof Calls>(request: RequestOf<Kind>): Calls[Kind]["answer"] {
  return answerOf(theClient().callSync(request)) as Calls[Kind]["answer"];
}

/** Asks the HDF5 library. */
export async function ask<Kind extends keyof Calls>(
  request: RequestOf<Kind>,
): Promise<Calls[Kind]["answer"]> {
  return answerOf(await theClient().call(request)) as Calls[Kind]["answer"];
}

function answerOf(reply: Reply): unknown {
  if ("answer" in reply) return reply.answer;
  throw new BrambleError(reply.error.code, reply.error.message);
}
