import { describe, expect, it } from "vitest";
import { reachOf } from "../../dist/machine.js";
import { blockMemory, layOut, memoryLimit } from "../../dist/programs/memory.js";
import { parseResources, parseSeconds } from "../../dist/programs/options.js";

describe("parseSeconds", () => {
  it.each([
    ["90", 90],
    ["1.5s", 1.5],
    ["200ms", 0.2],
    ["10 minutes", 600],
    ["2h", 7200],
    ["1 day", 86_400],
    ["0", 0],
  ])("reads %s", (text, seconds) => {
    expect(parseSeconds(text, "--x")).toBeCloseTo(seconds, 12);
  });

  it.each(["", "s", "-1", "1 fortnight", "1e3", "ten"])("refuses %j", (text) => {
    expect(() => parseSeconds(text, "--x")).toThrow("--x takes a time such as 90s or 10 minutes");
  });
});

describe("parseResources", () => {
  it("reads amounts by their names", () => {
    expect(parseResources("GPU=2")).toEqual({ GPU: 2 });
    expect(parseResources("GPU=0.5, fast disk = 1e3")).toEqual({ GPU: 0.5, "fast disk": 1000 });
  });

  it.each(["", "GPU", "GPU=", "=1", "GPU=-1", "GPU=0", "GPU=1,", "GPU=1.2.3", "GPU=two"])(
    "refuses %j",
    (text) => {
      expect(() => parseResources(text)).toThrow("--resources takes amounts by names, such as GPU=2");
    },
  );
});

describe("memoryLimit", () => {
  const pi = { memory: 2 ** 30, cores: 4, reach: reachOf("arm") };
  const desk = { memory: 16e9, cores: 8, reach: reachOf("x64") };
  const largeOf32Bits = { memory: 8e9, cores: 4, reach: reachOf("arm") };

  it("leaves the system its part, and shares the rest by threads", () => {
    expect(memoryLimit("auto", 4, pi)).toBe(Math.floor(0.8 * 2 ** 30));
    expect(memoryLimit("auto", 2, desk)).toBe(0.9 * 4e9);
    expect(memoryLimit("auto", 99, desk)).toBe(0.9 * 16e9);
  });

  it("takes shares, sizes and none, up to what there is", () => {
    expect(memoryLimit("0.5", 1, desk)).toBe(8e9);
    expect(memoryLimit("500MB", 1, desk)).toBe(5e8);
    expect(memoryLimit("500000000", 1, desk)).toBe(5e8);
    expect(memoryLimit("1TB".replace("T", "000G"), 1, desk)).toBe(16e9);
    expect(memoryLimit("0", 1, desk)).toBeUndefined();
  });

  it.each(["auto", "0.9", "1", "3GB"])("gives no process of 32 bits more than it reaches (%s)", (text) => {
    expect(memoryLimit(text, 4, largeOf32Bits)).toBe(2 ** 31);
    expect(memoryLimit(text, 4, { ...largeOf32Bits, reach: reachOf("arm64") })).toBeGreaterThan(2 ** 31);
  });

  it("counts for each process", () => {
    expect(memoryLimit("auto", 1, largeOf32Bits)).toBe(0.9 * 2e9);
  });

  it("leaves blocks their share, also where nothing is limited", () => {
    expect(blockMemory(1e9, desk)).toBe(7e8);
    expect(blockMemory(memoryLimit("0", 4, desk), desk)).toBe(0.7 * 16e9);
    expect(blockMemory(memoryLimit("0", 4, largeOf32Bits), largeOf32Bits)).toBe(Math.floor(0.7 * 2 ** 31));
  });

  it.each(["", "-1", "lots", "1KB", "NaN"])("refuses %j", (text) => {
    expect(() => memoryLimit(text, 1, desk)).toThrow("--memory-limit takes auto, a share");
  });
});

describe("layOut", () => {
  it("divides the cores among processes", () => {
    expect(layOut("auto", undefined, 4)).toEqual({ processes: 1, threads: 4 });
    expect(layOut("2", undefined, 5)).toEqual({ processes: 2, threads: 2 });
    expect(layOut("-1", undefined, 4)).toEqual({ processes: 4, threads: 1 });
    expect(layOut("-9", 3, 4)).toEqual({ processes: 1, threads: 3 });
    expect(layOut("8", undefined, 2)).toEqual({ processes: 8, threads: 1 });
  });

  it.each(["0", "many", "1.5", ""])("refuses %j", (text) => {
    expect(() => layOut(text, undefined, 4)).toThrow("--nworkers takes auto, a number of processes");
  });
});
