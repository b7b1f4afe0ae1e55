import { readFileSync } from "node:fs";
import { parse } from "acorn";
import { expect, it } from "vitest";
import { complaintAboutNode } from "../../dist/node-version.js";

it.each(["12.22.12", "18.20.8", "19.9.0"])("Node %s is told to be too old", (version) => {
  const words = complaintAboutNode(version, "/usr/bin/node");
  expect(words).toContain(`Bramble needs Node 20.19 or later, and this is ${version} (/usr/bin/node).`);
  expect(words).toContain("https://nodejs.org/dist/");
});

it.each(["20.11.0", "20.19.0", "22.22.0", "100.0.0"])("Node %s will do", (version) => {
  expect(complaintAboutNode(version, "/usr/bin/node")).toBeUndefined();
});

it.each([
  "cli/bramble.js",
  "cli/bramble-scheduler.js",
  "cli/bramble-worker.js",
  "cli/start.js",
  "node-version.js",
])("Node 12 can read %s, so as to say it", (file) => {
  const text = readFileSync(new URL(`../../dist/${file}`, import.meta.url), "utf8");
  // Of ES2020 it has `import()`, and not `?.` and `??`.
  parse(text, { ecmaVersion: 2020, sourceType: "module", allowHashBang: true });
  expect(text.replaceAll(/\/\*[^]*?\*\//g, "")).not.toMatch(/\?\.|\?\?/);
  const imports = [...text.matchAll(/^import .* from "(.+)";$/gm)].map(([, name]) => name);
  for (const name of imports) expect(["./start.js", "../node-version.js"]).toContain(name);
});
