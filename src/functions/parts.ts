import type { ModuleReference } from "./modules.js";

/** A variable of the surroundings that a function uses. */
export interface Capture {
  readonly name: string;
  /** Its value; a `ModuleReference` where it is an import. */
  readonly value: unknown;
}

/** Something that stands in for a name that only makes sense where a function was written. */
export type Helper = "meta" | "name" | "counter" | "importer" | "require";

/** What makes up a function that was written in JavaScript. */
export interface SourceParts {
  readonly kind: "source";
  readonly name: string;
  /** An expression that evaluates to it, given the captures. */
  readonly code: string;
  readonly isStrict: boolean;
  readonly isClass: boolean;
  /** Where it was written; null if not in a file. */
  readonly url: string | null;
  /** Number of its first line there, from 0. */
  readonly line: number;
  /** Names that the other side has something of its own for. */
  readonly helpers: readonly (readonly [name: string, helper: Helper])[];
  /** Captures that are needed to evaluate the expression: what a class extends, computed names. */
  readonly eager: readonly Capture[];
  /** Captures that are needed when it is called. */
  readonly lazy: readonly Capture[];
  /** What its source does not make. */
  readonly own: OwnParts | undefined;
}

/** Properties that somebody gave to a function. */
export interface OwnParts {
  readonly properties: Readonly<Record<string, unknown>>;
  /** Properties of its `prototype`. */
  readonly methods: Readonly<Record<string, unknown>>;
  /** What an old-style class inherits from, if it was told to. */
  readonly parent: object | undefined;
}

/** What makes up a bound function. */
export interface BoundParts {
  readonly kind: "bound";
  readonly target: unknown;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** A function of Node itself. */
export interface ModuleParts {
  readonly kind: "module";
  readonly reference: ModuleReference;
}

export type FunctionParts = SourceParts | BoundParts | ModuleParts;
