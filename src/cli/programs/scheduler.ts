import { Command } from "commander";
import { describeScheduler } from "../commands/scheduler.js";
import { main } from "../main.js";
import { version } from "../version.js";

const program = new Command("bramble-scheduler").version(version());
describeScheduler(program);
await main(() => program.parseAsync());
