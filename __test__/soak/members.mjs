// The members of a cluster in two networks of their own, with a wire between them that can be cut: the scheduler and the
// client on one side, the workers on the other.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const BRAMBLE = fileURLToPath(new URL("../../dist/cli/bramble.js", import.meta.url));
/** Addresses at both ends of the wire. */
export const HERE = "10.77.0.1";
export const THERE = "10.77.0.2";

/** The network of the workers, at the other end of a wire from the network that this process is in. */
export class OtherSide {
  #holder;

  static async open() {
    const side = new OtherSide();
    side.#holder = spawn("unshare", ["--net", "sh", "-c", "echo ready && exec cat"]);
    await once(side.#holder.stdout, "data");
    const pid = side.#holder.pid;
    run("ip", "link", "set", "lo", "up");
    run("ip", "link", "add", "name", "wire0", "type", "veth", "peer", "name", "wire1", "netns", String(pid));
    run("ip", "address", "add", `${HERE}/24`, "dev", "wire0");
    run("ip", "link", "set", "wire0", "up");
    for (const words of ["link set lo up", `address add ${THERE}/24 dev wire1`, "link set wire1 up"])
      run(...side.inside, "ip", ...words.split(" "));
    return side;
  }

  /** The words before those of a program that is to run there. */
  get inside() {
    return ["nsenter", "--target", String(this.#holder.pid), "--net", "--"];
  }

  /** Cuts the wire, or mends it. */
  wire(state) {
    run("ip", "link", "set", "wire0", state);
  }

  close() {
    this.#holder.kill("SIGKILL");
  }
}

function run(program, ...args) {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

/** A program of a cluster that was started. */
export class Member {
  stdout = "";
  stderr = "";
  #child;

  constructor(words, env) {
    const [program, ...args] = words;
    this.#child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const name of ["stdout", "stderr"])
      this.#child[name].on("data", (text) => {
        this[name] += text;
      });
    this.ended = once(this.#child, "exit");
  }

  get pid() {
    return this.#child.pid;
  }

  async kill(signal = "SIGKILL") {
    this.#child.kill(signal);
    await this.ended;
  }

  /** What it prints, as soon as it does. */
  async says(pattern) {
    for (;;) {
      const found = this.stdout.match(pattern);
      if (found !== null) return found[1];
      if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export function schedulerWords(port, journal) {
  const place = ["--host", HERE, "--port", String(port), "--no-dashboard"];
  return [process.execPath, BRAMBLE, "scheduler", ...place, "--journal", journal];
}

export function workerWords(side, address, name, folder) {
  const flags = ["--host", THERE, "--name", name, "--nthreads", "1", "--memory-limit", "400MB"];
  return [
    ...side.inside,
    process.execPath,
    BRAMBLE,
    "worker",
    address,
    ...flags,
    "--local-directory",
    folder,
  ];
}

/** The children of a process. */
export function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** What a process holds of the system: open files that are no memory of the system's own, threads, children. */
export function heldBy(pid) {
  const files = readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`).replace(/:\[\d+\]$/, "")];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
  return {
    files: files.length,
    threads: readdirSync(`/proc/${pid}/task`).length,
    children: childrenOf(pid).length,
  };
}
