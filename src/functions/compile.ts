import Module from "node:module";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

/** Where code was written, for errors and for `import()`. */
export interface CodePlace {
  /** A URL, or any name. */
  readonly filename: string;
  /** Lines in the file before the first one of the code. */
  readonly lineOffset?: number;
}

/** Runs an expression as if it stood in a file, where `import()` works too, and gives its value. */
export function evaluate(code: string, { filename, lineOffset = 0 }: CodePlace): unknown {
  // Only where it is needed: Node has no such code in its cache.
  if (!code.includes("import(")) return new vm.Script(code, { filename, lineOffset }).runInThisContext();
  const importModuleDynamically = DEFAULT_LOADER;
  if (importModuleDynamically === undefined) return evaluateAsModule(code, filename, lineOffset);
  acceptImports();
  return new vm.Script(code, { filename, lineOffset, importModuleDynamically }).runInThisContext();
}

/** What has scripts import as files do: Node has it since 20.12, the newest for armv7 in npm is 20.11. */
const { USE_MAIN_CONTEXT_DEFAULT_LOADER: DEFAULT_LOADER } = vm.constants ?? {};

interface CompilableModule {
  filename: string;
  exports: unknown;
  _compile: (code: string, filename: string) => void;
}

/** The same in older Nodes, where `import()` works in modules alone, CommonJS ones too. */
function evaluateAsModule(code: string, filename: string, lineOffset: number): unknown {
  const path = filename.startsWith("file:") ? fileURLToPath(filename) : filename;
  const module = new Module(path) as unknown as CompilableModule;
  module.filename = path;
  module._compile(`module.exports =${"\n".repeat(lineOffset)}${code}`, path);
  return module.exports;
}

let areAccepted = false;

/**
 * Node warns at the first `import()` of each thread that the option is experimental, which is no news to whoever
 * runs a function; so the first one happens here, unheard.
 */
function acceptImports(): void {
  if (areAccepted) return;
  areAccepted = true;
  const speaker: { emitWarning: unknown } = process;
  const { emitWarning } = speaker;
  speaker.emitWarning = () => undefined;
  const importModuleDynamically = DEFAULT_LOADER;
  try {
    new vm.Script('import("node:module")', { importModuleDynamically }).runInThisContext();
  } finally {
    speaker.emitWarning = emitWarning;
  }
}
