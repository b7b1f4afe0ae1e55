import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { BrambleError } from "../errors.js";
import { fileProblem } from "./file-errors.js";
import type { Home } from "./home.js";
import { type FetchOptions, NPM_PROGRAM, npmFlags, npmFolder } from "./npm-config.js";
import { explainPackageError } from "./registry.js";

/** npm on a 32-bit Pi stops at a heap of some 225 MB, which is what Node allows itself there. */
const HEAP_FOR_32_BIT = "--max-old-space-size=512";

/** What npm prints with `--json` when it fails. */
interface NpmFailure {
  readonly error?: { readonly code?: string; readonly summary?: string; readonly detail?: string };
}

/**
 * Runs npm in a folder, by a Node of its own.
 *
 * @param node - the program that runs npm: packages are chosen to fit it.
 * @throws {BrambleError} with what npm says, in words where it is something known.
 */
export async function runNpm(
  home: Home,
  { folder, node, args }: { folder: string; node: string; args: readonly string[] },
  options: FetchOptions,
): Promise<void> {
  const heap = process.arch === "arm" ? [HEAP_FOR_32_BIT] : [];
  const program = join(npmFolder(), NPM_PROGRAM);
  const flags = [...npmFlags(home, options), `--prefix=${folder}`, "--json", "--loglevel=warn"];
  const child = spawn(node, [...heap, program, ...args, ...flags], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => child.kill();
  process.once("exit", stop);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(signal ?? status));
  });
  const [output, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  process.off("exit", stop);
  // Of a full disk npm may make no more than a warning about each file that is not whole.
  const full = errors.match(/\b(?:ENOSPC|EDQUOT)\b/)?.[0];
  const problem = full === undefined ? undefined : fileProblem(full, home.root);
  if (problem !== undefined) throw new BrambleError(...problem);
  if (status !== 0) throw explainNpm(output, errors, status);
}

function explainNpm(output: string, errors: string, status: number | NodeJS.Signals | null): unknown {
  const { code = "", summary = "", detail = "" } = readFailure(output);
  const words = summary || errors.replaceAll(/^npm warn .*\n?/gm, "").trim() || `it ended with ${status}`;
  if (["EROFS", "EACCES", "EPERM"].includes(code))
    return new BrambleError("FILE_ACCESS", `npm could not write: ${words}`);
  // Those that were asked for have been looked up before.
  if (["E404", "ETARGET"].includes(code))
    return new BrambleError(
      "PACKAGE_NOT_FOUND",
      `A package that was asked for needs ${subject(`${detail} ${words}`)}, which can't be had: ${words}`,
    );
  const error = Object.assign(new Error(words), { code });
  const known = explainPackageError(error, subject(`${words} ${detail} ${errors}`), {
    registry: hostOf(words),
  });
  if (known instanceof BrambleError) return known;
  return new BrambleError("PACKAGE_MANAGER", `npm failed: ${[words, detail].filter(Boolean).join("\n")}`);
}

function readFailure(output: string): NonNullable<NpmFailure["error"]> {
  try {
    return (JSON.parse(output) as NpmFailure).error ?? {};
  } catch {
    return {};
  }
}

/** The package that npm complains of, as far as its words tell. */
function subject(words: string): string {
  return words.match(/(?:^|[\s'/])((?:@[\w.-]+\/)?[\w.-]+@[^\s']+)/)?.[1] ?? "a package";
}

/** Whom npm asked, as far as its words tell. */
function hostOf(words: string): string {
  return words.match(/https?:\/\/[^/\s]+/)?.[0] ?? "The registry";
}
