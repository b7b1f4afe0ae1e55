import { extname, resolve } from "node:path";
import { checkBoolean, checkFilePath, checkInteger, checkOneOf, checkOptions, invalid } from "../check.js";
import type { Outline } from "../engine/engine.js";
import { type EngineName, selectEngine } from "../engine/select.js";
import { BrambleError } from "../errors.js";
import { collect, inOrder, isDeferred, type Node } from "../graph/index.js";
import type { Colouring } from "./picture/colours.js";
import { type Direction, toDot } from "./picture/dot.js";
import { drawLayers, drawNodes } from "./picture/draw-layers.js";
import { drawTasks } from "./picture/draw-tasks.js";
import type { Drawing } from "./picture/drawing.js";
import { drawGraph } from "./picture/graphviz.js";
import { writeWhole } from "./write-whole.js";

/** How a graph is drawn. */
export interface VisualizeOptions {
  /**
   * What a node of the picture is: a `task`, which makes a block or calls a function, or a `layer`, which is an
   * operation with all of its blocks. Default: tasks, or layers where there are more than 200 tasks.
   */
  readonly by?: "task" | "layer" | undefined;
  /**
   * What colours mean: `layer` gives equal operations and functions the same one, `order` shows which tasks run
   * first, from blue to red, and numbers them; `none` leaves nodes white. Default: `layer`.
   */
  readonly color?: Colouring | undefined;
  /** Draws what would run, after optimisation, rather than what was written. Default: false. */
  readonly optimize?: boolean | undefined;
  /** Where in the picture the results are. Default: `up`. */
  readonly direction?: Direction | undefined;
  /** More nodes are refused: such a picture takes long and nobody can read it. Default: 1,000. */
  readonly maxNodes?: number | undefined;
  /** Which engine tells the tasks. Default: as for `compute`. */
  readonly engine?: EngineName | undefined;
}

/** Of the options those for what there is one drawing of. */
export type DrawingOptions = Pick<VisualizeOptions, "color" | "direction" | "maxNodes">;

const DRAWING_OPTIONS = ["color", "direction", "maxNodes"] as const;
const OPTIONS = ["by", "optimize", "engine", ...DRAWING_OPTIONS] as const;
const EXTENSIONS = [".svg", ".png", ".dot"] as const;
/** With more tasks layers are drawn, unless somebody asks for tasks. */
const MANY_TASKS = 200;

/** Checked options. */
interface Settled {
  readonly by: "task" | "layer" | undefined;
  readonly color: Colouring;
  readonly optimize: boolean;
  readonly direction: Direction;
  readonly maxNodes: number;
  readonly engine: EngineName | undefined;
}

/**
 * Draws the graph behind some nodes, called as methods of collections are: with a file or without, with options or
 * without. What is there under the file's name is replaced once the picture is complete. Drawings of other things come
 * beside that of the graph's layers.
 *
 * @returns without a file the picture as SVG.
 */
export function visualizeNodes(
  nodes: readonly Node[],
  fileOrOptions: unknown,
  more: unknown,
  beside: readonly Drawing[] = [],
): Promise<string | undefined> {
  return visualize((settled) => drawBeside(nodes, beside, settled), OPTIONS, fileOrOptions, more);
}

/** Draws what there is one drawing of, called likewise. */
export function visualizeDrawing(
  drawing: Drawing,
  fileOrOptions: unknown,
  more: unknown,
): Promise<string | undefined> {
  return visualize(() => drawing, DRAWING_OPTIONS, fileOrOptions, more);
}

