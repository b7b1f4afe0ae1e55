import { chmod, mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSandbox, type Sandbox } from "../support/sandbox.js";

let sandbox: Sandbox;
const keyFile = (): string => join(sandbox.folder, ".config/bramble/cluster.key");

beforeAll(async () => {
  sandbox = await makeSandbox("http://127.0.0.1:9/");
});
afterAll(() => sandbox.remove());

describe("bramble key", () => {
  it("says how to get a key where there is none", async () => {
    const { status, stderr } = await sandbox.bramble("key", "show");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^bramble: .*\n$/);
    expect(stderr).toContain(`there is no cluster key in ${keyFile()}`);
  });

  it("makes a key that its owner alone can read, and shows it", async () => {
    expect((await sandbox.bramble("key", "rotate")).status).toBe(0);
    const { stdout, stderr } = await sandbox.bramble("key", "show");
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(stdout).toBe(await readFile(keyFile(), "utf8"));
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
    expect(stderr).toMatch(/^Cluster key \w{4}-\w{4}-\w{4}-\w{4} from /);
  });

  it("takes BRAMBLE_KEY before the file", async () => {
    const text = "0123456789abcdef".repeat(4);
    const { stdout, stderr } = await sandbox.run("bramble", ["key", "show"], { BRAMBLE_KEY: text });
    expect(stdout).toBe(`${text}\n`);
    expect(stderr).toContain("from BRAMBLE_KEY");
    const wrong = await sandbox.run("bramble", ["key", "show"], { BRAMBLE_KEY: "hunter2" });
    expect(wrong.stderr).toContain("BRAMBLE_KEY holds no cluster key");
    expect(wrong.stderr).not.toContain("hunter2");
  });

  it("refuses a key that others can read", async () => {
    await chmod(keyFile(), 0o644);
    const { status, stderr } = await sandbox.bramble("key", "show");
    expect(status).toBe(1);
    expect(stderr).toContain(`chmod 600 ${keyFile()}`);
    await chmod(keyFile(), 0o600);
  });

  it("gives another machine the key through ssh, never as an argument", async () => {
    const there = join(sandbox.folder, "there");
    await mkdir(there);
    const ssh = await sandbox.write(
      "bin/ssh",
      `#!/bin/sh\nprintf '%s\\n' "$*" > '${there}/arguments'\nHOME='${there}' exec sh -c "$3"\n`,
    );
    await chmod(ssh, 0o755);
    const { status, stderr } = await sandbox.bramble("key", "copy", "pi@192.168.0.2");
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^pi@192\.168\.0\.2 has the cluster key /),
    });
    const copied = join(there, ".config/bramble/cluster.key");
    const key = await readFile(keyFile(), "utf8");
    expect(await readFile(copied, "utf8")).toBe(key);
    expect((await stat(copied)).mode & 0o777).toBe(0o600);
    expect(await readFile(join(there, "arguments"), "utf8")).not.toContain(key.trim());
  });

  it("takes no option of ssh for a host, and says when ssh fails", async () => {
    const option = await sandbox.bramble("key", "copy", "--", "-oProxyCommand=touch ran");
    expect(option.stderr).toContain("is no host that ssh could know");
    const ssh = await sandbox.write("bin/ssh", "#!/bin/sh\nexit 255\n");
    await chmod(ssh, 0o755);
    const failed = await sandbox.bramble("key", "copy", "nobody.invalid");
    expect(failed.stderr).toContain("ssh could not give nobody.invalid the key (exit code 255)");
  });
});
