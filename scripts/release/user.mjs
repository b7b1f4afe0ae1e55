// Does with the packages what users do, in empty folders.

import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { piNode } from "../cross/pi-nodes.mjs";
import { root } from "../lib/paths.mjs";
import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { folderSize, megabytes } from "./sizes.mjs";
import { endsWell } from "./programs.mjs";

const WALK = join(root, "__test__/packages/walk.mjs");

/** What the walk must say; the example file's own numbers come from the package that is complete. */
const KNOWN = {
  "mean of a chain": "191.66666666666666",
  "sum of ones": "90000",
  bag: "[6,8,10]",
  "word count": '[["to",2],["be",2]]',
  delayed: "9",
  "data frame": '[{"name":"Ann","x":2.5},{"name":"Bob","x":2}]',
};

/** What the benchmark may take on a Raspberry Pi with 1 GB. */
const MOST_MEMORY = 700e6;

const HALF_AN_HOUR_MS = 1_800_000;

/** A row of the benchmark that starts processes, as a Node in the emulator can't. */
const OF_PROCESSES = "bag";

/** What a Raspberry Pi installs, what it does with it, and which rows of the benchmark are not asked for there. */
const ON_A_PI = {
  complete: {
    packages: ["bramble"],
    from: "bramble",
    parts: ["array", "bag", "delayed", "dataframe"],
    missing: [OF_PROCESSES],
  },
  withoutFrames: {
    packages: ["bramble-core", "bramble-array"],
    from: "parts",
    parts: ["array", "bag", "delayed"],
    missing: [OF_PROCESSES, "csv"],
  },
};

/** Counts what held, and prints what did not. */
class Counter {
  passed = 0;
  failed = 0;

  check(title, holds, otherwise = "") {
    if (holds) this.passed++;
    else this.failed++;
    if (!holds) process.stdout.write(`FAILED ${title}${otherwise && `: ${otherwise}`}\n`);
  }

  checkAnswers(where, answers, expected) {
    for (const [title, answer] of Object.entries(expected))
      this.check(`${where}: ${title}`, answers.get(title) === answer, `${answers.get(title)}, not ${answer}`);
  }
}

/**
 * Installs and uses the packages on this machine.
 *
 * @param {(name: string) => { folder: string, registry: string, data: { file: string, dataset: string } }} place gives an
 *   empty folder
 * @param {boolean} isQuick whether `bramble` alone is installed, and not what it is made of
 */
export async function testHere(place, isQuick) {
  const counter = new Counter();
  const whole = place("whole");
  await install(whole, ["bramble"]);
  const answers = await walk(whole, "bramble", ["array", "bag", "delayed", "dataframe"]);
  counter.checkAnswers("bramble", answers, without(KNOWN, ["sum of ones"]));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const said = await run(bin(whole, "bramble"), ["--version"], { cwd: whole.folder });
  counter.check("bramble --version", said.trim() === version, said);
  counter.check(
    "bramble-scheduler starts and ends",
    await endsWell(bin(whole, "bramble-scheduler"), whole.folder),
  );
  counter.check("bramble doctor", ...(await askDoctor(whole)));
  await testBench("x64", whole, counter);
  const expected = { ...KNOWN, "sum of a dataset": answers.get("sum of a dataset") };
  if (!isQuick) await testParts(place("parts"), counter, expected);
  await testTypes(whole, counter);
  return { counts: { passed: counter.passed, failed: counter.failed }, expected };
}

/** Whether the doctor finds the addon, whatever else it thinks of this machine. */
async function askDoctor({ folder }, [program, ...before] = [process.execPath]) {
  const script = [realpathSync(bin({ folder }, "bramble")), "doctor"];
  const said = await run(program, [...before, ...script], { cwd: folder }).catch((error) => error.output);
  return [/^ok +engine/m.test(said), said];
}

/** What `npx bramble bench` says in brief. What is not installed it leaves out, and says so. */
async function testBench(where, { folder }, counter, missing = [], node = [process.execPath]) {
  const [program, ...before] = node;
  const file = join(folder, "bench.json");
  const script = [realpathSync(bin({ folder }, "bramble")), "bench", "--quick", "--output", file];
  await run(program, [...before, ...script], { cwd: folder });
  const { rows, duration, peakMemory } = JSON.parse(readFileSync(file, "utf8"));
  for (const { name, title, ratio, problem } of rows)
    if (!missing.includes(name)) counter.check(`${where}, bench: ${title}`, ratio > 0 && !problem, problem);
  counter.check(`${where}, bench: memory`, peakMemory < MOST_MEMORY, String(peakMemory));
  process.stdout.write(
    `${where}: bramble bench --quick took ${duration.toFixed(1)} s and ${(peakMemory / 1e6).toFixed(0)} MB\n`,
  );
}

