import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { BenchReport, Row } from "../../bench/index.js";
import { bytesText, note, print, printJson, printTable } from "../output.js";

interface Flags {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly output: string;
}

/** `bramble bench` */
export function addBench(program: Command): void {
  program
    .command("bench")
    .description("Measure this machine: the native engine against JavaScript, and what the machine can do.")
    .option("--quick", "smaller: a look in some seconds")
    .option("--json", "print JSON instead of a table")
    .option("--output <file>", "where the numbers go as JSON", "bramble-bench.json")
    .action(benchCommand);
}

async function benchCommand({ quick = false, json, output }: Flags): Promise<void> {
  const { bench } = await import("../../bench/index.js");
  const report = await bench({ quick, onStep: note });
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  writeFileSync(resolve(output), text);
  if (json) {
    printJson(report);
    return;
  }
  show(report);
  note(`The numbers are in ${output}`);
}

function show({ machine, rows, limits, duration, peakMemory }: BenchReport): void {
  const { processor, arch, cores, memory, node } = machine;
  print(`\n${processor} (${arch}), ${cores} cores, ${bytesText(memory)}, Node ${node}\n`);
  printTable([
    ["", "native", "JavaScript", "native is"],
    ...rows.map(({ title, native, js, ratio, problem }) => [
      title,
      timeText(native),
      timeText(js),
      [ratio === undefined ? "" : `${ratio.toPrecision(2)} times as fast`, problem ?? ""]
        .filter(Boolean)
        .join("; "),
    ]),
  ]);
  print("\nThe machine:");
  printTable(
    limits.map(({ title, rate, unit }) => [
      title,
      unit === "bytes" ? `${bytesText(rate)}/s` : `${(rate / 1e6).toFixed(0)} million/s`,
    ]),
  );
  print(`\nIn ${duration.toFixed(0)} s, with at most ${bytesText(peakMemory)} of memory in this process.`);
}

/** Such as `12.3 ms`. */
function timeText(seconds: Row["native"]): string {
  if (seconds === undefined) return "";
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(1)} ms`;
  return `${(seconds * 1e6).toFixed(seconds >= 1e-4 ? 0 : 2)} µs`;
}
