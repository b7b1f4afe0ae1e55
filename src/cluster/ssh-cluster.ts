import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { checkInteger, checkOptions, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";

/** On which machines a cluster runs, and how they are reached. */
export interface SSHClusterOptions {
  /** Machines as `ssh` knows them: on the first runs the scheduler, on each of them a worker. */
  readonly hosts: readonly string[];
  /** What `ssh` is told in addition, such as `["-p", "2222"]`. It must ask for no password. */
  readonly sshOptions?: readonly string[] | undefined;
  /** How `bramble` is called there. Default: `bramble`. */
  readonly bramble?: string | undefined;
  /** Tasks of each worker at the same time. Default: as many as its machine has cores. */
  readonly threadsPerWorker?: number | undefined;
  /** Further flags of `bramble worker`, such as `["--memory-limit", "500MB"]`. */
  readonly workerOptions?: readonly string[] | undefined;
  /** Further flags of `bramble scheduler`, such as `["--allowed-failures", "0"]`. */
  readonly schedulerOptions?: readonly string[] | undefined;
  /** Seconds that the scheduler has to start. Default: 60. */
  readonly timeout?: number | undefined;
}

/** Milliseconds that a program has to end, before the connection to it is cut. */
const GRACE = 10_000;
/** Characters of what a program said that an error tells. */
const MOST_WORDS = 2000;

/**
 * A scheduler and workers on other machines, started over the system's `ssh`. They have a key that nobody else has,
 * which goes there through the connection and stands on no command line. They end with this process, whatever ends it.
 *
 * @example
 * await using cluster = await SSHCluster.start({ hosts: ["pi1", "pi2"] });
 * await using client = await Client.connect(cluster);
 */
export class SSHCluster {
  /** Where the scheduler listens. */
  readonly address: string;
  /** What members of this cluster prove to each other. */
  readonly key: string;
  readonly #programs: readonly RemoteProgram[];

  private constructor(address: string, key: string, programs: readonly RemoteProgram[]) {
    this.address = address;
    this.key = key;
    this.#programs = programs;
  }

  /**
   * Starts one. Workers come within some seconds; computations wait for the first.
   *
   * @throws {BrambleError} `NETWORK` with what `ssh` or the program there said, if the scheduler does not start.
   */
  static async start(options: SSHClusterOptions): Promise<SSHCluster> {
    const { hosts, bramble, ssh, flags, schedulerFlags, timeout } = checkSSHOptions(options);
    const key = withOwnErrors(() => loadNative().randomKey());
    const [first = ""] = hosts;
    const start = (host: string, ...args: readonly string[]): RemoteProgram =>
      new RemoteProgram(host, ssh, `${bramble} ${args.map(quoted).join(" ")}`, key);
    const place = ["--host", "0.0.0.0", "--port", "0", "--no-dashboard"];
    const scheduler = start(first, "scheduler", ...place, ...schedulerFlags);
    try {
      const address = await scheduler.says(/^Scheduler at\s+(tcp:\/\/\S+)$/m, timeout);
      const workers = hosts.map((host) => start(host, "worker", address, "--name", host, ...flags));
      return new SSHCluster(address, key, [...workers, scheduler]);
    } catch (error) {
      await scheduler.stop();
      throw error;
    }
  }

  /** Ends the workers and the scheduler. */
  async close(): Promise<void> {
    const [scheduler, ...workers] = this.#programs.toReversed();
    // Workers first: they hand nothing over to each other when all of them go.
    await Promise.all(workers.map((worker) => worker.stop()));
    await scheduler?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A program on another machine, for as long as the connection to it lasts. */
class RemoteProgram {
  readonly #host: string;
  readonly #child: ChildProcess;
  #output = "";
  #words = "";
  #look = (): void => {};

  constructor(host: string, ssh: readonly string[], command: string, key: string) {
    this.#host = host;
    const args = ["-o", "BatchMode=yes", ...ssh, "--", host, `exec sh -c ${quoted(whileConnected(command))}`];
    this.#child = spawn("ssh", args, { stdio: ["pipe", "pipe", "pipe"] });
    const { stdin, stdout, stderr } = this.#child;
    stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output = (this.#output + text).slice(-MOST_WORDS);
      this.#look();
    });
    stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#words = (this.#words + text).slice(-MOST_WORDS);
    });
    // One that ends before it has read the key says why elsewhere.
    stdin?.on("error", () => {});
    stdin?.write(`${key}\n`);
    this.#child.on("error", (error) => {
      this.#words += String(error);
    });
  }

  /** What the program prints, as soon as it does. */
  async says(pattern: RegExp, timeout: number): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const found = new Promise<string>((resolve, reject) => {
      this.#look = () => {
        const [, text] = pattern.exec(this.#output) ?? [];
        if (text !== undefined) resolve(text);
      };
      const fail = (why: string): void => {
        const words = this.#words.trim() || "it said nothing";
        reject(new BrambleError("NETWORK", `bramble scheduler on ${this.#host} ${why}: ${words}`));
      };
      timer = setTimeout(() => fail(`did not start within ${timeout} s`), 1000 * timeout);
      this.#child.once("close", () => fail("ended"));
      this.#child.once("error", () => fail("could not be started"));
      this.#look();
    });
    try {
      return await found;
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, "exit");
    child.stdin?.end();
    const timer = setTimeout(() => child.kill("SIGKILL"), GRACE);
    await ended;
    clearTimeout(timer);
  }
}

/**
 * A script that takes the key from its input, runs a command and ends it when the input does: so it ends with the
 * connection.
 */
function whileConnected(command: string): string {
  return [
    "IFS= read -r BRAMBLE_KEY",
    "export BRAMBLE_KEY",
    "exec 3<&0",
    `${command} </dev/null 3<&- &`,
    "program=$!",
    '{ cat <&3 >/dev/null; kill "$program" 2>/dev/null; } >/dev/null 2>&1 &',
    "exec 3<&-",
    'wait "$program"',
  ].join("\n");
}

/** A word for a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

interface CheckedOptions {
  readonly hosts: readonly string[];
  readonly bramble: string;
  readonly ssh: readonly string[];
  readonly flags: readonly string[];
  readonly schedulerFlags: readonly string[];
  readonly timeout: number;
}

function checkSSHOptions(options: SSHClusterOptions): CheckedOptions {
  checkOptions(options, "options", [
    "hosts",
    "sshOptions",
    "bramble",
    "threadsPerWorker",
    "workerOptions",
    "schedulerOptions",
    "timeout",
  ]);
  const { hosts, sshOptions = [], bramble = "bramble", workerOptions = [], timeout = 60 } = options;
  const { threadsPerWorker, schedulerOptions = [] } = options;
  // One that begins with a dash would be an option of ssh.
  const isHost = (host: unknown): boolean => typeof host === "string" && /^[^\s-]\S*$/.test(host);
  if (!Array.isArray(hosts) || hosts.length === 0 || !hosts.every(isHost))
    throw invalid("a list of names of machines", "options.hosts", hosts);
  if (threadsPerWorker !== undefined) checkInteger(threadsPerWorker, "options.threadsPerWorker", 1, 1024);
  if (typeof timeout !== "number" || !(timeout > 0 && timeout < 1e6))
    throw invalid("a number of seconds", "options.timeout", timeout);
  const threads = threadsPerWorker === undefined ? [] : ["--nthreads", String(threadsPerWorker)];
  const flags = [...threads, ...workerOptions];
  return { hosts, bramble, ssh: sshOptions, flags, schedulerFlags: schedulerOptions, timeout };
}
