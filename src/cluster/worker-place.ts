import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

/** What tasks know of the worker that makes them. */
export interface WorkerPlace {
  readonly name: string;
  /** Where the scheduler is. */
  readonly scheduler: string;
  /** The cluster's key, where the worker was told it. */
  readonly key?: string | undefined;
  readonly insecure: boolean;
  /** Where files for tasks are, once there are any. */
  readonly folder: string;
}

const NAME = "bramble.worker";

/**
 * Lets the threads that this process will start know where they are.
 *
 * @returns what ends that, and takes the folder away; the end of the process does so too.
 */
export function tellWorkerPlace(place: Omit<WorkerPlace, "folder">): () => void {
  const folder = join(tmpdir(), `bramble-worker-${randomUUID()}`);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  setEnvironmentData(NAME, { ...place, folder } as never);
  return () => {
    process.off("exit", remove);
    remove();
    setEnvironmentData(NAME, undefined as never);
  };
}

/** The worker of the task that runs in this thread; undefined outside of a cluster. */
export function workerPlace(): WorkerPlace | undefined {
  return getEnvironmentData(NAME) as unknown as WorkerPlace | undefined;
}
