import { BrambleError } from "../errors.js";

/** Stands in `bramble-core` for the arrays of `bramble-array`: whatever is done with it says how to get them. */
export const array = standIn("array", "Arrays", "bramble-array");
/** Stands in `bramble-core` for the data frames of `bramble-dataframe`. */
export const dataframe = standIn("dataframe", "Data frames", "bramble-dataframe");
/** Stands in `bramble-core` for the expressions of `bramble-dataframe`. */
export const col = standIn("col", "Data frames", "bramble-dataframe");

/** Of the type `never`, so that TypeScript refuses what would fail. */
function standIn(name: string, what: string, packageName: string): never {
  const refuse = (): never => {
    throw notInstalled(what, packageName, `import { ${name} } from "${packageName}"`);
  };
  const handler: ProxyHandler<() => void> = {
    // Whoever prints it, or asks whether it is a promise, means no harm.
    get: (_, key) => (typeof key === "symbol" || key === "then" ? undefined : refuse()),
    apply: refuse,
    construct: refuse,
  };
  return new Proxy(() => {}, handler) as never;
}

/** The error of a part of Bramble that is a package of its own. */
export function notInstalled(what: string, packageName: string, usage: string): BrambleError {
  return new BrambleError(
    "NOT_INSTALLED",
    `${what} are not in bramble-core: npm install ${packageName}, and ${usage}`,
  );
}
