import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { config } from "../config/index.js";
import { BrambleError } from "../errors.js";
import { type Limit, measureLimits } from "./limits.js";
import { measure } from "./measure.js";
import { SIZES, type Workload, workloads } from "./workloads.js";

/** One workload on both paths. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** Seconds, of each thing if `per` names some; absent where it can't run. */
  readonly native?: number;
  readonly js?: number;
  readonly per?: string;
  /** How many times as fast the native path is. */
  readonly ratio?: number;
  /** Why a path is missing, or that the answers differ. */
  readonly problem?: string;
}

/** Everything that was measured. */
export interface BenchReport {
  readonly machine: {
    readonly processor: string;
    readonly arch: string;
    readonly cores: number;
    /** Bytes. */
    readonly memory: number;
    readonly node: string;
  };
  readonly quick: boolean;
  readonly rows: readonly Row[];
  readonly limits: readonly Limit[];
  /** Seconds. */
  readonly duration: number;
  /** The most memory that this process had, in bytes. */
  readonly peakMemory: number;
}

/** What is copied and written to see what the machine can do, in bytes. */
const LIMIT_SIZE = { usual: 32_000_000, quick: 8_000_000 };

/** Measures the native path against the JavaScript path, and the machine. Calls `onStep` with what comes next. */
export async function bench(options: {
  readonly quick: boolean;
  readonly onStep: (title: string) => void;
}): Promise<BenchReport> {
  const size = options.quick ? "quick" : "usual";
  const began = performance.now();
  const spill = config.get("memory.spillFolder");
  mkdirSync(spill, { recursive: true });
  const folder = mkdtempSync(join(spill, "bench-"));
  try {
    const rows: Row[] = [];
    for (const workload of workloads(folder, SIZES[size])) {
      options.onStep(workload.title);
      rows.push(await run(workload));
    }
    options.onStep("the machine's limits");
    const limits = await measureLimits(folder, LIMIT_SIZE[size]);
    return {
      machine: {
        processor: cpus()[0]?.model.trim() || "unknown",
        arch: process.arch,
        cores: availableParallelism(),
        memory: totalmem(),
        node: process.versions.node,
      },
      quick: options.quick,
      rows,
      limits,
      duration: (performance.now() - began) / 1000,
      // In kilobytes.
      peakMemory: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(workload: Workload): Promise<Row> {
  const { name, title, per, tolerance = 0 } = workload;
  const row = { name, title, ...(per && { per: per.of }) };
  try {
    await workload.prepare?.();
    const native = await measure(workload.native);
    const js = await measure(workload.js);
    const times = { native: native.seconds / (per?.native ?? 1), js: js.seconds / (per?.js ?? 1) };
    const apart = Math.abs(native.answer - js.answer) > tolerance * Math.abs(js.answer);
    return {
      ...row,
      ...times,
      ratio: times.js / times.native,
      ...(apart && { problem: `the answers differ: ${native.answer} and ${js.answer}` }),
    };
  } catch (error) {
    // What is not installed, or can't run on this machine, says so in its row; the others are measured all the same.
    if (error instanceof BrambleError) return { ...row, problem: error.message };
    throw error;
  }
}
