import { hostname } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { MOST_FAILURES } from "../../cluster/failures.js";
import { hostsSeenFromOutside, hostText } from "../../programs/addresses.js";
import { writeWhileRunning } from "../../programs/files.js";
import {
  hostOf,
  type PlaceFlags,
  parseSeconds,
  parseWhole,
  type SecurityFlags,
  securityOf,
  withPlaceOptions,
  withSecurityOptions,
  wrong,
} from "../../programs/options.js";
import { onSignals } from "../../programs/stop.js";
import { type InstallFlags, installService, withInstallOptions } from "../install-service.js";
import { note, print } from "../output.js";

interface Flags extends PlaceFlags, SecurityFlags, InstallFlags {
  readonly port: string;
  readonly dashboardAddress: string;
  readonly dashboard: boolean;
  readonly schedulerFile?: string;
  readonly idleTimeout?: string;
  readonly journal?: string;
  readonly allowedFailures?: string;
  readonly announce?: boolean;
}

const PORT_MAX = 65_535;

/** `bramble scheduler` */
export function addScheduler(program: Command): void {
  describeScheduler(program.command("scheduler"));
}

/** What the command takes and does; `bramble-scheduler` is the same. */
export function describeScheduler(command: Command): void {
  withInstallOptions(withSecurityOptions(withPlaceOptions(command)))
    .description("Run the scheduler of a cluster, which workers and clients connect to.")
    .option("--port <number>", "the port; 0 for any free one", "8786")
    .option("--dashboard-address <address>", "HOST:PORT or :PORT of the dashboard", ":8787")
    .option("--no-dashboard", "serve no HTTP")
    .option("--scheduler-file <file>", "write the address there while it runs")
    .option("--announce", "let workers in the same network find it without an address, by multicast DNS")
    .option(
      "--allowed-failures <number>",
      "fail a task of which more workers than this have died; 2 if absent",
    )
    .option("--idle-timeout <time>", "end after so long without anything to compute, such as `1h`")
    .option("--journal <folder>", "go on from what is written there when it was killed and is started again")
    .action(scheduler);
}

async function scheduler(flags: Flags): Promise<void> {
  const { preload, startScheduler, throwEnd } = await import("../../programs/scheduler.js");
  const host = hostOf(flags);
  const dashboard = dashboardOf(flags, host);
  const options = {
    host,
    port: parseWhole(flags.port, "--port", 0, PORT_MAX),
    httpHost: dashboard?.host,
    httpPort: dashboard?.port,
    security: securityOf(flags),
    idleTimeout:
      flags.idleTimeout === undefined ? undefined : parseSeconds(flags.idleTimeout, "--idle-timeout"),
    journal: flags.journal === undefined ? undefined : resolve(flags.journal),
    allowedFailures:
      flags.allowedFailures === undefined
        ? undefined
        : parseWhole(flags.allowedFailures, "--allowed-failures", 0, MOST_FAILURES),
    announceAs: flags.announce ? hostname() : undefined,
  };
  if (flags.install) {
    await installService("bramble-scheduler", "Scheduler of a Bramble cluster", false, flags);
    return;
  }
  await preload(flags.preload ?? []);
  const started = startScheduler(options);
  onSignals(() => started.stop());
  const addresses = hostsSeenFromOutside(host).map((seen) => hostText({ host: seen, port: started.port }));
  const pages =
    dashboard === undefined
      ? []
      : hostsSeenFromOutside(dashboard.host).map((seen) =>
          hostText({ host: seen, port: started.httpPort ?? 0 }),
        );
  writeFiles(flags, addresses);
  tell(addresses, pages, flags.insecure ? " --insecure" : "");
  if (flags.insecure !== true) {
    note(`Cluster key ${started.fingerprint}; to give it to another machine: bramble key copy HOST`);
  }
  if (started.announced !== undefined)
    note(`Announced as ${started.announced}: workers in this network need no address`);
  if (dashboard !== undefined && dashboard.port !== 0 && dashboard.port !== started.httpPort) {
    note(`Port ${dashboard.port} is taken, so the dashboard has another`);
  }
  throwEnd(await started.result);
}

function dashboardOf(flags: Flags, host: string): { host: string; port: number } | undefined {
  if (!flags.dashboard) return undefined;
  const [, itsHost = "", port = ""] = flags.dashboardAddress.match(/^(?:\[?([^[\]\s]*?)\]?:)?(\d+)$/) ?? [];
  if (port === "") throw wrong("--dashboard-address", "HOST:PORT or :PORT", flags.dashboardAddress);
  return {
    host: itsHost === "" ? host : itsHost,
    port: parseWhole(port, "The port of --dashboard-address", 0, PORT_MAX),
  };
}

function writeFiles({ schedulerFile, pidFile }: Flags, places: readonly string[]): void {
  const addresses = places.map((place) => `tcp://${place}`);
  const content = { address: addresses[0], addresses, pid: process.pid };
  if (schedulerFile !== undefined)
    writeWhileRunning(resolve(schedulerFile), `${JSON.stringify(content, undefined, 2)}\n`);
  if (pidFile !== undefined) writeWhileRunning(resolve(pidFile), `${process.pid}\n`);
}

/** Every address that a worker could use, and the line to paste. */
function tell(addresses: readonly string[], pages: readonly string[], flags: string): void {
  printUnder(
    "Scheduler at",
    addresses.map((address) => `tcp://${address}`),
  );
  printUnder(
    "Dashboard at",
    pages.map((page) => `http://${page}/status`),
  );
  printUnder(
    "Start a worker",
    addresses.map((address) => `bramble worker ${address}${flags}`),
  );
}

function printUnder(title: string, lines: readonly string[]): void {
  for (const [index, line] of lines.entries()) print(`${(index === 0 ? title : "").padEnd(16)}${line}`);
}
