import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { invalid } from "../check.js";
import { BrambleError } from "../errors.js";

/** Where a scheduler listens unless somebody says otherwise. */
export const SCHEDULER_PORT = 8786;

/** A place in the network. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads an address as people write it: `192.168.0.1`, `pi0.local:8786`, `[fe80::1]:8786`, `tcp://…` or `tls://…`.
 *
 * @param name - of the argument, for the error.
 */
export function parseHost(text: string, name: string): HostPort {
  const place = text.replace(/^(?:tcp|tls):\/\//, "");
  const [, bracketed, plain, digits] = place.match(/^(?:\[([^[\]]+)\]|([^:[\]/\s]+))(?::(\d+))?$/) ?? [];
  // Without brackets several colons are an IPv6 address, and no port.
  const host = bracketed ?? plain ?? (/^[\da-f:.%\w]*:[\da-f:.%\w]*:/i.test(place) ? place : undefined);
  const port = digits === undefined ? SCHEDULER_PORT : Number(digits);
  if (host === undefined || host.startsWith("-") || port > 65_535)
    throw invalid("an address such as 192.168.0.1:8786", name, text);
  return { host, port };
}

/** An address as people write it. */
export function hostText({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The address of a network interface such as `eth0`.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT`, naming those that there are.
 */
export function addressOfInterface(
  name: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string {
  const addresses = interfaces[name] ?? [];
  const best = addresses.find(({ family }) => family === "IPv4") ?? addresses[0];
  if (best !== undefined) return best.address;
  const known = Object.keys(interfaces).join(", ");
  throw new BrambleError("INVALID_ARGUMENT", `There is no network interface ${name}: there are ${known}`);
}

/**
 * The hosts under which others reach what listens at a host: of `0.0.0.0` every address of this machine but those that
 * only it knows, unless there are no others.
 */
export function hostsSeenFromOutside(
  host: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string[] {
  if (host !== "0.0.0.0" && host !== "::") return [host];
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const outside = all.filter(({ internal, scopeid, family }) => {
    const hasFamily = host === "::" || family === "IPv4";
    // What begins with fe80 means another machine on another wire.
    return !internal && !scopeid && hasFamily;
  });
  // IPv4 first: it is what people type.
  outside.sort((one, other) => one.family.localeCompare(other.family));
  return outside.length === 0 ? ["127.0.0.1"] : outside.map(({ address }) => address);
}
