import { decode } from "@msgpack/msgpack";
import { array, type LazyArray } from "bramble";
import { describe, expect, it } from "vitest";
import { NODE } from "../../dist/array/operand.js";
import { type CollectedGraph, collect, encode } from "../../dist/graph/index.js";

const graphOf = (...arrays: LazyArray[]): CollectedGraph => collect(arrays.map((item) => item[NODE]));

describe("collect", () => {
  it("puts inputs before the layers that read them", () => {
    const x = array.ones([4, 4], { chunks: 2 });
    const { layers, outputs } = graphOf(x.add(x.multiply(2)).sum());
    for (const [position, { inputs }] of layers.entries()) {
      for (const input of inputs) expect(input).toBeLessThan(position);
    }
    expect(layers.map(({ name }) => name.split("-")[0])).toEqual(["ones", "multiply", "add", "sum"]);
    expect(outputs).toEqual([3]);
  });

  it("makes the same expression, written twice, one layer", () => {
    const build = (): LazyArray => array.arange(10, { chunks: 3 }).add(1);
    const { layers, outputs } = graphOf(build(), build(), build().sum());
    expect(layers).toHaveLength(3);
    expect(outputs).toEqual([1, 1, 2]);
  });

  it("tells different expressions apart", () => {
    const names = [
      array.ones(3),
      array.ones(4),
      array.zeros(3),
      array.ones(3, { dtype: "float32" }),
      array.ones(4, { chunks: 2 }),
      array.full(3, -0),
      array.ones(3).add(1),
      array.ones(3).add(2),
      array.add(1, array.ones(3)),
    ].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("hands each piece of data over once, by identity", () => {
    const data = Float64Array.of(1, 2, 3, 4);
    const a = array.fromArray(data, { shape: [2, 2] });
    const b = array.fromArray(data);
    const c = array.fromArray(Float64Array.from(data));
    const { layers, buffers } = graphOf(a, b, c, array.fromArray(data));
    expect(buffers).toHaveLength(2);
    expect(buffers[0]).toBe(data);
    expect(layers.map(({ kind }) => "source" in kind && kind.source.store)).toEqual([
      { memory: { buffer: 0 } },
      { memory: { buffer: 0 } },
      { memory: { buffer: 1 } },
    ]);
  });

  it("goes as deep as an expression made in a loop", () => {
    let x: LazyArray = array.ones(10);
    for (let index = 0; index < 20_000; index += 1) x = x.add(index);
    expect(graphOf(x).layers).toHaveLength(20_001);
  });

  it("builds and encodes a graph of a million chunks in no time", () => {
    const build = (length: number): Uint8Array => {
      const graph = graphOf(array.ones(length, { chunks: 1000 }).add(1).slice("1::2").sum());
      return encode({ layers: graph.layers, outputs: graph.outputs });
    };
    build(10 ** 9);
    const times = Array.from({ length: 9 }, (_, index) => {
      const start = performance.now();
      expect(build(10 ** 9 + 2000 * index).length).toBeLessThan(2000);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(5);
  });
});

describe("encode", () => {
  it("writes lengths as integers of every width, and bigints", () => {
    const values = [
      0,
      127,
      2 ** 31,
      2 ** 32,
      2 ** 53 - 1,
      -1,
      -(2 ** 31),
      -(2 ** 31) - 1,
      2n ** 64n - 1n,
      -(2n ** 63n),
    ];
    const decoded = decode(encode(values), { useBigInt64: true }) as (number | bigint)[];
    expect(decoded.map(BigInt)).toEqual(values.map(BigInt));
    // 0xcb is the mark of a float.
    expect([...encode(2 ** 40)][0]).not.toBe(0xcb);
  });

  it("writes floats as text, which keeps -0 and what is not finite", () => {
    const texts = [-0, 0.1, Number.NaN, Number.NEGATIVE_INFINITY].map(
      (value) => graphOf(array.full(1, value)).layers[0]?.kind,
    );
    expect(texts).toEqual(
      ["-0", "0.1", "NaN", "-Infinity"].map((float) => ({ create: { full: { value: { float } } } })),
    );
  });
});
