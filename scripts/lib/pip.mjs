// Python packages that carry programs, each in a private folder of its own.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { installPackages } from "./apt.mjs";
import { SetupError } from "./errors.mjs";
import { withProgress } from "./progress.mjs";
import { run } from "./run.mjs";

const QUIETLY = ["--quiet", "--no-input", "--disable-pip-version-check", "--root-user-action=ignore"];

/**
 * Installs packages into a folder, once. Needs the build lock.
 *
 * @param {string} folder made complete or not at all
 * @param {string[]} requirements such as "cmake==3.31.10"
 * @param {{ purpose: string, otherwise: string }} words what it is for, and what to do if it can't be had
 */
export async function installWithPip(folder, requirements, { purpose, otherwise }) {
  if (existsSync(folder)) return;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const python = await findPip(join(partial, "venv"));
  const packages = join(partial, "packages");
  try {
    await withProgress(`Installing ${purpose}`, () =>
      run(python, ["-m", "pip", "install", ...QUIETLY, "--target", packages, ...requirements]),
    );
  } catch (error) {
    throw new SetupError(`${error.output}\n${purpose} can't be had from PyPI.\n  ${otherwise}`);
  }
  renameSync(packages, folder);
  rmSync(partial, { recursive: true, force: true });
}

/** A Python that has pip: the system's, or else that of a virtual environment made at `venv` for the moment. */
async function findPip(venv) {
  if (works("python3", "import pip")) return "python3";
  // Debian packs pip and the module that puts it into virtual environments apart from Python.
  if (!works("python3", "import ensurepip, venv"))
    await installPackages(["python3-venv"], "Python 3 with venv");
  await run("python3", ["-m", "venv", venv]);
  return join(venv, "bin", "python3");
}

function works(python, code) {
  return spawnSync(python, ["-c", code]).status === 0;
}
