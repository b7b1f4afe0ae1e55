import { bag } from "bramble";
import fc from "fast-check";
import { expect, test } from "vitest";

const SYNC = { scheduler: "sync" } as const;

/** Functions that don't see where partitions begin and end. */
const PIPELINES = {
  map: (items) => items.map((x) => x * 3 - 1),
  filter: (items) => items.filter((x) => x % 3 === 0).remove((x) => x < 0),
  flatten: (items) => items.map((x) => [x, -x]).flatten(),
  topk: (items) => items.topk(4, (x) => x % 7),
  distinct: (items) => items.distinct((x) => x % 5),
  frequencies: (items) => items.frequencies(),
  foldBy: (items) =>
    items.foldBy(
      (x) => x % 4,
      (a, b) => a + b,
    ),
} satisfies Record<string, (items: Numbers) => { compute(options: object): Promise<unknown[]> }>;

type Numbers = ReturnType<typeof bag.fromSequence<number>>;

const partitioned = fc.record({
  items: fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 }),
  npartitions: fc.integer({ min: 1, max: 70 }),
  name: fc.constantFrom(...(Object.keys(PIPELINES) as (keyof typeof PIPELINES)[])),
});

test("any partitioning gives the same items", async () => {
  await fc.assert(
    fc.asyncProperty(partitioned, async ({ items, npartitions, name }) => {
      const pipeline = PIPELINES[name] as (items: Numbers) => {
        compute(options: object): Promise<unknown[]>;
      };
      const whole = await pipeline(bag.fromSequence(items, { npartitions: 1 })).compute(SYNC);
      expect(await pipeline(bag.fromSequence(items, { npartitions })).compute(SYNC)).toEqual(whole);
    }),
  );
});

test("any partitioning and any tree give the same reductions", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 2, max: 5 }),
      async (items, npartitions, splitEvery) => {
        const made = bag.fromSequence(items, { npartitions });
        const options = { splitEvery };
        expect(await made.sum(options).compute(SYNC)).toBe(items.reduce((a, b) => a + b));
        expect(await made.min(options).compute(SYNC)).toBe(Math.min(...items));
        expect(await made.count(options).compute(SYNC)).toBe(items.length);
        const mean = items.reduce((a, b) => a + b) / items.length;
        expect(await made.mean(options).compute(SYNC)).toBeCloseTo(mean, 8);
        const variance = items.reduce((sum, x) => sum + (x - mean) ** 2, 0) / items.length;
        expect(await made.var(options).compute(SYNC)).toBeCloseTo(variance, 6);
        const joined = made.fold((a, b) => a + b, { initial: 0, ...options });
        expect(await joined.compute(SYNC)).toBe(items.reduce((a, b) => a + b));
      },
    ),
    { numRuns: 50 },
  );
});

test("items of any kind come as they were", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
      ),
      fc.integer({ min: 1, max: 9 }),
      async (items, npartitions) => {
        expect(await bag.fromSequence(items, { npartitions }).compute(SYNC)).toEqual(items);
      },
    ),
  );
});
