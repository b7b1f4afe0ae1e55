import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { config } from "../config/index.js";
import { userFolder } from "../config/files.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { checkSpillFolder } from "./disk.js";
import type { Files, Finding } from "./finding.js";
import {
  checkClock,
  checkCores,
  checkHeat,
  checkMemory,
  checkMemoryGroup,
  checkOpenFiles,
} from "./hardware.js";
import { checkScheduler } from "./scheduler.js";
import { checkEngine, checkGlibc, checkKey, checkNode } from "./software.js";

export type { Finding } from "./finding.js";

const SYSTEM: Files = {
  read(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // Not every kernel has every file.
      return undefined;
    }
  },
};

/** Looks at this machine, and at a scheduler if one is named. */
export async function examine(scheduler?: {
  readonly host: string;
  readonly port: number;
}): Promise<Finding[]> {
  const folder = config.get("memory.spillFolder");
  const findings = [
    checkCores(SYSTEM, availableParallelism(), process.arch),
    checkGlibc(glibcVersion()),
    checkNode(process.versions.node),
    checkEngine(problemOf(loadNative)),
    checkMemory(SYSTEM),
    checkMemoryGroup(SYSTEM),
    checkHeat(SYSTEM),
    checkOpenFiles(SYSTEM),
    checkClock(new Date()),
    checkSpillFolder(SYSTEM, folder, await freeBytes(folder)),
    keyFinding(),
    scheduler === undefined ? undefined : await checkScheduler(scheduler.host, scheduler.port),
  ];
  return findings.filter((finding) => finding !== undefined);
}

function glibcVersion(): string | undefined {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header?.glibcVersionRuntime;
}

/** Of a folder that may not be there yet. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return dirname(folder) === folder ? undefined : freeBytes(dirname(folder));
  }
}

function keyFinding(): Finding | undefined {
  if (problemOf(loadNative) !== undefined) return undefined;
  try {
    return checkKey(withOwnErrors(() => loadNative().findKey(userFolder())));
  } catch (error) {
    return checkKey({ problem: error instanceof Error ? error.message : String(error) });
  }
}

function problemOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
