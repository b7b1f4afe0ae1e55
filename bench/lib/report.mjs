// The tables that a run ends with.

import { duration, megabytes, percent, rate, table, times } from "./format.mjs";
import { drift } from "./machine.mjs";
import { ratio } from "./measure.mjs";
import { CONTESTANTS } from "./programs.mjs";

const NOTHING = "-";
const names = Object.keys(CONTESTANTS);

/** Times: median and, in brackets, least. What was scaled up from a smaller problem has a ~. */
export function timesTable(measured) {
  const header = ["workload", ...Object.values(CONTESTANTS), "of Dask", "limit", "of limit"];
  const rows = measured.map(({ workload, results }) => [
    workload.title,
    ...names.map((name) => time(workload, results[name])),
    shown(ratio(results, "dask", "bramble"), times),
    time(workload, results.limit),
    shown(ratio(results, "limit", "bramble"), percent),
  ]);
  return table(header, rows);
}

function time({ per }, result) {
  if (!result) return NOTHING;
  const count = per?.count ?? 1;
  const text = `${duration(result.median / count)} (${duration(result.least / count)})`;
  return `${result.scale === 1 ? "" : "~"}${text}${per ? ` a ${per.of}` : ""}`;
}

/** The most memory that each process had, beyond that of a bare Node or Python. */
export function memoryTable(measured, bare, languageOf) {
  const header = ["peak memory over bare", ...Object.values(CONTESTANTS)];
  const beyond = (name, result) => Math.max(0, result.peakMemory - bare[languageOf(name)]);
  const rows = measured.map(({ workload, results }) => [
    workload.title,
    ...names.map((name) => shown(results[name] && beyond(name, results[name]), megabytes)),
  ]);
  return table(header, rows);
}

/** The machine's limits before and after. */
export function machineTable(limits, before, after) {
  const rows = drift(before, after).map(({ change, isTooFar }, index) => [
    limits[index].title,
    rate(before[index], limits[index].unit),
    rate(after[index], limits[index].unit),
    `${percent(change)}${isTooFar ? " !" : ""}`,
  ]);
  const note = rows.some((row) => row[3].endsWith("!"))
    ? "\n! The machine was busy with something else: compare figures of one row only, and measure again."
    : "";
  return table(["the machine's limits", "before", "after", "drift"], rows) + note;
}

/** What Bramble should reach, and what it reached. */
export function targetsTable(measured, bare) {
  const rows = measured.flatMap(({ workload, results }) => {
    if (!results.bramble) return [];
    const checks = checksOf(workload, results, bare).filter(({ value }) => value !== undefined);
    return checks.map(({ text, value, show, isMet }) => [
      workload.title,
      text,
      show(value),
      isMet ? "met" : "MISSED",
    ]);
  });
  return table(["target", "wanted", "reached", ""], rows);
}

function checksOf({ target, per }, results, bare) {
  const overDask = ratio(results, "dask", "bramble");
  const overNodejs = ratio(results, "nodejs", "bramble");
  const overSingle = ratio(results, "single", "bramble");
  const ofLimit = ratio(results, "limit", "bramble");
  const seconds = results.bramble.median / (per?.count ?? 1);
  const memory = results.bramble.peakMemory - bare.node;
  const atLeast = (wanted, value, show, text) => ({ text, value, show, isMet: value >= wanted });
  const atMost = (wanted, value, show, text) => ({ text, value, show, isMet: value <= wanted });
  return [
    target.dask && atLeast(target.dask, overDask, times, `>= ${times(target.dask)} of Dask`),
    target.nodejs && atLeast(target.nodejs, overNodejs, times, `>= ${times(target.nodejs)} of nodejs-polars`),
    target.single && atLeast(target.single, overSingle, times, `>= ${times(target.single)} of one thread`),
    target.limit && atLeast(target.limit, ofLimit, percent, `>= ${percent(target.limit)} of limit`),
    target.seconds && atMost(target.seconds, seconds, duration, `<= ${duration(target.seconds)}`),
    target.memory && atMost(target.memory, memory, megabytes, `<= ${megabytes(target.memory)} memory`),
  ].filter(Boolean);
}

function shown(value, show) {
  return value === undefined ? NOTHING : show(value);
}
