import { deflateRawSync } from "node:zlib";
import { partsOf } from "../../delayed/from-delayed.js";
import { delayed, type Delayed } from "../../delayed/index.js";
import type { PieceRows } from "../../engine/engine.js";
import { encode } from "../../graph/index.js";
import type { Engine, Expression, Operation, Plan, Ranges, Target } from "../../generated/frames.js";
import { type FrameNode, layOut, type PieceMaker, step } from "../node.js";
import {
  dealPiece,
  type LastingRows,
  type Places,
  runPiece,
  type SentPlan,
  writePiece,
} from "../partition-call.js";

const call = delayed(runPiece, { name: "frame", traverse: false });
const write = delayed(writePiece, { name: "frame-write", traverse: false });

/** To whom rows are dealt. */
export interface Dealing {
  /** What decides who gets a row. */
  readonly by: readonly Expression[];
  /** How many get some. */
  readonly count: number;
  /** They get ranges of values, or else rows with the same hash. The bounds are the rows of a node. */
  readonly ranges?: (Omit<Ranges, "bounds"> & { readonly bounds: FrameNode }) | undefined;
}

/** Rows at a place of the list that a call deals out. */
interface Dealt {
  readonly list: Delayed<readonly PieceRows[]>;
  readonly place: number;
}

/** What stands for rows among the arguments of a call. */
type Given = LastingRows | Delayed<PieceRows> | Delayed<readonly PieceRows[]>;

/** The calls that make the rows of pieces. What others read is a node that stands for the result of a call. */
export class PieceCalls {
  readonly #results = new Map<FrameNode, Delayed<PieceRows>>();
  /** Where calls are made by one thread, which passes lists on as they are: what stands for shards. */
  readonly #inLists = new Map<FrameNode, Dealt>();
  readonly #engine: Engine;
  readonly #folder: string | null;
  readonly #there: boolean;
  #made = 0;
  #shards = 0;
  #dealt = 0;

  /**
   * @param folder - where results are put that others read; null: they stay in memory, for whoever makes the calls.
   * @param there - whether workers of a cluster make them.
   */
  constructor(engine: Engine, folder: string | null, there: boolean) {
    this.#engine = engine;
    this.#folder = folder;
    this.#there = there;
  }

  /** How many calls there are that make rows for others. */
  get made(): number {
    return this.#made;
  }

  /** How many parts of pieces they deal out. */
  get shards(): number {
    return this.#shards;
  }

  /** A call that gives the rows of a piece. */
  rows(piece: FrameNode): Delayed<PieceRows> {
    return this.#resultOf(piece) ?? this.#call(piece);
  }

