import { Canvas, type Colour, type Point } from "./canvas.js";
import { strokesOf } from "./glyphs.js";

/** What Graphviz lets draw, in points from the left and from the bottom; an operation of its JSON. */
type Operation =
  | { readonly op: "c" | "C"; readonly color: string }
  | { readonly op: "S"; readonly style: string }
  | { readonly op: "F"; readonly size: number }
  | { readonly op: "E" | "e"; readonly rect: readonly [number, number, number, number] }
  | { readonly op: "P" | "p" | "L" | "b" | "B"; readonly points: readonly Point[] }
  | { readonly op: "T"; readonly pt: Point; readonly width: number; readonly text: string };

/** What may have operations. */
interface Drawn {
  readonly _draw_?: readonly Operation[];
  readonly _hdraw_?: readonly Operation[];
  readonly _ldraw_?: readonly Operation[];
}

/** A graph that was laid out. */
interface Layout extends Drawn {
  /** Left, bottom, right and top. */
  readonly bb: string;
  readonly objects?: readonly Drawn[];
  readonly edges?: readonly Drawn[];
}

/** Pixels for a point, unless the picture gets too large. */
const SCALE = 2;
/** Pixels at most; a picture of more is drawn smaller. */
const MOST_PIXELS = 2 ** 25;
/** Around the graph, in points. */
const MARGIN = 4;
/** Straight lines for a curve, or for an ellipse. */
const PARTS = 16;
const ELLIPSE_PARTS = 64;

/** Paints a graph that Graphviz has laid out as JSON. */
export function paint(json: string): Canvas {
  const layout = JSON.parse(json) as Layout;
  const [left = 0, bottom = 0, right = 0, top = 0] = layout.bb.split(",").map(Number);
  const [width, height] = [right - left + 2 * MARGIN, top - bottom + 2 * MARGIN];
  const scale = Math.min(SCALE, Math.sqrt(MOST_PIXELS / (width * height)));
  const canvas = new Canvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const at = ([x, y]: Point): Point => [(x - left + MARGIN) * scale, (top - y + MARGIN) * scale];
  const painter = new Painter(canvas, scale, at);
  for (const drawn of [...(layout.edges ?? []), ...(layout.objects ?? [])]) {
    for (const operations of [drawn._draw_, drawn._hdraw_, drawn._ldraw_]) painter.paint(operations ?? []);
  }
  return canvas;
}

/** Does what operations say. */
class Painter {
  readonly #canvas: Canvas;
  readonly #scale: number;
  readonly #at: (point: Point) => Point;
  #pen: Colour = [0, 0, 0];
  #brush: Colour = [255, 255, 255];
  #lineWidth = 1;
  #fontSize = 12;

  constructor(canvas: Canvas, scale: number, at: (point: Point) => Point) {
    this.#canvas = canvas;
    this.#scale = scale;
    this.#at = at;
  }

  paint(operations: readonly Operation[]): void {
    this.#lineWidth = 1;
    for (const operation of operations) this.#do(operation);
  }

  #do(operation: Operation): void {
    switch (operation.op) {
      case "c":
        this.#pen = colourOf(operation.color);
        break;
      case "C":
        this.#brush = colourOf(operation.color);
        break;
      case "S":
        this.#lineWidth = Number(/setlinewidth\((.*)\)/.exec(operation.style)?.[1] ?? this.#lineWidth);
        break;
      case "F":
        this.#fontSize = operation.size;
        break;
      case "E":
      case "e":
        this.#shape(ellipse(...operation.rect), operation.op === "E");
        break;
      case "P":
      case "p":
        this.#shape(operation.points, operation.op === "P");
        break;
      case "L":
        this.#line(operation.points);
        break;
      case "b":
      case "B":
        this.#line(curve(operation.points));
        break;
      case "T":
        this.#write(operation);
        break;
    }
  }

  #shape(outline: readonly Point[], isFilled: boolean): void {
    if (isFilled) this.#canvas.fill(outline.map(this.#at), this.#brush);
    this.#line([...outline, ...outline.slice(0, 1)]);
  }

  #line(points: readonly Point[]): void {
    this.#canvas.stroke(points.map(this.#at), this.#lineWidth * this.#scale, this.#pen);
  }

  #write({ text, pt: [x, y], width }: Extract<Operation, { op: "T" }>): void {
    // In its JSON Graphviz writes a backslash as two.
    for (const stroke of strokesOf(text.replaceAll("\\\\", "\\"), { x, y, width, size: this.#fontSize })) {
      this.#canvas.stroke(stroke.map(this.#at), (this.#fontSize / 12) * this.#scale, this.#pen);
    }
  }
}

function colourOf(text: string): Colour {
  const channel = (place: number): number => Number.parseInt(text.slice(place, place + 2), 16);
  return [channel(1), channel(3), channel(5)];
}

function ellipse(x: number, y: number, radiusX: number, radiusY: number): Point[] {
  return Array.from({ length: ELLIPSE_PARTS }, (_, part) => {
    const angle = (2 * Math.PI * part) / ELLIPSE_PARTS;
    return [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)];
  });
}

/** Cubic Bézier curves, the end of each being the start of the next, as straight lines. */
function curve(points: readonly Point[]): Point[] {
  const line = points.slice(0, 1);
  for (let start = 0; start + 3 < points.length; start += 3) {
    const corners = points.slice(start, start + 4);
    for (let part = 1; part <= PARTS; part += 1) line.push(bezier(corners, part / PARTS));
  }
  return line;
}

function bezier(corners: readonly Point[], t: number): Point {
  const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
  const mix = (axis: 0 | 1): number =>
    corners.reduce((sum, corner, number) => sum + corner[axis] * (weights[number] ?? 0), 0);
  return [mix(0), mix(1)];
}
