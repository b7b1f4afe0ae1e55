import { annotate, type Annotations, array, bag, compute, delayed } from "bramble";
import { describe, expect, it } from "vitest";
import { NODE } from "../../dist/array/operand.js";
import { itemsNode, RECIPE } from "../../dist/bag/recipe.js";
import { compileTasks } from "../../dist/delayed/compile.js";
import { TASK } from "../../dist/delayed/task.js";
import { collect, inOrder } from "../../dist/graph/index.js";
import { expectError } from "../support/errors.js";

/** Tasks of one thread note in it that they ran. */
const ran: string[] = [];
const note = (name: string, _after?: unknown): string => {
  ran.push(name);
  return name;
};

async function orderOf(run: () => Promise<unknown>): Promise<string[]> {
  ran.length = 0;
  await run();
  return [...ran];
}

describe("priority", () => {
  const sync = { scheduler: "sync", engine: "native" } as const;

  it("of tasks that could run the highest runs first", async () => {
    const plain = ["a", "b"].map((name) => delayed(note)(name));
    const urgent = annotate({ priority: 2 }, () => ["c", "d"].map((name) => delayed(note)(name)));
    const later = delayed(note, { priority: -1 })("e");
    const most = annotate({ priority: 1 }, () => delayed(note, { priority: 3 })("f"));
    const order = await orderOf(() => compute([later, ...plain, ...urgent, most], sync));
    expect(order).toEqual(["f", "c", "d", "a", "b", "e"]);
  });

  it("what was begun comes to its end before others of the same priority begin", async () => {
    const pairs = ["a", "b"].map((name) =>
      annotate({ priority: 1 }, () => delayed(note)(`${name} 2`, delayed(note)(`${name} 1`))),
    );
    expect(await orderOf(() => compute(pairs, sync))).toEqual(["a 1", "a 2", "b 1", "b 2"]);
  });

  it("blocks of arrays and partitions of bags have one too", async () => {
    const named = (name: string) => array.ones([2], { chunks: 1 }).mapBlocks((block) => (note(name), block));
    const x = named("x").sum();
    const y = annotate({ priority: 5 }, () => named("y")).sum();
    const order = await orderOf(() => compute(x, y, { ...sync, numWorkers: 1 }));
    expect(order).toEqual(["y", "y", "x", "x"]);
    const slow = bag.fromSequence([1]).map(() => note("slow"));
    const fast = annotate({ priority: 1 }, () => bag.fromSequence([1]).map(() => note("fast")));
    expect(await orderOf(() => compute(slow, fast, sync))).toEqual(["fast", "slow"]);
  });
});

describe("what is asked", () => {
  const asked: Annotations = { resources: { GPU: 1 }, workers: "pi-3" };
  const travels = { priority: 0, retries: 0, resources: { GPU: 1 }, workers: ["pi-3"] };

  it("travels with the layers that were written down meanwhile", () => {
    const x = array.ones([4], { chunks: 2 });
    const y = annotate(asked, () => x.add(1));
    const { layers, annotations } = collect([y.sum()[NODE]]);
    expect(annotations).toEqual([travels]);
    const numbers = layers.map((layer) => [layer.name.split("-")[0], layer.annotations]);
    expect(numbers).toEqual([
      ["ones", undefined],
      ["add", 0],
      ["sum", undefined],
    ]);
    // The same sum of which nothing is asked is another layer.
    expect(collect([y[NODE], x.add(1)[NODE]]).layers).toHaveLength(3);
  });

  it("travels with each delayed call", () => {
    const inc = delayed((value: number) => value + 1, asked);
    const last = delayed((value: number) => value)(inc(inc(1)));
    const { layers, annotations } = collect([compileTasks([last[TASK]])]);
    const [kind] = layers.flatMap((layer) => ("tasks" in layer.kind ? [layer.kind.tasks] : []));
    expect(annotations).toEqual([travels]);
    expect([...(kind?.annotations ?? [])]).toEqual([0, 0, 0xffff_ffff]);
  });

  it("travels with the partitions of a bag, and with what waits for lengths", () => {
    const items = annotate(asked, () => bag.range(4)).map((item) => item);
    const node = itemsNode(items[RECIPE]);
    expect(node.asked).toEqual(travels);
    const x = array.arange(6, { chunks: 3 });
    const chosen = annotate(asked, () => x.compress(x.greater(2)).rechunk(1));
    expect(inOrder([chosen[NODE]]).map((entry) => entry.asked ?? entry.kind)).toContainEqual(travels);
  });

  it("holds until it is undone", () => {
    const outer = annotate({ priority: 1, workers: ["a"] });
    const inner = annotate({ priority: 2 });
    const both = delayed(note)("x")[TASK].asked;
    inner.restore();
    const one = delayed(note)("x")[TASK].asked;
    outer.restore();
    expect(both).toEqual({ priority: 2, retries: 0, resources: {}, workers: ["a"] });
    expect(one).toMatchObject({ priority: 1 });
    expect(delayed(note)("x")[TASK].asked).toBeUndefined();
  });

  it("stays apart in functions at the same time", async () => {
    const write = async (priority: number): Promise<unknown> =>
      annotate({ priority }, async () => {
        await Promise.resolve();
        return delayed(note)("x")[TASK].asked?.priority;
      });
    expect(await Promise.all([write(1), write(2)])).toEqual([1, 2]);
  });
});

describe.each(["native", "js"] as const)("retries with %s", (engine) => {
  it("a partition that fails is made again", async () => {
    const counts = new Map<number, number>();
    const flaky = (item: number): number => {
      counts.set(item, (counts.get(item) ?? 0) + 1);
      if (item === 1 && counts.get(item) !== 3) throw new RangeError("not yet");
      return item;
    };
    const items = annotate({ retries: 2 }, () => bag.range(3, { npartitions: 3 }).map(flaky));
    expect(await items.compute({ scheduler: "sync", engine })).toEqual([0, 1, 2]);
    expect(counts.get(1)).toBe(3);
  });

  it("a block that cannot be made fails after so many times", async () => {
    const x = annotate({ retries: 3 }, () =>
      array.fromArray(new Int32Array([1]), { chunks: 1 }).power(array.fromArray(new Int32Array([-1]))),
    );
    await expect(x.compute({ engine })).rejects.toMatchObject({ code: "ARITHMETIC" });
  });
});

it.each([
  [{ retries: -1 }, "annotations.retries"],
  [{ priority: 0.5 }, "annotations.priority"],
  [{ resources: { GPU: -1 } }, "annotations.resources.GPU"],
  [{ resources: { GPU: Number.NaN } }, "annotations.resources.GPU"],
  [{ resources: "GPU" }, "annotations.resources"],
  [{ workers: [] }, "annotations.workers"],
  [{ workers: ["a", 1] }, "annotations.workers"],
  [{ retry: 1 }, "retry"],
])("%o is refused", (annotations, text) => {
  expectError(() => annotate(annotations as object, () => 1), "INVALID_ARGUMENT", text);
});
