// A cluster of several architectures on this machine: real programs, those of other processors in an emulator.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { piNode } from "../cross/pi-nodes.mjs";
import { root } from "../lib/paths.mjs";
import { piPlatforms } from "../lib/platforms.mjs";

const HERE = ["--host", "127.0.0.1"];
/** Bytes for the blocks of workers, by architecture: a board with 32 bits has the least. */
const MEMORY = { x64: 500e6, arm64: 500e6, arm: 60e6 };
const node = (script) => [process.execPath, join(root, "dist/cli", script)];

/**
 * Starts a scheduler, and knows how to start workers, each of one thread.
 *
 * @param {import("./programs.mjs").Programs} programs
 * @param {string} folder for the key and other files
 * @param {Record<string, string[]>} [withoutNode] the programs without Node, by architecture: the scheduler is one then,
 *   and each Raspberry Pi has a second worker
 */
export async function startCluster(programs, folder, withoutNode) {
  const keys = join(folder, "bramble");
  const environment = { XDG_CONFIG_HOME: folder };
  const file = join(folder, "scheduler.json");
  const [program, ...more] = withoutNode ? [...withoutNode.x64, "scheduler"] : node("bramble-scheduler.js");
  const options = [...HERE, "--port", "0", "--no-dashboard", "--scheduler-file", file];
  programs.start("scheduler", [program], [...more, ...options], environment);
  const { address } = JSON.parse(await programs.fileOf("scheduler", file));
  const workers = { x64: () => startHere(programs, address, environment) };
  for (const { arch, emulator } of piPlatforms) {
    const nodeThere = [...emulator, piNode(arch)];
    workers[arch] = () => startProcess(programs, { name: arch, node: nodeThere, address, keys, folder });
  }
  if (withoutNode) {
    for (const { arch } of piPlatforms) {
      const name = `${arch} without Node`;
      const args = ["worker", address, ...HERE, "--name", name, "--nthreads", "1", "--key-folder", keys];
      workers[name] = () => programs.start(name, withoutNode[arch], args);
    }
    const other = [piNode("x64")];
    workers["x64, Node 24"] = () =>
      startProcess(programs, { name: "x64, Node 24", node: other, address, keys, folder });
  }
  return { address, workers, key: () => readFileSync(join(keys, "cluster.key"), "utf8").trim() };
}

function startHere(programs, address, environment) {
  const options = ["--name", "x64", "--nworkers", "1", "--nthreads", "1"];
  programs.start("x64", node("bramble-worker.js"), [address, ...HERE, ...options], environment);
}

/** What `bramble worker` starts: in an emulator it could not start it itself. */
function startProcess(programs, { name, node, address, keys, folder }) {
  const options = {
    scheduler: address,
    host: "127.0.0.1",
    port: 0,
    security: { folder: keys, insecure: false, encryptsAlways: false },
    name,
    threads: 1,
    memory: MEMORY[name] ?? MEMORY.x64,
    spillFolder: join(folder, "spilled"),
  };
  const setup = { options, preload: [], parent: process.pid };
  const script = join(root, "dist/programs/worker-process.js");
  programs.start(name, [...node, script], [], { BRAMBLE_WORKER: JSON.stringify(setup) }, ["ipc"]);
}

/** The package as it is built here. */
export function importBramble() {
  return import(pathToFileURL(join(root, "dist/index.js")).href);
}
