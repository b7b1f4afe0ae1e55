// Measures a workload: everyone is started and warmed up, then they take turns.

import { disagreements } from "./answers.mjs";
import { Contestant, ContestantError } from "./contestant.mjs";
import { median, medianRatio } from "./statistics.mjs";

/**
 * @param {import("../workloads.mjs").Workload} workload
 * @param {{ name: string, program: object, scale: number }[]} entries
 * @param {number} repeats
 * @returns {Promise<{ results: Record<string, object>, problems: string[] }>}
 */
export async function measure(workload, entries, repeats) {
  const problems = [];
  const running = [];
  try {
    for (const entry of entries) {
      const contestant = await Contestant.start(entry.program).catch(problemOf(entry, problems));
      if (contestant) running.push({ ...entry, contestant, seconds: [], answers: [] });
    }
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const runner of running) await takeTurn(runner);
    }
    for (const runner of running) runner.peakMemory = runner.contestant.peakMemory();
  } finally {
    await Promise.all(running.map(({ contestant }) => contestant.end()));
  }
  problems.push(...disagreements(running));
  return {
    results: Object.fromEntries(running.map((runner) => [runner.name, summarise(runner)])),
    problems: problems.map((problem) => `${workload.name}: ${problem}`),
  };
}

async function takeTurn(runner) {
  const { seconds, answer } = await runner.contestant.measure();
  runner.seconds.push(seconds * runner.scale);
  runner.answers.push(answer.map((value) => value * runner.scale));
}

function problemOf({ name }, problems) {
  return (error) => {
    if (!(error instanceof ContestantError)) throw error;
    problems.push(`${name} failed: ${error.message}`);
  };
}

function summarise({ seconds, scale, peakMemory }) {
  return { median: median(seconds), least: Math.min(...seconds), seconds, scale, peakMemory };
}

/** How many times as long one took as another; undefined if one of them did not take part. */
export function ratio(results, name, other) {
  if (!results[name] || !results[other]) return undefined;
  return medianRatio(results[name].seconds, results[other].seconds);
}
