import type { Command } from "commander";
import { userFolder } from "../../config/files.js";
import { loadNative } from "../../native/load.js";
import { withOwnErrors } from "../../native/own-errors.js";
import { note, print } from "../output.js";
import { copyKey } from "../copy-key.js";

/** `bramble key show`, `copy` and `rotate` */
export function addKey(program: Command): void {
  const key = program
    .command("key")
    .description("The key of the cluster: who has it may run anything on every machine of it.");
  key
    .command("show")
    .description("Print the key, as BRAMBLE_KEY takes it; where it is goes to standard error.")
    .action(show);
  key
    .command("copy")
    .description("Give other machines the key, through ssh.")
    .argument("<hosts...>", "machines as ssh knows them, such as `pi@192.168.0.2`")
    .action(copy);
  key
    .command("rotate")
    .description("Make a new key, when the old one may be known to others.")
    .action(rotate);
}

function show(): void {
  const { text, fingerprint, file, isFromVariable } = withOwnErrors(() => loadNative().findKey(userFolder()));
  note(`Cluster key ${fingerprint} from ${isFromVariable ? "BRAMBLE_KEY" : file}:`);
  print(text);
}

async function copy(hosts: string[]): Promise<void> {
  const { text, fingerprint } = withOwnErrors(() => loadNative().findKey(userFolder()));
  for (const host of hosts) {
    await copyKey(text, host);
    note(`${host} has the cluster key ${fingerprint}`);
  }
}

function rotate(): void {
  const { fingerprint, file } = withOwnErrors(() => loadNative().rotateKey(userFolder()));
  note(`The cluster key is now ${fingerprint}, in ${file}`);
  note("Start scheduler and workers again, after `bramble key copy HOST` for each other machine");
  if (process.env["BRAMBLE_KEY"]) note("BRAMBLE_KEY is set here, and counts more than that file");
}
