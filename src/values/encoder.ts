import { kindOf } from "./describe-value.js";
import type { EncodeContext, Sidecar } from "./context.js";
import { encodeFunction } from "./encode-function.js";
import { encodeObject } from "./encode-object.js";
import { writePlain } from "./plain.js";
import { writePrimitive } from "./primitive.js";
import { encodeSymbol } from "./symbols.js";
import { CannotTravel, type FirstLink, type Link, type Step, travelError } from "./trail.js";
import { writtenAt } from "./written-at.js";
import { ViewCollector } from "./views.js";
import type { Encoded } from "./wire.js";
import { Writer } from "./writer.js";

/** A value in portable form, and the part of it that says what it is, for hashes. */
export interface EncodedForHash extends Encoded {
  /** Equal for equal values, on every machine. */
  readonly content: readonly Uint8Array[];
}

/** Writes one value. */
export class Encoder implements EncodeContext {
  readonly writer = new Writer();
  readonly views = new ViewCollector();
  readonly sidecar: Sidecar = { modules: [], functions: [] };
  readonly #numbers = new Map<object, number>();
  /** What leads to the value under way. Put into words only for an error: most values travel. */
  readonly #trail: Link[] = [];
  #root = "";
  #firstLink: FirstLink = () => undefined;

  /**
   * Writes a value and finishes.
   *
   * @param what - what it is to the caller, for errors.
   * @param firstLink - where errors begin to tell what leads to what cannot travel, if not there.
   */
  encode(value: unknown, what: string, firstLink?: FirstLink): EncodedForHash {
    this.#root = what;
    if (firstLink !== undefined) this.#firstLink = firstLink;
    try {
      this.value(value);
    } catch (error) {
      throw this.#explain(error);
    }
    return this.#finish();
  }

  value(value: unknown): void {
    if (writePrimitive(this.writer, value)) return;
    if (typeof value === "symbol") encodeSymbol(value, this.writer);
    else if (this.reference(value as object)) return;
    else if (typeof value === "function") encodeFunction(value as CallableFunction, this);
    else encodeObject(value as object, this);
  }

  member(role: string, value: unknown, key?: string | number): void {
    const isPrimitive = value === null || (typeof value !== "object" && typeof value !== "function");
    if (isPrimitive && typeof value !== "symbol") return this.value(value);
    this.#trail.push({ role, value, key });
    this.value(value);
    // Only where it went well: an error tells the whole trail.
    this.#trail.pop();
  }

  number(object: object): void {
    this.#numbers.set(object, this.#numbers.size);
  }

  reference(object: object): boolean {
    const number = this.#numbers.get(object);
    if (number === undefined) return false;
    this.writer.ref(number);
    return true;
  }

  attempt(write: () => void): boolean {
    const { modules, functions } = this.sidecar;
    const before = [this.writer.length, this.views.length, modules.length, functions.length] as const;
    const [numbered, depth] = [this.#numbers.size, this.#trail.length];
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof CannotTravel)) throw error;
      this.writer.truncate(before[0]);
      this.views.truncate(before[1]);
      modules.length = before[2];
      functions.length = before[3];
      this.#trail.length = depth;
      for (const object of [...this.#numbers.keys()].slice(numbered)) this.#numbers.delete(object);
      return false;
    }
  }

  /** Appends the tables, and where they begin. */
  #finish(): EncodedForHash {
    const { writer, sidecar } = this;
    const { buffers, places } = this.views.finish();
    const tables = writer.length;
    writePlain(writer, places);
    writePlain(
      writer,
      sidecar.modules.map(({ identity }) => identity),
    );
    const contentLength = writer.length;
    writePlain(
      writer,
      sidecar.modules.map((module) => module.toWire()),
    );
    writePlain(writer, sidecar.functions);
    writer.footer(tables);
    const head = writer.finish();
    return { head, buffers, content: [head.subarray(0, contentLength), ...buffers] };
  }

  #steps(): Step[] {
    const trail = this.#trail;
    const first = this.#firstLink(trail) ?? -1;
    const root = trail[first];
    return [
      { relation: "", what: root === undefined ? this.#root : rootOf(root.value) },
      ...trail.slice(first + 1).map(({ role, value, key }) => ({
        relation: relationOf(role, key),
        what: kindOf(value),
      })),
    ];
  }

  #explain(error: unknown): unknown {
    if (error instanceof CannotTravel) return travelError(this.#steps(), error.refusal);
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      return travelError(this.#steps().slice(0, 1), {
        what: "an object",
        why: "objects are nested in one another too deeply",
        advice: "keep it flat, such as an array of rows instead of a linked list",
      });
    }
    return error;
  }
}

/** What a trail begins with; a function with the line in which it was written. */
function rootOf(value: unknown): string {
  const place = typeof value === "function" ? writtenAt(value) : undefined;
  return place === undefined ? kindOf(value) : `${kindOf(value)} (${place})`;
}

function relationOf(role: string, key: string | number | undefined): string {
  if (key === undefined) return role;
  return typeof key === "number" ? `${role} ${key}` : `${role} \`${key}\``;
}
