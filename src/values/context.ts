import type { ModuleSource } from "../functions/modules.js";
import type { ViewCollector } from "./views.js";
import type { Writer } from "./writer.js";

/** Where a function came from: which one it was there, and the file and line in which it was written. */
export type Origin = readonly [id: string, url: string | null, line: number];

/** What is not part of what a value says; no hash covers it. */
export interface Sidecar {
  readonly modules: ModuleSource[];
  readonly functions: Origin[];
}

/** An encoding under way, as the functions see it that write objects. */
export interface EncodeContext {
  readonly writer: Writer;
  readonly views: ViewCollector;
  readonly sidecar: Sidecar;
  /** Writes any value. */
  value(value: unknown): void;
  /** Writes a value that belongs to the one under way, which errors then tell: "property `x`", "entry 3". */
  member(role: string, value: unknown, key?: string | number): void;
  /** Gives an object its number. */
  number(object: object): void;
  /** Writes a reference to an object that has a number; false if it has none. */
  reference(object: object): boolean;
  /** Writes what may not be able to travel; false if it could not, and then nothing was written. */
  attempt(write: () => void): boolean;
}
