import { allocate, type DType } from "../../../dtype/index.js";
import type { Grid, Layer, Scan } from "../../../generated/layers.js";
import { axisBlocks, product, regularAxis } from "../../../graph/index.js";
import type { Block } from "../block.js";
import { castLoop } from "../elementwise/casts.js";
import { type BigLanes, isBig, type Lanes, newLanes, TILE, TileReader } from "../elementwise/lanes.js";
import { type AxisLink, before, fan, groupOf, type Link, same } from "../links.js";
import type { Reduction } from "../reduce/reduction.js";
import { reductionOf } from "../reduce/reductions.js";
import type { ReduceInput } from "./reduce.js";
import type { Stage } from "./stage.js";

/** Blocks of a group, whose totals become one on the next level; as in the native engine. */
const FAN_IN = 16;

/** What no elements amount to, for blocks of any shape. */
const NOTHING: Block = { data: new Float64Array(0), shape: [], count: 0 };

/**
 * A scan as its stages: the totals of blocks, a tree of carries, and the blocks scanned from these on.
 *
 * @param next - the number that the first of these stages gets.
 */
export function scanStages(layer: Layer, { op, axis }: Scan, input: ReduceInput, next: number): Stage[] {
  const { grid } = layer;
  const reduction = reductionOf(op, input.dtype);
  const stages: Stage[] = [];
  const add = (stage: Stage): number => next + stages.push(stage) - 1;
  const link = (along: AxisLink): Link => ({
    axes: grid.map((_, number) => (number === axis ? along : same(number))),
    free: [],
  });
  const states = (count: number): Grid =>
    grid.map((blocks, number) => (number === axis ? regularAxis(count, 1) : blocks));
  const combine = (blocks: readonly Block[]): Block => {
    const [first] = blocks;
    return first === undefined
      ? NOTHING
      : { data: reduction.combine(blocks.map(({ data }) => data)), shape: first.shape, count: 1 };
  };

  function addCarries(totals: number, count: number): number {
    const inputs = [{ stage: totals, link: link(before(axis, FAN_IN)) }];
    if (count > FAN_IN) {
      const groups = Math.ceil(count / FAN_IN);
      const finer = states(count)[axis] ?? [];
      const sums = add({
        grid: states(groups),
        inputs: [{ stage: totals, link: link(fan(axis, finer, FAN_IN)) }],
        run: (_, [blocks = []]) => combine(blocks),
      });
      inputs.push({ stage: addCarries(sums, groups), link: link(groupOf(axis, FAN_IN)) });
    }
    return add({
      grid: states(count),
      inputs,
      run: (_, [blocks = [], groups = []]) =>
        combine([...groups.filter(({ count: elements }) => elements !== 0), ...blocks]),
    });
  }

  const count = axisBlocks(grid[axis] ?? []);
  const totals = add({
    grid: states(count),
    inputs: [{ stage: input.stage, link: link(same(axis)) }],
    run: (_, [blocks = []]) => totalOf(reduction, blocks[0], axis),
  });
  const carries = addCarries(totals, count);
  add({
    grid,
    inputs: [
      { stage: input.stage, link: link(same(axis)) },
      { stage: carries, link: link(same(axis)) },
    ],
    run(_, [blocks = [], states = []]) {
      const [[block], [carry]] = [blocks, states];
      if (block === undefined || carry === undefined) throw new RangeError("a scan without its carry");
      return scanBlock({ op, axis, from: input.dtype, to: layer.dtype }, block, carry);
    },
  });
  return stages;
}

function totalOf(reduction: Reduction, block: Block | undefined, axis: number): Block {
  if (block === undefined) throw new RangeError("a total of no block");
  const shape = block.shape.map((length, number) => (number === axis ? 1 : length));
  return { data: reduction.partial(block, [axis], []), shape, count: 1 };
}

interface Request {
  readonly op: string;
  readonly axis: number;
  readonly from: DType;
  readonly to: DType;
}

/** Scans a block from what the elements before amount to. */
function scanBlock({ op, axis, from, to }: Request, { data, shape }: Block, carry: Block): Block {
  const length = shape[axis] ?? 1;
  const inner = product(shape.slice(axis + 1));
  const result = allocate(to, data.length);
  const totals = startOf(to, op, product(shape) / Math.max(1, length), carry);
  const lift = castLoop(from, isBig(to) ? to : "float64");
  const reader = new TileReader(from, data);
  const lanes = newLanes(isBig(to) ? to : "float64", TILE);
  const run = op === "sum" ? runSum : runProduct;
  for (let start = 0; start < data.length; start += TILE) {
    const count = Math.min(TILE, data.length - start);
    const tile = reader.read(start, count);
    lift(lanes, count, tile, tile, tile, tile);
    for (let i = 0; i < count; i += 1) {
      const index = start + i;
      const line = Math.floor(index / (length * inner)) * inner + (index % inner);
      run(totals, line, lanes, i);
      (result as Float64Array)[index] = totals[line] as number;
    }
  }
  return { data: result, shape };
}

function startOf(dtype: DType, op: string, lines: number, { data }: Block): Lanes {
  if (data.length > 0) return (data as Lanes).slice();
  if (isBig(dtype)) return (newLanes(dtype, lines) as BigLanes).fill(op === "sum" ? 0n : 1n);
  return new Float64Array(lines).fill(op === "sum" ? -0 : 1);
}

function runSum(totals: Lanes, line: number, lanes: Lanes, i: number): void {
  (totals as Float64Array)[line] = (totals[line] as number) + (lanes[i] as number);
}

function runProduct(totals: Lanes, line: number, lanes: Lanes, i: number): void {
  const [total, x] = [totals[line] ?? 0, lanes[i] ?? 0];
  const product = typeof total === "bigint" ? BigInt.asIntN(64, total * BigInt(x)) : total * Number(x);
  (totals as Float64Array)[line] = product as number;
}
