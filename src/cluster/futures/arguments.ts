import type { Lazy } from "../../delayed/types.js";
import type { Future } from "./future.js";

/** What can stand where a function wants a `T`: the value, a future or delayed value of it, or a structure of such. */
export type Submitted<T> =
  | Lazy<T>
  | Future<T>
  | (T extends readonly (infer E)[]
      ? readonly Submitted<E>[]
      : T extends ReadonlyMap<infer K, infer V>
        ? ReadonlyMap<K, Submitted<V>>
        : T extends ReadonlySet<infer E>
          ? ReadonlySet<Submitted<E>>
          : T extends (...args: never[]) => unknown
            ? never
            : T extends object
              ? { readonly [K in keyof T]: Submitted<T[K]> }
              : never);

/** The arguments of a call that is submitted. */
export type SubmittedArguments<A extends readonly unknown[]> = { [I in keyof A]: Submitted<A[I]> };

/** For each argument many of them. */
export type MappedArguments<A extends readonly unknown[]> = { [I in keyof A]: Iterable<Submitted<A[I]>> };
