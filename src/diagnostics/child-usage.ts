import { readdirSync, readFileSync } from "node:fs";

/** Processor time in milliseconds, and resident memory in bytes. */
export interface Usage {
  readonly cpu: number;
  readonly rss: number;
}

/** Linux counts processor time for programs in hundredths of a second. */
const TICK = 10;

/** What the child processes of this one have taken so far; nothing where the system does not tell. */
export function childUsage(): Usage {
  let [cpu, rss] = [0, 0];
  for (const child of children()) {
    // Behind the name of the program, which may have any characters, come 11 fields, and then the times.
    const stat = read(child, "stat");
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11)
      .map(Number);
    cpu += TICK * (user + system);
    rss += 1024 * Number(/VmRSS:\s+(\d+)/.exec(read(child, "status"))?.[1] ?? 0);
  }
  return { cpu, rss };
}

/** The numbers of the processes that the threads of this one have started. */
function children(): string[] {
  try {
    return readdirSync("/proc/self/task").flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
  } catch {
    return [];
  }
}

/** A file about a process; empty once it has ended. */
function read(child: string, file: string): string {
  try {
    return readFileSync(`/proc/${child}/${file}`, "utf8");
  } catch {
    return "";
  }
}
