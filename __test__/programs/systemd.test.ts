import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, unitText } from "../../dist/programs/systemd.js";
import { makeSandbox, type Sandbox } from "../support/sandbox.js";

const service: Service = {
  name: "bramble-worker",
  description: "Worker of a Bramble cluster",
  words: ["/usr/bin/env", "worker", "192.168.0.1:8786", "--name", 'a "b" $HOME 100%', "--memory-limit=500MB"],
  folder: "/tmp",
  variables: { BRAMBLE_HOME: "/srv/my envs" },
  user: "root",
  endsFirst: true,
};

/** Whether systemd's own checker takes a unit; true where there is no systemd. */
async function isTaken(text: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "bramble-unit-"));
  try {
    const file = join(folder, "bramble-test.service");
    await writeFile(file, text);
    const { error, status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], {
      encoding: "utf8",
    });
    return error !== undefined || (status === 0 && !stderr.includes("bramble-test.service:"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("unitText", () => {
  it("waits for the network, starts again, and ends first when memory runs out", () => {
    const text = unitText(service);
    for (const line of [
      "Wants=network-online.target",
      "After=network-online.target time-sync.target",
      "User=root",
      "Restart=always",
      "OOMScoreAdjust=500",
      "KillMode=mixed",
      "WantedBy=multi-user.target",
    ])
      expect(text.split("\n")).toContain(line);
  });

  it("quotes what systemd would read otherwise", () => {
    const lines = unitText(service).split("\n");
    expect(lines).toContain(
      'ExecStart=/usr/bin/env worker 192.168.0.1:8786 --name "a \\"b\\" $$HOME 100%%" --memory-limit=500MB',
    );
    expect(lines).toContain('Environment="BRAMBLE_HOME=/srv/my envs"');
  });

  it("is a user's own without root", () => {
    const text = unitText({ ...service, user: undefined });
    expect(text).toContain("WantedBy=default.target");
    expect(text).not.toMatch(/^User=|network-online/m);
  });

  it("is what systemd's own checker takes", async () => {
    expect(await isTaken(unitText(service))).toBe(true);
    expect(await isTaken(unitText({ ...service, user: undefined, endsFirst: false }))).toBe(true);
  });
});

describe("--install", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await makeSandbox("http://127.0.0.1:9/");
  });
  afterAll(() => sandbox.remove());

  it("prints a unit that runs the same command line", async () => {
    const { status, stdout } = await sandbox.bramble(
      "worker",
      "pi0.local",
      "--nthreads",
      "3",
      "--install",
      "--dry-run",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ExecStart=\S*node \S*bramble\.js worker pi0\.local --nthreads 3$/m);
    expect(stdout).toContain("OOMScoreAdjust=500");
    expect(await isTaken(stdout)).toBe(true);
  });

  it("finds mistakes in the command line before it writes anything", async () => {
    const { status, stderr } = await sandbox.bramble("scheduler", "--port", "x", "--install");
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("--port takes") });
  });
});
