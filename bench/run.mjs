// npm run bench: Bramble, its JS path and its peers side by side, and what the machine can do at most.

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { withBuildLock } from "../scripts/lib/lock.mjs";
import { main } from "../scripts/lib/main.mjs";
import { root } from "../scripts/lib/paths.mjs";
import { withProgress } from "../scripts/lib/progress.mjs";
import { prepare } from "../scripts/steps/prepare.mjs";
import { choose, readArgs } from "./lib/args.mjs";
import { Contestant } from "./lib/contestant.mjs";
import { prepareCsv } from "./lib/csv-file.mjs";
import { buildLimits, prepareFiles } from "./lib/limits-program.mjs";
import { drift, machineLimits, measureMachine } from "./lib/machine.mjs";
import { measure } from "./lib/measure.mjs";
import { prepareNpmPeers } from "./lib/npm-peers.mjs";
import { preparePeers } from "./lib/peers.mjs";
import { CONTESTANTS, programs } from "./lib/programs.mjs";
import { machineTable, memoryTable, targetsTable, timesTable } from "./lib/report.mjs";
import { prepareTables } from "./lib/table-files.mjs";
import { prepareWords } from "./lib/words.mjs";
import { workloads } from "./workloads.mjs";

const SIZE = { rows: 8000, columns: 8000, lines: 4_000_000, table: 10_000_000 };
const QUICK_SIZE = { rows: 4000, columns: 2000, lines: 400_000, table: 1_000_000 };
/** Bytes of the text. */
const WORDS = 45e6;
const REPEATS = 5;
const QUICK_REPEATS = 3;

await main(async () => {
  const { quick, only, json } = readArgs();
  // A wrong name is told before anything is built.
  const wanted = (files) => choose(workloads({ quick, files }), only);
  wanted({ shape: [1, 1], csv: { path: "", bytes: 0 }, tables: { rows: 0 } });
  const { files, peers, all } = await prepareAll(quick ? QUICK_SIZE : SIZE);
  const repeats = quick ? QUICK_REPEATS : REPEATS;

  const bare = await bareMemory(all.bare);
  const limits = machineLimits(all, files);
  const before = await withProgress("Measuring the machine", () => measureMachine(limits, repeats));
  const measured = [];
  for (const workload of wanted(files)) {
    const entries = entriesOf(workload, all, peers);
    const { results, problems } = await withProgress(workload.title, () =>
      measure(workload, entries, repeats),
    );
    measured.push({ workload, results, problems });
  }
  const after = await withProgress("Measuring the machine again", () => measureMachine(limits, repeats));

  print(timesTable(measured));
  print(memoryTable(measured, bare, all.language));
  print(machineTable(limits, before, after));
  print(targetsTable(measured, bare));
  if (peers.problem) print(`Without Dask and NumPy: ${peers.problem}`);
  for (const [name, problem] of Object.entries(peers.npmMissing)) {
    print(`Without ${CONTESTANTS[name]}: ${problem}`);
  }
  const machine = limits.map(({ title, unit }, index) => ({
    title,
    unit,
    before: before[index],
    after: after[index],
    ...drift(before, after)[index],
  }));
  const file = save(json, { quick, repeats, bare, machine, measured, peers: peers.problem ?? "all" });
  print(`All figures: ${relative(process.cwd(), file)}`);
  const problems = measured.flatMap((workload) => workload.problems);
  if (problems.length === 0) return;
  process.exitCode = 1;
  process.stderr.write(`\n${problems.join("\n")}\n`);
});

async function prepareAll(size) {
  // It takes the lock itself if there is something to build.
  await prepare();
  return await withBuildLock(async () => {
    const limits = await buildLimits();
    const peers = { ...(await preparePeers()), ...(await prepareNpmPeers()) };
    const csv = await prepareCsv(size.lines);
    const tables = await prepareTables(size.table);
    const files = { ...(await prepareFiles(limits, size)), csv, tables, words: prepareWords(WORDS) };
    return { files, peers, all: programs({ limits, peers }) };
  });
}

/** What a language takes before it does anything. */
async function bareMemory(bare) {
  const memory = {};
  for (const [language, program] of Object.entries(bare)) {
    const contestant = await Contestant.start(program);
    await contestant.measure();
    memory[language] = contestant.peakMemory();
    await contestant.end();
  }
  return memory;
}

/** Who takes part in a workload here, the limit last. */
function entriesOf({ name, parameters, contestants, limit }, all, peers) {
  const able = Object.entries(contestants).filter(
    ([contestant]) =>
      (peers.python || all.language(contestant) !== "python") && !(contestant in peers.npmMissing),
  );
  const entries = able.map(([contestant, { scale = 1, parameters: own }]) => ({
    name: contestant,
    program: all.contestant(contestant, name, { ...parameters, ...own }),
    scale,
  }));
  return limit ? [...entries, { name: "limit", program: all.limit(limit), scale: 1 }] : entries;
}

/** Writes the figures and answers where. */
function save(path, figures) {
  const date = new Date().toISOString();
  const file = resolve(path ?? join(root, "bench", "results", `${date.replaceAll(":", "-")}.json`));
  const host = { node: process.version, cpu: cpus()[0]?.model, cores: availableParallelism() };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ date, ...host, ...figures }, null, 2)}\n`);
  return file;
}

function print(text) {
  process.stdout.write(`\n${text}\n`);
}
