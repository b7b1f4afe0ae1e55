import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** A package of the registry. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  /** Fields of its package.json beside these. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Its files by path; `index.js` exports name and version if absent. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether the registry promises another archive than it gives. */
  readonly isTampered?: boolean;
}

/** A registry of npm packages on the loopback interface. */
export interface TestRegistry {
  readonly url: string;
  /** Paths that were asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts a registry that has these packages; anything else it does not know. */
export async function startRegistry(packages: readonly TestPackage[]): Promise<TestRegistry> {
  const archives = new Map<string, Buffer>();
  for (const each of packages) archives.set(archivePath(each), await makeArchive(each));
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    answer(request, response, packages, archives);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function archivePath({ name, version }: TestPackage): string {
  return `/${name}/-/${name.replace(/^.*\//, "")}-${version}.tgz`;
}

async function makeArchive({ name, version, manifest, files }: TestPackage): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "bramble-package-"));
  const content = {
    "package.json": JSON.stringify({ name, version, ...manifest }),
    "index.js": `module.exports = { name: ${JSON.stringify(name)}, version: ${JSON.stringify(version)} };\n`,
    ...files,
  };
  for (const [path, text] of Object.entries(content)) {
    const file = join(folder, "package", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: path.startsWith("bin/") ? 0o755 : 0o644 });
  }
  const archive = join(folder, "package.tgz");
  await promisify(execFile)("tar", ["-czf", archive, "-C", folder, "package"]);
  const bytes = await readFile(archive);
  await rm(folder, { recursive: true });
  return bytes;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  packages: readonly TestPackage[],
  archives: ReadonlyMap<string, Buffer>,
): void {
  const path = decodeURIComponent(request.url ?? "");
  const archive = archives.get(path);
  const versions = packages.filter(({ name }) => path === `/${name}`);
  if (archive !== undefined) response.end(archive);
  else if (versions.length > 0) response.end(JSON.stringify(packument(versions, request, archives)));
  else response.writeHead(404).end("{}");
}

/** What a registry says about a package. */
function packument(
  versions: readonly TestPackage[],
  request: IncomingMessage,
  archives: ReadonlyMap<string, Buffer>,
): object {
  const name = versions[0]?.name;
  const entries = versions.map((each) => {
    const { version, manifest, isTampered } = each;
    const bytes = archives.get(archivePath(each)) ?? Buffer.alloc(0);
    const integrity = `sha512-${createHash("sha512")
      .update(isTampered ? "another archive" : bytes)
      .digest("base64")}`;
    const tarball = `http://${request.headers.host}${archivePath(each)}`;
    const scripts = manifest?.["scripts"];
    const hasInstallScript = scripts !== undefined;
    return [version, { name, version, ...manifest, hasInstallScript, dist: { tarball, integrity } }] as const;
  });
  const latest = versions.at(-1)?.version;
  return { name, "dist-tags": { latest }, versions: Object.fromEntries(entries) };
}
