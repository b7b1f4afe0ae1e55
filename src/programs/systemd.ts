import { randomUUID } from "node:crypto";
import { mkdirSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { BrambleError } from "../errors.js";

/** Variables that decide where keys, environments and settings are: a service has none of the shell's. */
const VARIABLES = ["BRAMBLE_HOME", "BRAMBLE_CONFIG", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"];

/** A program that systemd is to run. */
export interface Service {
  /** Such as `bramble-worker`. */
  readonly name: string;
  /** What it is, for people. */
  readonly description: string;
  /** Program and arguments. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Whose program it is, in a unit of the system; undefined in a unit of the user's own. */
  readonly user: string | undefined;
  /** Whether the system may end it first when memory runs out: it holds only what can be made again. */
  readonly endsFirst: boolean;
}

/** The text of a unit. */
export function unitText(service: Service): string {
  const isOfSystem = service.user !== undefined;
  return [
    "[Unit]",
    `Description=${specifiers(service.description)}`,
    // A clock that is set later changes times in logs; a network that comes later is waited for by the program too.
    ...(isOfSystem ? ["Wants=network-online.target", "After=network-online.target time-sync.target"] : []),
    "",
    "[Service]",
    `ExecStart=${service.words.map((word, index) => quote(word, index > 0)).join(" ")}`,
    `WorkingDirectory=${specifiers(service.folder)}`,
    ...Object.entries(service.variables).map(
      ([name, value]) => `Environment=${quote(`${name}=${value}`, false)}`,
    ),
    ...(service.user === undefined ? [] : [`User=${service.user}`]),
    "Restart=always",
    "RestartSec=5",
    "Nice=5",
    ...(service.endsFirst ? ["OOMScoreAdjust=500"] : []),
    // The supervisor is told, and tells its workers; who does not end in time is ended.
    "KillMode=mixed",
    "TimeoutStopSec=30",
    "",
    "[Install]",
    `WantedBy=${isOfSystem ? "multi-user.target" : "default.target"}`,
    "",
  ].join("\n");
}

/** A word as systemd reads it; in arguments it replaces variables too. */
function quote(word: string, isArgument: boolean): string {
  const plain = specifiers(isArgument ? word.replaceAll("$", "$$$$") : word);
  if (/^[\w@%+=:,./$-]+$/.test(plain)) return plain;
  return `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** Percent signs begin what systemd replaces. */
function specifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

/** This command line as a service, without the flags that are about installing. */
export function serviceHere(
  name: string,
  description: string,
  endsFirst: boolean,
  [program = "", ...words]: readonly string[] = process.argv.slice(1),
): Service {
  const given = VARIABLES.map((variable) => [variable, process.env[variable] ?? ""] as const);
  const isRoot = process.getuid?.() === 0;
  return {
    name,
    description,
    words: [
      process.execPath,
      realpathSync(program),
      ...words.filter((word) => word !== "--install" && word !== "--dry-run"),
    ],
    folder: process.cwd(),
    variables: Object.fromEntries(given.filter(([, value]) => value !== "")),
    // Through sudo it is the service of whoever typed it, and finds that person's key.
    user: isRoot ? (process.env["SUDO_USER"] ?? "root") : undefined,
    endsFirst,
  };
}

/**
 * Writes the unit of a service.
 *
 * @returns its file, and the commands that start it.
 * @throws {BrambleError} `FILE_ACCESS` if it can't be written.
 */
export function installUnit(service: Service): {
  readonly file: string;
  readonly commands: readonly string[];
} {
  const isOfSystem = service.user !== undefined;
  const folder = isOfSystem
    ? "/etc/systemd/system"
    : join(process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "systemd/user");
  const file = join(folder, `${service.name}.service`);
  const aside = join(folder, `.${randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(aside, unitText(service));
    renameSync(aside, file);
  } catch (error) {
    throw new BrambleError("FILE_ACCESS", `Cannot write ${file}: ${String(error)}`, { cause: error });
  }
  const systemctl = isOfSystem ? "systemctl" : "systemctl --user";
  const commands = [`${systemctl} daemon-reload`, `${systemctl} enable --now ${service.name}`];
  // A user's services end with the last session otherwise.
  return { file, commands: isOfSystem ? commands : [...commands, "loginctl enable-linger"] };
}
