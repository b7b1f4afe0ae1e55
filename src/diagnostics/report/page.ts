import { availableParallelism } from "node:os";
import type { ComputeEnd, TaskInfo } from "../callbacks.js";
import type { ResourceSample } from "../resource-profiler.js";
import { drawChart } from "./chart.js";
import { escapeHtml, formatTime } from "./escape.js";
import { groupTasks, type TaskGroup } from "./groups.js";
import { drawStream, type TimeSpan } from "./stream.js";

/** What a report is about. */
export interface ReportContent {
  readonly computes: readonly ComputeEnd[];
  readonly tasks: readonly TaskInfo[];
  readonly samples: readonly ResourceSample[];
}

/** A page that needs nothing beside itself. */
export function reportPage({ computes, tasks, samples }: ReportContent): string {
  const span = spanOf([...computes, ...tasks]);
  const groups = groupTasks(tasks);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Bramble report</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Bramble report</h1>
${summary(computes, tasks, span)}
<h2>Task stream <small>scroll to zoom, drag to move, double-click for all</small></h2>
${drawStream(tasks, groups, span)}
<h2>Tasks by what they do</h2>
${groupTable(groups)}
<h2>Resources</h2>
${drawChart(
  "Processor, % of one core",
  samples.map(({ time, cpu }) => [time, cpu]),
  span,
  (value) => `${Math.round(value)} %`,
)}
${drawChart(
  "Memory",
  samples.map(({ time, rss }) => [time, rss]),
  span,
  (value) => `${Math.round(value / 2 ** 20)} MiB`,
)}
<h2>Computations</h2>
${computeTable(computes)}
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function spanOf(spans: readonly TimeSpan[]): TimeSpan {
  // One by one: there may be more than a call takes arguments.
  const start = spans.reduce((least, span) => Math.min(least, span.start), Number.POSITIVE_INFINITY);
  const end = spans.reduce((most, span) => Math.max(most, span.end), 0);
  return spans.length === 0 ? { start: 0, end: 0 } : { start, end };
}

function summary(computes: readonly ComputeEnd[], tasks: readonly TaskInfo[], span: TimeSpan): string {
  const busy = tasks.reduce((sum, { start, end }) => sum + end - start, 0);
  const workers = new Set(tasks.map(({ worker }) => worker)).size;
  const length = span.end - span.start;
  const rows = [
    ["begun", computes.length === 0 ? "nothing was computed" : new Date(span.start).toISOString()],
    ["took", formatTime(length)],
    ["computations", `${computes.length}, of which ${computes.filter(({ ok }) => !ok).length} failed`],
    ["tasks", `${tasks.length} by ${workers} worker${workers === 1 ? "" : "s"}`],
    ["time in tasks", `${formatTime(busy)}, ${(length === 0 ? 0 : busy / length).toFixed(2)} at a time`],
    [
      "machine",
      `Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`,
    ],
  ] as const;
  return `<table class="facts">${rows.map(([name, text]) => row([name, text])).join("")}</table>`;
}

function groupTable(groups: readonly TaskGroup[]): string {
  const all = groups.reduce((sum, { total }) => sum + total, 0);
  const head =
    "<tr><th></th><th>tasks of</th><th>count</th><th>in all</th><th>share</th><th>mean</th><th>longest</th></tr>";
  const rows = groups.map(({ label, colour, count, total, longest }) => {
    const share = `${(all === 0 ? 0 : (100 * total) / all).toFixed(1)} %`;
    const cells = row([
      label,
      String(count),
      formatTime(total),
      share,
      formatTime(total / count),
      formatTime(longest),
    ]);
    return cells.replace("<tr>", `<tr><td style="background:${colour}"></td>`);
  });
  return `<table>${head}${rows.join("")}</table>`;
}

function computeTable(computes: readonly ComputeEnd[]): string {
  const head = "<tr><th>number</th><th>scheduler</th><th>layers</th><th>took</th><th>ended</th></tr>";
  const rows = computes.map(({ id, scheduler, layers, start, end, ok, error }) => {
    const how = ok ? "well" : error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return row([String(id), scheduler, String(layers), formatTime(end - start), how]);
  });
  return `<table>${head}${rows.join("")}</table>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
}

const STYLE = `
body { font: 14px system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222; background: #fff }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 1.8em } h3 { font-size: 1em; margin-bottom: .3em }
small { font-weight: normal; color: #777 }
table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: left; border-bottom: 1px solid #eee }
td { font-variant-numeric: tabular-nums } .facts td:first-child { color: #777 }
.stream { display: flex } .workers { flex: 0 0 7em } .workers div { height: 24px; line-height: 24px; overflow: hidden }
svg { background: #f6f6f6; width: 100%; display: block; cursor: grab } .chart { height: 100px }
.chart polygon { fill: #a6cee3; stroke: #4a90c0; vector-effect: non-scaling-stroke }
`;

/** Zooms all drawings together along the axis of time. */
const SCRIPT = `
const drawings = [...document.querySelectorAll("svg.zoom")];
const full = 1000;
let [left, width] = [0, full];
const show = (newLeft, newWidth) => {
  width = Math.min(full, Math.max(full / 1e5, newWidth));
  left = Math.min(full - width, Math.max(0, newLeft));
  for (const drawing of drawings) {
    const { height } = drawing.viewBox.baseVal;
    drawing.setAttribute("viewBox", [left, 0, width, height].join(" "));
  }
};
for (const drawing of drawings) {
  const part = (event) => (event.clientX - drawing.getBoundingClientRect().left) / drawing.clientWidth;
  drawing.addEventListener("wheel", (event) => {
    event.preventDefault();
    const newWidth = width * (event.deltaY < 0 ? 0.8 : 1.25);
    show(left + (width - Math.min(full, newWidth)) * part(event), newWidth);
  }, { passive: false });
  drawing.addEventListener("dblclick", () => show(0, full));
  drawing.addEventListener("pointermove", (event) => {
    if (event.buttons === 1) show(left - (width * event.movementX) / drawing.clientWidth, width);
  });
}
`;
