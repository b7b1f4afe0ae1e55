import {
  annotate,
  array,
  BrambleError,
  type ComputeOptions,
  currentTask,
  delayed,
  type TaskPlace,
} from "bramble";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/errors.js";

const WAYS: readonly (readonly [string, ComputeOptions])[] = [
  ["js", { engine: "js" }],
  ["sync", { engine: "native", scheduler: "sync" }],
  ["threads", { engine: "native", scheduler: "threads", numWorkers: 2 }],
  ["processes", { engine: "native", scheduler: "processes", numWorkers: 2 }],
];

/** What a computation rejects with. */
async function rejection(promise: Promise<unknown>): Promise<Error & { task?: TaskPlace }> {
  return promise.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );
}

/** Fails so many times, counted in a global of the thread where it runs, and then gives how often it was called. */
const flaky = (name: string, failures: number): number => {
  const counts = globalThis as unknown as Record<string, number | undefined>;
  const count = (counts[name] ?? 0) + 1;
  counts[name] = count;
  if (count <= failures) throw new RangeError(`failed ${count} times`);
  return count;
};

describe.each(WAYS)("with %s", (way, options) => {
  it("of thousands of failures the first is told, and others are counted", async () => {
    const fail = delayed((number: number): never => {
      throw new RangeError(`number ${number}`);
    });
    const calls = Array.from({ length: 3000 }, (_, number) => fail(number));
    const error = await rejection(delayed((xs: readonly number[]) => xs.length)(calls).compute(options));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^number \d+$/);
    expect(error.task?.others).toBeGreaterThanOrEqual(0);
    expect(error.task?.others).toBeLessThan(3000);
  });

  it("chains of causes arrive whole", async () => {
    const fail = delayed((): never => {
      const root = new TypeError("root", { cause: { code: 7 } });
      throw new RangeError("top", { cause: new SyntaxError("middle", { cause: root }) });
    });
    const error = await rejection(fail().compute(options));
    expect(error).toMatchObject({ name: "RangeError", message: "top" });
    const middle = error.cause as Error;
    expect(middle).toMatchObject({ name: "SyntaxError", message: "middle" });
    expect(middle.cause).toBeInstanceOf(TypeError);
    expect(middle.cause).toMatchObject({ message: "root", cause: { code: 7 } });
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a number", 3],
    ["an object", { no: "error" }],
  ])("%s that is thrown is the cause of an error", async (_, thrown) => {
    const fail = delayed((value: unknown): never => {
      // oxlint-disable-next-line typescript/only-throw-error -- That is what is tested.
      throw value;
    });
    const error = await rejection(fail(thrown).compute(options));
    expect(error).toBeInstanceOf(BrambleError);
    expect(error).toMatchObject({ code: "TASK_FAILED", cause: thrown });
  });

  it("what rejects fails as what throws", async () => {
    const fail = delayed(async (): Promise<never> => Promise.reject(new URIError("later")));
    expect(await rejection(fail().compute(options))).toMatchObject({ name: "URIError", message: "later" });
  });

  it("a call that fails is made again as often as was asked", async () => {
    const one: ComputeOptions = { ...options, numWorkers: 1 };
    const name = (which: string): string => `${way} ${which}`;
    expect(await delayed(flaky, { retries: 2 })(name("a"), 2).compute(one)).toBe(3);
    expect(await rejection(delayed(flaky, { retries: 1 })(name("b"), 2).compute(one))).toMatchObject({
      message: "failed 2 times",
    });
    const later = delayed(async (which: string) => flaky(which, 2), { retries: 2 });
    expect(await later(name("c")).compute(one)).toBe(3);
    const asked = annotate({ retries: 5 }, () =>
      annotate({ retries: 3 }, () => delayed(flaky)(name("d"), 3)),
    );
    expect(await asked.compute(one)).toBe(4);
  });

  it("a function of blocks that fails is called again", async () => {
    const label = `${way} blocks`;
    const x = annotate({ retries: 1 }, () =>
      array.ones([2]).mapBlocks((block) => {
        const counts = globalThis as unknown as Record<string, number | undefined>;
        counts[label] = (counts[label] ?? 0) + 1;
        if (counts[label] === 1) throw new RangeError("the first time");
        return block;
      }),
    );
    expect(await x.sum().compute({ ...options, numWorkers: 1 })).toBe(2);
  });
});

it("nobody tries again what nobody wants any more", async () => {
  const stop = new AbortController();
  let calls = 0;
  const wait = async (): Promise<void> => {
    calls += 1;
    const signal = currentTask()?.signal;
    const aborted = new Promise((_, reject) =>
      signal?.addEventListener("abort", () => reject(signal.reason as Error)),
    );
    setTimeout(() => stop.abort(new RangeError("enough")), 1);
    await aborted;
  };
  const value = delayed(wait, { retries: 1000 })();
  const error = await rejection(value.compute({ scheduler: "sync", engine: "native", signal: stop.signal }));
  expect(error.message).toBe("enough");
  expect(calls).toBe(1);
});

it("annotations are checked where they are written", () => {
  expectError(() => annotate({ retries: -1 }, () => 1), "INVALID_ARGUMENT", "annotations.retries");
  expectError(() => annotate({ retry: 1 } as object, () => 1), "INVALID_ARGUMENT", "retry");
  expectError(() => annotate({}, 1 as unknown as () => number), "INVALID_ARGUMENT", "fn");
  expectError(() => delayed(flaky, { retries: 0.5 }), "INVALID_ARGUMENT", "options.retries");
});
