import { learn } from "../../values/known.js";
import { openAvro, writeAvro } from "./avro.js";
import * as combine from "./combine.js";
import { openGroups, scatter } from "./exchange.js";
import * as groups from "./groups.js";
import { openJSONLines } from "./json.js";
import { mergeParts } from "./merge.js";
import * as open from "./open.js";
import * as random from "./random.js";
import { runPartition } from "./run.js";
import * as sinks from "./sinks.js";
import * as statistics from "./statistics.js";
import * as steps from "./steps.js";
import { openText } from "./text.js";
import { writeText } from "./write.js";

/** What tasks of bags call. Every worker has it, so that names travel instead of sources. */
export const TASKS = {
  ...combine,
  ...groups,
  ...random,
  mergeParts,
  ...open,
  runPartition,
  ...sinks,
  ...statistics,
  ...steps,
  openJSONLines,
  openGroups,
  openAvro,
  openText,
  scatter,
  writeAvro,
  writeText,
} as const;

let isLearnt = false;

/** Lets the tasks of bags travel by their names. */
export function learnTasks(): void {
  if (isLearnt) return;
  isLearnt = true;
  for (const tasks of [combine, groups, open, random, sinks, statistics, steps]) learn("bag", tasks);
  learn("bag", {
    mergeParts,
    openAvro,
    openGroups,
    openJSONLines,
    openText,
    runPartition,
    scatter,
    writeAvro,
    writeText,
  });
}
