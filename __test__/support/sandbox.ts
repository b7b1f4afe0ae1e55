import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** How a program ended and what it printed. */
export interface Ended {
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's account of its own: a home, a PATH with Bramble's programs, no configuration of anybody else. */
export interface Sandbox {
  readonly folder: string;
  /** Where the environments are. */
  readonly environments: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs `bramble`. */
  bramble(...args: string[]): Promise<Ended>;
  /** Runs any program in the folder. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Writes a file into the folder. */
  write(path: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

/** Makes one whose packages come from a registry. */
export async function makeSandbox(registry: string): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), "bramble-sandbox-"));
  const bin = join(folder, "bin");
  const home = join(folder, "bramble home");
  await mkdir(bin);
  await symlink(join(root, "dist/cli/bramble.js"), join(bin, "bramble"));
  for (const name of ["bramble-activate", "bramble-deactivate"])
    await symlink(join(root, "bin", name), join(bin, name));
  const env = {
    HOME: folder,
    PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(":"),
    LANG: "C.UTF-8",
    TERM: "xterm",
    BRAMBLE_HOME: home,
    npm_config_registry: registry,
    npm_config_fetch_retries: "0",
  };
  const run: Sandbox["run"] = (program, args, more = {}) =>
    runProgram(program, args, folder, { ...env, ...more });
  return {
    folder,
    environments: join(home, "envs"),
    env,
    run,
    bramble: (...args) => run("bramble", args),
    write: async (path, content) => {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(signal ?? status));
  });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}

/** The packages that the tests of environments install. */
export const PACKAGES = [
  { name: "arquero", version: "7.0.0" },
  {
    name: "arquero",
    version: "8.0.0",
    manifest: { dependencies: { flechette: "^2.0.0" } },
    files: { "index.js": 'exports.name = "arquero";\nexports.needs = require("flechette").version;\n' },
  },
  { name: "flechette", version: "2.0.1", files: { "data.txt": "columns\n".repeat(20_000) } },
  { name: "simple-statistics", version: "7.8.0" },
  { name: "d3-array", version: "3.1.0" },
  {
    name: "d3-array",
    version: "3.2.0",
    manifest: { type: "module", exports: "./index.js" },
    files: { "index.js": 'export const name = "d3-array";\n' },
  },
  {
    name: "says-hello",
    version: "1.0.0",
    manifest: { bin: { "says-hello": "bin/hello.js" } },
    files: { "bin/hello.js": "#!/usr/bin/env node\nconsole.log(`hello from ${process.execPath}`);\n" },
  },
  {
    name: "writes-on-install",
    version: "1.0.0",
    manifest: { scripts: { postinstall: "echo ran > ran.txt" } },
  },
  { name: "tampered", version: "1.0.0", isTampered: true },
] as const;
