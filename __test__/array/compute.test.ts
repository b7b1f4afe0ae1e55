import { getEventListeners } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { decode } from "@msgpack/msgpack";
import { array, type ComputeOptions, NDArray, type ProgressEvent } from "bramble";
import { HDF5Dataset, HDF5Group, openHDF5 } from "bramble/hdf5";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";

interface FakeCall {
  readonly graph: Uint8Array;
  readonly buffers: Uint8Array[];
  readonly options: object;
  readonly cancelled: number;
}

interface FakeAddon {
  readonly calls: FakeCall[];
  readonly script: {
    outcome: object;
    progress: object[];
    isPending: boolean;
    sync: { code: string; message: string } | undefined;
  };
}

const addonPath = fileURLToPath(new URL("../support/fake-addon.cjs", import.meta.url));
const { calls, script } = createRequire(import.meta.url)(addonPath) as FakeAddon;
const native: ComputeOptions = { engine: "native" };

function answer(dtype: string, shape: number[], data: ArrayBufferView): object {
  return { answers: [{ array: { dtype, shape, data: new Uint8Array(data.buffer) } }] };
}

beforeEach(() => {
  process.env["BRAMBLE_NATIVE"] = addonPath;
  calls.length = 0;
  Object.assign(script, { outcome: { answers: [] }, progress: [], isPending: false, sync: undefined });
});

afterEach(() => {
  delete process.env["BRAMBLE_NATIVE"];
});

