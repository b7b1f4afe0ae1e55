import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { checkSpillFolder } from "../../dist/doctor/disk.js";
import type { Files } from "../../dist/doctor/finding.js";
import {
  checkClock,
  checkCores,
  checkHeat,
  checkMemory,
  checkMemoryGroup,
  checkOpenFiles,
} from "../../dist/doctor/hardware.js";
import { checkScheduler } from "../../dist/doctor/scheduler.js";
import { checkGlibc, checkKey, checkNode } from "../../dist/doctor/software.js";
import { makeSandbox } from "../support/sandbox.js";

const files = (texts: Record<string, string>): Files => ({ read: (path) => texts[path] });
const none = files({});

describe("what the doctor says of a machine", () => {
  it("knows a Raspberry Pi by its model", () => {
    const pi = files({ "/proc/device-tree/model": "Raspberry Pi 3 Model B Rev 1.2\0" });
    expect(checkCores(pi, 4, "arm").text).toBe("Raspberry Pi 3 Model B Rev 1.2 (arm), 4 cores");
    expect(checkCores(none, 1, "x64").text).toBe("x64, 1 core");
  });

  it("wants memory for a worker", () => {
    const meminfo = (available: number) =>
      `MemTotal:  948304 kB\nMemFree:  1 kB\nMemAvailable:  ${available} kB\n`;
    expect(checkMemory(files({ "/proc/meminfo": meminfo(500_000) }))).toMatchObject({
      state: "good",
      text: "512.0 MB of 971.1 MB free",
    });
    expect(checkMemory(files({ "/proc/meminfo": meminfo(50_000) })).state).toBe("warning");
    expect(checkMemory(none).state).toBe("warning");
  });

  it("says how to get the memory cgroup that Raspberry Pi OS leaves off", () => {
    const path = "/sys/fs/cgroup/cgroup.controllers";
    expect(checkMemoryGroup(files({ [path]: "cpuset cpu io memory pids\n" })).state).toBe("good");
    const off = checkMemoryGroup(files({ [path]: "cpuset cpu io pids\n" }));
    expect(off).toMatchObject({ state: "warning", advice: expect.stringContaining("cmdline.txt") });
  });

  it("reads what the firmware says of heat and power, now and before", () => {
    const thermal = "/sys/class/thermal/thermal_zone0/temp";
    const firmware = "/sys/devices/platform/soc/soc:firmware/get_throttled";
    expect(checkHeat(none)).toBeUndefined();
    expect(checkHeat(files({ [thermal]: "48312\n" }))).toMatchObject({ state: "good", text: "48 °C" });
    expect(checkHeat(files({ [firmware]: "0\n", [thermal]: "48312\n" }))?.state).toBe("good");
    expect(checkHeat(files({ [firmware]: "50005\n", [thermal]: "85000" }))).toMatchObject({
      state: "bad",
      text: "85 °C, under-voltage, throttled",
    });
    expect(checkHeat(files({ [firmware]: "50000\n" }))).toMatchObject({
      state: "warning",
      text: "under-voltage before, throttled before",
    });
  });

  it("knows a clock that stands long ago", () => {
    expect(checkClock(new Date("1970-01-01T00:01:02Z"))).toMatchObject({
      state: "warning",
      text: expect.stringContaining("1970-01-01 00:01:02 UTC"),
    });
    expect(checkClock(new Date("2027-01-01")).state).toBe("good");
  });

  it("wants room for open files", () => {
    const limits = (most: number) =>
      `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${most}   4096   files\n`;
    expect(checkOpenFiles(files({ "/proc/self/limits": limits(1024) }))?.state).toBe("good");
    expect(checkOpenFiles(files({ "/proc/self/limits": limits(256) }))?.state).toBe("warning");
    expect(checkOpenFiles(none)).toBeUndefined();
  });

  it("compares versions as numbers", () => {
    expect(checkGlibc("2.28").state).toBe("good");
    expect(checkGlibc("2.9").state).toBe("bad");
    expect(checkGlibc("3.0").state).toBe("good");
    expect(checkGlibc(undefined).state).toBe("bad");
    expect(checkNode("20.19.0").state).toBe("good");
    expect(checkNode("20.9.0").state).toBe("warning");
  });

  it("tells a missing key from one that can't be used", () => {
    expect(checkKey({ fingerprint: "0123-4567-89ab-cdef" }).text).toBe("0123-4567-89ab-cdef");
    expect(checkKey({ problem: "there is no cluster key in /x" }).state).toBe("warning");
    expect(checkKey({ problem: "others can read it" })).toMatchObject({
      state: "bad",
      advice: "others can read it",
    });
  });
});

describe("what the doctor says of the spill folder", () => {
  const mountinfo = [
    "22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw",
    "30 22 0:26 / /tmp rw,nosuid shared:9 - tmpfs tmpfs rw,size=464912k",
    "31 22 8:1 / /media/usb\\040disk rw - ext4 /dev/sda1 rw",
    "32 22 0:50 / /srv rw - nfs4 192.168.0.1:/srv rw",
  ].join("\n");
  const check = (folder: string, free?: number) =>
    checkSpillFolder(files({ "/proc/self/mountinfo": mountinfo }), folder, free);

  it("refuses memory, and a full disk", () => {
    expect(check("/tmp/bramble", 5e9)).toMatchObject({
      state: "bad",
      text: expect.stringContaining("tmpfs"),
    });
    expect(check("/media/usb disk/spill", 5e6)).toMatchObject({
      state: "bad",
      text: expect.stringContaining("5.0 MB free"),
    });
  });

  it("warns of memory cards and of other machines' disks", () => {
    expect(check("/home/pi/.cache/bramble", 5e9).advice).toContain("memory card");
    expect(check("/srv/spill", 5e9).advice).toContain("another machine");
  });

  it("takes a disk", () => {
    expect(check("/media/usb disk/spill", 5e9)).toMatchObject({
      state: "good",
      text: "/media/usb disk/spill (ext4 on /dev/sda1, 5.0 GB free)",
    });
    // A name that only begins like a mount point.
    expect(check("/tmpfiles", 5e9).text).toContain("/dev/mmcblk0p2");
    expect(checkSpillFolder(none, "/x", undefined).text).toBe("/x (on an unknown disk)");
  });
});

describe("what the doctor says of the scheduler", () => {
  it("reaches one that is there, and says why not", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await checkScheduler("127.0.0.1", port)).toMatchObject({ state: "good" });
    await new Promise((resolve) => server.close(resolve));
    expect(await checkScheduler("127.0.0.1", port)).toMatchObject({
      state: "bad",
      text: `127.0.0.1:${port} can't be reached (ECONNREFUSED)`,
    });
  });
});

describe("bramble doctor", () => {
  it("prints a line for each finding, or JSON", async () => {
    const sandbox = await makeSandbox("http://127.0.0.1:9/");
    try {
      const { stdout } = await sandbox.bramble("doctor");
      for (const subject of ["machine", "C library", "Node", "memory", "spill folder", "cluster key"])
        expect(stdout).toMatch(new RegExp(`^(?:ok  |note|BAD ) {2}${subject} `, "m"));
      const { stdout: json } = await sandbox.bramble("doctor", "--json");
      expect(JSON.parse(json)).toContainEqual(expect.objectContaining({ subject: "Node", state: "good" }));
      const { status, stderr } = await sandbox.bramble("doctor", "no address");
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringContaining("Expected an address such as 192.168.0.1:8786 for `scheduler`"),
      });
    } finally {
      await sandbox.remove();
    }
  });
});
