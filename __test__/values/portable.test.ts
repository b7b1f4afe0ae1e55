import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decode, encode } from "../../dist/values/index.js";
import { portableValues } from "./portable/values.mjs";

/** What Nodes 20, 22 and 24 have written, all of them the same: `portable/encode.mjs` made it. */
const written = JSON.parse(
  readFileSync(new URL("portable/encoded.json", import.meta.url), "utf8"),
) as Readonly<Record<string, readonly string[]>>;

const values = Object.entries(portableValues());

it("every value was written", () => {
  expect(Object.keys(written)).toEqual(values.map(([name]) => name));
});

it.each(values)("%s are written as other Nodes write them", (name, value) => {
  const { head, buffers } = encode(value);
  const texts = [head, ...buffers].map((bytes) => Buffer.from(bytes).toString("base64"));
  expect(texts).toEqual(written[name]);
});

it.each(values)("%s are read as other Nodes have written them", (name, value) => {
  const [head = new Uint8Array(), ...buffers] = (written[name] ?? []).map((text) => aligned(text));
  expect(decode({ head, buffers })).toEqual(value);
});

/** Bytes that lie where any typed array may. */
function aligned(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}
