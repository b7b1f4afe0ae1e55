// npm run bench:h2oai: the questions of h2oai's db-benchmark, answered by Bramble and its peers in one run.

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { SetupError } from "../scripts/lib/errors.mjs";
import { withBuildLock } from "../scripts/lib/lock.mjs";
import { main } from "../scripts/lib/main.mjs";
import { root } from "../scripts/lib/paths.mjs";
import { withProgress } from "../scripts/lib/progress.mjs";
import { prepare } from "../scripts/steps/prepare.mjs";
import { QUESTIONS } from "./h2oai-questions.mjs";
import { choose } from "./lib/args.mjs";
import { duration, megabytes, table, times } from "./lib/format.mjs";
import { LEAST_ROWS, prepareH2oai } from "./lib/h2oai-files.mjs";
import { measure, ratio } from "./lib/measure.mjs";
import { prepareNpmPeers } from "./lib/npm-peers.mjs";
import { preparePeers } from "./lib/peers.mjs";
import { CONTESTANTS, programs } from "./lib/programs.mjs";

const USAGE = `npm run bench:h2oai -- [--rows N] [--rounds N] [--only QUESTION]... [--without CONTESTANT]... [--json FILE]
  --rows N         of the table of groups and of the left side of joins; 10000000 otherwise
  --rounds N       how often each is asked after its warm-up; 3 otherwise
  --only NAME      this question alone, such as groups-1 or join-5
  --without NAME   bramble, dask, polars or nodejs does not take part
  --json FILE      where the figures go; bench/results/ otherwise`;
const WHO = ["bramble", "dask", "polars", "nodejs"];

await main(async () => {
  const { rows, rounds, only, without, json } = readArgs();
  const questions = choose(QUESTIONS, only);
  const load = loadavg();
  const { tables, peers } = await prepareAll(rows);
  const present = WHO.filter((name) => !without.includes(name) && isHere(name, peers));
  const start = programs({ limits: "", peers }).contestant;
  const measured = [];
  for (const question of questions) {
    const given = { question: question.name, tables, checked: question.checked };
    const entries = present.map((name) => ({ name, program: start(name, "h2oai", given), scale: 1 }));
    measured.push({
      question,
      ...(await withProgress(question.title, () => measure(question, entries, rounds))),
    });
  }

  print(answersTable(measured, present));
  print(
    `${rows / 1e6} million rows, ${availableParallelism()} cores of ${cpus()[0]?.model}, load ${load[0].toFixed(1)} before`,
  );
  const file = save(json, { rows, rounds, load, measured });
  print(`All figures: ${relative(process.cwd(), file)}`);
  const problems = measured.flatMap((answers) => answers.problems);
  if (problems.length === 0) return;
  process.exitCode = 1;
  process.stderr.write(`\n${problems.join("\n")}\n`);
});

function readArgs() {
  const options = {
    rows: { type: "string", default: "10000000" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", multiple: true, default: [] },
    without: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
  };
  try {
    const { rows, rounds, ...others } = parseArgs({ options }).values;
    return { rows: atLeast(rows, "--rows", LEAST_ROWS), rounds: atLeast(rounds, "--rounds", 1), ...others };
  } catch (error) {
    throw new SetupError(`${error.message}\n${USAGE}`);
  }
}

function atLeast(text, name, least) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`${name} is an integer from ${least} on, not ${text}`);
}

async function prepareAll(rows) {
  // It takes the lock itself if there is something to build.
  await prepare();
  return await withBuildLock(async () => {
    const peers = { ...(await preparePeers()), ...(await prepareNpmPeers()) };
    return { peers, tables: await prepareH2oai(rows) };
  });
}

function isHere(name, peers) {
  return name === "nodejs" ? !(name in peers.npmMissing) : name === "bramble" || Boolean(peers.python);
}

/** Median times with the peak resident set of each process, which begins with the tables in memory. */
function answersTable(measured, present) {
  const others = present.filter((name) => name !== "bramble");
  const header = [
    "question",
    ...present.map((name) => CONTESTANTS[name]),
    ...others.map((name) => `of ${CONTESTANTS[name]}`),
  ];
  const lines = measured.map(({ question, results }) => [
    `${question.name} ${question.title}`,
    ...present.map((name) =>
      shown(results[name], ({ median, peakMemory }) => `${duration(median)}, ${megabytes(peakMemory)}`),
    ),
    ...others.map((name) => shown(ratio(results, name, "bramble"), times)),
  ]);
  return table(header, lines);
}

function shown(value, show) {
  return value === undefined ? "-" : show(value);
}

/** Writes the figures and answers where. */
function save(path, figures) {
  const date = new Date().toISOString();
  const file = resolve(path ?? join(root, "bench", "results", `h2oai-${date.replaceAll(":", "-")}.json`));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ date, node: process.version, ...figures }, null, 2)}\n`);
  return file;
}

function print(text) {
  process.stdout.write(`\n${text}\n`);
}
