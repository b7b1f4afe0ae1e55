import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dirname } from "node:path";
import { BrambleError } from "../errors.js";
import { evaluate } from "./compile.js";
import { importerOf } from "./load.js";
import type { Helper, SourceParts } from "./parts.js";

/** What a function that arrived is made from; captures come as names first, as values later. */
export type ArrivedSource = Omit<SourceParts, "kind" | "eager" | "lazy" | "own"> & {
  readonly eager: readonly string[];
  readonly lazy: readonly string[];
};

/** A function, and how its variables get their values once all of them are there. */
export interface Revived {
  readonly fn: CallableFunction;
  readonly assign: (values: readonly unknown[]) => void;
}

type Factory = (
  eager: readonly unknown[],
  helpers: Readonly<Partial<Record<Helper, unknown>>>,
) => [CallableFunction, Revived["assign"]];

const NO_HELPERS = {};

/** Makes a function from what arrived. */
export function revive(source: ArrivedSource, eager: readonly unknown[]): Revived {
  const { url, name } = source;
  const factory = compile(source);
  const [fn, assign] = factory(eager, source.helpers.length === 0 ? NO_HELPERS : helpersOf(url));
  if (fn.name !== name) Object.defineProperty(fn, "name", { value: name, configurable: true });
  return { fn, assign };
}

/** The function that makes it, with the captures as variables around it. */
function compile(source: ArrivedSource): Factory {
  const { url, line, name } = source;
  try {
    // Errors then name the file and the line in which it was written, and `import()` looks from there.
    const filename = url ?? `bramble:${name === "" ? "function" : name}`;
    return evaluate(factoryCode(source), { filename, lineOffset: line - 1 }) as Factory;
  } catch (error) {
    throw new BrambleError(
      "CANNOT_TRAVEL",
      `Node ${process.version} here does not understand the source of ${name === "" ? "a function" : `\`${name}\``}: ` +
        `${String(error)}. It was written for a newer one`,
      { cause: error },
    );
  }
}

/** The source begins on the second line, so that lines can be told. */
function factoryCode({ code, isStrict, eager, lazy, helpers }: ArrivedSource): string {
  const directive = isStrict ? '"use strict"; ' : "";
  const variables = [
    ...helpers.map(([name, helper]) => `const ${name} = $bramble_helpers.${helper}; `),
    ...eager.map((name, index) => `let ${name} = $bramble_eager[${index}]; `),
    ...lazy.map((name) => `let ${name}; `),
  ];
  const assignments = lazy.map((name, index) => `${name} = $bramble_values[${index}];`);
  return (
    `(function ($bramble_eager, $bramble_helpers) { ${directive}${variables.join("")}return [(\n${code}\n), ` +
    `function ($bramble_values) { ${assignments.join(" ")} }]; })`
  );
}

function helpersOf(url: string | null): Readonly<Record<Helper, unknown>> {
  // What was never a file looks for modules from where the program runs.
  const here = url ?? pathToFileURL("bramble.js").href;
  return {
    meta: url === null ? {} : { url, filename: fileURLToPath(url), dirname: dirname(fileURLToPath(url)) },
    name: setName,
    counter: COUNTER,
    importer: importerOf(here),
    require: createRequire(here),
  };
}

/** What esbuild and tsx call to keep the name of a function. */
function setName(fn: CallableFunction, name: string): CallableFunction {
  return Object.defineProperty(fn, "name", { value: name, configurable: true });
}

/** Counters of a coverage tool, which nobody reads here: whatever is asked of it is itself. */
const COUNTER: unknown = new Proxy(() => COUNTER, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => 0 : COUNTER),
  set: () => true,
});
