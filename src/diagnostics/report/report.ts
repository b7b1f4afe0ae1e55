import { resolve } from "node:path";
import { checkFilePath, invalid } from "../../check.js";
import { withCallbacks } from "../callbacks.js";
import { Profiler } from "../profiler.js";
import { ResourceProfiler } from "../resource-profiler.js";
import { writeWhole } from "../write-whole.js";
import { reportPage } from "./page.js";

/**
 * Watches all that a function computes, and writes what was seen into a page that needs no other file: who did which
 * task when, what tasks of a kind took, processor and memory. The page is written too if the function fails.
 *
 * @param file - ends in `.html`; what is there is replaced once the page is complete.
 * @returns what the function returns.
 * @throws {BrambleError} `FILE_NOT_FOUND` for a folder that is not there, `FILE_ACCESS`, `DISK_FULL`; what the function
 *   throws comes first.
 * @example
 * const sum = await report("report.html", () => x.sum().compute());
 */
export async function report<T>(file: string, fn: () => T | Promise<T>): Promise<T> {
  const path = checkPage(file, "file");
  if (typeof fn !== "function") throw invalid("a function", "fn", fn);
  const [profiler, resources] = [new Profiler(), new ResourceProfiler()];
  const write = (): void =>
    writeWhole(
      path,
      reportPage({ computes: profiler.computes, tasks: profiler.tasks, samples: resources.samples }),
    );
  let result: T;
  try {
    result = await withCallbacks([profiler, resources], fn);
  } catch (error) {
    try {
      write();
    } catch {
      // Why the function failed matters more.
    }
    throw error;
  }
  write();
  return result;
}

/** Checks for the path of a page, and gives it in full. */
export function checkPage(file: unknown, name: string): string {
  checkFilePath(file, name, "a path that ends in .html");
  if (/\.html?$/i.test(file)) return resolve(file);
  throw invalid("a path that ends in .html", name, file);
}
