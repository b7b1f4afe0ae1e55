// Follows the feed of the scheduler: the state once, then what changed.

import { drawTasks, pruned } from "./tasks.js";

/** Happenings that are shown. */
const MOST_EVENTS = 200;
/** A worker of which nothing was heard for so many seconds is late. */
const LATE = 5;

let state = { summary: {}, workers: {}, layers: {}, events: [], tasks: [] };

const feed = new EventSource("api/v1/feed");
feed.addEventListener("open", () => show("connection", ""));
feed.addEventListener("error", () =>
  show("connection", "The scheduler does not answer. What you see is old."),
);
feed.addEventListener("snapshot", ({ data }) => {
  state = JSON.parse(data);
  draw();
});
feed.addEventListener("change", ({ data }) => {
  const { events = [], tasks = [], ...change } = JSON.parse(data);
  merge(state, change);
  state.events = [...state.events, ...events].slice(-MOST_EVENTS);
  state.tasks = pruned([...state.tasks, ...tasks], state.summary.uptime);
  draw();
});

/** Does to a state what a merge patch says. */
function merge(target, patch) {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else if (typeof value === "object" && typeof target[key] === "object") merge(target[key], value);
    else target[key] = value;
  }
}

function draw() {
  const { summary, workers, layers, events } = state;
  show("summary", summaryText(summary));
  replace("workers", Object.values(workers).map(workerRow));
  replace("layers", Object.values(layers).map(layerItem));
  replace("events", events.toReversed().map(eventItem));
  drawTasks(element("tasks"), element("legend"), state);
  element("no-workers").hidden = Object.keys(workers).length > 0;
  element("no-layers").hidden = Object.keys(layers).length > 0;
}

function summaryText({ workers, threads, clients, tasks, done, failed, uptime, version }) {
  const { processing, queued, waiting, memory } = tasks;
  return [
    `Version ${version}, up ${durationText(uptime)}`,
    `${workers} workers with ${threads} threads, ${clients} clients`,
    `tasks: ${processing} processing, ${queued} queued, ${waiting} waiting, ${memory} in memory, ${done} done, ${failed} failed`,
  ].join(" · ");
}

function workerRow(worker) {
  const row = make("tr");
  const { name, address, processing, done, blocks, spilled, resident, memoryLimit, cpu, lastSeen } = worker;
  const memory = make("td");
  const meter = make("meter");
  meter.max = memoryLimit || 1;
  meter.high = 0.8 * meter.max;
  meter.value = blocks;
  memory.append(meter, ` ${bytesText(blocks)} of ${bytesText(memoryLimit)}, ${bytesText(spilled)} on disk`);
  const seen = make("td", `${lastSeen.toFixed(1)} s ago`, "number");
  if (lastSeen > LATE) seen.classList.add("late");
  row.append(
    make("td", name),
    make("td", address),
    make("td", String(processing), "number"),
    make("td", String(done), "number"),
    memory,
    make("td", bytesText(resident), "number"),
    make("td", `${cpu.toFixed(0)} %`, "number"),
    make("td", climateText(worker), worker.throttled.length > 0 ? "late" : ""),
    seen,
  );
  return row;
}

/** How warm a machine is and what holds it back, where it tells. */
function climateText({ temperature, throttled }) {
  const degrees = temperature === null ? [] : [`${temperature.toFixed(0)} °C`];
  return [...degrees, ...throttled].join(", ") || "–";
}

function layerItem({ name, done, total }) {
  const item = make("li", `${name}: ${done} of ${total}`);
  const bar = make("progress");
  bar.max = total || 1;
  bar.value = done;
  item.append(bar);
  return item;
}

function eventItem({ at, text }) {
  const item = make("li");
  item.append(make("time", durationText(at)), text);
  return item;
}

/** Text goes in as text: names of workers and layers are other people's words. */
function make(kind, text = "", className = "") {
  const made = document.createElement(kind);
  made.textContent = text;
  made.className = className;
  return made;
}

function element(id) {
  return document.getElementById(id);
}

function show(id, text) {
  element(id).textContent = text;
}

function replace(id, children) {
  element(id).replaceChildren(...children);
}

function durationText(seconds) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function bytesText(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
