import type { Computed, LazyArray } from "../array/index.js";
import type { Bag } from "../bag/bag.js";
import type { DType } from "../dtype/index.js";
import type { Delayed } from "./delayed.js";
import type { APART } from "./task.js";

/** What can stand where a function wants a `T`: the value, a delayed one, or a structure with such in it. */
export type Lazy<T> =
  | T
  | Delayed<T>
  | LazyArray
  | (T extends readonly (infer E)[]
      ? readonly Lazy<E>[]
      : T extends ReadonlyMap<infer K, infer V>
        ? ReadonlyMap<Lazy<K>, Lazy<V>>
        : T extends ReadonlySet<infer E>
          ? ReadonlySet<Lazy<E>>
          : T extends (...args: never[]) => unknown
            ? never
            : T extends object
              ? { readonly [K in keyof T]: Lazy<T[K]> }
              : never);

/** The arguments of a delayed function. */
export type LazyArguments<A extends readonly unknown[]> = { [I in keyof A]: Lazy<A[I]> };

/** What something computes to: collections in it become what they stand for. */
export type Resolved<T> =
  T extends Delayed<infer V>
    ? V
    : T extends Bag<infer U>
      ? U[]
      : T extends { [APART](options: never): Promise<infer V> }
        ? V
        : T extends LazyArray<infer D extends DType, infer R>
          ? Computed<D, R>
          : T extends (...args: never[]) => unknown
            ? T
            : T extends Map<infer K, infer V>
              ? Map<Resolved<K>, Resolved<V>>
              : T extends Set<infer E>
                ? Set<Resolved<E>>
                : T extends readonly unknown[]
                  ? { -readonly [I in keyof T]: Resolved<T[I]> }
                  : T extends Record<string, unknown>
                    ? { [K in keyof T]: Resolved<T[K]> }
                    : T;

/** Names of the methods of a value. */
export type MethodOf<T> = {
  [K in keyof T]-?: T[K] extends (...args: never[]) => unknown ? K : never;
}[keyof T];
