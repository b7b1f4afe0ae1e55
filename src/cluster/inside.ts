// Functions of ours that run on workers beside their tasks. They travel by their names.

import { version } from "../cli/version.js";
import { learn } from "../values/known.js";
import { enterEnvironmentHere, makeEnvironmentHere } from "./environment-here.js";
import { RESTART, requireOwnProcess } from "./host.js";

/** What a member of a cluster is built of. */
export interface Versions {
  readonly bramble: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly arch: string;
}

/** What this process is built of. */
export function versionsHere(): Versions {
  const { platform, arch, versions } = process;
  return { bramble: version(), node: versions.node, v8: versions.v8, platform, arch };
}

/** Ends this worker, whose supervisor starts it again. */
export function restartHere(): number {
  requireOwnProcess("can't be started again");
  // The answer goes first.
  setTimeout(() => process.exit(RESTART), 100);
  return process.pid;
}

let isLearnt = false;

/** Lets these functions travel. */
export function learnInside(): void {
  if (isLearnt) return;
  isLearnt = true;
  learn("cluster", { versionsHere, restartHere, makeEnvironmentHere, enterEnvironmentHere });
}
