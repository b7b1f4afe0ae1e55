/** A place on a canvas: pixels from the left and from the top. */
export type Point = readonly [x: number, y: number];

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Lines through each pixel on which it is measured how much of it a shape covers. */
const LINES = 4;
/** Corners of a circle that rounds the ends of a stroke. */
const CORNERS = 8;

/** A picture of pixels, white at first. Edges are smooth. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  /** Three bytes for each pixel, row by row. */
  readonly pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(3 * width * height).fill(255);
  }

  /** Fills what is inside of a closed line. */
  fill(outline: readonly Point[], colour: Colour): void {
    this.#fillAll([outline], colour);
  }

  /** Draws a line; of one point, a dot. */
  stroke(points: readonly Point[], width: number, colour: Colour): void {
    const shapes = points.map((point) => circle(point, width / 2));
    for (const [number, to] of points.entries()) {
      const from = points[number - 1];
      if (from !== undefined) shapes.push(bar(from, to, width / 2));
    }
    this.#fillAll(shapes, colour);
  }

  /** Fills shapes that may lie over each other, all wound the same way. */
  #fillAll(shapes: readonly (readonly Point[])[], colour: Colour): void {
    const rows = shapes.flat().map(([, y]) => y);
    const top = Math.max(0, Math.floor(Math.min(...rows)));
    const bottom = Math.min(this.height, Math.ceil(Math.max(...rows)));
    const coverage = new Float32Array(this.width);
    for (let row = top; row < bottom; row += 1) {
      coverage.fill(0);
      for (let line = 0; line < LINES; line += 1) {
        for (const [left, right] of spans(shapes, row + (line + 0.5) / LINES))
          this.#cover(coverage, left, right);
      }
      this.#blend(row, coverage, colour);
    }
  }

  /** Notes that a line through a row of pixels is covered from `left` to `right`. */
  #cover(coverage: Float32Array, left: number, right: number): void {
    const [start, end] = [Math.max(0, left), Math.min(this.width, right)];
    for (let pixel = Math.floor(start); pixel < end; pixel += 1) {
      const covered = Math.min(end, pixel + 1) - Math.max(start, pixel);
      coverage[pixel] = (coverage[pixel] ?? 0) + covered / LINES;
    }
  }

  #blend(row: number, coverage: Float32Array, colour: Colour): void {
    for (const [column, part] of coverage.entries()) {
      if (part === 0) continue;
      const place = 3 * (row * this.width + column);
      for (const [channel, value] of colour.entries()) {
        const before = this.pixels[place + channel] ?? 255;
        this.pixels[place + channel] = Math.round(before + (value - before) * Math.min(1, part));
      }
    }
  }
}

/** Where a horizontal line is inside of some shapes. */
function spans(shapes: readonly (readonly Point[])[], y: number): [left: number, right: number][] {
  const crossings: { readonly x: number; readonly turn: number }[] = [];
  for (const outline of shapes) {
    let from = outline.at(-1);
    for (const to of outline) {
      if (from !== undefined && from[1] <= y !== to[1] <= y) {
        const x = from[0] + ((y - from[1]) / (to[1] - from[1])) * (to[0] - from[0]);
        crossings.push({ x, turn: from[1] <= y ? 1 : -1 });
      }
      from = to;
    }
  }
  crossings.sort((a, b) => a.x - b.x);
  const found: [number, number][] = [];
  let [turns, left] = [0, 0];
  for (const { x, turn } of crossings) {
    if (turns === 0) left = x;
    turns += turn;
    if (turns === 0) found.push([left, x]);
  }
  return found;
}

function circle([x, y]: Point, radius: number): Point[] {
  return Array.from({ length: CORNERS }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / CORNERS;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
}

/** A straight stroke without its ends, wound as a circle is. */
function bar(from: Point, to: Point, radius: number): Point[] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length === 0) return [];
  const [x, y] = [(-dy / length) * radius, (dx / length) * radius];
  return [
    [from[0] - x, from[1] - y],
    [to[0] - x, to[1] - y],
    [to[0] + x, to[1] + y],
    [from[0] + x, from[1] + y],
  ];
}
