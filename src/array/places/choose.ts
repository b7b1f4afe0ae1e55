import { checkOptions, invalid } from "../../check.js";
import { DTYPES } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import { asLazy, binary, choose as either } from "../composed/build.js";
import type { LazyArray } from "../lazy-array.js";
import type { Operand } from "../types.js";
import { bringInside, type Outside } from "./bring-inside.js";

/** What becomes of numbers that no choice has. */
export interface ChooseOptions {
  /** `"clip"` takes the first or the last choice, `"wrap"` counts on from the other end. Default: `"clip"`. */
  readonly mode?: Outside | undefined;
}

/**
 * Of each place the element of the choice whose number stands there. All broadcast against each other. Unlike NumPy's,
 * numbers that no choice has are no error, since they are known when blocks are computed only: see `mode`.
 *
 * @param numbers - integers from 0 to the number of choices less 1.
 * @throws {BrambleError} `UNSUPPORTED_DTYPE` for floats.
 * @example
 * array.choose(x.greater(0), [0, x]); // as where(x > 0, x, 0)
 */
export function choose(
  numbers: LazyArray,
  choices: readonly Operand[],
  options: ChooseOptions = {},
): LazyArray {
  checkOptions(options, "options", ["mode"]);
  const which = asLazy(numbers, "numbers");
  if (DTYPES[which.dtype].kind === "float") {
    throw new BrambleError("UNSUPPORTED_DTYPE", `\`numbers\` of \`choose\` are ${which.dtype}, not integers`);
  }
  if (!Array.isArray(choices) || choices.length === 0) {
    throw invalid("a list of at least one array", "choices", choices);
  }
  const inside = bringInside(which.astype("int64"), choices.length, options.mode ?? "clip");
  const last = asLazy(choices.at(-1), `choices[${choices.length - 1}]`);
  // The last choice takes the shape of the numbers too.
  const start = either(binary("equal", inside, choices.length - 1), last, last);
  return choices
    .slice(0, -1)
    .reduceRight<LazyArray>(
      (otherwise, choice, number) => either(binary("equal", inside, number), choice, otherwise),
      start,
    );
}
