import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { decode, type Encoded, encode, prepare } from "../../dist/values/index.js";

const PROGRAM = new URL("elsewhere-worker.mjs", import.meta.url);

type Answer = { readonly result: Encoded } | { readonly error: Encoded };

/** Somewhere else to run functions: a thread or a process. */
export interface Elsewhere {
  /** Calls a function there. */
  run<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  close(): Promise<void>;
}

/** A thread that runs what is sent to it. */
export function openThread(): Elsewhere {
  const worker = new Worker(PROGRAM, { execArgv: [] });
  const ask = async (message: Encoded): Promise<Answer> => {
    const answer = once(worker, "message");
    worker.postMessage(message);
    const [first] = (await answer) as [Answer];
    return first;
  };
  return { run: (fn, ...args) => call(ask, fn, args), close: async () => void (await worker.terminate()) };
}

/** A process that runs what is sent to it. */
export function openProcess(): Elsewhere {
  const child = fork(fileURLToPath(PROGRAM), { serialization: "advanced", execArgv: [] });
  const ask = async (message: Encoded): Promise<Answer> => {
    const answer = once(child, "message");
    child.send(message as never);
    const [first] = (await answer) as [Answer];
    return first;
  };
  return {
    run: (fn, ...args) => call(ask, fn, args),
    close: async () => {
      const closed = once(child, "exit");
      child.kill();
      await closed;
    },
  };
}

async function call<A extends readonly unknown[], R>(
  ask: (message: Encoded) => Promise<Answer>,
  fn: (...args: A) => R,
  args: A,
): Promise<Awaited<R>> {
  const answer = await ask(encode([fn, args], "a call"));
  const encoded = "error" in answer ? answer.error : answer.result;
  await prepare(encoded);
  const value = decode(encoded);
  if ("error" in answer) throw value;
  return value as Awaited<R>;
}
