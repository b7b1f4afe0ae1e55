import type { NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "vitest";
import {
  addressOfInterface,
  hostsSeenFromOutside,
  hostText,
  parseHost,
} from "../../dist/programs/addresses.js";

const of = (address: string, more: Partial<NetworkInterfaceInfo> = {}): NetworkInterfaceInfo =>
  ({
    address,
    family: address.includes(":") ? "IPv6" : "IPv4",
    internal: false,
    netmask: "",
    mac: "",
    cidr: null,
    ...more,
  }) as NetworkInterfaceInfo;

const interfaces = {
  lo: [of("127.0.0.1", { internal: true }), of("::1", { internal: true })],
  eth0: [of("fd00::2"), of("192.168.0.1"), of("fe80::1", { scopeid: 2 } as Partial<NetworkInterfaceInfo>)],
  wlan0: [of("10.0.0.7")],
};

describe("parseHost", () => {
  it.each([
    ["192.168.0.1", "192.168.0.1", 8786],
    ["tcp://192.168.0.1:99", "192.168.0.1", 99],
    ["tls://pi0.local:99", "pi0.local", 99],
    ["[fe80::1%eth0]:99", "fe80::1%eth0", 99],
    ["::1", "::1", 8786],
    ["localhost:0", "localhost", 0],
  ])("reads %s", (text, host, port) => {
    expect(parseHost(text, "scheduler")).toEqual({ host, port });
  });

  it.each(["", "a b", "http://host:1", "host:port", "host:99999", "[::1", "[::1]99", "-x", "a/b", "host:"])(
    "refuses %j",
    (text) => {
      expect(() => parseHost(text, "scheduler")).toThrow(
        /Expected an address such as 192\.168\.0\.1:8786 for `scheduler`/,
      );
    },
  );

  it("is what hostText writes", () => {
    for (const place of [
      { host: "::1", port: 5 },
      { host: "pi0", port: 8786 },
    ])
      expect(parseHost(hostText(place), "x")).toEqual(place);
  });
});

describe("addresses of this machine", () => {
  it("lists those that others can use, IPv4 first", () => {
    expect(hostsSeenFromOutside("0.0.0.0", interfaces)).toEqual(["192.168.0.1", "10.0.0.7"]);
    expect(hostsSeenFromOutside("::", interfaces)).toEqual(["192.168.0.1", "10.0.0.7", "fd00::2"]);
    expect(hostsSeenFromOutside("127.0.0.1", interfaces)).toEqual(["127.0.0.1"]);
    expect(hostsSeenFromOutside("0.0.0.0", { lo: interfaces.lo })).toEqual(["127.0.0.1"]);
  });

  it("finds the address of an interface, or names those there are", () => {
    expect(addressOfInterface("eth0", interfaces)).toBe("192.168.0.1");
    expect(() => addressOfInterface("eth1", interfaces)).toThrow(
      "There is no network interface eth1: there are lo, eth0, wlan0",
    );
  });
});
