import { describe, expect, it } from "vitest";
import { workersFor } from "../../dist/cluster/adaptive.js";
import { checkResultsFit } from "../../dist/cluster/result-size.js";
import type { ClusterStatus, WorkerStatus } from "bramble";

const worker = { threads: 2, memoryLimit: 1000, blocks: 0, spilled: 0, processing: 0 } as WorkerStatus;

function status(parts: Partial<ClusterStatus>): ClusterStatus {
  const tasks = { waiting: 0, queued: 0, processing: 0, memory: 0, ...parts.tasks };
  return { workers: [], remaining: 0, ...parts, tasks } as ClusterStatus;
}

describe("how many workers there is work for", () => {
  it("depends on tasks", () => {
    expect(workersFor(status({}))).toBe(0);
    expect(workersFor(status({ remaining: 100 }))).toBe(1);
    const tasks = { waiting: 0, queued: 3, processing: 2, memory: 0 };
    expect(workersFor(status({ workers: [worker], remaining: 100, tasks }))).toBe(3);
    const full = { ...worker, processing: 2 };
    expect(workersFor(status({ workers: [full], remaining: 100, tasks }))).toBe(50);
    expect(workersFor(status({ workers: [worker], remaining: 1 }))).toBe(1);
  });

  it("depends on memory", () => {
    const holding = { ...worker, blocks: 900, spilled: 100 };
    expect(workersFor(status({ workers: [holding, holding] }))).toBe(3);
  });
});

describe("results", () => {
  it("are refused if they don't fit, before anything is computed", () => {
    const grid = [[{ length: 1000, count: 1_000_000 }]];
    const layer = { name: "x", dtype: "float64", grid, inputs: [], kind: {} } as never;
    expect(() => checkResultsFit([layer], [0], 1e9)).toThrow("The result takes 8.00 GB");
    expect(() => checkResultsFit([layer], [0], 9e9)).not.toThrow();
    expect(() => checkResultsFit([layer], [], 1)).not.toThrow();
  });
});
