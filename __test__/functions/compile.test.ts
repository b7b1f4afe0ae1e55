import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const compile = new URL("../../dist/functions/compile.js", import.meta.url).href;
/** What Node has not before 20.12, which a Node that has it takes for that. */
const OLDER = `data:text/javascript,import vm from "node:vm"; delete vm.constants;`;

it.each([
  ["this Node", []],
  ["a Node whose scripts have no loader of their own", ["--import", OLDER]],
])("code of a file imports what lies beside it, and throws from its line, in %s", async (_, options) => {
  const program = `
    import { evaluate } from ${JSON.stringify(compile)};
    const filename = ${JSON.stringify(compile.replace("compile.js", "nobody.js"))};
    const load = evaluate("(name) => import(name)", { filename });
    const module = await load("./compile.js");
    console.log(Object.keys(module).join());
    try {
      evaluate("(() => { import('node:path'); throw new Error('here'); })()", { filename, lineOffset: 6 });
    } catch (error) {
      console.log(/nobody\\.js:(\\d+)/.exec(error.stack)[1]);
    }`;
  const args = [...options, "--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout.trim().split("\n")).toEqual(["evaluate", "7"]);
});
