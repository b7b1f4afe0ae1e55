import type { AnyNode, CallExpression, Expression, Pattern, Program } from "acorn";
import { late } from "./late.js";
import type { Interop, Loading } from "./modules.js";
import { childNodes } from "./scopes.js";

/** A name that a file binds to a module, or to something of it. */
export interface Binding {
  readonly specifier: string;
  readonly loading: Loading;
  /** Name of the export; null for the whole module. */
  readonly name: string | null;
  readonly interop: Interop;
  /** Type that an import attribute gives, such as `json`. */
  readonly type: string | null;
  /** Whether vite rewrote the import, and with it the specifier. */
  readonly isVite: boolean;
}

/** What a file says about itself. */
export interface FileFacts {
  /** Names that import statements bind. */
  readonly imports: ReadonlyMap<string, Binding>;
  /** Names that `require` or `await import` is assigned to: whether they still hold it, nobody knows. */
  readonly candidates: ReadonlyMap<string, readonly Binding[]>;
  /** Whether it begins with "use strict". */
  readonly isStrict: boolean;
}

/** Reads a file as it was executed: after TypeScript, esbuild or vite. */
export function readFile(source: string): FileFacts {
  const program = parseFile(source);
  if (program === undefined) return { imports: new Map(), candidates: new Map(), isStrict: false };
  const candidates = new Map<string, Binding[]>();
  collectCandidates(program, candidates);
  const [first] = program.body;
  return {
    imports: new Map(program.body.flatMap(importsOf)),
    candidates,
    isStrict: first !== undefined && isUseStrict(first),
  };
}

function isUseStrict(statement: AnyNode): boolean {
  return statement.type === "ExpressionStatement" && statement.directive === "use strict";
}

function parseFile(source: string): Program | undefined {
  for (const sourceType of ["module", "script"] as const) {
    try {
      return late.acorn.parse(source, {
        ecmaVersion: "latest",
        sourceType,
        allowHashBang: true,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
      });
    } catch {
      // What is no module may be a script. What is neither was made by something that acorn does not know.
    }
  }
  return undefined;
}

/** The names of an import statement. */
function importsOf(statement: AnyNode): [string, Binding][] {
  if (statement.type !== "ImportDeclaration") return [];
  const type = statement.attributes.flatMap(({ key, value }) =>
    (key.type === "Identifier" ? key.name : key.value) === "type" ? [String(value.value)] : [],
  )[0];
  const common = {
    specifier: String(statement.source.value),
    loading: "import",
    interop: "none",
    type: type ?? null,
    isVite: false,
  } as const;
  return statement.specifiers.map((specifier) => {
    const { name } = specifier.local;
    if (specifier.type === "ImportDefaultSpecifier") return [name, { ...common, name: "default" }];
    if (specifier.type === "ImportNamespaceSpecifier") return [name, { ...common, name: null }];
    const { imported } = specifier;
    return [
      name,
      { ...common, name: imported.type === "Identifier" ? imported.name : String(imported.value) },
    ];
  });
}

/** Finds `const x = require("y")` and what compilers make of imports, at any depth. */
function collectCandidates(node: AnyNode, found: Map<string, Binding[]>): void {
  if (node.type === "VariableDeclarator" && node.init) {
    const binding = moduleIn(node.init);
    if (binding !== undefined) addPattern(node.id, binding, found);
  }
  for (const child of childNodes(node)) collectCandidates(child, found);
}

function addPattern(pattern: Pattern, binding: Binding, found: Map<string, Binding[]>): void {
  const add = (name: string, entry: Binding): void => {
    found.set(name, [...(found.get(name) ?? []), entry]);
  };
  if (pattern.type === "Identifier") return add(pattern.name, binding);
  if (pattern.type !== "ObjectPattern" || binding.name !== null) return;
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier") continue;
    if (property.value.type === "Identifier")
      add(property.value.name, { ...binding, name: property.key.name });
  }
}

/** What compilers call the functions that turn a CommonJS module into an ES module. */
const INTEROPS: Readonly<Record<string, Interop>> = {
  __importDefault: "default",
  __importStar: "star",
  __toESM: "star",
};

/** The module that an expression gives: `require("a")`, `__importStar(require("a"))`, `await import("a")`, `require("a").b`. */
function moduleIn(init: Expression): Binding | undefined {
  if (init.type === "MemberExpression" && !init.computed && init.property.type === "Identifier") {
    const binding = init.object.type === "Super" ? undefined : moduleIn(init.object);
    const isWhole = binding?.name === null && binding.interop === "none";
    return isWhole ? { ...binding, name: init.property.name } : undefined;
  }
  if (init.type === "AwaitExpression") return awaited(init.argument);
  if (init.type !== "CallExpression") return undefined;
  const callee = nameOf(init.callee);
  if (callee === "require") return bindingOf(firstText(init), "require");
  const interop = INTEROPS[callee ?? ""];
  const [argument] = init.arguments;
  const isWrapped = interop !== undefined && argument !== undefined && argument.type !== "SpreadElement";
  const inner = isWrapped ? moduleIn(argument) : undefined;
  return inner?.name === null ? { ...inner, interop: interop ?? "none" } : undefined;
}

function awaited(argument: Expression): Binding | undefined {
  if (argument.type === "ImportExpression") {
    const { source } = argument;
    return bindingOf(source.type === "Literal" ? source.value : undefined, "import");
  }
  if (argument.type !== "CallExpression") return undefined;
  const callee = nameOf(argument.callee);
  const isVite = callee === "__vite_ssr_import__" || callee === "__vite_ssr_dynamic_import__";
  const binding = isVite ? bindingOf(firstText(argument), "import") : undefined;
  return binding === undefined ? undefined : { ...binding, isVite };
}

function bindingOf(specifier: unknown, loading: Loading): Binding | undefined {
  if (typeof specifier !== "string") return undefined;
  return { specifier, loading, name: null, interop: "none", type: null, isVite: false };
}

/** The name of a function that is called; of a member the member's, as in `tslib_1.__importStar(x)`. */
function nameOf(callee: AnyNode): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  const isNamed = callee.type === "MemberExpression" && callee.property.type === "Identifier";
  return isNamed ? (callee.property as { name: string }).name : undefined;
}

function firstText(call: CallExpression): unknown {
  const [first] = call.arguments;
  return first?.type === "Literal" ? first.value : undefined;
}
