import { spawn } from "node:child_process";
import { codeOf } from "../env/file-errors.js";
import { BrambleError } from "../errors.js";

/** Writes what it reads to the file of the key: whole or not at all, and readable by its owner only. */
const WRITE_KEY = [
  "umask 077",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell there replaces it.
  'folder="${XDG_CONFIG_HOME:-$HOME/.config}/bramble"',
  'mkdir -p "$folder"',
  'cat > "$folder/.cluster.key-$$"',
  'mv "$folder/.cluster.key-$$" "$folder/cluster.key"',
].join(" && ");

/**
 * Gives another machine a cluster key, through the ssh of this one. The key is no argument of any program, where others
 * could see it.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` if the host is none, `NETWORK` if ssh failed; it has said why.
 */
export async function copyKey(text: string, host: string): Promise<void> {
  if (!/^[\w@.:%[\]-]+$/.test(host) || host.startsWith("-")) {
    throw new BrambleError("INVALID_ARGUMENT", `${JSON.stringify(host)} is no host that ssh could know`);
  }
  const child = spawn("ssh", ["--", host, WRITE_KEY], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(explain(error)));
    child.once("close", resolve);
  });
  // It may end before it has read anything; then its status says so.
  child.stdin.on("error", () => {});
  child.stdin.end(`${text}\n`);
  const status = await ended;
  if (status !== 0)
    throw new BrambleError("NETWORK", `ssh could not give ${host} the key (exit code ${status})`);
}

function explain(error: Error): BrambleError {
  const reason = codeOf(error) === "ENOENT" ? "there is no such program: install it" : error.message;
  return new BrambleError("NETWORK", `ssh can't be run: ${reason}`, { cause: error });
}
