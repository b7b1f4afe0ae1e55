import type { Delayed } from "../../delayed/index.js";
import type { PieceRows } from "../../engine/engine.js";
import type {
  Column,
  ColumnType,
  Engine,
  Expression,
  GroupBy,
  Join,
  Keep,
  Operation,
  Order,
  Scan,
  Target,
} from "../../generated/frames.js";
import { type Divisions, sameDivisions } from "../divisions/divisions.js";
import { isColumn } from "../divisions/keep.js";
import { boundsNode, intoRanges } from "../divisions/pieces.js";
import { expand } from "../expr/expand.js";
import { col } from "../expr/functions.js";
import { EXPRESSION } from "../expr/wire.js";
import { type FrameNode, inOrder, type PieceMaker, step, usesOf } from "../node.js";
import { gather, PieceCalls, stepEach, togetherOf } from "./calls.js";
import { filesOf, isQuickToRead } from "./cut.js";
import { decompose, type Decomposed } from "./decompose.js";
import {
  boundsOf,
  FIRST,
  orderOf,
  type Place,
  samplesOf,
  SECOND,
  isHidden,
  withoutPlaces,
  withPlaces,
} from "./places.js";
import { type Exchange, exchange } from "./exchange.js";
import { prune } from "./prune.js";
import { pushFilters } from "./push-filters.js";
import { type Rooms, sizeOf } from "./room.js";
import { isConstant, isRowwise } from "./rowwise.js";
import { spread, spreadSources } from "./spread.js";

/** Neighbouring results of pieces that are put together at once. */
const FAN_IN = 8;
/** Rows that go to other pieces are in no more than so many, unless these would be larger than memory has room for. */
const MOST_PIECES = 512;

interface Unique {
  readonly subset: readonly string[];
  readonly keep: Keep;
}
type Slice = Extract<Operation, { readonly slice: { readonly offset: number } }>["slice"];

/** What a step of a query came to. */
export interface PlannedStep {
  readonly node: FrameNode;
  /** How many pieces its rows are in. */
  readonly pieces: number;
  /** Calls that had to be made for it; what stays in its piece is part of the call of a later step. */
  readonly calls: number;
  /** Parts of pieces that went to other pieces. */
  readonly shards: number;
  /** The columns that went with them. */
  readonly carried: readonly string[];
}

/** The same query with filters early, without columns that nothing needs, and cut where it begins. */
export function optimise(node: FrameNode): FrameNode {
  return spreadSources(prune(pushFilters(node)));
}

/**
 * Cuts a query into pieces that run as calls of their own. The rows of a node are those of its pieces, one behind the
 * other. What goes row by row stays in its piece and is one query with what is below; groups and aggregations are taken
 * apart where they can be, and put together in a tree; what needs all rows gets them in one piece.
 */
export class PiecePlanner {
  readonly #pieces = new Map<FrameNode, readonly FrameNode[]>();
  /** Where the pieces of nodes begin that are ranges of their index. */
  readonly #ranges = new Map<FrameNode, Divisions>();
  /** Bytes that the rows that nodes are made of take in memory, about. */
  readonly #sizes = new Map<FrameNode, number>();
  /** What each step came to, in the order in which they run. */
  readonly planned: PlannedStep[] = [];
  readonly #carried = new Set<string>();
  readonly #calls: PieceCalls;
  readonly #rooms: Rooms;

  /** Folder and `there` are as of {@link PieceCalls}. */
  constructor(engine: Engine, rooms: Rooms, folder: string | null = null, there = false) {
    this.#calls = new PieceCalls(engine, folder, there);
    this.#rooms = rooms;
  }

