import { frameBackend } from "../engine/frames.js";
import { collectPlan, type FrameNode, replace } from "./node.js";
import { optimise, PiecePlanner, type PlannedStep } from "./pieces/planner.js";
import { ANY_ROOM } from "./pieces/room.js";

/** How a node would be executed. Rows that functions make are no rows as yet. */
export function explainNode(node: FrameNode): string {
  const known = replace(node, (next) =>
    next.pending === undefined && next.made === undefined && next.kept === undefined
      ? next
      : {
          ...next,
          inputs: [],
          operation: { empty: next.columns },
          pending: undefined,
          made: undefined,
          kept: undefined,
        },
  );
  const { plan, buffers } = collectPlan(known, "memory");
  const steps = planOf(node).map(
    (planned, number) => `${number} ${nameOf(planned.node)}: ${piecesText(planned)}`,
  );
  return `${frameBackend().explain(plan, buffers)}\nIn pieces, on a cluster\n${steps.join("\n")}\n`;
}

/** What the steps of a query come to where it runs in pieces. No file is read: each is as many pieces as it may be. */
export function planOf(node: FrameNode): readonly PlannedStep[] {
  const planner = new PiecePlanner("memory", ANY_ROOM);
  planner.cut(replace(optimise(node), cut));
  return planner.planned.filter(({ node: planned }) => !isPart(planned));
}

/** The name of what a step does. */
export function nameOf({ operation, made, inputs: [first] }: FrameNode): string {
  if (first !== undefined && isPart(first)) return nameOf(first);
  if (made !== undefined) return made.name;
  if (typeof operation === "string") return operation;
  const [name = ""] = Object.keys(operation);
  return name;
}

/** How a step runs, in a few words. */
export function piecesText({ pieces, calls, shards, carried }: PlannedStep): string {
  const parts = [count(pieces, "piece")];
  if (calls > 0) parts.push(count(calls, "call"));
  if (shards > 0) parts.push(`${count(shards, "shard")} of ${carried.join(", ")}`);
  return parts.join(", ");
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

const PART: unique symbol = Symbol("part");

/** What stands for a part of a file or of rows in memory. */
interface Part extends FrameNode {
  readonly [PART]: true;
}

function isPart(node: FrameNode): boolean {
  return PART in node;
}

/** A source with as many parts as it may be cut into. */
function cut(node: FrameNode): FrameNode {
  const { operation, npartitions, inputs, made } = node;
  const isList =
    typeof operation === "object" && "scan" in operation && operation.scan.paths.length >= npartitions;
  if (inputs.length > 0 || npartitions === 1 || isList || made !== undefined) return node;
  const rest: FrameNode = {
    ...node,
    buffer: undefined,
    pending: undefined,
    npartitions: 1,
    index: undefined,
  };
  const parts = Array.from({ length: npartitions }, (): Part => ({ ...rest, [PART]: true }));
  return { ...node, inputs: parts, operation: { concat: { relaxed: false } } };
}
