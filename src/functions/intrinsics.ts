/**
 * Globals of every Node, beyond the language's own, whose values are named instead of sent. Bun, Deno and
 * browsers have most of them too.
 */
const HOST_GLOBALS =
  "AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream " +
  "CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventSource EventTarget " +
  "File FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance PerformanceEntry " +
  "PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming " +
  "ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest " +
  "ReadableStreamDefaultController ReadableStreamDefaultReader Request Response Storage SubtleCrypto TextDecoder " +
  "TextDecoderStream TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController URL URLPattern " +
  "URLSearchParams WebAssembly WebSocket WritableStream WritableStreamDefaultController " +
  "WritableStreamDefaultWriter atob btoa clearImmediate clearInterval clearTimeout console crypto fetch global " +
  "navigator performance process queueMicrotask setImmediate setInterval setTimeout structuredClone";

/** Globals of the language. */
const LANGUAGE_GLOBALS =
  "AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView " +
  "Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity " +
  "Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError " +
  "ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError " +
  "URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI " +
  "decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt " +
  "undefined unescape";

const HOST = new Set(HOST_GLOBALS.split(" "));
const LANGUAGE = new Set(LANGUAGE_GLOBALS.split(" "));

/** Whether a global of this name is there in every process. */
export function isPlatformGlobal(name: string): boolean {
  return HOST.has(name) || LANGUAGE.has(name);
}

/** Whether the language itself has a global of this name. */
export function isLanguageGlobal(name: string): boolean {
  return LANGUAGE.has(name);
}

/** Where a built-in function or object is found: `["Math", "max"]`; undefined if it is none. */
export function intrinsicPath(value: object): readonly string[] | undefined {
  paths ??= collectPaths();
  return paths.get(value) ?? lateGlobal(value);
}

/** What is there, from the global object on. */
export function intrinsicAt(path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (object, key) => (object as Record<string, unknown> | undefined)?.[key],
    globalThis,
  );
}

let paths: Map<object, readonly string[]> | undefined;

/** Globals, their members and the members of their prototypes. */
function collectPaths(): Map<object, readonly string[]> {
  const found = new Map<object, readonly string[]>([[globalThis, ["globalThis"]]]);
  for (const name of [...LANGUAGE, ...HOST]) {
    const value = memberOf(globalThis, name);
    if (value === undefined || found.has(value)) continue;
    found.set(value, [name]);
    addMembers(value, [name], found);
    const prototype = memberOf(value, "prototype");
    if (prototype === undefined) continue;
    found.set(prototype, [name, "prototype"]);
    addMembers(prototype, [name, "prototype"], found);
  }
  return found;
}

function addMembers(object: object, path: readonly string[], found: Map<object, readonly string[]>): void {
  const isHost = HOST.has(path[0] ?? "");
  for (const key of Object.getOwnPropertyNames(object)) {
    const member = memberOf(object, key);
    // A method that is not native was added to a class of the language by the program.
    const isBuiltIn = typeof member === "function" && (isHost || isNative(member));
    if (isBuiltIn && !found.has(member)) found.set(member, [...path, key]);
  }
}

/** What a property holds, if it is a function or an object. Getters are not called: some load half of Node. */
function memberOf(object: object, key: string): object | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
  return (typeof value === "object" && value !== null) || typeof value === "function" ? value : undefined;
}

/** Globals behind a getter, which are asked for only when something has their name. */
function lateGlobal(value: object): readonly string[] | undefined {
  const name = typeof value === "function" ? value.name : tagOf(value).toLowerCase();
  if (!HOST.has(name)) return undefined;
  return Reflect.get(globalThis, name) === value ? [name] : undefined;
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/** Whether a function is built into the engine. */
export function isNative(value: CallableFunction): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(value));
}
