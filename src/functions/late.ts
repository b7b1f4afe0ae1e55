import type * as Inspector from "node:inspector";
import { createRequire } from "node:module";
import type * as Acorn from "acorn";

const require = createRequire(import.meta.url);

/** What only those need who send functions: to load it would make up a part of the start of every worker. */
export const late = {
  /** The parser. */
  get acorn(): typeof Acorn {
    return require("acorn") as typeof Acorn;
  },
  /** Node's inspector. */
  get inspector(): typeof Inspector {
    return require("node:inspector") as typeof Inspector;
  },
};
