import { Command } from "commander";
import { addBench } from "../commands/bench.js";
import { addClean } from "../commands/clean.js";
import { addDoctor } from "../commands/doctor.js";
import { addEnv } from "../commands/env.js";
import { addInfo } from "../commands/info.js";
import { addInit } from "../commands/init.js";
import { addInstall } from "../commands/install.js";
import { addKey } from "../commands/key.js";
import { addList } from "../commands/list.js";
import { addRun } from "../commands/run.js";
import { addScheduler } from "../commands/scheduler.js";
import { addUninstall } from "../commands/uninstall.js";
import { addUpdate } from "../commands/update.js";
import { addWorker } from "../commands/worker.js";
import { main } from "../main.js";
import { version } from "../version.js";

const program = new Command("bramble")
  .description("Lazy arrays and project environments for Node, on one machine or many.")
  .version(version())
  // Options of `bramble run` end where the command begins.
  .enablePositionalOptions()
  .showHelpAfterError("(`--help` shows what there is)");

for (const add of [
  addEnv,
  addInstall,
  addUninstall,
  addUpdate,
  addList,
  addRun,
  addKey,
  addScheduler,
  addWorker,
  addInfo,
  addDoctor,
  addBench,
  addInit,
  addClean,
]) {
  add(program);
}

await main(() => program.parseAsync());
