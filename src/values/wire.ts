/**
 * How values are written: MessagePack, with extension types for what JavaScript has beyond it.
 *
 * Something composite is an array whose first entry is an extension of type `EXT.kind`, one byte that says
 * what follows; no other array begins so. Objects are numbered in the order in which they are met, and an
 * extension of type `EXT.ref` names an earlier one: cycles and shared objects stay what they are.
 */

/** Extension types. */
export const EXT = { kind: 1, ref: 2, undefined: 3, bigint: 4, utf16: 5 } as const;

/** What a composite is; the entries that follow the kind. */
export const KIND = {
  /** Key, value, key, value … */
  map: 1,
  /** Values. */
  set: 2,
  /** Length, then key and value of each entry that is there. */
  sparseArray: 3,
  /** Properties as a map. */
  nullObject: 4,
  /** Milliseconds. */
  date: 5,
  /** Source, flags, lastIndex. */
  regexp: 6,
  /** The primitive in it. */
  boxed: 7,
  /** Description of a registered symbol, or the name of a well-known one. */
  symbol: 8,
  /** Name of the class, number of the view. */
  view: 9,
  /** Class, then what a built-in class holds and own properties. */
  instance: 10,
  /** Class, then name, message, stack and own properties. */
  error: 11,
  /** Definition, captures that are needed at once, the others and own properties. */
  function: 12,
  /** Target, `this`, arguments. */
  bound: 13,
  /** Number of the module, then the name of the export and how CommonJS is looked at. */
  module: 14,
  /** Names from the global object on. */
  intrinsic: 15,
  /** Name of one of our own classes, what it is made from. */
  known: 16,
  /** Name of one of our own functions or classes. */
  knownFunction: 17,
  /** Prototype, own properties. */
  objectOf: 18,
} as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

/** A value in portable form. */
export interface Encoded {
  /** The value in MessagePack, but for the bytes of its typed arrays. */
  readonly head: Uint8Array;
  /** Those bytes: views of the memory they were in, not copies. */
  readonly buffers: readonly Uint8Array[];
}
