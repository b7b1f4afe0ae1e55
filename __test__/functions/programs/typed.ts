import path, { basename } from "node:path";
// @ts-expect-error -- It has no types.
import { runElsewhere } from "./check.mjs";
// @ts-expect-error -- It has no types.
import { unit } from "./unit.mjs";

interface Row {
  readonly name: string;
}

const rows: readonly Row[] = [{ name: "a" }, { name: "b" }];
const { dirname } = path;
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
  destructured: () => [dirname("/a/b"), path.extname("c.d")],
  functions: () => rows.map(({ name }: Row) => shout(name)),
  classes: () => new Counter().add(2).count,
  names: () => {
    const inner = (x: number): number => x;
    return [inner.name, class Inner {}.name];
  },
});
