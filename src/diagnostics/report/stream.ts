import type { TaskInfo } from "../callbacks.js";
import { escapeHtml, formatTime } from "./escape.js";
import type { TaskGroup } from "./groups.js";

/** From when to when something is drawn, in milliseconds since 1970. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

/** What a drawing is wide; the page stretches it. */
export const WIDTH = 1000;
const ROW = 24;
/** What is narrower than this part of the whole is drawn together with its neighbour. */
const PARTS = 4000;
/** Rows that a worker has at most. */
const MOST_ROWS = 64;

/** Tasks of a worker that are drawn as one. */
interface Bar {
  readonly label: string;
  readonly key: string;
  readonly start: number;
  end: number;
  /** How many, and for how long. */
  count: number;
  busy: number;
}

/** Who did what when: a row for each worker, more where it did several things at once, and a bar for each task. */
export function drawStream(tasks: readonly TaskInfo[], groups: readonly TaskGroup[], span: TimeSpan): string {
  const colours = new Map(groups.map(({ label, colour }) => [label, colour]));
  const workers = [...tasksByWorker(tasks)].toSorted(([a], [b]) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const scale = WIDTH / Math.max(1e-6, span.end - span.start);
  const least = (span.end - span.start) / PARTS;
  const rows = workers.flatMap(([name, ofWorker]) =>
    rowsOf(ofWorker, least).map((ofRow, number) => ({ name: number === 0 ? name : "", tasks: ofRow })),
  );
  const bars = rows.flatMap((ofRow, row) =>
    mergeBars(ofRow.tasks, least).map((bar) => {
      const x = ((bar.start - span.start) * scale).toFixed(3);
      const width = Math.max(0.05, (bar.end - bar.start) * scale).toFixed(3);
      return `<rect x="${x}" y="${row * ROW + 2}" width="${width}" height="${ROW - 4}" fill="${colours.get(bar.label) ?? "#ccc"}"><title>${escapeHtml(titleOf(bar, span))}</title></rect>`;
    }),
  );
  const height = Math.max(1, rows.length) * ROW;
  const names = rows.map(({ name }) => `<div>${escapeHtml(name)}</div>`).join("");
  return `<div class="stream"><div class="workers">${names}</div>
<svg class="zoom" viewBox="0 0 ${WIDTH} ${height}" style="height:${height}px" preserveAspectRatio="none">
${bars.join("\n")}
</svg></div>`;
}

function tasksByWorker(tasks: readonly TaskInfo[]): Map<string, TaskInfo[]> {
  const workers = new Map<string, TaskInfo[]>();
  for (const task of tasks) {
    const known = workers.get(task.worker);
    if (known === undefined) workers.set(task.worker, [task]);
    else known.push(task);
  }
  return workers;
}

/** The tasks of a worker in order of time, those that ran at the same time in rows of their own. */
function rowsOf(tasks: readonly TaskInfo[], least: number): TaskInfo[][] {
  const rows: TaskInfo[][] = [];
  const endOf = (row: readonly TaskInfo[]): number => row.at(-1)?.end ?? 0;
  for (const task of tasks.toSorted((a, b) => a.start - b.start)) {
    const free = rows.find((row) => endOf(row) - least <= task.start);
    if (free !== undefined) free.push(task);
    else if (rows.length < MOST_ROWS) rows.push([task]);
    else rows.reduce((first, row) => (endOf(row) < endOf(first) ? row : first)).push(task);
  }
  return rows;
}

/** Puts neighbours that do the same and cannot be told apart into one. */
function mergeBars(tasks: readonly TaskInfo[], least: number): Bar[] {
  const bars: Bar[] = [];
  for (const { label, key, start, end } of tasks) {
    const last = bars.at(-1);
    const isSmall = end - start < least && last !== undefined && last.busy / last.count < least;
    if (isSmall && last.label === label && start - last.end < least) {
      last.end = Math.max(last.end, end);
      last.count += 1;
      last.busy += end - start;
    } else {
      bars.push({ label, key, start, end, count: 1, busy: end - start });
    }
  }
  return bars;
}

function titleOf({ label, key, start, count, busy }: Bar, span: TimeSpan): string {
  const when = `${formatTime(busy)} at ${formatTime(start - span.start)}`;
  return count === 1 ? `${label}\n${key}\n${when}` : `${label}\n${count} tasks\n${when}`;
}
