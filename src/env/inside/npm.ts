// npm of an environment. What it would install globally goes into the environment, and nowhere else. It stands
// alone, for it is copied to where environments find it. Arguments: the environment, "npm" or "npx", npm's own.

import { createRequire } from "node:module";
import { join } from "node:path";

const GLOBAL = /^(?:-g|--global|--global=true|--location=global)$/;

const [, , prefix = "", program = "npm", ...args] = process.argv;

// A prefix in the user's configuration would lead out of the environment.
delete process.env["NPM_CONFIG_PREFIX"];
process.env["npm_config_prefix"] = prefix;

const isGlobal = program === "npm" && removeGlobal(args);
const words = isGlobal ? [`--prefix=${prefix}`, ...args.map(absolutePath)] : args;
const require = createRequire(import.meta.url);
const file = require.resolve(`./npm/bin/${program}-cli.js`);
process.argv = [process.execPath, file, ...words];
require(file);

/** Takes the words away that ask for a global installation, and says whether there were any. */
function removeGlobal(words: string[]): boolean {
  const end = words.indexOf("--");
  const options = end === -1 ? words : words.slice(0, end);
  const kept = options.filter((word, position) => {
    const previous = options[position - 1];
    return !GLOBAL.test(word) && word !== "--location" && !(previous === "--location" && word === "global");
  });
  const removed = words.splice(0, options.length, ...kept).length - kept.length;
  return removed > 0 || removeGlobalVariables();
}

function removeGlobalVariables(): boolean {
  const asked = [
    ["npm_config_global", "true"],
    ["npm_config_location", "global"],
  ].filter(([name = "", value]) => process.env[name] === value);
  for (const [name = ""] of asked) delete process.env[name];
  return asked.length > 0;
}

/** npm would take a path to be relative to the environment. */
function absolutePath(word: string): string {
  return /^\.{1,2}(?:\/|$)/.test(word) ? join(process.cwd(), word) : word;
}
