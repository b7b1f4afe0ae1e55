import { allocate } from "../../../dtype/index.js";
import type { Grid, Layer, Take } from "../../../generated/layers.js";
import { gridBlocks, product } from "../../../graph/index.js";
import { extentOf, measuredShape, type Range, ravel, widen } from "../axis.js";
import type { Block, BlockNumbers } from "../block.js";
import { copyStrided, denseStrides } from "../copy.js";
import { Locator } from "../locator.js";
import type { BlockLink } from "../links.js";
import type { Stage, StageOfLayer } from "./stage.js";

/** A point of a block: its place in the block, and where it lies in the block that holds it. */
interface Point {
  readonly place: number;
  readonly local: readonly number[];
}

/** Copies listed points out of the blocks that hold them. */
export function takeStage(
  { grid, dtype }: Layer,
  take: Take,
  { stage, grid: inputGrid }: StageOfLayer,
): Stage {
  const points = new PointBlocks(take, inputGrid, grid);
  const { axes, at } = take;
  const rest = inputGrid.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return {
    grid,
    inputs: [{ stage, link: points.link }],
    run(block, inputs) {
      const parts = inputs.flat();
      const sources = [...rest.slice(0, at), -1, ...rest.slice(at)];
      const shape = measuredShape(grid, block, (axis) => parts[0]?.shape[sources[axis] ?? -1]);
      const data = allocate(dtype, product(shape));
      const to = denseStrides(shape);
      const inner = shape.filter((_, axis) => axis !== at);
      const found = points.located(block[at] ?? 0);
      for (const [number, part] of parts.entries()) {
        const from = denseStrides(part.shape);
        for (const { place, local } of found[number] ?? []) {
          const offset = axes.reduce((sum, axis, index) => sum + (local[index] ?? 0) * (from[axis] ?? 0), 0);
          copyStrided(
            { data, offset: place * (to[at] ?? 0), strides: to.filter((_, axis) => axis !== at) },
            { data: part.data, offset, strides: rest.map((axis) => from[axis] ?? 0) },
            inner,
          );
        }
      }
      return { data, shape } satisfies Block;
    },
  };
}

/** Which blocks hold the points of each chunk: a table, for nothing but looking at all points tells. */
class PointBlocks {
  readonly link: BlockLink;
  readonly #take: Take;
  readonly #input: Grid;
  readonly #output: Grid;
  readonly #locators: readonly Locator[];
  /** For each chunk of points the numbers of the blocks along the indexed axes that hold them, ascending. */
  readonly #reads: readonly (readonly number[])[];
  /** For each of these blocks the chunks of points that read it, ascending. */
  readonly #readers = new Map<number, number[]>();

  constructor(take: Take, input: Grid, output: Grid) {
    this.#take = take;
    this.#input = input;
    this.#output = output;
    this.#locators = take.axes.map((axis) => new Locator(input[axis] ?? []));
    const count = gridBlocks(output)[take.at] ?? 0;
    this.#reads = Array.from({ length: count }, (_, chunk) => {
      const numbers = new Set<number>();
      for (const [number] of this.#locate(chunk)) numbers.add(number);
      const sorted = [...numbers].sort((a, b) => a - b);
      for (const number of sorted) this.#readers.set(number, [...(this.#readers.get(number) ?? []), chunk]);
      return sorted;
    });
    this.link = {
      reads: (block) => (this.#reads[block[take.at] ?? 0] ?? []).map((number) => this.#block(number, block)),
      behind: (blocks) => this.#behind(blocks),
      users: (block, wanted) => this.#users(block, wanted),
    };
  }

  /** The points of a chunk, block by block in the order of the blocks that are read. */
  located(chunk: number): Point[][] {
    const reads = this.#reads[chunk] ?? [];
    const places = new Map(reads.map((number, index) => [number, index]));
    const points: Point[][] = reads.map(() => []);
    let place = 0;
    for (const [number, local] of this.#locate(chunk)) {
      points[places.get(number) ?? 0]?.push({ place, local });
      place += 1;
    }
    return points;
  }

  /** For each point of a chunk the number of the block along the indexed axes, and where it lies in the block. */
  *#locate(chunk: number): Generator<readonly [number: number, local: readonly number[]]> {
    const { start, length } = extentOf(this.#output[this.#take.at] ?? [], chunk);
    for (let point = start; point < start + length; point += 1) {
      let number = 0;
      const local: number[] = [];
      for (const [index, locator] of this.#locators.entries()) {
        const position = this.#take.positions[index]?.[point] ?? 0;
        const found = locator.locate(position);
        number = number * locator.blocks + found.block;
        local.push(position - found.start);
      }
      yield [number, local];
    }
  }

  /** The block of the input with a number along the indexed axes, and the place of a block of the result along others. */
  #block(number: number, output: BlockNumbers): number[] {
    const { axes, at } = this.#take;
    const block: number[] = [];
    let rest = number;
    for (const [index, axis] of [...axes.entries()].reverse()) {
      const { blocks } = this.#locators[index] ?? { blocks: 1 };
      block[axis] = rest % blocks;
      rest = Math.floor(rest / blocks);
    }
    const others = output.filter((_, axis) => axis !== at);
    for (const axis of this.#input.keys()) block[axis] ??= others.shift() ?? 0;
    return block;
  }

  #behind(blocks: readonly Range[]): Range[] {
    const { axes, at } = this.#take;
    const along = blocks[at] ?? { start: 0, end: 0 };
    const others = blocks.filter((_, axis) => axis !== at);
    const around: Range[] = this.#input.map(() => ({ start: 0, end: 0 }));
    for (let chunk = along.start; chunk < along.end; chunk += 1) {
      for (const number of this.#reads[chunk] ?? []) {
        for (const [axis, start] of this.#block(number, []).entries()) {
          around[axis] = widen(around[axis] ?? { start: 0, end: 0 }, { start, end: start + 1 });
        }
      }
    }
    return around.map((range, axis) => (axes.includes(axis) ? range : (others.shift() ?? range)));
  }

  #users(block: BlockNumbers, wanted: readonly Range[]): number {
    const { axes, at } = this.#take;
    const others = wanted.filter((_, axis) => axis !== at);
    const rest = block.filter((_, axis) => !axes.includes(axis));
    const isIn = (range: Range | undefined, number: number): boolean =>
      range !== undefined && number >= range.start && number < range.end;
    if (!rest.every((number, index) => isIn(others[index], number))) return 0;
    const indexed = axes.map((axis) => this.#input[axis] ?? []);
    const number = ravel(
      indexed,
      axes.map((axis) => block[axis] ?? 0),
    );
    return (this.#readers.get(number) ?? []).filter((chunk) => isIn(wanted[at], chunk)).length;
  }
}
