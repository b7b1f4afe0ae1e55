import { type Delayed, delayed, get } from "bramble";
import { describe, expect, it } from "vitest";

/** Counts the results that somebody still has to read. */
class Alive {
  most = 0;
  #now = 0;

  /** A result was made of so many others, which nobody else reads. */
  made(of: number): void {
    this.#now += 1 - of;
    this.most = Math.max(this.most, this.#now);
  }
}

const DEPTH = 12;
/** As many as are handed out at a time, some times over; level by level it would be 4,096. */
const FEW = 128;

describe("few results of a tree of 4,096 leaves wait at a time", () => {
  it("of delayed calls", async () => {
    const alive = new Alive();
    const leaf = delayed((n: number) => {
      alive.made(0);
      return n;
    });
    const add = delayed((a: number, b: number) => {
      alive.made(2);
      return a + b;
    });
    let level: Delayed<number>[] = Array.from({ length: 2 ** DEPTH }, (_, n) => leaf(n));
    while (level.length > 1) {
      level = Array.from({ length: level.length / 2 }, (_, n) =>
        add(level[2 * n] as Delayed<number>, level[2 * n + 1] as Delayed<number>),
      );
    }
    expect(await level[0]?.compute({ scheduler: "sync" })).toBe((2 ** DEPTH * (2 ** DEPTH - 1)) / 2);
    expect(alive.most).toBeLessThanOrEqual(FEW);
  });

  it("of a graph by hand", async () => {
    const alive = new Alive();
    const leaf = (n: number): number => {
      alive.made(0);
      return n;
    };
    const add = (a: number, b: number): number => {
      alive.made(2);
      return a + b;
    };
    // As in a heap, the children of `n` are `2n` and `2n + 1`. Keys are written in an order that is none.
    const graph = new Map<unknown, unknown>();
    for (let n = 2 ** (DEPTH + 1) - 1; n > 0; n -= 1) {
      graph.set(`t${n}`, n < 2 ** DEPTH ? [add, `t${2 * n}`, `t${2 * n + 1}`] : [leaf, n - 2 ** DEPTH]);
    }
    expect(await get(graph, "t1", { scheduler: "sync" })).toBe((2 ** DEPTH * (2 ** DEPTH - 1)) / 2);
    expect(alive.most).toBeLessThanOrEqual(FEW);
  });
});
