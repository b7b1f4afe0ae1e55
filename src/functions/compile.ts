import vm from "node:vm";

/** Where code was written, for errors and for `import()`. */
export interface CodePlace {
  /** A URL, or any name. */
  readonly filename: string;
  /** Lines in the file before the first one of the code. */
  readonly lineOffset?: number;
}

/** Runs code as if it stood in a file, where `import()` works too, and gives what it evaluates to. */
export function evaluate(code: string, { filename, lineOffset = 0 }: CodePlace): unknown {
  // Only where it is needed: Node has no such code in its cache.
  if (!code.includes("import(")) return new vm.Script(code, { filename, lineOffset }).runInThisContext();
  acceptImports();
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return new vm.Script(code, { filename, lineOffset, importModuleDynamically }).runInThisContext();
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
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  try {
    new vm.Script('import("node:module")', { importModuleDynamically }).runInThisContext();
  } finally {
    speaker.emitWarning = emitWarning;
  }
}
