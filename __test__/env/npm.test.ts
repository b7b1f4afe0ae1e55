import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainFileError } from "../../dist/env/file-errors.js";
import { findHome } from "../../dist/env/home.js";
import { runNpm } from "../../dist/env/npm.js";
import { expectRejection } from "../support/errors.js";

describe("what npm says", () => {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bramble-npm-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  /** Runs an npm that prints this and ends so. */
  async function npmThat(status: number, output: string, errors: string): Promise<void> {
    const node = join(folder, "node");
    await writeFile(
      node,
      `#!/bin/sh\ncat <<'END'\n${output}\nEND\ncat >&2 <<'END'\n${errors}\nEND\nexit ${status}\n`,
    );
    await chmod(node, 0o755);
    await runNpm(findHome({ BRAMBLE_HOME: folder }), { folder, node, args: ["install"] }, {});
  }

  const failure = (code: string, summary: string, detail = "") =>
    JSON.stringify({ error: { code, summary, detail } });

  test.each([0, 1])("of a full disk is an error, though npm ends with %i", async (status) => {
    const warning = "npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write";
    await expectRejection(
      npmThat(status, "{}", warning),
      "DISK_FULL",
      `disk of ${folder}: nothing was changed`,
    );
  });

  test("of a package that another needs names it", async () => {
    const detail = "The requested resource '@some/where@^0.0.1' could not be found";
    const npm = npmThat(1, failure("E404", "Not Found - GET https://host/@some%2fwhere", detail), "");
    await expectRejection(npm, "PACKAGE_NOT_FOUND", "needs @some/where@^0.0.1, which can't be had");
  });

  test("of the network names the registry", async () => {
    const summary = "request to https://host.test/x failed, reason: getaddrinfo ENOTFOUND host.test";
    await expectRejection(
      npmThat(1, failure("ENOTFOUND", summary), ""),
      "NETWORK",
      "https://host.test can't be reached",
    );
  });

  test("of a certificate says whose it is and what to do", async () => {
    const summary =
      "request to https://host.test/x failed, reason: self-signed certificate in certificate chain";
    await expectRejection(
      npmThat(1, failure("SELF_SIGNED_CERT_IN_CHAIN", summary), ""),
      "NETWORK",
      "The certificate of https://host.test is not trusted (SELF_SIGNED_CERT_IN_CHAIN)",
    );
  });

  test("of a folder that it can't write is passed on", async () => {
    const npm = npmThat(1, failure("EROFS", "EROFS: read-only file system, mkdir '/x'"), "");
    await expectRejection(
      npm,
      "FILE_ACCESS",
      "npm could not write: EROFS: read-only file system, mkdir '/x'",
    );
  });

  test("of anything else is passed on, without its warnings", async () => {
    const npm = npmThat(3, "", "npm warn this and that\nsomething broke");
    await expectRejection(npm, "PACKAGE_MANAGER", "npm failed: something broke");
  });
});

test("a full disk is named by what was to be written, not by what was read", () => {
  const error = Object.assign(new Error("ENOSPC"), {
    code: "ENOSPC",
    path: "/usr/bin/node",
    dest: "/full/node",
  });
  expect(explainFileError(error)).toMatchObject({
    code: "DISK_FULL",
    message: expect.stringContaining("disk of /full/node") as string,
  });
});
