import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Failure, ObjectServerOptions } from "./object-server.js";
import type { ObjectServerRequest } from "./object-server-program.js";

/** An object server in a process of its own: readers of data frames wait for it in the thread of the test. */
export interface ObjectServerElsewhere {
  readonly url: string;
  /** Makes or replaces objects by their paths, such as `/bucket/key`. */
  put(objects: Readonly<Record<string, Uint8Array>>): Promise<void>;
  remove(path: string): Promise<void>;
  /** What becomes of the next requests. */
  fail(...failures: Failure[]): Promise<void>;
  /** Refuses the bytes of uploads from now on, once so many wait with theirs; with 0 takes them again. */
  refuseParts(count: number): Promise<void>;
  /** What was asked for since this was asked last. */
  log(): Promise<readonly string[]>;
  objects(): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Objects whose bytes came and that are not shown. */
  uploads(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts a server on a free port of this machine. */
export async function startObjectServerElsewhere(
  options: ObjectServerOptions = {},
): Promise<ObjectServerElsewhere> {
  const program = fileURLToPath(new URL("object-server-program.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(options)], {
    serialization: "advanced",
    execArgv: ["--import", "tsx"],
  });
  const answer = async (): Promise<unknown> => {
    const [message] = (await once(child, "message")) as [{ readonly answer: unknown }];
    return message.answer;
  };
  const ask = async (request: ObjectServerRequest): Promise<unknown> => {
    const answered = answer();
    child.send(request);
    return await answered;
  };
  return {
    url: String(await answer()),
    put: async (objects) => void (await ask({ put: Object.entries(objects) })),
    remove: async (path) => void (await ask({ remove: path })),
    fail: async (...failures) => void (await ask({ fail: failures })),
    refuseParts: async (count) => void (await ask({ refuseParts: count })),
    log: async () => (await ask("log")) as readonly string[],
    objects: async () => new Map((await ask("objects")) as [string, Uint8Array][]),
    uploads: async () => (await ask("uploads")) as readonly string[],
    close: async () => {
      const closed = once(child, "exit");
      child.disconnect();
      await closed;
    },
  };
}
