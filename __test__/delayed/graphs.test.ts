import { type ComputeOptions, compute, type Delayed, delayed, get } from "bramble";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENGINES } from "../support/engines.js";

/** Joins what it gets into a text, so that every difference in what is called shows. */
const join = (name: string, ...parts: readonly unknown[]): string => `${name}(${JSON.stringify(parts)})`;

/** For each task of a graph the earlier tasks that it reads, in a structure of its own. */
const graphs = fc.array(
  fc.array(fc.tuple(fc.nat(), fc.constantFrom("plain", "list", "record")), { maxLength: 4 }),
  {
    minLength: 1,
    maxLength: 30,
  },
);

type Shape = readonly (readonly [number, string])[];

function argumentsFor<T>(shape: Shape, earlier: readonly T[]): unknown[] {
  return shape.flatMap(([number, form]): unknown[] => {
    if (earlier.length === 0) return [number];
    const value = earlier[number % earlier.length];
    return [form === "list" ? [value, [number]] : form === "record" ? { value, number } : value];
  });
}

describe.each(ENGINES)("with the %s engine", (engine) => {
  const options: ComputeOptions = { engine, scheduler: "sync" };

  test("any graph gives what calling its functions one after the other gives", async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), async (shapes, picks) => {
        const expected: string[] = [];
        const values: Delayed<string>[] = [];
        for (const [number, shape] of shapes.entries()) {
          expected.push(join(`f${number}`, ...argumentsFor(shape, expected)));
          const call = delayed(join) as (...args: readonly unknown[]) => Delayed<string>;
          values.push(call(`f${number}`, ...argumentsFor(shape, values)));
        }
        const wanted = picks.map((pick) => pick % shapes.length);
        const computed = await compute(
          wanted.map((number) => values[number] as Delayed<string>),
          options,
        );
        expect(computed[0]).toEqual(wanted.map((number) => expected[number]));
      }),
      { numRuns: 60 },
    );
  });

  test("a graph by hand gives the same", async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (shapes) => {
        const expected: string[] = [];
        const graph: Record<string, unknown> = {};
        const keys: string[] = [];
        for (const [number, shape] of shapes.entries()) {
          const plain = shape.map(([pick, form]) => [pick, form === "record" ? "list" : form] as const);
          expected.push(join(`f${number}`, ...argumentsFor(plain, expected)));
          graph[`key${number}`] = [join, `f${number}`, ...argumentsFor(plain, keys)];
          keys.push(`key${number}`);
        }
        expect(await get(graph, keys.toReversed(), options)).toEqual(expected.toReversed());
      }),
      { numRuns: 60 },
    );
  });
});
