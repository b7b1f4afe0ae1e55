import { computeMany } from "./compute.js";
import { leavesOf, splitOptions, substitute } from "./leaves.js";
import type { Resolved } from "./types.js";

/**
 * Computes arrays, bags, delayed values and data frames together: what they have in common is made once. They may stand in
 * lists, objects, maps and sets. The last argument may be options.
 *
 * @returns the values, in order.
 * @example
 * const [sum, rows] = await compute(x.sum(), { first: delayed(read)(path) }, { scheduler: "sync" });
 */
export async function compute<const T extends readonly unknown[]>(
  ...values: T
): Promise<{ -readonly [I in keyof T]: Resolved<T[I]> }> {
  const [wanted, options] = splitOptions(values);
  const leaves = leavesOf(wanted);
  const results = await computeMany(leaves, options);
  const byLeaf = new Map(leaves.map((leaf, index) => [leaf, results[index]]));
  return wanted.map((value) => substitute(value, byLeaf)) as { -readonly [I in keyof T]: Resolved<T[I]> };
}
