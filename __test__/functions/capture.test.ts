import * as os from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Elsewhere, openProcess, openThread } from "../support/elsewhere.js";
import { Point, UNIT, withUnit } from "../support/portable-fixture.js";

describe.each([
  ["a thread", openThread],
  ["a process", openProcess],
])("in %s", (_, open) => {
  let there: Elsewhere;
  beforeAll(() => {
    there = open();
  });
  afterAll(() => there.close());

  test("numbers, strings and what else is primitive are captured", async () => {
    const [n, s, b, big, u, z] = [2.5, "ü", true, 2n ** 70n, undefined, -0];
    const nothing = null;
    const result = await there.run(() => [n, s, b, big, u, nothing, Object.is(z, -0)]);
    expect(result).toEqual([2.5, "ü", true, 2n ** 70n, undefined, null, true]);
  });

  test("objects of every kind are captured", async () => {
    const values = {
      list: [1, [2, "three"]],
      typed: Float64Array.of(1, 2, 3),
      map: new Map([["a", new Set([1])]]),
      date: new Date(86_400_000),
      pattern: /x(\d+)/giu,
    };
    const result = await there.run(() => {
      const { list, typed, map, date, pattern } = values;
      return {
        list,
        sum: typed.reduce((a, b) => a + b, 0),
        has: map.get("a")?.has(1),
        date,
        flags: pattern.flags,
      };
    });
    expect(result).toEqual({ list: values.list, sum: 6, has: true, date: values.date, flags: "giu" });
  });

  test("functions capture functions, themselves and each other", async () => {
    const double = (x: number): number => x * 2;
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
    const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);
    function* upTo(n: number): Generator<number> {
      for (let i = 0; i < n; i += 1) yield double(i);
    }
    const result = await there.run(() => [double(4), factorial(5), isEven(10), [...upTo(3)]]);
    expect(result).toEqual([8, 120, true, [0, 2, 4]]);
  });

  test("async functions, methods, accessors and defaults work as they did", async () => {
    const base = 10;
    const key = "computed";
    const object = {
      add(this: void, x: number, y = base): number {
        return x + y;
      },
      async later(this: void, x: number): Promise<number> {
        await Promise.resolve();
        return x + base;
      },
      async *many(this: void): AsyncGenerator<number> {
        yield base;
      },
      [key](this: void): number {
        return base * 2;
      },
    };
    const { add, later, many, computed } = object;
    const result = await there.run(async () => {
      const seen = [];
      for await (const item of many()) seen.push(item);
      return [add(1), await later(2), seen, computed()];
    });
    expect(result).toEqual([11, 12, [10], 20]);
  });

  test("bound functions keep what they are bound to", async () => {
    const scale = function (this: { factor: number }, x: number, y: number): number {
      return this.factor * (x + y);
    };
    expect(await there.run(scale.bind({ factor: 3 }, 4), 5)).toBe(27);
  });

  test("built-in functions and functions of Node are named", async () => {
    const parse = JSON.parse as (text: string) => unknown;
    expect(await there.run(Math.max, 1, 5, 3)).toBe(5);
    expect(await there.run(parse, '{"a":[1]}')).toEqual({ a: [1] });
    expect(await there.run(join, "a", "b")).toBe(join("a", "b"));
    expect(await there.run(() => [1, 2].map(String))).toEqual(["1", "2"]);
  });

  test("imports are imported where the function runs", async () => {
    expect(await there.run(() => join("a", os.EOL))).toBe(join("a", os.EOL));
    expect(await there.run(() => fc.sample(fc.constant(7), 2))).toEqual([7, 7]);
    expect(await there.run(() => withUnit(5) + UNIT)).toBe("5 m bm");
  });

  test("modules can be imported inside a function", async () => {
    const result = await there.run(async () => {
      const path = await import("node:path");
      return path.basename("/x/y");
    });
    expect(result).toBe("y");
  });

  test("classes travel with what they extend, their accessors and static members", async () => {
    const origin = new Point(0, 0);
    class Named extends Point {
      static readonly count = { made: 1 };
      readonly name: string;
      constructor(name: string, x: number, y: number) {
        super(x, y);
        this.name = name;
      }
      describe(): string {
        return `${this.name} ${this.norm} from ${origin.x} of ${Named.count.made}`;
      }
    }
    const named = new Named("A", 3, 4);
    expect(await there.run(() => new Named("B", 6, 8).describe())).toBe("B 10 from 0 of 1");
    expect(await there.run(() => [named.describe(), named instanceof Named, named instanceof Point])).toEqual(
      ["A 5 from 0 of 1", true, true],
    );
    const back = await there.run((x: Named) => [x, new Named("C", 0, 1)], named);
    expect(back.every((item) => item instanceof Named)).toBe(true);
  });

  test("old-style classes, and classes of collections and errors", async () => {
    function Old(this: { x: number }, x: number): void {
      this.x = x;
    }
    Old.prototype.twice = function (this: { x: number }): number {
      return this.x * 2;
    };
    class Counter extends Map<string, number> {
      count(key: string): this {
        return this.set(key, (this.get(key) ?? 0) + 1);
      }
    }
    class Failure extends RangeError {
      readonly detail = { at: 5 };
      override name = "Failure";
    }
    const counter = new Counter().count("a");
    const result = await there.run(() => {
      const made = Reflect.construct(Old, [4]) as { twice(): number };
      return [made.twice(), counter.count("a").count("b"), new Failure("no", { cause: counter })] as const;
    });
    expect(result[0]).toBe(8);
    expect(result[1]).toBeInstanceOf(Counter);
    expect([...result[1]]).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    expect(result[2]).toBeInstanceOf(Failure);
    expect(result[2]).toMatchObject({
      message: "no",
      detail: { at: 5 },
      cause: new Counter([
        ["a", 2],
        ["b", 1],
      ]),
    });
  });

  test("errors come back as what they were", async () => {
    class Failure extends TypeError {}
    const fail = (): void => {
      throw new Failure("of mine", { cause: new Error("deeper") });
    };
    const error: unknown = await there.run(() => fail()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ message: "of mine", cause: { message: "deeper" } });
    expect((error as Error).stack).toContain("capture.test.ts");
  });

  test("a function that comes back is the one that was sent", async () => {
    const identity = (x: unknown): unknown => x;
    const cycle: { self?: unknown; identity: unknown } = { identity };
    cycle.self = cycle;
    const back = (await there.run((x: unknown) => x, cycle)) as typeof cycle;
    expect(back.identity).toBe(identity);
    expect(back.self).toBe(back);
  });

  test("variables hold what they held when the function was sent", async () => {
    let count = 1;
    const first = there.run(() => count);
    count = 2;
    expect(await first).toBe(1);
    expect(await there.run(() => count)).toBe(2);
  });
});
