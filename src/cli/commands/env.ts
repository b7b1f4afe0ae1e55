import type { Command } from "commander";
import { addActivate, addDeactivate } from "./env-activate.js";
import { addCheck } from "./env-check.js";
import { addCreate } from "./env-create.js";
import { addExport } from "./env-export.js";
import { addEnvList } from "./env-list.js";
import { addRemove } from "./env-remove.js";
import { addRename } from "./env-rename.js";
import { addEnvUpdate } from "./env-update.js";

/** `bramble env`: what concerns an environment as a whole. */
export function addEnv(program: Command): void {
  const env = program.command("env").description("Create, list, export and remove project environments.");
  for (const add of [
    addCreate,
    addEnvList,
    addRemove,
    addRename,
    addExport,
    addEnvUpdate,
    addCheck,
    addActivate,
    addDeactivate,
  ]) {
    add(env);
  }
}
