import { expect, test } from "vitest";
import { capture, revive } from "../../dist/functions/index.js";

/** A function of this text, as a tool has made it, whose helpers are nowhere. */
async function made(text: string): Promise<(...args: unknown[]) => unknown> {
  // oxlint-disable-next-line typescript/no-implied-eval -- The text is what is tested.
  const fn = new Function(`return (${text});`)() as CallableFunction;
  return (await revive(capture(fn), { asForeign: true })) as (...args: unknown[]) => unknown;
}

test("what esbuild and tsx call to keep names is there", async () => {
  const fn = await made('() => { const f = __name((x) => x, "kept"); return [f.name, f(3)]; }');
  expect(fn()).toEqual(["kept", 3]);
});

test("counters of a coverage tool count nothing", async () => {
  const fn = await made(
    "(x) => { cov_1a2b3c4d5().f[0]++; cov_1a2b3c4d5().b[0][x ? 0 : 1]++; return x + 1; }",
  );
  expect(fn(1)).toBe(2);
});

test("imports that vite rewrote are imports", async () => {
  const fn = await made('async () => (await __vite_ssr_dynamic_import__("node:path")).basename("/a/b")');
  expect(await fn()).toBe("b");
});

test("functions of every kind are made again from their text", async () => {
  const texts = [
    "(a, { b } = { b: 2 }, ...[c = 3]) => a + b + c",
    "function (a) { return (() => a + arguments.length + 4)(); }",
    "class { static of() { return 6; } }.of",
    "{ ['a' + 'b'](x) { return x + 5; } }.ab",
    "{ get x() { return 6; } } && ((a) => a + 5)",
    "function f(a) { if (a > 5) return a; label: for (;;) { break label; } return f(a + 5); }",
  ];
  for (const text of texts) expect((await made(text))(1)).toBe(6);
});

test("names in a function are told from names around it", async () => {
  const fn = await made(`function (x) {
    var hoisted = typeof later;
    { let x = 100; function inner() { return x; } var seen = inner(); }
    try { throw { message: 1 }; } catch ({ message: caught }) { seen += caught; }
    for (const [k, v] of Object.entries({ a: 2 })) seen += v;
    switch (x) { case 1: let later = 3; seen += later; }
    const { y: renamed = 4, ...others } = {};
    return [hoisted, seen, renamed, others, typeof nobody];
  }`);
  expect(fn(1)).toEqual(["undefined", 106, 4, {}, "undefined"]);
});