/** The packages that `bramble` is made of, one after the other in one folder. */
async function testParts(place, counter, expected) {
  await install(place, ["bramble-core"]);
  counter.checkAnswers(
    "bramble-core",
    await walk(place, "parts", ["bag", "delayed"]),
    only(expected, ["bag", "delayed"]),
  );
  for (const [code, command] of [
    ['import { array } from "bramble-core"; array.ones(3)', "npm install bramble-array"],
    ['import { dataframe } from "bramble-core"; dataframe.readCSV("x.csv")', "npm install bramble-dataframe"],
    ['import "bramble-core/hdf5"', "npm install bramble-array"],
  ]) {
    const output = await run(process.execPath, ["--input-type=module", "-e", code], {
      cwd: place.folder,
    }).catch((error) => error.output);
    counter.check(`refused: ${code}`, output.includes("NOT_INSTALLED") && output.includes(command), output);
  }
  await install(place, ["bramble-array", "bramble-dataframe"]);
  const all = await walk(place, "parts", ["array", "memory", "bag", "delayed", "dataframe"]);
  counter.checkAnswers("all parts", all, expected);
}

/** Whether TypeScript finds the types of every entry, with nothing skipped. */
async function testTypes({ folder }, counter) {
  const config = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: config, files: ["types.mts"] }),
  );
  writeFileSync(
    join(folder, "types.mts"),
    [
      'import { array, bag, type DType } from "bramble";',
      'import { openHDF5 } from "bramble/hdf5";',
      "const total: Promise<number> = array.ones([2, 2]).sum().compute();",
      "const items: Promise<number[]> = bag.fromSequence([1, 2]).map((x) => x * 2).compute();",
      'const dtype: DType = "float64";',
      "console.log(total, items, dtype, openHDF5);",
      "",
    ].join("\n"),
  );
  const output = await run(join(root, "node_modules/.bin/tsc"), ["-p", folder]).catch(
    (error) => error.output,
  );
  counter.check("types", output === "", output);
}

/**
 * Installs and uses packages with a Raspberry Pi's Node, npm and all, in an emulator.
 *
 * @param {{ name: string, arch: string, emulator: string[] }} platform
 * @param {{ folder: string, registry: string, data: { file: string, dataset: string } }} place an empty folder
 * @param {Record<string, string>} expected the answers of this machine
 * @param {{ isQuick: boolean, isComplete: boolean }} options whether there is an addon with data frames
 */
export async function testPi({ name, arch, emulator }, place, expected, { isQuick, isComplete }) {
  const { packages, from, parts, missing } = isComplete ? ON_A_PI.complete : ON_A_PI.withoutFrames;
  const counter = new Counter();
  const [qemu, ...options] = emulator;
  const node = [qemu, ...options, piNode(arch)];
  await install(place, packages, node);
  const addon = packages.at(-1);
  counter.check(
    `${name}: npm takes the package of the platform and no other`,
    existsSync(join(place.folder, "node_modules", `${addon}-${name}`)) &&
      !existsSync(join(place.folder, "node_modules", `${addon}-linux-x64-gnu`)),
  );
  const titles = ["sum of a dataset", "mean of a chain", "bag", "word count", "delayed"];
  if (isComplete) titles.push("data frame");
  counter.checkAnswers(name, await walk(place, from, parts, node), only(expected, titles));
  counter.check(`${name}: bramble doctor`, ...(await askDoctor(place, node)));
  if (!isQuick) await testBench(name, place, counter, missing, node);
  process.stdout.write(`${name}: ${counter.passed} of what users do works; ${counter.failed} does not\n`);
  return { passed: counter.passed, failed: counter.failed };
}

async function install({ folder, registry }, packages, node = [process.execPath]) {
  const npm = join(root, "node_modules/npm/bin/npm-cli.js");
  const [program, ...before] = node;
  // Whether the ordinary registry answers at once is no question of our packages; npm asks for all at the same time, and on
  // a busy machine the emulator reads no answer within npm's five minutes.
  const patience = ["--fetch-retries", "5", "--fetch-timeout", String(HALF_AN_HOUR_MS)];
  const options = ["--registry", registry, "--no-audit", "--no-fund", "--loglevel", "error", ...patience];
  const cache = ["--cache", join(folder, ".npm")];
  const started = Date.now();
  await withProgress(
    `Installing ${packages.join(" and ")}${before.length > 0 ? " in the emulator" : ""}`,
    () => run(program, [...before, npm, "install", ...packages, ...options, ...cache], { cwd: folder }),
  );
  const { bytes, packages: count } = folderSize(join(folder, "node_modules"));
  process.stdout.write(
    `npm install ${packages.join(" ")}: ${((Date.now() - started) / 1000).toFixed(1)} s, ${count} packages,${megabytes(bytes)}\n`,
  );
}

/** The answers of the walk by their titles. */
async function walk({ folder, data }, packages, parts, [program, ...before] = [process.execPath]) {
  const script = join(folder, "walk.mjs");
  mkdirSync(folder, { recursive: true });
  copyFileSync(WALK, script);
  const output = await run(program, [...before, script, packages, data.file, data.dataset, ...parts], {
    cwd: folder,
    // Without its binary a package would compute too, in JavaScript.
    env: { BRAMBLE_ENGINE: "native" },
  });
  return new Map(
    output
      .trim()
      .split("\n")
      .map((line) => line.split("\t")),
  );
}

function bin({ folder }, name) {
  return join(folder, "node_modules/.bin", name);
}

function only(answers, titles) {
  return Object.fromEntries(titles.map((title) => [title, answers[title]]));
}

function without(answers, titles) {
  return Object.fromEntries(Object.entries(answers).filter(([title]) => !titles.includes(title)));
}