describe("compute", () => {
  it("gives an NDArray over the engine's own memory", async () => {
    const data = Float64Array.of(1, 2, 3, 4);
    script.outcome = answer("float64", [2, 2], data);
    const result = await array.ones([2, 2]).compute(native);
    expect(result).toBeInstanceOf(NDArray);
    expect((result as NDArray).data.buffer).toBe(data.buffer);
    expect((result as NDArray).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it.each([
    ["a number of float64", "float64", Float64Array.of(2.5), 2.5],
    ["a bigint of int64", "int64", BigInt64Array.of(7n), 7n],
    ["a boolean of bool", "bool", Uint8Array.of(1), true],
  ])("gives %s for a 0-d array", async (_, dtype, data, expected) => {
    script.outcome = answer(dtype, [], data);
    expect(await array.ones(3).sum().compute(native)).toBe(expected);
  });

  it("hands over layers, data and options", async () => {
    const data = Float32Array.of(1, 2, 3);
    const x = array.fromArray(data, { chunks: 2 });
    await array.compute(x, x.sum(), { ...native, scheduler: "sync", numWorkers: 3, memoryLimit: "5MB" });
    const [call] = calls;
    const graph = decode(call?.graph ?? [], { useBigInt64: true }) as {
      layers: { name: string }[];
      outputs: number[];
    };
    expect(graph.layers.map(({ name }) => name.split("-")[0])).toEqual(["array", "sum"]);
    expect(graph.outputs).toEqual([0, 1]);
    expect(call?.buffers[0]?.buffer).toBe(data.buffer);
    expect(call?.options).toMatchObject({ scheduler: "sync", numWorkers: 3, queue: 0, memoryLimit: 5e6 });
  });

  it("reports progress", async () => {
    script.progress = [[{ layer: "ones", done: 1, total: 2 }], [{ layer: "ones", done: 2, total: 2 }]];
    const seen: ProgressEvent[] = [];
    await array.compute(array.ones(3), { ...native, onProgress: (events) => seen.push(...events) });
    expect(seen.map(({ done }) => done)).toEqual([1, 2]);
  });

  it("stops and rejects if the progress callback throws", async () => {
    script.progress = [[{ layer: "ones", done: 1, total: 2 }]];
    const failure = new Error("no more");
    const onProgress = (): never => {
      throw failure;
    };
    await expect(array.ones(3).compute({ ...native, onProgress })).rejects.toBe(failure);
    expect(calls[0]?.cancelled).toBe(1);
  });

  it("rejects with the signal's reason once the run has stopped", async () => {
    script.isPending = true;
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    setTimeout(() => controller.abort(reason), 5);
    await expect(array.ones(3).compute({ ...native, signal: controller.signal })).rejects.toBe(reason);
    expect(calls[0]?.cancelled).toBe(1);
  });

  it("starts nothing if the signal is aborted already", async () => {
    const reason = new Error("too late");
    await expect(array.ones(3).compute({ ...native, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(calls).toEqual([]);
  });

  it("leaves no listener on the signal", async () => {
    const { signal } = new AbortController();
    await array.compute(array.ones(3), { ...native, signal });
    script.outcome = { error: { code: "INTERNAL", message: "broken" } };
    await expectRejection(array.ones(3).compute({ ...native, signal }), "INTERNAL", "broken");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("rejects with the layer and the block that failed, and the caller's stack", async () => {
    script.outcome = {
      error: { code: "CORRUPT_DATA", message: "bad checksum", layer: "array-1", block: [2, 0] },
    };
    const error: unknown = await array
      .ones(3)
      .compute(native)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "CORRUPT_DATA",
      message: "bad checksum",
      layer: "array-1",
      block: [2, 0],
    });
    expect((error as Error).stack).toContain("compute");
  });

  it.each<[string, object, string]>([
    ["an unknown scheduler", { scheduler: "cluster" }, '"distributed" for `options.scheduler`'],
    ["no workers", { numWorkers: 0 }, "Expected an integer from 1 to 1024 for `options.numWorkers`"],
    ["a signal that is none", { signal: {} }, "Expected an AbortSignal"],
    ["a callback that is none", { onProgress: 1 }, "Expected a function"],
    ["an unknown engine", { engine: "wasm" }, '"native", "js" for `options.engine`'],
    ["an unknown option", { workers: 2 }, "no option `workers`"],
  ])("rejects %s", async (_, options, message) => {
    await expectRejection(array.ones(3).compute(options), "INVALID_ARGUMENT", message);
  });

  it("explains what the native engine makes of a graph", () => {
    expect(array.ones(3).sum().explain(native)).toBe("before and after");
  });
});

describe("openHDF5", () => {
  const open = (): ReturnType<typeof openHDF5> => openHDF5("some/file.h5", { engine: "native" });

  it("knows groups and datasets by path", () => {
    using file = open();
    expect(file.filename).toBe(`${process.cwd()}/some/file.h5`);
    expect(file.keys()).toEqual(["g"]);
    const group = file.group("g");
    expect(group).toBeInstanceOf(HDF5Group);
    expect(group.keys()).toEqual(["x"]);
    const dataset = group.get("x");
    expect(dataset).toBeInstanceOf(HDF5Dataset);
    expect(dataset).toMatchObject({ name: "/g/x", shape: [100, 200], dtype: "int64", chunks: [10, 20] });
    expect(file.open("/g/x")).toMatchObject({ name: "/g/x" });
    expect(dataset.filters).toEqual([{ name: "gzip", options: [4] }]);
  });

  it("keeps numbers that JSON has not", () => {
    const dataset = open().get("/g/x");
    expect(dataset.fillValue).toBe(9007199254740993n);
    expect(dataset.attrs).toEqual({
      unit: "m",
      wide: 9007199254740993n,
      odd: [Number.NaN, Number.NEGATIVE_INFINITY, 1],
    });
  });

  it("makes arrays whose automatic chunks are those of the file, or multiples", async () => {
    const x = array.fromArray(open().get("/g/x"));
    expect([x.shape, x.dtype, x.numblocks]).toEqual([[100, 200], "int64", [1, 1]]);
    await array.compute(x, native);
    const { layers } = decode(calls[0]?.graph ?? [], { useBigInt64: true }) as { layers: { kind: object }[] };
    expect(layers[0]?.kind).toEqual({
      source: {
        store: { hdf5: { path: `${process.cwd()}/some/file.h5`, dataset: "/g/x" } },
        shape: [100, 200],
        selection: [{ slice: { start: 0, step: 1 } }, { slice: { start: 0, step: 1 } }],
        decoded_chunks: [10, 20],
      },
    });
  });

  it("says that a group is no dataset, and the reverse", () => {
    const file = open();
    expectError(() => file.get("/g"), "INVALID_ARGUMENT", "is a group, not a dataset: it holds x");
    expectError(() => file.group("/g/x"), "INVALID_ARGUMENT", "is a dataset, not a group");
    expectError(() => file.get(""), "INVALID_ARGUMENT", "Expected a path in the file");
    expectError(() => openHDF5(5 as never), "INVALID_ARGUMENT", "Expected a path for `path` but received 5");
  });

  it("gives the addon's errors the caller's stack", () => {
    expectError(() => open().get("/nowhere"), "PATH_NOT_FOUND", "nothing at /nowhere");
    script.sync = { code: "FILE_NOT_FOUND", message: "no such file: some/file.h5" };
    let error: unknown;
    try {
      open();
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: "FILE_NOT_FOUND", message: "no such file: some/file.h5" });
    expect((error as Error).stack).toContain("compute.test.ts");
  });
});
