import { readFileSync } from "node:fs";
import { config } from "bramble";
import { expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** A setting as the code describes it: the comment above it in `Settings`, its name and its type. */
const SETTING = /\/\*\*((?:(?!\*\/)[^])*)\*\/\n {2}readonly "?([\w.]+)"?: (.+);/g;

function rowOf([, comment = "", name = "", type = ""]: RegExpMatchArray): string {
  const text = comment.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
  const [words, byDefault] = text.split(" Default: ");
  const variable = `BRAMBLE_${name.replaceAll(".", "__").replaceAll(/[A-Z]/g, (letter) => `_${letter}`)}`;
  const types = type.replace(" | undefined", "").replaceAll(" | ", " or ");
  const cells = [`\`${name}\``, `\`${variable.toUpperCase()}\``, types, words, byDefault?.replace(/\.$/, "")];
  return `| ${cells.join(" | ")} |`;
}

it("the table of settings says what the code does, of every one", () => {
  const [, settings = ""] = read("src/config/settings.ts").split("export interface Settings {");
  const rows = [...(settings.split("\n}\n")[0] ?? "").matchAll(SETTING)].map(rowOf);
  expect(rows).toHaveLength(Object.keys(config.all()).length);
  const table = read("docs/settings.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(table).toEqual(rows);
});

it("the variables in the table are those that are read", () => {
  const rows = [...read("docs/settings.md").matchAll(/^\| `([\w.]+)` \| `(BRAMBLE_\w+)` \|/gm)];
  for (const [, name = "", variable = ""] of rows) {
    process.env[variable] = "1";
    expect(config.sourceOf(name as keyof ReturnType<typeof config.all>)).toBe(variable);
    delete process.env[variable];
  }
});
