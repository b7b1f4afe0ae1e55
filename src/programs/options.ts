import { resolve } from "node:path";
import type { Command } from "commander";
import { parseBytes } from "../bytes.js";
import { userFolder } from "../config/files.js";
import { BrambleError } from "../errors.js";
import type { NativeSecurity } from "../native/binding.js";
import { addressOfInterface } from "./addresses.js";

/** Flags of everything that joins a cluster. */
export interface SecurityFlags {
  readonly insecure?: boolean;
  readonly tlsCaFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Adds the flags that say whom to let in. */
export function withSecurityOptions(command: Command): Command {
  return command
    .option("--insecure", "let everybody in who can reach it: they may run anything on this machine")
    .option("--tls-ca-file <file>", "certificates of a CA of your own, wanted in addition to the key")
    .option("--tls-cert <file>", "this machine's certificate")
    .option("--tls-key <file>", "the private key of the certificate");
}

/** Flags of every program of a cluster: where it listens, and how it begins. */
export interface PlaceFlags {
  readonly host?: string;
  readonly interface?: string;
  readonly pidFile?: string;
  readonly preload?: string[];
}

/** Adds the flags of every program of a cluster. */
export function withPlaceOptions(command: Command): Command {
  return command
    .option("--host <address>", "listen at one address of this machine, instead of all")
    .option("--interface <name>", "listen at the address of a network interface, such as `eth0`")
    .option("--pid-file <file>", "write the process number there while it runs")
    .option("--preload <modules...>", "modules to import first");
}

/**
 * The address to listen at.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` if both flags say it, or there is no such interface.
 */
export function hostOf(flags: PlaceFlags): string {
  if (flags.interface === undefined) return flags.host ?? "0.0.0.0";
  if (flags.host !== undefined) throw wrong("--interface", "the place of --host", flags.interface);
  return addressOfInterface(flags.interface);
}

/**
 * What the flags ask for.
 *
 * @param encryptsAlways - encrypt within this machine too, as `tls://` wants.
 * @throws {BrambleError} `INVALID_ARGUMENT` if they contradict each other.
 */
export function securityOf(flags: SecurityFlags, encryptsAlways = false): NativeSecurity {
  const { insecure = false, tlsCaFile, tlsCert, tlsKey } = flags;
  const files = [tlsCaFile, tlsCert, tlsKey].filter((file) => file !== undefined);
  if (files.length !== 0 && files.length !== 3) {
    throw new BrambleError("INVALID_ARGUMENT", "`--tls-ca-file`, `--tls-cert` and `--tls-key` go together");
  }
  if (insecure && (files.length > 0 || encryptsAlways)) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "`--insecure` encrypts nothing: leave it out, or the certificates",
    );
  }
  const certificates = files.length === 0 ? undefined : files.map((file) => resolve(file));
  return { folder: userFolder(), insecure, encryptsAlways, certificates };
}

/** Seconds in a unit of time. */
const UNITS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * The seconds that a text such as `90`, `1.5s`, `10 minutes` or `2h` speaks of.
 *
 * @param flag - that it belongs to, for the error.
 */
export function parseSeconds(text: string, flag: string): number {
  const [, digits, word = "s"] = text.match(/^\s*(\d+(?:\.\d+)?)\s*([a-z]+)?\s*$/i) ?? [];
  const lower = word.toLowerCase();
  const unit =
    lower === "ms"
      ? "ms"
      : /^(?:s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)$/.exec(lower)?.[0][0];
  const seconds = Number(digits) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (seconds >= 0) return seconds;
  throw wrong(flag, "a time such as 90s or 10 minutes", text);
}

/** The whole number that a text is. */
export function parseWhole(text: string, flag: string, min: number, max: number): number {
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw wrong(flag, `a whole number from ${min} to ${max}`, text);
}

/** The bytes that a text such as `20GB` speaks of. */
export function parseSize(text: string, flag: string): number {
  const bytes = parseBytes(text) ?? Number.NaN;
  if (bytes >= 1) return bytes;
  throw wrong(flag, "a size such as 20GB", text);
}

/** The amounts that a text such as `GPU=2,SCANNER=1` speaks of, by their names. */
export function parseResources(text: string): Record<string, number> {
  const parts = text.split(",").map((part) => {
    const [, name = "", amount = ""] =
      part.match(/^\s*([^=]*[^=\s])\s*=\s*([\d.]+(?:e[+-]?\d+)?)\s*$/i) ?? [];
    return [name, Number(amount)] as const;
  });
  if (parts.every(([name, amount]) => name !== "" && Number.isFinite(amount) && amount > 0))
    return Object.fromEntries(parts);
  throw wrong("--resources", "amounts by names, such as GPU=2,SCANNER=1,", text);
}

/** An error about a flag. */
export function wrong(flag: string, expected: string, received: string): BrambleError {
  return new BrambleError("INVALID_ARGUMENT", `${flag} takes ${expected}, not ${JSON.stringify(received)}`);
}
