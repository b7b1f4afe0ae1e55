import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EnvironmentOrder } from "../env/follow.js";
import { BrambleError } from "../errors.js";
import { type Reply, throwFailure } from "./supervisor-channel.js";

/** Has environments made, each in a process of its own. What several workers of a machine want at once is made once. */
export class EnvironmentMaker {
  readonly #tell: (text: string) => void;
  readonly #underWay = new Map<string, Promise<void>>();

  /** @param tell - says something to people. */
  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** @throws {BrambleError} as `bramble env create -f` does; the machine is then as it was. */
  make(order: EnvironmentOrder): Promise<void> {
    const key = JSON.stringify(order);
    const known = this.#underWay.get(key);
    if (known !== undefined) return known;
    const making = this.#make(order).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, making);
    return making;
  }

  async #make(order: EnvironmentOrder): Promise<void> {
    this.#tell(`making the project environment ${order.name} for a client`);
    const reply = await makeInProcess(order);
    if (reply.failure !== undefined) this.#tell(`${order.name} was not made: ${reply.failure.message}`);
    throwFailure(reply);
  }
}

function makeInProcess(order: EnvironmentOrder): Promise<Reply> {
  const program = fileURLToPath(new URL("./make-environment.js", import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  return new Promise((resolve, reject) => {
    let reply: Reply | undefined;
    child.once("error", reject);
    child.once("message", (message) => {
      reply = message as Reply;
    });
    child.once("close", (code, signal) => {
      if (reply !== undefined) resolve(reply);
      else reject(new BrambleError("WORKER_LOST", `what made ${order.name} ended with ${signal ?? code}`));
    });
    child.send(order);
  });
}