  /** The pieces of a node, in order, of which there are so many at least. */
  cut(node: FrameNode, atLeast = 1): readonly FrameNode[] {
    const ordered = inOrder(node);
    const uses = usesOf(ordered);
    for (const next of ordered) {
      const { made, shards } = this.#calls;
      this.#carried.clear();
      this.#sizes.set(next, this.#sizeOf(next));
      const pieces = this.#aligned(next, this.#cut(next));
      // What several read is computed once.
      const isShared = next.inputs.length > 0 && (uses.get(next) ?? 0) > 1;
      this.#pieces.set(next, isShared ? pieces.map((piece) => this.#calls.called(piece)) : pieces);
      const [calls, dealt] = [this.#calls.made - made, this.#calls.shards - shards];
      this.planned.push({
        node: next,
        pieces: pieces.length,
        calls,
        shards: dealt,
        carried: [...this.#carried],
      });
    }
    const pieces = this.#of(node);
    return pieces.length < atLeast ? this.#exactly(pieces, atLeast) : pieces;
  }

  /** The rows of a node, in order, where nobody asks in which pieces. */
  cutAnyhow(node: FrameNode): readonly FrameNode[] {
    this.cut(node);
    return this.#few(node);
  }

  /** A call that gives the rows of a piece. */
  rows(piece: FrameNode): Delayed<PieceRows> {
    return this.#calls.rows(piece);
  }

  /** A call that writes the rows of a piece into a file, or gives them where it does not see a mark. */
  file(piece: FrameNode, target: Target, mark: string | null = null): Delayed<Uint8Array | null> {
    return this.#calls.file(piece, target, mark);
  }

  #sizeOf(node: FrameNode): number {
    if (node.inputs.length === 0) return sizeOf(node);
    return node.inputs.reduce((sum, input) => sum + (this.#sizes.get(input) ?? 0), 0);
  }

  /** The pieces of a node in the ranges of its index, if these are known; else as many as it is to have. */
  #aligned(node: FrameNode, pieces: readonly FrameNode[]): readonly FrameNode[] {
    const { index, operation, npartitions, atLeast = 1 } = node;
    const divisions = index?.divisions;
    if (index === undefined || divisions === undefined) {
      return pieces.length >= atLeast ? gather(pieces, npartitions) : this.#exactly(pieces, atLeast);
    }
    const wanted = { column: index.column, divisions };
    // Rows in memory were cut so: other rows behind each other are in no order.
    const isCut = typeof operation === "object" && "concat" in operation;
    const have = this.#ranges.get(node) ?? (isCut ? divisions : undefined);
    this.#ranges.set(node, divisions);
    if (have?.length !== pieces.length + 1) return this.#dealRanges(node, pieces, wanted);
    if (sameDivisions(have, divisions)) return pieces;
    return intoRanges(
      pieces.map((piece) => this.#calls.called(piece)),
      have,
      wanted,
    ).map(togetherOf);
  }

  /** The rows of pieces in ranges of the index of a node. */
  #dealRanges(
    node: FrameNode,
    pieces: readonly FrameNode[],
    { column, divisions }: { readonly column: string; readonly divisions: Divisions },
  ): readonly FrameNode[] {
    if (divisions.length === 2) return [this.#together(pieces)];
    const bounds = boundsNode(node.columns, column, divisions);
    const ranges = { descending: [false], nulls_last: true, bounds, begins: true };
    return this.#deal(pieces, { by: [{ column }], count: divisions.length - 1, ranges });
  }

  #cut(node: FrameNode): readonly FrameNode[] {
    const { operation, inputs, made } = node;
    if (made !== undefined) return this.#make(node, made);
    if (operation === "reverse") return this.#each(node).toReversed();
    if (operation === "beside") return [this.#whole(node)];
    if ("scan" in operation) return cutScan(node, operation.scan);
    if ("rename" in operation || "drop" in operation || "dropNulls" in operation) return this.#each(node);
    if ("explode" in operation || "unnest" in operation) return this.#each(node);
    if ("select" in operation) return this.#select(node, operation.select);
    if ("withColumns" in operation) return this.#rowwise(node, operation.withColumns);
    if ("filter" in operation) return this.#rowwise(node, [operation.filter]);
    if ("groupBy" in operation) return this.#group(node, operation.groupBy);
    if ("sort" in operation) return this.#sort(node, operation.sort);
    if ("slice" in operation) return [this.#slice(node, operation.slice)];
    if ("unique" in operation) return this.#uniqueRows(node, operation.unique);
    if ("join" in operation) return this.#join(node, operation.join);
    if ("concat" in operation && !operation.concat.relaxed) return inputs.flatMap((input) => this.#of(input));
    return [inputs.length === 0 ? node : this.#whole(node)];
  }

  /** What is made of exactly the pieces that there are to be, or of those that have rows of the same values. */
  #make(node: FrameNode, made: PieceMaker): readonly FrameNode[] {
    if (made.by !== undefined) return this.#makeGroups(node, made, made.by);
    const pieces = node.inputs.flatMap((input) => this.#exactly(this.#of(input), made.npartitions));
    return this.#calls.make(pieces, made, node.columns);
  }

  #makeGroups(node: FrameNode, made: PieceMaker, by: readonly Expression[]): readonly FrameNode[] {
    const placed = withPlaces(this.#few(inputOf(node)), FIRST);
    const isDealt = placed.length > 1 && by.every(isRowwise);
    const dealt = isDealt ? this.#deal(placed, { by, count: placed.length }) : [this.#together(placed)];
    const places = [...FIRST, ...SECOND].map((name): Column => ({ name, type: "u32" }));
    const pieces = this.#calls.make(dealt, made, [...node.columns, ...places]);
    return this.#restored(pieces, [FIRST, SECOND]);
  }

  /** Rows in so many pieces, neither more nor fewer. */
  #exactly(pieces: readonly FrameNode[], count: number): readonly FrameNode[] {
    if (pieces.length >= count) return gather(pieces, count);
    return spread(pieces, count, (dealt, dealing) => this.#deal(dealt, dealing));
  }

  #of(node: FrameNode): readonly FrameNode[] {
    return this.#pieces.get(node) ?? [node];
  }

  /** An operation on each piece of its first input by itself. */
  #each(node: FrameNode, others: readonly FrameNode[] = []): FrameNode[] {
    const input = inputOf(node);
    const ranges = this.#ranges.get(input);
    const [first = 0, end = this.#of(input).length] = ranges === undefined ? [] : (node.within ?? []);
    if (ranges !== undefined && node.index?.divisions !== undefined)
      this.#ranges.set(node, ranges.slice(first, end + 1));
    const pieces = this.#of(input).slice(first, end);
    return pieces.map((piece) => ({ ...node, inputs: [piece, ...others] }));
  }

  /** An operation on each piece of its first input and the same one of another. */
  #eachWith(node: FrameNode, others: readonly FrameNode[]): FrameNode[] {
    return this.#each(node).map((piece, place) => {
      const [other = piece] = others.slice(place);
      return { ...piece, inputs: [...piece.inputs, other] };
    });
  }

  /** An operation on all rows. */
  #whole(node: FrameNode): FrameNode {
    return { ...node, inputs: node.inputs.map((input) => this.#together(this.#of(input))) };
  }

  #rowwise(node: FrameNode, expressions: readonly Expression[]): readonly FrameNode[] {
    return expressions.every(isRowwise) ? this.#each(node) : [this.#whole(node)];
  }

  #select(node: FrameNode, expressions: readonly Expression[]): readonly FrameNode[] {
    // Constants alone are one row, however many pieces there are.
    if (expressions.every(isRowwise) && !expressions.every(isConstant)) return this.#each(node);
    if (this.#of(inputOf(node)).length === 1) return [this.#whole(node)];
    const parts = partsOf(node, expressions, []);
    if (parts === undefined) return [this.#whole(node)];
    return [this.#tree(node, parts, (partial) => ({ select: partial }))];
  }

  #group(node: FrameNode, groups: GroupBy): readonly FrameNode[] {
    const { keys, aggregations, windows } = groups;
    const isSimple = windows === null && keys.every(isRowwise) && keys.every((key) => !isConstant(key));
    const input = inputOf(node);
    if (!isSimple || this.#of(input).length === 1) return [this.#whole(node)];
    // Rows with the same value of the index are in one piece.
    if (this.#ranges.has(input) && keys.some((key) => isColumn(key, input.index?.column)))
      return this.#each(node);
    const parts = partsOf(node, aggregations, keys);
    if (parts === undefined)
      return this.#isLarge(node) ? this.#exchangeGroups(node, groups) : [this.#whole(node)];
    // However many groups there are, those of a piece are to be few enough.
    if (this.#bytesOf(node) >= this.#rooms.groupsFrom) return this.#exchangeParts(node, groups, parts);
    const tree = this.#tree(node, parts, (partial, isFirst) => ({
      groupBy: { ...groups, keys: isFirst ? keys : columnsOf(node, 0, keys.length), aggregations: partial },
    }));
    return [tree];
  }

  #isLarge(node: FrameNode): boolean {
    return this.#bytesOf(node) >= this.#rooms.exchangeFrom;
  }

  #bytesOf(node: FrameNode): number {
    return this.#sizes.get(node) ?? 0;
  }

  /** The pieces of a node whose rows go to others: not as many as somebody may have asked for, for each is a call. */
  #few(node: FrameNode): readonly FrameNode[] {
    return gather(this.#of(node), Math.max(MOST_PIECES, Math.ceil(this.#bytesOf(node) / this.#rooms.piece)));
  }

  #together(pieces: readonly FrameNode[]): FrameNode {
    return this.#calls.together(gather(pieces, MOST_PIECES));
  }

