import { learn } from "../../values/known.js";
import * as groups from "./groups.js";
import { mergeParts } from "./merge.js";
import * as open from "./open.js";
import { runPartition } from "./run.js";
import * as sinks from "./sinks.js";
import * as statistics from "./statistics.js";
import * as steps from "./steps.js";

/** What tasks of bags call. Every worker has it, so that names travel instead of sources. */
export const TASKS = {
  ...groups,
  mergeParts,
  ...open,
  runPartition,
  ...sinks,
  ...statistics,
  ...steps,
} as const;

let isLearnt = false;

/** Lets the tasks of bags travel by their names. */
export function learnTasks(): void {
  if (isLearnt) return;
  isLearnt = true;
  learn("bag", TASKS);
}
