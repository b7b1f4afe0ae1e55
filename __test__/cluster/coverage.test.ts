import { Client } from "bramble";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { describeScheduler } from "../../dist/cli/commands/scheduler.js";
import { describeWorker } from "../../dist/cli/commands/worker.js";
import { camel, Page } from "../support/page.js";

const page = new Page("cluster");

/** The names of Python's in a text, as they are called here. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/`([a-z_]+)`/g)].map(([, name = ""]) => camel(name));
}

describe("the page on clusters", () => {
  it.each([
    ["bramble scheduler", describeScheduler],
    ["bramble worker", describeWorker],
  ])("has every option of `%s`, and no other", (name, describeProgram) => {
    const program = new Command(name);
    describeProgram(program);
    const rows = page
      .section(name)
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    const told = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(--[\w-]+)`/g)].map(([, option = ""]) => option),
    );
    const options = program.options.map(({ long }) => long);
    expect(new Set(told)).toEqual(new Set(options));
  });

  it("names what a client has", () => {
    const [same = ""] = page.section("Client").split("\n\n| distributed");
    const names = namesIn(same);
    expect(names.length).toBeGreaterThan(25);
    expect(names.filter((name) => !(name in Client.prototype))).toEqual([]);
  });

  it("names as missing what is", () => {
    const [, missing = ""] = page.section("Client").split("Not there:");
    const names = namesIn(missing);
    expect(names.length).toBeGreaterThan(4);
    expect(names.filter((name) => name in Client.prototype)).toEqual([]);
  });
});
