import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** What a network of its own begins with: loopback alone. */
const BEGIN = "ip link set lo up && echo ready && exec cat";

/** Whether this system lets us make networks of our own. */
export const mayNetwork =
  spawnSync("unshare", ["--map-root-user", "--net", "ip", "link", "set", "lo", "up"]).status === 0;

/** A network of its own, in which programs run that tests start: nobody outside hears what is said there. */
export class OwnNetwork {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async open(): Promise<OwnNetwork> {
    const holder = spawn("unshare", ["--map-root-user", "--net", "sh", "-c", BEGIN]);
    await once(holder.stdout, "data");
    return new OwnNetwork(holder);
  }

  /** The process that holds it. */
  get pid(): number {
    return this.#holder.pid ?? 0;
  }

  /** The words before those of a program that is to run there. */
  get inside(): readonly string[] {
    return ["nsenter", "--target", String(this.pid), "--user", "--net", "--preserve-credentials", "--"];
  }

  /** Runs a script there, and gives what it prints. */
  run(script: string): string {
    const [program = "", ...args] = this.inside;
    const { status, stdout, stderr } = spawnSync(program, [...args, "sh", "-c", script], {
      encoding: "utf8",
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  }

  /** Gives it back, when the programs have ended that run there. */
  close(): void {
    this.#holder.kill("SIGKILL");
  }
}