  /** A call that writes the rows of a piece into a file, or gives them where it does not see a mark. */
  file(piece: FrameNode, target: Target, mark: string | null = null): Delayed<Uint8Array | null> {
    const { plan, memory } = layOut(piece, this.#engine);
    return write(this.#sent(plan), target, mark, ...this.#given(memory));
  }

  /** What somebody makes of the rows of pieces, each as the result of a call. */
  make(
    pieces: readonly FrameNode[],
    { of }: PieceMaker,
    columns: FrameNode["columns"],
  ): readonly FrameNode[] {
    const rows = of(
      pieces.map((piece) => this.#streamOf(piece)),
      this.#folder,
    );
    this.#made += rows.length;
    return rows.map((call) => this.#stand({ memory: 0 }, columns, call));
  }

  /** A call whose result is an Arrow stream: shards are none. */
  #streamOf(piece: FrameNode): Delayed<PieceRows> {
    const isStream = typeof piece.operation === "object" && "memory" in piece.operation;
    return isStream ? this.rows(piece) : this.#call(piece);
  }

  /** The rows of a piece as the result of a call. */
  called(piece: FrameNode): FrameNode {
    if (piece.buffer !== undefined || this.#resultOf(piece) !== undefined) return piece;
    const { columns } = piece;
    return this.#stand({ memory: 0 }, columns, this.#call(piece));
  }

  /** The rows of several pieces, one behind the other, each as the result of a call. */
  together(pieces: readonly FrameNode[]): FrameNode {
    const [first] = pieces;
    if (first === undefined || pieces.length === 1) return first ?? step([], { empty: [] });
    return togetherOf(pieces.map((piece) => this.called(piece)));
  }

  /** The rows of pieces, dealt out to others at once: there is a shard from each for each. */
  deal(pieces: readonly FrameNode[], { by, count, ranges }: Dealing): FrameNode[] {
    this.#made += pieces.length;
    this.#shards += pieces.length * count;
    const first = this.#dealt;
    this.#dealt += pieces.length;
    const dealt = delayed(dealPiece, { name: "frame-deal", traverse: false, nout: count });
    const shards = pieces.map((piece, number) => {
      const { plan, memory } = layOut(piece, this.#engine);
      const bounds = ranges === undefined ? [] : [ranges.bounds];
      const wire = ranges === undefined ? null : { ...ranges, bounds: memory.length };
      const deal = { from: first + number, count, by, ranges: wire };
      const list = dealt(this.#sent(plan), deal, this.#folder, ...this.#given([...memory, ...bounds]));
      return this.#shardsOf(list, first + number, count, piece.columns);
    });
    return Array.from({ length: count }, (_, to) => togetherOf(shards.flatMap((list) => list[to] ?? [])));
  }

  /** Nodes that stand for what a call dealt out. */
  #shardsOf(
    list: Delayed<readonly PieceRows[]>,
    from: number,
    count: number,
    columns: FrameNode["columns"],
  ): FrameNode[] {
    const operation = (to: number): FrameNode["operation"] => ({ shard: { buffer: 0, from, to } });
    if (this.#folder === null) {
      const parts = (this.#there ? partsOf(list, count) : [...list]) as Delayed<PieceRows>[];
      return parts.map((rows, to) => this.#stand(operation(to), columns, rows));
    }
    return Array.from({ length: count }, (_, place) => {
      const node = standIn(operation(place), columns);
      this.#inLists.set(node, { list, place });
      return node;
    });
  }

  /** A node whose rows a call gives. */
  #stand(
    operation: FrameNode["operation"],
    columns: FrameNode["columns"],
    rows: Delayed<PieceRows>,
  ): FrameNode {
    const node = standIn(operation, columns);
    this.#results.set(node, rows);
    return node;
  }

  /** What a call gets that reads the rows of some nodes. */
  #given(nodes: readonly FrameNode[]): readonly [Places, ...Given[]] {
    const places = nodes.map((node) => this.#inLists.get(node)?.place ?? null);
    const isPlain = places.every((place) => place === null);
    return [isPlain ? null : places, ...nodes.map((node) => this.#rowsOf(node))];
  }

  #rowsOf(node: FrameNode): Given {
    if (node.buffer !== undefined) return { lasting: node.buffer };
    return this.#inLists.get(node)?.list ?? this.#resultOf(node) ?? { lasting: new Uint8Array() };
  }

  /**
   * A plan as the core reads it: whoever makes calls has the plans of all, and as objects they would take many times as much there. For
   * workers, who have them twice, they are packed; those of pieces that get many shards say much the same of each.
   */
  #sent(plan: Plan): SentPlan {
    const encoded = encode(plan);
    return this.#there ? { packed: deflateRawSync(encoded, { level: 3 }) } : encoded;
  }

  /** The rows of a piece, if they are the result of a call. */
  #resultOf(piece: FrameNode): Delayed<PieceRows> | undefined {
    return piece.kept ?? this.#results.get(piece);
  }

  #call(piece: FrameNode): Delayed<PieceRows> {
    this.#made += 1;
    const { plan, memory } = layOut(piece, this.#engine);
    return call(this.#sent(plan), this.#folder, ...this.#given(memory));
  }
}

/** A node that stands for rows which it does not have itself. */
function standIn(operation: FrameNode["operation"], columns: FrameNode["columns"]): FrameNode {
  return { inputs: [], operation, columns, npartitions: 1, bytes: 0 };
}

/** The same operation on each of several pieces of the same columns, beside those of another input if there is one. */
export function stepEach(
  pieces: readonly FrameNode[],
  operation: Operation | ((number: number) => Operation),
  others: readonly FrameNode[] = [],
): FrameNode[] {
  const of = typeof operation === "function" ? operation : () => operation;
  const [first] = pieces;
  if (first === undefined) return [];
  // What columns it makes is looked up once: there may be many pieces.
  const like = step([first, ...others.slice(0, 1)], of(0));
  return pieces.map((piece, number) => {
    const inputs = [piece, ...others.slice(number, number + 1)];
    return { ...like, inputs, operation: of(number) };
  });
}

/** Rows of several nodes of the same columns, one behind the other. */
export function togetherOf(inputs: readonly FrameNode[]): FrameNode {
  const [first] = inputs;
  if (first === undefined || inputs.length === 1) return first ?? step([], { empty: [] });
  return { ...first, inputs, operation: { concat: { relaxed: false } }, buffer: undefined, kept: undefined };
}

/** Neighbouring pieces as one, so that there are no more than so many. */
export function gather(pieces: readonly FrameNode[], most: number): readonly FrameNode[] {
  if (pieces.length <= most) return pieces;
  const edge = (place: number): number => Math.floor((place * pieces.length) / most);
  return Array.from({ length: most }, (_, place) => togetherOf(pieces.slice(edge(place), edge(place + 1))));
}
