import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { mayNetwork } from "../support/own-network.js";

const SOAK = fileURLToPath(new URL("soak.mjs", import.meta.url));
/** A few faults; `npm run test:soak` takes some minutes. */
const SECONDS = "15";

// A system that allows no networks of their own has no wire to cut.
describe.skipIf(!mayNetwork)("a cluster whose members are killed and cut off", () => {
  it("gives right answers and leaves nothing behind", { timeout: 600_000 }, async () => {
    const child = spawn(process.execPath, ["--expose-gc", SOAK, SECONDS], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number]>,
    ]);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^right after /),
      stderr: "",
    });
  });
});
