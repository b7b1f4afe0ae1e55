import { pathToFileURL } from "node:url";
import { userFolder } from "../config/files.js";
import { BrambleError, type ErrorCode } from "../errors.js";
import type {
  NativeMember,
  NativeSchedulerProgram,
  NativeSchedulerProgramOptions,
} from "../native/binding.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";

/** Starts a scheduler in this process. */
export function startScheduler(options: NativeSchedulerProgramOptions): NativeSchedulerProgram {
  const binding = loadNative();
  return withOwnErrors(() =>
    binding.startScheduler(options, (call) => {
      // What calls may need takes memory that most schedulers never do.
      void import("../cluster/worker-calls.js").then(({ workerCalls }) => workerCalls(binding)(call));
    }),
  );
}

/** A scheduler that says where it is. */
export interface FoundScheduler {
  /** What it calls itself. */
  readonly name: string;
  readonly address: string;
}

/**
 * Finds the scheduler that announces itself on the networks of this machine that see a host.
 *
 * @param patience - seconds that it looks; for ever if absent.
 * @throws {BrambleError} `NETWORK` if none does in time; `INVALID_ARGUMENT` if several do, naming them.
 */
export async function findScheduler(host: string, patience: number | undefined): Promise<FoundScheduler> {
  const { name = "", address = "", error } = await loadNative().findScheduler(host, patience);
  if (error) throw new BrambleError(error.code as ErrorCode, error.message);
  return { name, address };
}

/** Throws what a program ended with, if it did not end as it should. */
export function throwEnd({ error }: Awaited<NativeMember["result"]>): void {
  if (error) throw new BrambleError(error.code as ErrorCode, error.message);
}

/** Imports modules before a program starts, by path or by the name of a package. */
export async function preload(modules: readonly string[]): Promise<void> {
  for (const module of modules) {
    const isPath = module.startsWith(".") || module.startsWith("/");
    try {
      await import(isPath ? pathToFileURL(module).href : module);
    } catch (error) {
      throw new BrambleError("MODULE_NOT_FOUND", `--preload ${module} can't be imported: ${String(error)}`, {
        cause: error,
      });
    }
  }
}

/** The fingerprint of the key that a worker would prove to have. */
export function keyHere(): string {
  return withOwnErrors(() => loadNative().findKey(userFolder())).fingerprint;
}
