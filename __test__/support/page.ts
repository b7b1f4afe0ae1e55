import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A page of the documentation. */
export class Page {
  readonly text: string;

  /** Reads `docs/NAME.md`. */
  constructor(name: string) {
    this.text = readFileSync(fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url)), "utf8");
  }

  /** The part of it under a heading. */
  section(heading: string): string {
    const [, behind = ""] = this.text.split(`## ${heading}\n`);
    return behind.split("\n## ")[0] ?? "";
  }
}

/** All that is in code in a text. */
export function codes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** A name of Python's as it is called here. */
export function camel(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
