import { product } from "../../../graph/index.js";

/** Neighbouring axes that are all reduced or all kept, as one. */
export interface Group {
  readonly length: number;
  readonly isReduced: boolean;
}

/**
 * A block as an alternation of reduced and kept groups, reduced axes of length 1 left out: outer groups, then a row
 * of `width` kept positions, each the end of a run of `run` reduced elements.
 */
export interface Groups {
  /** The groups outside of the row. */
  readonly outer: readonly Group[];
  /** Length of the innermost kept group. */
  readonly width: number;
  /** Length of the group behind it, if that is reduced. */
  readonly run: number | undefined;
  /** Number of kept positions. */
  readonly kept: number;
  /** How many values each kept position gets. */
  readonly steps: number;
}

/** Groups the axes of a block. */
export function groupAxes(shape: readonly number[], axes: readonly number[]): Groups {
  const groups: Group[] = [];
  for (const [axis, length] of shape.entries()) {
    const isReduced = axes.includes(axis);
    if (length === 1 && isReduced) continue;
    const last = groups.at(-1);
    if (last?.isReduced === isReduced)
      groups[groups.length - 1] = { length: last.length * length, isReduced };
    else groups.push({ length, isReduced });
  }
  const run = groups.at(-1)?.isReduced ? groups.pop()?.length : undefined;
  const width = groups.pop()?.length ?? 1;
  const lengths = (isReduced: boolean): number =>
    product(groups.filter((group) => group.isReduced === isReduced).map((group) => group.length));
  return { outer: groups, width, run, kept: width * lengths(false), steps: lengths(true) };
}

interface Wheel {
  readonly group: Group;
  /** By how much the row, or the step of a reduced group, grows from one position to the next. */
  readonly stride: number;
  position: number;
}

/** Walks over the outer groups in row-major order. */
export class Cursor {
  /** Number of the row among the kept ones. */
  row = 0;
  /** Number of the value for that row. */
  step = 0;
  readonly #wheels: readonly Wheel[];

  constructor(outer: readonly Group[]) {
    this.#wheels = outer.map((group, number) => {
      const inner = outer.slice(number + 1).filter(({ isReduced }) => isReduced === group.isReduced);
      return { group, stride: product(inner.map(({ length }) => length)), position: 0 };
    });
  }

  /** How many values, from this one on, go to the same row one after another. */
  get sameRow(): number {
    const last = this.#wheels.at(-1);
    return last?.group.isReduced ? last.group.length - last.position : 1;
  }

  /** Goes on by `count` places, at most as many as `sameRow` says. */
  advance(count: number): void {
    let places = count;
    for (let number = this.#wheels.length - 1; number >= 0; number -= 1) {
      const wheel = this.#wheels[number];
      if (wheel === undefined) return;
      wheel.position += places;
      this.#move(wheel, places);
      if (wheel.position < wheel.group.length) return;
      this.#move(wheel, -wheel.position);
      wheel.position = 0;
      places = 1;
    }
  }

  #move({ group, stride }: Wheel, places: number): void {
    if (group.isReduced) this.step += places * stride;
    else this.row += places * stride;
  }
}
