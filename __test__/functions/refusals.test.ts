import { createServer } from "node:net";
import { array, bag, dataframe, delayed, type ErrorCode } from "bramble";
import { expect, test, vi } from "vitest";
import { capture } from "../../dist/functions/index.js";
import { errorOf, expectError, expectRejection } from "../support/errors.js";

const CODE: ErrorCode = "CANNOT_TRAVEL";

test("an error shows the captures that lead to what cannot travel", () => {
  const server = createServer();
  const connection = { name: "db", server };
  const query = (text: string): string => `${text} ${String(connection.server.listening)}`;
  const rows = { load: () => query("select") };
  const error = errorOf(() => capture(() => rows.load())) as Error;
  const [first, ...rest] = error.message.split("\n");
  expect(first).toBe("Cannot send a function to where it would run:");
  expect(rest.slice(0, 5)).toEqual([
    "  uses `rows`: an object",
    "    property `load`: the function `load`",
    "      uses `query`: the function `query`",
    "        uses `connection`: an object",
    "          property `server`: a Server",
  ]);
  expect(rest.slice(5)).toEqual([
    "            it holds something of this process that no copy would have",
    expect.stringMatching(/^To do: make it inside the function/),
  ]);
});

test("the error of a computation begins with one's own function and where it was written", async () => {
  const socket = createServer();
  const lookUp = (x: number): number => (socket.listening ? x : -x);
  const chain = ["  uses `lookUp`: the function `lookUp`", "    uses `socket`: a Server"];
  const here = /^Cannot send a function \(.*refusals\.test\.ts:\d+\) to where it would run:$/;
  const ones = array.ones([4]);
  const computations: (() => Promise<unknown>)[] = [
    () => delayed((x: number) => lookUp(x))(1).compute(),
    () =>
      bag
        .range(3)
        .map((x) => lookUp(x))
        .compute(),
    () =>
      bag
        .range(3)
        .fold((a, x) => a + lookUp(x))
        .compute(),
    () =>
      bag
        .range(3)
        .groupBy((x) => lookUp(x))
        .compute(),
    () => ones.mapBlocks((block) => block.data.map((x) => lookUp(x))).compute(),
    () => array.mapOverlap((block) => block.data.map((x) => lookUp(x)), ones, { depth: 1 }).compute(),
    () =>
      dataframe
        .fromMap({ a: [1] })
        .mapPartitions((rows) => (lookUp(1) > 0 ? rows : rows))
        .compute(),
  ];
  for (const compute of computations) {
    const error = await compute().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: CODE });
    const [first, ...rest] = (error as Error).message.split("\n");
    expect(first).toMatch(here);
    expect(rest.slice(0, 2)).toEqual(chain);
  }
  const argument = delayed((x: unknown) => x)({ deep: [socket] });
  await expectRejection(
    argument.compute({ scheduler: "threads" }),
    CODE,
    "Cannot send an object to where it would run:\n  property `deep`: an array\n    entry 0: a Server",
  );
});

test("what belongs to the function around an arrow is refused by its name", () => {
  class Holder extends Object {
    value = 1;
    arrow(): () => number {
      return () => this.value;
    }
    parent(): () => unknown {
      return () => super.valueOf();
    }
  }
  function withArguments(): () => unknown {
    // oxlint-disable-next-line prefer-rest-params -- What is tested.
    return () => arguments[0] as unknown;
  }
  function withTarget(): () => unknown {
    return () => new.target;
  }
  expectError(() => capture(new Holder().arrow()), CODE, "`this` of the function around it");
  expectError(() => capture(new Holder().parent()), CODE, "`super`");
  expectError(() => capture(withArguments()), CODE, "`arguments`");
  expectError(() => capture(withTarget()), CODE, "`new.target`");
});

test("what has no copy is refused with what to do instead", () => {
  const promise = Promise.resolve(1);
  const weak = new WeakMap();
  const symbol = Symbol("mine");
  const proxy = new Proxy({}, {});
  const iterator = [1].values();
  const generator = (function* () {
    yield 1;
  })();
  const asyncGenerator = (async function* () {
    yield 1;
  })();
  const shared = new SharedArrayBuffer(8);
  const format = new Intl.NumberFormat("en");
  class Hidden {
    #x = 1;
    get x(): number {
      return this.#x;
    }
  }
  const hidden = new Hidden();
  const cases: [() => unknown, string][] = [
    [() => promise, "await it first"],
    [() => weak, "use a Map or a Set"],
    [() => symbol, "Symbol.for"],
    [() => proxy, "the object that it stands for"],
    [() => iterator, "collect it into an array"],
    [() => generator, "collect it into an array"],
    [() => asyncGenerator, "collect it into an array"],
    [() => shared, "no memory in common"],
    [() => format.format(1), "holds something of this process"],
    [() => hidden.x, "#private"],
  ];
  for (const [fn, text] of cases) expectError(() => capture(fn), CODE, text);
});

test("eval is refused, since it may use any name", () => {
  // oxlint-disable-next-line no-eval -- What is tested.
  expectError(() => capture((text: string) => eval(text) as unknown), CODE, "eval");
});

test("a function that writes to a variable outside of it is warned about once", () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  let count = 0;
  const increment = (): number => {
    count += 1;
    return count;
  };
  capture(increment);
  capture(increment);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn.mock.calls[0]?.[0]).toContain("`increment`");
  expect(warn.mock.calls[0]?.[0]).toContain("writes to `count`");
  warn.mockRestore();
});
