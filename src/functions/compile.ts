import { constants, Script } from "node:vm";

/** Where code was written, for errors and for `import()`. */
export interface CodePlace {
  /** A URL, or any name. */
  readonly filename: string;
  /** Lines in the file before the first one of the code. */
  readonly lineOffset?: number;
}

/** Runs code as if it stood in a file, and gives what it evaluates to. */
export function evaluate(code: string, { filename, lineOffset = 0 }: CodePlace): unknown {
  // Only where it is needed: Node has no such code in its cache.
  if (!code.includes("import(")) return new Script(code, { filename, lineOffset }).runInThisContext();
  acceptImports();
  return new Script(code, { filename, lineOffset, importModuleDynamically }).runInThisContext();
}

/** `import()` in the code works as it does in the file. */
const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
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
  try {
    new Script('import("node:module")', { importModuleDynamically }).runInThisContext();
  } finally {
    speaker.emitWarning = emitWarning;
  }
}
