import { spawnSync } from "node:child_process";

/** A module of its own over the built package, as words for Node; `BRAMBLE` in it is the package. */
export function scriptWords(source: string): string[] {
  const index = new URL("../../dist/index.js", import.meta.url).href;
  return ["--input-type=module", "-e", source.replace("BRAMBLE", index)];
}

/** Runs a module of its own, and gives what it printed. */
export function runScript(source: string): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, scriptWords(source), { encoding: "utf8", timeout: 100_000 });
}