  /** Whole groups in the pieces that the hash of their keys says, and then in the order that they are to have. */
  #exchangeGroups(node: FrameNode, groups: GroupBy): readonly FrameNode[] {
    const input = inputOf(node);
    const single = expandAll(node, groups.aggregations, groups.keys.length);
    if (single === undefined) return [this.#whole(node)];
    const places = FIRST.map((name) => col(name).first()[EXPRESSION]);
    const operation: Operation = { groupBy: { ...groups, aggregations: [...single, ...places] } };
    const pieces = withPlaces(this.#few(input), FIRST);
    const shards = this.#deal(pieces, { by: groups.keys, count: pieces.length });
    const grouped = stepEach(shards, operation);
    return this.#restored(grouped, groups.ordered ? [FIRST] : []);
  }

  /** Groups of each piece, put together in the pieces that the hash of their keys says. */
  #exchangeParts(
    node: FrameNode,
    groups: GroupBy,
    { partial, combined, final }: Decomposed,
  ): readonly FrameNode[] {
    const places = FIRST.map((name) => col(name).first()[EXPRESSION]);
    const keys = columnsOf(node, 0, groups.keys.length);
    const first = { groupBy: { ...groups, aggregations: [...partial, ...places] } };
    const grouped = stepEach(withPlaces(this.#few(inputOf(node)), FIRST), first);
    const again = { groupBy: { ...groups, keys, aggregations: [...combined, ...places] } };
    const whole = stepEach(this.#deal(grouped, { by: keys, count: grouped.length }), again);
    const named = [
      ...keys,
      ...namedOf(node, keys.length, final),
      ...FIRST.map((name) => col(name)[EXPRESSION]),
    ];
    return this.#restored(stepEach(whole, { select: named }), groups.ordered ? [FIRST] : []);
  }

  /** One row of each kind; those of a kind meet in the piece that the hash of what tells them apart says. */
  #uniqueRows(node: FrameNode, { subset, keep }: Unique): readonly FrameNode[] {
    const pieces = this.#of(inputOf(node));
    if (pieces.length === 1) return [this.#whole(node)];
    if (!this.#isLarge(node)) return [keep === "none" ? this.#whole(node) : this.#twice(node)];
    const names = subset.length > 0 ? [...subset] : node.columns.map(({ name }) => name);
    const by = names.map((name) => col(name)[EXPRESSION]);
    const placed = withPlaces(this.#few(inputOf(node)), FIRST);
    const dealt = this.#deal(placed, { by, count: placed.length });
    return this.#restored(stepEach(dealt, { unique: { subset: names, keep } }), [FIRST]);
  }

  /** Rows in the order of their places, if they are to have one, and without these. */
  #restored(pieces: readonly FrameNode[], places: readonly Place[]): readonly FrameNode[] {
    const ordered = places.length === 0 ? pieces : this.#sortPieces(pieces, orderOf(places));
    return withoutPlaces(ordered);
  }

  #sort(node: FrameNode, order: Order): readonly FrameNode[] {
    const pieces = this.#of(inputOf(node));
    const { column, divisions = [] } = node.index ?? {};
    if (column !== undefined && divisions.length > 2) {
      this.#ranges.set(node, divisions);
      const dealt = this.#dealRanges(node, this.#few(inputOf(node)), { column, divisions });
      return stepEach(dealt, { sort: order });
    }
    const isDealt = pieces.length > 1 && this.#isLarge(node) && order.by.every(isRowwise);
    return isDealt ? this.#sortPieces(this.#few(inputOf(node)), order) : [this.#whole(node)];
  }

  /** Pieces deal out their rows, so that each gets a range of values, and sorts it. */
  #sortPieces(pieces: readonly FrameNode[], order: Order): readonly FrameNode[] {
    const known = pieces.map((piece) => (isQuickToRead(piece) ? piece : this.#calls.called(piece)));
    const samples = this.#together(samplesOf(known, order));
    const bounds = this.#calls.called(boundsOf(samples, order, pieces.length));
    const { by, descending, nulls_last } = order;
    const ranges = { descending, nulls_last, bounds, begins: false };
    return stepEach(this.#deal(known, { by, count: pieces.length, ranges }), { sort: order });
  }

  /** The rows of pieces, dealt out to as many others. */
  #deal(pieces: readonly FrameNode[], dealing: Exchange): readonly FrameNode[] {
    for (const { name } of pieces[0]?.columns ?? []) if (!isHidden(name)) this.#carried.add(name);
    return exchange(this.#calls, pieces, dealing, this.#rooms.shards);
  }

  /** Aggregations of each piece, put together by a tree whose shape only the number of pieces decides. */
  #tree(
    node: FrameNode,
    { partial, combined, final }: Decomposed,
    operation: (aggregations: readonly Expression[], isFirst: boolean) => Operation,
  ): FrameNode {
    const first = step([inputOf(node)], operation(partial, true));
    const combine = step([first], operation(combined, false));
    let level: readonly FrameNode[] = this.#few(inputOf(node)).map((piece) => ({
      ...first,
      inputs: [piece],
    }));
    while (level.length > 1) {
      const next: FrameNode[] = [];
      for (let from = 0; from < level.length; from += FAN_IN) {
        const some = level.slice(from, from + FAN_IN);
        next.push({ ...combine, inputs: [this.#together(some)] });
      }
      level = next;
    }
    const keys = columnsOf(node, 0, node.columns.length - final.length);
    const named = namedOf(node, keys.length, final);
    const [last = combine] = level;
    return { ...step([combine], { select: [...keys, ...named] }), inputs: [last] };
  }

  /** A slice needs of each piece no more rows than it takes at most. */
  #slice(node: FrameNode, { offset, length }: Slice): FrameNode {
    const isOne = this.#of(inputOf(node)).length === 1;
    if (isOne || (length === null && offset >= 0)) return this.#whole(node);
    const [from, count] = offset < 0 ? [offset, -offset] : [0, offset + (length ?? 0)];
    const few = (input: FrameNode): FrameNode => ({
      ...node,
      operation: { slice: { offset: from, length: count } },
      inputs: [input],
    });
    const input = inputOf(node);
    // The first of a sorted piece are all that can be among the first of all.
    const sorted = typeof input.operation === "object" && "sort" in input.operation ? input : undefined;
    const below = sorted?.inputs[0];
    if (sorted === undefined || below === undefined) {
      return { ...node, inputs: [this.#together(this.#of(input).map(few))] };
    }
    const pieces = this.#of(below).map((piece) => few({ ...sorted, inputs: [piece] }));
    return { ...node, inputs: [{ ...sorted, inputs: [this.#together(pieces)] }] };
  }

  /** An operation that may be done on pieces first, and then on what is left of them. */
  #twice(node: FrameNode): FrameNode {
    return { ...node, inputs: [this.#together(this.#each(node))] };
  }

  /** Every piece of one side meets the whole of the other. */
  #join(node: FrameNode, join: Join): readonly FrameNode[] {
    const { how } = join;
    const [left, right] = node.inputs;
    if (left === undefined || right === undefined) return [this.#whole(node)];
    const met = this.#meet(join, left, right);
    if (met !== undefined) return this.#eachWith(node, met);
    const isLarge = how === "full" || (this.#isLarge(left) && this.#isLarge(right));
    if (isLarge && this.#isLarge(node)) return this.#exchangeJoin(node, join, left, right);
    if (how === "full") return [this.#whole(node)];
    if (how === "right") {
      const other = this.#calls.called(this.#together(this.#of(left)));
      return this.#few(right).map((piece) => ({ ...node, inputs: [other, piece] }));
    }
    const whole = this.#calls.called(this.#together(this.#of(right)));
    // Each call looks at all of the other side. Where the ranges of pieces are known they stay.
    if (this.#ranges.has(left)) return this.#each(node, [whole]);
    return this.#few(left).map((piece) => ({ ...node, inputs: [piece, whole] }));
  }

  /** The pieces of the right side in the ranges of the left side, if all partners of a row are in one range. */
  #meet(
    { how, left: keys, right: others }: Join,
    left: FrameNode,
    right: FrameNode,
  ): readonly FrameNode[] | undefined {
    const [wanted, have] = [this.#ranges.get(left), this.#ranges.get(right)];
    const [column, other] = [left.index?.column, right.index?.column];
    if (wanted === undefined || have === undefined || how === "full" || column === undefined)
      return undefined;
    const isByIndex = keys.some((key, place) => isColumn(key, column) && isColumn(others[place], other));
    if (!isByIndex || other === undefined) return undefined;
    if (sameDivisions(wanted, have)) return this.#of(right);
    const called = this.#of(right).map((piece) => this.#calls.called(piece));
    return intoRanges(called, have, { column: other, divisions: wanted }).map(togetherOf);
  }

  /** The rows of both sides in the pieces that the hash of their keys says, and then in the order that they are to have. */
  #exchangeJoin(node: FrameNode, join: Join, left: FrameNode, right: FrameNode): readonly FrameNode[] {
    const pieces = [this.#few(left), this.#few(right)] as const;
    const count = Math.max(pieces[0].length, pieces[1].length);
    const kinds = [step([left], { select: join.left }), step([right], { select: join.right })].map((keys) =>
      JSON.stringify(keys.columns.map(({ type }) => kindOf(type))),
    );
    const isRows = [...join.left, ...join.right].every(isRowwise);
    if (join.how === "cross" || count === 1 || !isRows || kinds[0] !== kinds[1]) return [this.#whole(node)];
    const rights = this.#deal(withPlaces(pieces[1], SECOND), { by: join.right, count, beside: count });
    const lefts = this.#deal(withPlaces(pieces[0], FIRST), { by: join.left, count, beside: count });
    const joined = stepEach(lefts, { join }, rights);
    const isHalf = join.how === "semi" || join.how === "anti";
    const both = join.how === "right" ? [SECOND, FIRST] : [FIRST, SECOND];
    return this.#restored(joined, isHalf ? [FIRST] : both);
  }
}

/** Every file is a piece, unless there are to be fewer pieces. */
function cutScan(node: FrameNode, scan: Scan): FrameNode[] {
  const { paths } = scan;
  const count = Math.min(paths.length, node.npartitions);
  return Array.from({ length: count }, (_, piece): FrameNode => {
    const edge = (number: number): number => Math.floor((number * paths.length) / count);
    return { ...node, operation: { scan: filesOf(scan, edge(piece), edge(piece + 1)) } };
  });
}

/** A type, or the kind of number, of which those of all widths have the same hash. */
function kindOf(type: ColumnType): ColumnType | "integer" | "float" {
  if (typeof type !== "string") return type;
  if (/^[iu]\d+$/.test(type)) return "integer";
  return /^f\d+$/.test(type) ? "float" : type;
}

/** Aggregations of one column each, under the names that their columns have. */
function expandAll(
  node: FrameNode,
  aggregations: readonly Expression[],
  keys: number,
): readonly Expression[] | undefined {
  const names = new Set(node.columns.slice(0, keys).map(({ name }) => name));
  const others = inputOf(node).columns.filter(({ name }) => !names.has(name));
  const single: Expression[] = [];
  for (const aggregation of aggregations) {
    const expanded = expand(aggregation, others);
    if (expanded === undefined) return undefined;
    single.push(...expanded);
  }
  if (node.columns.length !== keys + single.length) return undefined;
  return single.map((of, index) => ({ alias: { of, name: node.columns[keys + index]?.name ?? "" } }));
}

/** Values under the names and with the types of the columns of a node behind its keys. */
function namedOf(node: FrameNode, keys: number, values: readonly Expression[]): Expression[] {
  return values.map((of, index): Expression => {
    const { name = "", type = "null" } = node.columns[keys + index] ?? {};
    return { alias: { of: { cast: { of, to: type, strict: true } }, name } };
  });
}

function partsOf(
  node: FrameNode,
  aggregations: readonly Expression[],
  keys: readonly Expression[],
): Decomposed | undefined {
  const input = inputOf(node);
  const single = expandAll(node, aggregations, keys.length);
  if (single === undefined) return undefined;
  const typeOf = (of: Expression): ReturnType<Parameters<typeof decompose>[2]> =>
    step([input], { select: [of] }).columns[0]?.type;
  const parts = decompose(single, keys.length > 0, typeOf);
  return parts === undefined || parts.partial.length === 0 ? undefined : parts;
}

function columnsOf(node: FrameNode, from: number, to: number): Expression[] {
  return node.columns.slice(from, to).map(({ name }) => col(name)[EXPRESSION]);
}

function inputOf(node: FrameNode): FrameNode {
  return node.inputs[0] ?? node;
}
