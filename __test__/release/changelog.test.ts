import { expect, it } from "vitest";

/** Scripts are no part of the package, and have no types. */
const script = new URL("../../scripts/release/version.mjs", import.meta.url).href;
const { changelogProblems } = (await import(script)) as {
  changelogProblems: (text: string, version: string) => string[];
};

it.each([
  ["# Changelog\n\n## 1.2.0 (2026-11-25)\n\n### Added\n\n- Something.\n\n## 1.1.0 (2026-01-01)\n", []],
  ["## 1.2.0 2026-11-25\n\n- Something.\n", []],
  ["## 1.2.0 (unreleased)\n\n- Something.\n", ['CHANGELOG.md does not date 1.2.0: "(unreleased)"']],
  ["## 1.1.0 (2026-11-25)\n\n- Something.\n", ["CHANGELOG.md begins with 1.1.0, not 1.2.0"]],
  ["## 1.2.0 (2026-11-25)\n\n## 1.1.0 (2026-01-01)\n\n- Old.\n", ["CHANGELOG.md says nothing of 1.2.0"]],
  ["", ["CHANGELOG.md begins with nothing, not 1.2.0"]],
])("says what is wrong with %j", (text, problems) => {
  expect(changelogProblems(text, "1.2.0")).toEqual(problems);
});
