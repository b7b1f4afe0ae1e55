/** Neighbouring axes that become other neighbouring axes of as many elements: their numbers. */
export interface AxisGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The smallest groups of axes that hold as many elements in both shapes. Of an empty array there is one. */
export function axisGroups(from: readonly number[], to: readonly number[]): AxisGroup[] {
  if (from.includes(0) || to.includes(0)) return [{ from: [...from.keys()], to: [...to.keys()] }];
  const groups: AxisGroup[] = [];
  const [left, right] = [new Side(from), new Side(to)];
  while (!left.isDone || !right.isDone) {
    left.begin();
    right.begin();
    while (left.size !== right.size && !(left.isDone && right.isDone)) {
      if ((left.size < right.size && !left.isDone) || right.isDone) left.extend();
      else right.extend();
    }
    groups.push({ from: left.axes, to: right.axes });
  }
  return groups;
}

/** A shape that is walked through, group by group. */
class Side {
  readonly #shape: readonly number[];
  #next = 0;
  /** Axes of the group. */
  axes: number[] = [];
  /** Elements of the group. */
  size = 1;

  constructor(shape: readonly number[]) {
    this.#shape = shape;
  }

  get isDone(): boolean {
    return this.#next >= this.#shape.length;
  }

  begin(): void {
    this.axes = [];
    this.size = 1;
    this.extend();
  }

  extend(): void {
    if (this.isDone) return;
    this.size *= this.#shape[this.#next] ?? 1;
    this.axes.push(this.#next);
    this.#next += 1;
  }
}