async function visualize(
  drawn: (settled: Settled) => Drawing,
  allowed: readonly string[],
  fileOrOptions: unknown,
  more: unknown,
): Promise<string | undefined> {
  const hasFile =
    fileOrOptions !== undefined && (typeof fileOrOptions !== "object" || fileOrOptions === null);
  const file = hasFile ? fileOrOptions : undefined;
  const options = (hasFile ? more : (fileOrOptions ?? more)) ?? {};
  const settled = readOptions(options, allowed);
  const extension = file === undefined ? ".svg" : extensionOf(file);
  const drawing = drawn(settled);
  if (drawing.nodes.length > settled.maxNodes) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `The picture would have ${drawing.nodes.length} nodes, more than \`maxNodes\` (${settled.maxNodes}) allows`,
    );
  }
  const dot = toDot(drawing, settled.color, settled.direction);
  if (file === undefined) return (await drawGraph({ dot, format: "svg" })) as string;
  const content =
    extension === ".dot" ? dot : await drawGraph({ dot, format: extension === ".svg" ? "svg" : "png" });
  writeWhole(resolve(file as string), content);
  return undefined;
}

function readOptions(options: unknown, allowed: readonly string[]): Settled {
  checkOptions(options, "options", allowed);
  const {
    by,
    color = "layer",
    optimize = false,
    direction = "up",
    maxNodes = 1000,
    engine,
  } = options as VisualizeOptions;
  return {
    by: by === undefined ? undefined : checkOneOf<"task" | "layer">(by, "options.by", ["task", "layer"]),
    color: checkOneOf(color, "options.color", ["layer", "order", "none"]),
    optimize: checkBoolean(optimize, "options.optimize"),
    direction: checkOneOf(direction, "options.direction", ["up", "down", "left", "right"]),
    maxNodes: checkInteger(maxNodes, "options.maxNodes", 1, 1e6),
    engine,
  };
}

function extensionOf(file: unknown): (typeof EXTENSIONS)[number] {
  checkFilePath(file, "file");
  const extension = EXTENSIONS.find((known) => known === extname(file).toLowerCase());
  if (extension !== undefined) return extension;
  throw invalid("a path that ends in .svg, .png or .dot", "file", file);
}

/** The drawing of a graph and others beside it, which have no tasks to show. */
function drawBeside(nodes: readonly Node[], beside: readonly Drawing[], settled: Settled): Drawing {
  if (beside.length === 0) return draw(nodes, settled);
  if (settled.by === "task") {
    throw new BrambleError("INVALID_ARGUMENT", 'Data frames have no tasks: draw them with `by: "layer"`');
  }
  const layers = nodes.length === 0 ? [] : [draw(nodes, { ...settled, by: "layer" })];
  return [...layers, ...beside].reduce((drawn, { nodes: others, edges }) => {
    const first = drawn.nodes.length;
    const moved = edges.map(([from, to]) => [first + from, first + to] as const);
    return { nodes: [...drawn.nodes, ...others], edges: [...drawn.edges, ...moved] };
  });
}

/** The drawing that was asked for, or that suits the graph. */
function draw(nodes: readonly Node[], { by, optimize, maxNodes, engine }: Settled): Drawing {
  const waiting = inOrder(nodes).find(isDeferred);
  if (waiting !== undefined) {
    if (by !== "task" && !optimize) return drawNodes(nodes);
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `What ${waiting.name} consists of is known only when what it reads is computed: draw it with \`by: "layer"\``,
    );
  }
  if (by === "layer" && !optimize) return drawNodes(nodes);
  const outline = outlineOf(nodes, optimize, by === undefined ? MANY_TASKS : maxNodes, engine);
  if (by === "layer" || (by === undefined && outline.tasks === null)) {
    return optimize ? drawLayers(outline) : drawNodes(nodes);
  }
  if (outline.tasks !== null) return drawTasks(nodes, outline);
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `There are more than ${maxNodes} tasks: draw them with \`by: "layer"\`, or raise \`maxNodes\``,
  );
}

function outlineOf(
  nodes: readonly Node[],
  optimized: boolean,
  most: number,
  name: EngineName | undefined,
): Outline {
  const { buffers, ...graph } = collect(nodes);
  return selectEngine(name).outline(graph, { optimized, most, buffers });
}
