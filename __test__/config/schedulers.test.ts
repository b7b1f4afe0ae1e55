import { array, bag, config, dataframe, delayed } from "bramble";
import { setImmediate } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";

type Local = "sync" | "threads" | "processes";

const LOCAL: readonly Local[] = ["sync", "threads", "processes"];
const here = { pid: process.pid, threadId };

/** The number in `LOCAL` of the scheduler that has it called. */
const whereItRuns = async (): Promise<number> => {
  const { threadId: thread } = await import("node:worker_threads");
  if (process.pid !== here.pid) return 2;
  return thread === here.threadId ? 0 : 1;
};

interface Options {
  readonly scheduler?: Local;
}

/** By kind of collection: computes one whose functions tell where they run, and what a scheduler is by default. */
const COLLECTIONS: Readonly<
  Record<string, { readonly byDefault: Local; readonly run: (options?: Options) => Promise<unknown> }>
> = {
  array: {
    byDefault: "threads",
    run: async (options) => {
      const blocks = array
        .zeros([2], { chunks: 1 })
        .mapBlocks(async () => Float64Array.of(await whereItRuns()));
      return blocks.max().compute({ engine: "native", ...options });
    },
  },
  bag: {
    byDefault: "processes",
    run: async (options) => {
      const [first] = await bag.fromSequence([0, 1], { npartitions: 2 }).map(whereItRuns).compute(options);
      return first;
    },
  },
  dataframe: {
    byDefault: "threads",
    run: async (options) => {
      const rows = dataframe.fromDelayed([delayed(() => [{ n: 1 }])()], { schema: { n: "i32" } });
      const mapped = rows.mapPartitions(async () => ({ n: [await whereItRuns()] }), { schema: { n: "i32" } });
      const table = await mapped.compute(options);
      return table.getChild("n")?.get(0);
    },
  },
  delayed: {
    byDefault: "threads",
    run: async (options) => delayed(whereItRuns)().compute(options),
  },
};

const sets: Disposable[] = [];
afterEach(() => {
  for (const set of sets.splice(0)) set[Symbol.dispose]();
});

describe.each(Object.entries(COLLECTIONS))("where functions of a %s run", (_, { byDefault, run }) => {
  const others = LOCAL.filter((scheduler) => scheduler !== byDefault);

  it("is its default unless somebody says otherwise", async () => {
    expect(LOCAL[Number(await run())]).toBe(byDefault);
  });

  it.each(LOCAL)(
    "is what is set, what is said with a call, and what an option says: %s",
    async (scheduler) => {
      const [other = byDefault] = LOCAL.filter((name) => name !== scheduler);
      // Of each two that say something, the second counts more.
      sets.push(config.set({ scheduler: other }), config.set({ scheduler }));
      expect(LOCAL[Number(await run())], "set").toBe(scheduler);
      const inside = await config.with({ scheduler: other }, () => run());
      expect(LOCAL[Number(inside)], "with").toBe(other);
      const asked = await config.with({ scheduler: other }, () => run({ scheduler }));
      expect(LOCAL[Number(asked)], "option").toBe(scheduler);
    },
  );

  it("goes back when `using` ends", async () => {
    for (const scheduler of others) {
      {
        using _ = config.set({ scheduler });
        expect(LOCAL[Number(await run())]).toBe(scheduler);
      }
      expect(LOCAL[Number(await run())]).toBe(byDefault);
    }
  });

  it("is each one's own among many at the same time", async () => {
    sets.push(config.set({ scheduler: "threads" }));
    const asked = Array.from({ length: 12 }, (_, number) => LOCAL[number % LOCAL.length] ?? byDefault);
    const seen = await Promise.all(
      asked.map((scheduler, number) =>
        config.with({ scheduler }, async () => {
          for (let turn = 0; turn < number % 4; turn += 1) await setImmediate();
          const first = await run();
          return [LOCAL[Number(first)], LOCAL[Number(await run())]];
        }),
      ),
    );
    expect(seen).toEqual(asked.map((scheduler) => [scheduler, scheduler]));
  });
});
