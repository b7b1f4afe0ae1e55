import { Command } from "commander";
import { describeWorker } from "../commands/worker.js";
import { main } from "../main.js";
import { version } from "../version.js";

const program = new Command("bramble-worker").version(version());
describeWorker(program);
await main(() => program.parseAsync());
