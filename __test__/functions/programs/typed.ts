import { basename } from "node:path";
import util from "node:util";
// @ts-expect-error -- It has no types.
import { runElsewhere } from "./check.mjs";
// @ts-expect-error -- It has no types.
import { unit } from "./unit.mjs";

interface Row {
  readonly name: string;
}

const rows: readonly Row[] = [{ name: "a" }, { name: "b" }];
const { format } = util;
const shout = (text: string): string => `${text.toUpperCase()}!`;

class Counter {
  count = 0;
  add(by: number): this {
    this.count += by;
    return this;
  }
}

await runElsewhere({
  imports: () => [basename("/a/b"), unit],
  destructured: () => [format("%d", 1), util.isDeepStrictEqual([1], [1])],
  functions: () => rows.map(({ name }: Row) => shout(name)),
  classes: () => new Counter().add(2).count,
  names: () => {
    const inner = (x: number): number => x;
    return [inner.name, class Inner {}.name];
  },
});
