import { functionParts } from "../functions/capture.js";
import { originOf } from "../functions/identity.js";
import { intrinsicPath } from "../functions/intrinsics.js";
import { ModuleReference, moduleOf } from "../functions/modules.js";
import { STAND_IN } from "../functions/source.js";
import type { BoundParts, Capture, SourceParts } from "../functions/parts.js";
import type { EncodeContext } from "./context.js";
import { knownName } from "./known.js";
import { type Plain, writePlain } from "./plain.js";
import { KIND } from "./wire.js";

/** Writes a function or a class that has no number yet. */
export function encodeFunction(fn: CallableFunction, context: EncodeContext): void {
  const path = intrinsicPath(fn);
  if (path !== undefined) return encodeIntrinsic(path, context);
  const known = knownName(fn);
  if (known !== undefined) {
    context.writer.composite(KIND.knownFunction, 1);
    return context.writer.string(known);
  }
  const module = moduleOf(fn);
  if (module !== undefined) return encodeModule(module, context);
  const parts = functionParts(fn);
  if (parts.kind === "module") encodeModule(parts.reference, context);
  else if (parts.kind === "bound") encodeBound(fn, parts, context);
  else encodeSource(fn, parts, context);
}

/** Writes something that every JavaScript has, by where it is found. */
export function encodeIntrinsic(path: readonly string[], context: EncodeContext): void {
  context.writer.composite(KIND.intrinsic, 1);
  writePlain(context.writer, path);
}

/** Writes something that is imported where it arrives. */
export function encodeModule({ source, name, interop }: ModuleReference, context: EncodeContext): void {
  const { modules } = context.sidecar;
  const same = modules.findIndex(
    (known) =>
      known.specifier === source.specifier &&
      known.parent === source.parent &&
      known.loading === source.loading &&
      known.type === source.type,
  );
  context.writer.composite(KIND.module, 2);
  context.writer.number(same === -1 ? modules.push(source) - 1 : same);
  writePlain(context.writer, [name, interop]);
}

function encodeBound(fn: CallableFunction, { target, self, args }: BoundParts, context: EncodeContext): void {
  context.writer.composite(KIND.bound, 3);
  context.member("is bound of", target);
  context.member("its `this`", self);
  context.member("its arguments", args);
  context.number(fn);
}

function encodeSource(fn: CallableFunction, parts: SourceParts, context: EncodeContext): void {
  const { writer, sidecar } = context;
  const { name, code, isStrict, isClass, helpers, eager, lazy, own } = parts;
  writer.composite(KIND.function, 3);
  const names = [eager, lazy].map((captures) => captures.map((capture) => capture.name));
  writePlain(writer, [name, code, isStrict, isClass, helpers, ...names] as Plain);
  sidecar.functions.push([originOf(fn), parts.url, parts.line]);
  writer.array(eager.length);
  for (const capture of eager) encodeCapture(capture, context);
  // What a class extends may itself use the class, which was written then.
  if (context.reference(fn)) return;
  context.number(fn);
  writer.array(lazy.length + 1);
  for (const capture of lazy) encodeCapture(capture, context);
  if (own === undefined) writer.nil();
  else context.member("its own properties", [own.properties, own.methods, own.parent]);
}

function encodeCapture({ name, value }: Capture, context: EncodeContext): void {
  if (value instanceof ModuleReference) encodeModule(value, context);
  else if (name === STAND_IN.heritage) context.member("extends", value);
  else context.member("uses", value, name);
}
