import { type Annotations, askedOf, currentAnnotations } from "../annotate.js";
import { withRetries } from "../delayed/retries.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import type { Axis, Project } from "../generated/layers.js";
import { axisBlocks, createNode, type Node } from "../graph/index.js";
import type { DType } from "../dtype/index.js";
import { learnTasks } from "./tasks/index.js";

/** What partitions read: a layer, and which of its blocks along its axis. */
export interface Read {
  readonly node: Node;
  readonly project: Project;
}

/** What partitions are made with. */
export interface PartitionParts {
  /** What is done, in a word: the beginning of a name. */
  readonly label: string;
  readonly called: TaskFunction;
  readonly args: readonly Argument[];
  readonly reads: readonly Read[];
  readonly count: number;
  /** What is asked for the calls. Default: what `annotate` says. */
  readonly annotations?: Annotations | undefined;
}

/** Values have no element type, but a layer needs one. */
const VALUES: DType = "float64";

let layers = 0;

/** A layer that calls a function once for each of its partitions, and whose blocks are what it gives. */
export function partitionsOf(parts: PartitionParts): Node {
  const { label, called, args, reads, count, annotations = currentAnnotations() } = parts;
  learnTasks();
  // Functions and arguments may be anything: no other layer is taken for this one.
  layers += 1;
  return createNode({
    label,
    kind: {
      call: {
        function: 0,
        arguments: 0,
        reads: reads.map(({ project }) => [project]),
        values: true,
        info: true,
      },
    },
    dtype: VALUES,
    grid: [oneByOne(count)],
    inputs: reads.map(({ node }) => node),
    calls: { functions: [withRetries(called, annotations.retries ?? 0)], args: [args] },
    asked: askedOf(annotations, true),
    callsToken: `bag ${layers}`,
  });
}

/** The axis of so many partitions. */
function oneByOne(count: number): Axis {
  return [{ length: 1, count }];
}

/** How many partitions a layer has. */
export function countOf({ grid }: Node): number {
  return axisBlocks(grid[0] ?? []);
}
