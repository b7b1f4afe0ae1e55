import type { TaskInfo } from "../callbacks.js";
import { colourNumber } from "../picture/colours.js";

/** Tasks that do the same. */
export interface TaskGroup {
  readonly label: string;
  readonly colour: string;
  readonly count: number;
  /** Milliseconds of all together, and of the longest. */
  readonly total: number;
  readonly longest: number;
}

/** Tasks by what they do, what took most first. */
export function groupTasks(tasks: readonly TaskInfo[]): TaskGroup[] {
  const groups = new Map<string, { count: number; total: number; longest: number }>();
  for (const { label, start, end } of tasks) {
    const group = groups.get(label) ?? { count: 0, total: 0, longest: 0 };
    group.count += 1;
    group.total += end - start;
    group.longest = Math.max(group.longest, end - start);
    groups.set(label, group);
  }
  return [...groups]
    .map(([label, group], number) => ({ label, colour: colourNumber(number), ...group }))
    .toSorted((a, b) => b.total - a.total);
}
