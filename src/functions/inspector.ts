import type { Session } from "node:inspector";
import { late } from "./late.js";

/** What the engine shows of a function beyond its source. */
export interface FunctionInside {
  /** The variables around it, innermost first; without the global ones. */
  readonly scopes: readonly Readonly<Record<string, unknown>>[];
  /** Whether it stands in an ES module. */
  readonly isInModule: boolean;
  /** Where it was written. Absent for functions that are not JavaScript. */
  readonly location: FunctionLocation | undefined;
  /** Of a bound function. */
  readonly bound:
    | { readonly target: unknown; readonly self: unknown; readonly args: readonly unknown[] }
    | undefined;
}

/** A place in a script. */
export interface FunctionLocation {
  readonly scriptId: string;
  /** From 0. */
  readonly line: number;
}

/** Where objects are handed to and fro: `process` is one for all realms of a thread. */
const EXCHANGE = Symbol.for("bramble.inspector");
const EXCHANGE_CODE = 'process[Symbol.for("bramble.inspector")]';

interface RemoteObject {
  readonly objectId?: string;
  readonly description?: string;
  readonly value?: unknown;
}

interface RemoteProperty {
  readonly name: string;
  readonly value?: RemoteObject;
}

interface Properties {
  readonly result: readonly RemoteProperty[];
  readonly internalProperties?: readonly RemoteProperty[];
}

/** What a scope turns out to be. */
interface RemoteScope {
  readonly object: Readonly<Record<string, unknown>>;
}

/**
 * Looks into a function.
 *
 * @throws {Error} where the inspector is switched off, such as under `node --permission`.
 */
export function lookInside(fn: CallableFunction): FunctionInside {
  const exchange: { fn: unknown; got: unknown[] } = { fn, got: [] };
  Object.defineProperty(process, EXCHANGE, { value: exchange, configurable: true, enumerable: false });
  try {
    const { result } = post<{ result: RemoteObject }>("Runtime.evaluate", {
      expression: `${EXCHANGE_CODE}.fn`,
      objectGroup: "bramble",
    });
    const inside = new Map(internalsOf(result).map(({ name, value }) => [name, value]));
    const scopes = scopesOf(inside.get("[[Scopes]]"));
    return {
      scopes: scopes.map(({ remote }) => (received(remote, exchange.got) as RemoteScope).object),
      isInModule: scopes.some(({ name }) => name === "Module"),
      location: locationOf(inside.get("[[FunctionLocation]]")),
      bound: inside.has("[[TargetFunction]]")
        ? {
            target: received(inside.get("[[TargetFunction]]"), exchange.got),
            self: received(inside.get("[[BoundThis]]"), exchange.got),
            args: received(inside.get("[[BoundArgs]]"), exchange.got) as unknown[],
          }
        : undefined,
    };
  } finally {
    Reflect.deleteProperty(process, EXCHANGE);
    post("Runtime.releaseObjectGroup", { objectGroup: "bramble" });
  }
}

function internalsOf({ objectId }: RemoteObject): readonly RemoteProperty[] {
  return (
    post<Properties>("Runtime.getProperties", { objectId, ownProperties: true }).internalProperties ?? []
  );
}

/** The scopes with variables of their own, such as `Closure (outer)`, `Block` and `Module`. */
function scopesOf(scopes: RemoteObject | undefined): { name: string; remote: RemoteObject | undefined }[] {
  if (scopes?.objectId === undefined) return [];
  const { result } = post<Properties>("Runtime.getProperties", {
    objectId: scopes.objectId,
    ownProperties: true,
  });
  return result
    .filter(({ name, value }) => /^\d+$/.test(name) && value?.description !== "Global")
    .map(({ value }) => ({ name: value?.description ?? "", remote: value }));
}

function locationOf(location: RemoteObject | undefined): FunctionLocation | undefined {
  const found = location?.value as { scriptId: string; lineNumber: number } | undefined;
  return found === undefined ? undefined : { scriptId: found.scriptId, line: found.lineNumber };
}

/** The object itself that the inspector speaks of. */
function received(remote: RemoteObject | undefined, got: unknown[]): unknown {
  if (remote?.objectId === undefined) return remote?.value;
  post("Runtime.callFunctionOn", {
    objectId: remote.objectId,
    functionDeclaration: `function () { ${EXCHANGE_CODE}.got.push(this); }`,
    silent: true,
  });
  return got.pop();
}

/** A script that was loaded. */
export interface Script {
  readonly url: string;
  readonly source: string;
}

const scripts = new Map<string, Script>();

/** The script of an id. The first question about a script costs some milliseconds: all scripts are told then. */
export function scriptOf(scriptId: string): Script {
  const known = scripts.get(scriptId);
  if (known !== undefined) return known;
  let url = "";
  const note = ({ params }: { params: { scriptId: string; url: string } }): void => {
    if (params.scriptId === scriptId) url = params.url;
  };
  const open = connected();
  open.on("Debugger.scriptParsed", note as never);
  try {
    post("Debugger.enable", {});
    const { scriptSource } = post<{ scriptSource: string }>("Debugger.getScriptSource", { scriptId });
    const script = { url, source: scriptSource };
    scripts.set(scriptId, script);
    return script;
  } finally {
    open.off("Debugger.scriptParsed", note as never);
    // An open debugger slows everything down.
    post("Debugger.disable", {});
  }
}

let session: Session | undefined;

function connected(): Session {
  if (session === undefined) {
    const opened = new late.inspector.Session();
    opened.connect();
    session = opened;
  }
  return session;
}

/** Asks the inspector of this thread, which answers at once. */
function post<T>(method: string, params: object): T {
  let answer: { readonly error: Error | null; readonly result: T } | undefined;
  connected().post(
    method as "Runtime.enable",
    params as never,
    ((error: Error | null, result: T) => {
      answer = { error, result };
    }) as never,
  );
  if (answer === undefined) throw new Error(`the inspector gave no answer to ${method}`);
  if (answer.error !== null) throw new Error(answer.error.message);
  return answer.result;
}
