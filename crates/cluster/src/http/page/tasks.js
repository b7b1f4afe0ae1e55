// Draws which worker did which task when.

const SVG = "http://www.w3.org/2000/svg";
/** Seconds that are shown. */
const SPAN = 30;
/** Tasks that are shown. */
const MOST_TASKS = 3000;
/** Layers that the legend names. */
const MOST_NAMES = 12;
/** Of the picture, in its own units: its width, that of names, and heights. */
const WIDTH = 1000;
const NAMES = 120;
const LANE = 12;
const GAP = 4;

/** The tasks of which something can be seen still. */
export function pruned(tasks, now) {
  return tasks.filter(({ end }) => end > now - SPAN).slice(-MOST_TASKS);
}

/** Draws the tasks of a state, and says which colour is which layer. */
export function drawTasks(picture, legend, { summary: { uptime: now }, workers, tasks }) {
  const shown = pruned(tasks, now);
  const parts = [];
  let top = 0;
  for (const { id, name, threads } of Object.values(workers)) {
    const lanes = lanesOf(
      shown.filter(({ worker }) => worker === id),
      threads,
    );
    parts.push(label(name, top + LANE - 2));
    for (const [lane, own] of lanes.entries())
      for (const task of own) parts.push(bar(task, top + lane * LANE, now));
    top += Math.max(1, lanes.length) * LANE + GAP;
  }
  picture.setAttribute("viewBox", `0 0 ${WIDTH} ${Math.max(top, LANE)}`);
  picture.replaceChildren(...parts);
  const names = [...new Set(shown.map(({ layer }) => kindOf(layer)))].slice(0, MOST_NAMES);
  legend.replaceChildren(...names.map(named));
}

/**
 * Tasks that ran at the same time go below each other. When a task ended is known only as well as word of it was quick, so
 * that some seem to overlap that did not: there are no more lanes than threads.
 */
function lanesOf(tasks, threads) {
  const lanes = [];
  for (const task of tasks.toSorted((one, other) => one.start - other.start)) {
    const free = lanes.find((lane) => lane.at(-1).end <= task.start + 1e-4);
    if (free !== undefined) free.push(task);
    else if (lanes.length < threads) lanes.push([task]);
    else lanes.reduce((one, other) => (one.at(-1).end <= other.at(-1).end ? one : other)).push(task);
  }
  return lanes;
}

function bar({ layer, block, start, end }, top, now) {
  const place = (time) => NAMES + Math.max(0, 1 - (now - time) / SPAN) * (WIDTH - NAMES);
  const made = draw("rect", {
    x: place(start).toFixed(2),
    y: top,
    width: Math.max(1, place(end) - place(start)).toFixed(2),
    height: LANE - 1,
    fill: colourOf(layer),
  });
  const title = draw("title", {});
  title.textContent = `${layer} (${block.join(", ")}): ${(1000 * (end - start)).toFixed(1)} ms`;
  made.append(title);
  return made;
}

function label(text, bottom) {
  const made = draw("text", { x: 0, y: bottom });
  made.textContent = text.length > 16 ? `${text.slice(0, 15)}…` : text;
  return made;
}

function named(kind) {
  const made = document.createElement("span");
  const square = draw("svg", { viewBox: "0 0 10 10", class: "square" });
  square.append(draw("rect", { width: 10, height: 10, fill: colourOf(kind) }));
  made.append(square, ` ${kind} `);
  return made;
}

/** Layers of a kind have a colour, whichever graph they are of: `sum-3f2a91` is a `sum`. */
function kindOf(layer) {
  return layer.replace(/-[0-9a-f]+$/, "");
}

function colourOf(layer) {
  let hash = 0;
  for (const letter of kindOf(layer)) hash = (hash * 31 + letter.codePointAt(0)) % 360;
  return `hsl(${(hash * 47) % 360} 60% 55%)`;
}

function draw(kind, attributes) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
