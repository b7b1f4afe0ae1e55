import { readFileSync } from "node:fs";

/** Answers of NumPy that a script in `__test__/oracle` wrote. */
export function readOracle<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../oracle/data/${name}.json`, import.meta.url), "utf8")) as T;
}
