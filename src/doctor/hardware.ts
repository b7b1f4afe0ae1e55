import { bytesText } from "../cli/output.js";
import { bad, type Files, type Finding, good, warning } from "./finding.js";

/** Bits of what the firmware of a Raspberry Pi tells of its power and heat. */
const THROTTLED = [
  { bit: 0, text: "under-voltage" },
  { bit: 1, text: "clock capped" },
  { bit: 2, text: "throttled" },
  { bit: 3, text: "near its temperature limit" },
] as const;
/** The same bits, so much higher, say that it was so since it started. */
const SINCE_START = 16;
/** Where the firmware's word can be read, in old and new kernels. */
const THROTTLED_FILES = [
  "/sys/devices/platform/soc/soc:firmware/get_throttled",
  "/sys/devices/platform/axi/axi:firmware/get_throttled",
];
/** When this was written: no clock that is right is earlier. */
const WRITTEN = new Date("2026-11-01");
const MEBIBYTE = 2 ** 20;

/** The machine and its cores. */
export function checkCores(files: Files, usable: number, arch: string): Finding {
  // A C string of the device tree.
  const model = files.read("/proc/device-tree/model")?.replaceAll("\0", "").trim();
  const machine = model === undefined || model === "" ? arch : `${model} (${arch})`;
  return good("machine", `${machine}, ${usable} ${usable === 1 ? "core" : "cores"}`);
}

/** Memory that there is, and that is free. */
export function checkMemory(files: Files): Finding {
  const total = memoryFact(files, "MemTotal");
  const available = memoryFact(files, "MemAvailable");
  if (total === undefined || available === undefined)
    return warning("memory", "/proc/meminfo can't be read", "Give `--memory-limit` to workers");
  const text = `${bytesText(available)} of ${bytesText(total)} free`;
  if (available > 150 * MEBIBYTE) return good("memory", text);
  return warning(
    "memory",
    text,
    "A worker needs some 150 MB before it computes anything: stop other programs",
  );
}

/** A line of `/proc/meminfo`, in bytes. */
function memoryFact(files: Files, name: string): number | undefined {
  const found = files.read("/proc/meminfo")?.match(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m"))?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}

/** Whether the kernel can hold a program to a limit of memory. */
export function checkMemoryGroup(files: Files): Finding {
  const controllers = files.read("/sys/fs/cgroup/cgroup.controllers");
  if (controllers === undefined) return good("memory cgroup", "version 1, or none");
  if (controllers.split(/\s+/).includes("memory")) return good("memory cgroup", "there");
  return warning(
    "memory cgroup",
    "off, as in Raspberry Pi OS: `MemoryMax=` of systemd and limits of containers have no effect",
    "To have it, add cgroup_enable=memory to the one line of /boot/firmware/cmdline.txt (bullseye: /boot/cmdline.txt) and restart; workers watch themselves anyway",
  );
}

/** How warm it is, and whether the firmware slows it down. */
export function checkHeat(files: Files): Finding | undefined {
  const temperature = Number(files.read("/sys/class/thermal/thermal_zone0/temp") ?? Number.NaN) / 1000;
  const word = THROTTLED_FILES.map((file) => files.read(file)).find((text) => text !== undefined);
  const bits = word === undefined ? 0 : Number.parseInt(word.trim(), 16);
  const at = (shift: number) =>
    THROTTLED.filter(({ bit }) => (bits >> (bit + shift)) & 1).map(({ text }) => text);
  const degrees = Number.isNaN(temperature) ? [] : [`${temperature.toFixed(0)} °C`];
  const now = at(0);
  const before = at(SINCE_START).map((text) => `${text} before`);
  if (now.length > 0)
    return bad("heat and power", [...degrees, ...now].join(", "), "Give it a better power supply, or a fan");
  if (before.length > 0)
    return warning(
      "heat and power",
      [...degrees, ...before].join(", "),
      "Watch it under load: it is slower then, and under-voltage breaks memory cards",
    );
  return degrees.length === 0 ? undefined : good("heat and power", degrees.join(", "));
}

/** Whether the clock can be right: a Raspberry Pi without a network starts long ago. */
export function checkClock(now: Date): Finding {
  const text = now.toISOString().slice(0, 19).replace("T", " ");
  if (now >= WRITTEN) return good("clock", `${text} UTC`);
  return warning(
    "clock",
    `${text} UTC, which is in the past`,
    "Let it ask a time server (timedatectl); only certificates of your own need the right time",
  );
}

/** How many files and connections a program may have open. */
export function checkOpenFiles(files: Files): Finding | undefined {
  const found = files.read("/proc/self/limits")?.match(/^Max open files\s+(\d+)\s/m)?.[1];
  if (found === undefined) return undefined;
  if (Number(found) >= 1024) return good("open files", `up to ${found}`);
  return warning(
    "open files",
    `up to ${found} only`,
    "Raise it with `ulimit -n 4096` before you start a scheduler",
  );
}
