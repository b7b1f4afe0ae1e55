// Loaded by every Node of an active environment: what an import does not find beside its file is looked for among
// the packages of the environment. It stands alone, for it is copied to where environments find it.

import * as nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

type Resolve = (specifier: string, context: { readonly parentURL?: string | undefined }) => { url: string };

interface HooksModule {
  /** Of Node 22.15 and later; it needs no thread of its own. */
  readonly registerHooks?: (hooks: {
    resolve: (specifier: string, context: object, next: Resolve) => { url: string };
  }) => void;
}

const prefix = process.env["BRAMBLE_PREFIX"];

if (prefix !== undefined && prefix !== "") {
  // No file of this name is needed: only its folder counts.
  const parentURL = pathToFileURL(join(prefix, "import.js")).href;
  const { registerHooks } = nodeModule as HooksModule;
  if (registerHooks === undefined) {
    nodeModule.register("./packages-resolver.js", import.meta.url, { data: parentURL });
  } else {
    registerHooks({ resolve: (specifier, context, next) => resolve(parentURL, specifier, context, next) });
  }
}

function resolve(parentURL: string, specifier: string, context: object, next: Resolve): { url: string } {
  try {
    return next(specifier, context);
  } catch (error) {
    // Neither a path nor a URL nor an import of the package itself.
    if (/^(?:[./#]|[\w-]+:)/.test(specifier)) throw error;
    try {
      return next(specifier, { ...context, parentURL });
    } catch {
      throw error;
    }
  }
}
