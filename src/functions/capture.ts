import { kindOf } from "../values/describe-value.js";
import { CannotTravel } from "../values/trail.js";
import { explicitOf } from "./explicit.js";
import { lookInside } from "./inspector.js";
import { isLanguageGlobal, isPlatformGlobal } from "./intrinsics.js";
import { nodeModuleOf } from "./modules.js";
import { ownParts } from "./own.js";
import type { Capture, FunctionParts, Helper, SourceParts } from "./parts.js";
import { analyse, type SourceAnalysis, STAND_IN } from "./source.js";
import { type Surroundings, surroundingsOf, unseenSurroundings } from "./surroundings.js";
import { checkOuter, warnOfWritten } from "./verdicts.js";

/**
 * Takes a function apart: its source, and the values of the variables around it as they are now.
 *
 * @throws {CannotTravel} if it uses something that another process cannot have.
 */
export function functionParts(fn: CallableFunction): FunctionParts {
  const explicit = explicitOf(fn);
  const target = explicit?.target ?? fn;
  const analysis = analyse(Function.prototype.toString.call(target));
  if (analysis === undefined) return boundParts(target);
  const surroundings =
    explicit === undefined ? surroundingsOf(target, standsAlone(analysis)) : named(target, explicit.captures);
  if (surroundings.isOfNode) return nodeParts(target);
  checkOuter(target, analysis);
  return sourceParts(target, analysis, surroundings);
}

/** Whether a function uses nothing around it but the language. */
function standsAlone({ walk, hasMeta }: SourceAnalysis): boolean {
  return !hasMeta && [...walk.free].every(isLanguageGlobal);
}

function boundParts(fn: CallableFunction): FunctionParts {
  const { bound } = lookInside(fn);
  if (bound === undefined) throw refusal(fn, "it is built in and has no source");
  return { kind: "bound", ...bound };
}

/** A function of Node is imported where it runs. */
function nodeParts(fn: CallableFunction): FunctionParts {
  const reference = nodeModuleOf(fn);
  if (reference === undefined) throw refusal(fn, "it is an inner part of Node, which no module exports");
  return { kind: "module", reference };
}

function refusal(fn: CallableFunction, why: string): CannotTravel {
  return new CannotTravel({ what: kindOf(fn), why, advice: "call it inside a function of your own" });
}

/** What somebody said to be around a function. */
function named(fn: CallableFunction, captures: Readonly<Record<string, unknown>>): Surroundings {
  return unseenSurroundings(fn, (name) => {
    if (Object.hasOwn(captures, name)) return { value: captures[name] };
    if (name in globalThis) return undefined;
    throw new CannotTravel({
      what: kindOf(fn),
      why: `it uses \`${name}\`, which its captures don't name`,
      advice: `add it, as in task(f, { captures: { ${[...Object.keys(captures), name].join(", ")} } })`,
    });
  });
}

function sourceParts(
  fn: CallableFunction,
  analysis: SourceAnalysis,
  surroundings: Surroundings,
): SourceParts {
  const { walk, isClass } = analysis;
  const { url, line } = surroundings;
  const helpers = [...walk.free].flatMap((name) => helperFor(name));
  if (analysis.hasMeta) helpers.push([STAND_IN.meta, "meta"]);
  const own = new Set(helpers.map(([name]) => name));
  const captures = [...walk.free]
    .filter((name) => !own.has(name))
    .flatMap((name) => captureOf(name, walk, surroundings));
  warnOfWritten(
    fn,
    captures.map(({ name }) => name).filter((name) => walk.written.has(name)),
    url === null ? null : `${url}:${line + 1}`,
  );
  const eager = captures.filter(({ name }) => walk.eager.has(name));
  if (analysis.hasHeritage) eager.push({ name: STAND_IN.heritage, value: Object.getPrototypeOf(fn) });
  return {
    kind: "source",
    name: fn.name,
    code: analysis.code,
    isStrict: surroundings.isStrict,
    isClass,
    url,
    line,
    helpers,
    eager,
    lazy: captures.filter(({ name }) => !walk.eager.has(name)),
    own: ownParts(fn, isClass),
  };
}

function captureOf(name: string, { members }: SourceAnalysis["walk"], surroundings: Surroundings): Capture[] {
  const found = surroundings.find(name, members.get(name));
  if (found !== undefined) return [{ name, value: found.value }];
  // A global of the program's own travels; a name that nothing declares may be asked for with typeof.
  const isOfProgram = !isPlatformGlobal(name) && name in globalThis;
  return isOfProgram ? [{ name, value: Reflect.get(globalThis, name) }] : [];
}

/** Names that compilers and coverage tools put into functions. */
function helperFor(name: string): (readonly [string, Helper])[] {
  if (name === "require") return [[name, "require"]];
  if (name === "__name") return [[name, "name"]];
  if (name === "__vite_ssr_import_meta__") return [[name, "meta"]];
  if (name === "__vite_ssr_dynamic_import__") return [[name, "importer"]];
  return /^cov_[0-9a-z]{6,}$/.test(name) ? [[name, "counter"]] : [];
}
