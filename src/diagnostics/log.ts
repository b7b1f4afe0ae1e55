import { appendFileSync } from "node:fs";
import { config, LOG_LEVELS, type LogLevel } from "../config/index.js";
import type { Callbacks } from "./callbacks.js";

/** What is said about an event; anything that JSON can say. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

let hasFailed = false;

/** Writes what happened as a line of JSON, if `log.level` asks for such, to `log.file` or the standard error stream. */
export function log(level: Exclude<LogLevel, "off">, event: string, fields: LogFields = {}): void {
  if (!isLogged(level)) return;
  const entry = { time: new Date().toISOString(), level, event, process: process.pid, ...fields };
  const line = `${JSON.stringify(entry)}\n`;
  const file = config.get("log.file");
  if (file === undefined) {
    process.stderr.write(line);
    return;
  }
  try {
    appendFileSync(file, line);
  } catch (error) {
    // What happens is worth more than that it is written down.
    if (!hasFailed)
      process.emitWarning(`Nothing can be logged to ${file}: ${String(error)}`, "BrambleWarning");
    hasFailed = true;
  }
}

/** Who logs what computations do, if somebody wants it. */
export function loggers(): readonly Callbacks[] {
  return isLogged("error") ? [COMPUTE_LOGGER] : [];
}

function isLogged(level: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(config.get("log.level"));
}

const COMPUTE_LOGGER: Callbacks = {
  start({ id, scheduler, layers }) {
    log("debug", "compute.start", { compute: id, scheduler, layers });
  },
  finish({ id, scheduler, layers, start, end, ok, error }) {
    const fields = { compute: id, scheduler, layers, milliseconds: end - start };
    if (ok) log("info", "compute.end", fields);
    else log("error", "compute.fail", { ...fields, ...describeError(error) });
  },
};

function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  const { task } = error as {
    readonly task?: { readonly layer: string; readonly key?: string; readonly others: number };
  };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return {
    error: `${error.name}: ${error.message}`,
    code,
    task: task?.key ?? task?.layer,
    others: task?.others,
  };
}
