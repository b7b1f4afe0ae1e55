import { hostname } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { config } from "../../config/index.js";
import { BrambleError } from "../../errors.js";
import { type HostPort, hostText, parseHost } from "../../programs/addresses.js";
import { nodeInside } from "../../programs/environment.js";
import { readSchedulerFile, writeWhileRunning } from "../../programs/files.js";
import { blockMemory, layOut, memoryLimit, thisMachine } from "../../programs/memory.js";
import {
  hostOf,
  type PlaceFlags,
  parseResources,
  parseSeconds,
  parseSize,
  parseWhole,
  type SecurityFlags,
  securityOf,
  withPlaceOptions,
  withSecurityOptions,
  wrong,
} from "../../programs/options.js";
import { onSignals } from "../../programs/stop.js";
import type { Supervised } from "../../programs/supervisor.js";
import { type InstallFlags, installService, withInstallOptions } from "../install-service.js";
import { bytesText, note } from "../output.js";

interface Flags extends PlaceFlags, SecurityFlags, InstallFlags {
  readonly workerPort: string;
  readonly name?: string;
  readonly nworkers: string;
  readonly nthreads?: string;
  readonly memoryLimit: string;
  readonly localDirectory?: string;
  readonly maxSpill?: string;
  readonly resources?: string;
  readonly env?: string;
  readonly envInstall: boolean;
  readonly schedulerFile?: string;
  readonly deathTimeout?: string;
  readonly lifetime?: string;
}

/** `bramble worker` */
export function addWorker(program: Command): void {
  describeWorker(program.command("worker"));
}

/** What the command takes and does; `bramble-worker` is the same. */
export function describeWorker(command: Command): void {
  withInstallOptions(withSecurityOptions(withPlaceOptions(command)))
    .description("Run a worker of a cluster. It waits for its scheduler, and comes back when that does.")
    .argument(
      "[scheduler]",
      "HOST or HOST:PORT, as `bramble scheduler` prints it; if absent, the one that announces itself",
    )
    .option("--worker-port <number>", "the port where other workers find it; 0 for any free one", "0")
    .option("--name <name>", "its name; the machine's if absent")
    .option("--nworkers <number>", "processes; a negative number counts down from the cores", "auto")
    .option("--nthreads <number>", "tasks at once in each process; as many as there are cores if absent")
    .option("--memory-limit <size>", "of each process: `auto`, a share, a size, or 0 for none", "auto")
    .option("--local-directory <folder>", "where blocks go that memory has no room for")
    .option("--max-spill <size>", "of these, at most so much in each process; no limit if absent")
    .option("--resources <amounts>", "what each process has that tasks may ask for: `GPU=2,SCANNER=1`")
    .option("--env <name>", "run in a project environment: its Node and its packages")
    .option("--no-env-install", "let no client install environments here and have the worker run in them")
    .option("--scheduler-file <file>", "find the scheduler in the file that it wrote")
    .option("--death-timeout <time>", "give up after so long without a scheduler; never if absent")
    .option("--lifetime <time>", "leave after so long")
    .action(worker);
}

async function worker(scheduler: string | undefined, flags: Flags): Promise<void> {
  const machine = thisMachine();
  const nthreads =
    flags.nthreads === undefined ? undefined : parseWhole(flags.nthreads, "--nthreads", 1, 1024);
  const { processes, threads } = layOut(flags.nworkers, nthreads, machine.cores);
  const limit = memoryLimit(flags.memoryLimit, threads, machine);
  const host = hostOf(flags);
  const known = knownPlace(scheduler, flags.schedulerFile);
  const encrypts = scheduler?.startsWith("tls://") ?? false;
  const options = {
    host,
    port: portOf(flags.workerPort, processes),
    security: securityOf(flags, encrypts),
    threads,
    memory: blockMemory(limit, machine),
    processMemory: limit,
    spillFolder: resolve(flags.localDirectory ?? config.get("memory.spillFolder")),
    maxSpill: flags.maxSpill === undefined ? undefined : parseSize(flags.maxSpill, "--max-spill"),
    resources: flags.resources === undefined ? undefined : parseResources(flags.resources),
    patience:
      flags.deathTimeout === undefined ? undefined : parseSeconds(flags.deathTimeout, "--death-timeout"),
  };
  const more = {
    lifetime: flags.lifetime === undefined ? undefined : parseSeconds(flags.lifetime, "--lifetime"),
    preload: (flags.preload ?? []).map((module) => (module.startsWith(".") ? resolve(module) : module)),
  };
  if (flags.install) {
    await installService("bramble-worker", "Worker of a Bramble cluster", true, flags);
    return;
  }
  await checkKey(flags);
  const inside = await nodeInside(flags.env);
  const place = known ?? (await announcedPlace(host, options.patience));
  const address = `tcp://${hostText(place)}`;
  if (flags.pidFile !== undefined) writeWhileRunning(resolve(flags.pidFile), `${process.pid}\n`);
  const setups = namesOf(flags.name, processes).map((name) => ({
    options: { ...options, scheduler: address, name },
    ...more,
  }));
  note(
    `${processes} ${processes === 1 ? "worker" : "workers"} with ${threads} ${threads === 1 ? "thread" : "threads"}` +
      `${limit === undefined ? "" : ` and ${bytesText(limit)}`} for the scheduler at ${hostText(place)}`,
  );
  await supervise({ setups, inside, allowsInstall: flags.envInstall, limit, tell: note });
}

async function supervise(supervised: Supervised): Promise<void> {
  const { Supervisor } = await import("../../programs/supervisor.js");
  const supervisor = new Supervisor(supervised);
  onSignals(
    () => supervisor.stop(),
    () => supervisor.kill(),
  );
  if ((await supervisor.run()) > 0) process.exitCode = 1;
}

/** Where the scheduler is, if somebody says. */
function knownPlace(scheduler: string | undefined, file: string | undefined): HostPort | undefined {
  if (scheduler !== undefined && file !== undefined)
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "Give the scheduler's address or `--scheduler-file`, not both",
    );
  if (file !== undefined)
    return parseHost(readSchedulerFile(resolve(file)).address, "the address in --scheduler-file");
  return scheduler === undefined ? undefined : parseHost(scheduler, "scheduler");
}

/** Where the scheduler is that announces itself on the networks of this machine that see a host. */
async function announcedPlace(host: string, patience: number | undefined): Promise<HostPort> {
  const { findScheduler } = await import("../../programs/scheduler.js");
  note("Looking for a scheduler that announces itself");
  const { name, address } = await findScheduler(host, patience);
  note(`Found the scheduler ${name}`);
  return parseHost(address, "the address of the scheduler");
}

function portOf(text: string, processes: number): number {
  const port = parseWhole(text, "--worker-port", 0, 65_535);
  if (port !== 0 && processes > 1) throw wrong("--worker-port", "0 where there are several processes", text);
  return port;
}

/** Says how to get a key before anything waits for a scheduler. */
async function checkKey({ insecure }: Flags): Promise<void> {
  if (insecure) return;
  const { keyHere } = await import("../../programs/scheduler.js");
  keyHere();
}

function namesOf(name: string | undefined, processes: number): string[] {
  const base = name ?? hostname();
  return processes === 1 ? [base] : Array.from({ length: processes }, (_, index) => `${base}-${index}`);
}
