import type { Delayed } from "../delayed/index.js";
import { Bag } from "./bag.js";
import { concat, draw } from "./combine.js";
import { fromDelayed, fromSequence, type PartitionOptions, range } from "./create.js";
import {
  fromURL,
  readAvro,
  readJSONLines,
  type ReadOptions,
  readText as readTextRecipe,
  type ReadTextOptions,
} from "./read.js";
import type { DrawOptions } from "./types.js";

/** Makes bags: items of any kind, in partitions, that functions run over in parallel. */
export const bag = {
  /**
   * A bag of items of a list or another iterable. They are taken as they are now.
   *
   * @throws {BrambleError} `CANNOT_TRAVEL` for items that no other process can have.
   */
  fromSequence: <T>(items: Iterable<T>, options: PartitionOptions = {}): Bag<T> =>
    new Bag(fromSequence(items, options)),

  /** A bag of the integers from 0 up to, but not including, `count`. They are made where they are needed. */
  range: (count: number, options: PartitionOptions = {}): Bag<number> => new Bag(range(count, options)),

  /** A bag whose partitions are delayed lists, or other iterables, of items. */
  fromDelayed: <T>(values: Delayed<Iterable<T>> | readonly Delayed<Iterable<T>>[]): Bag<T> =>
    new Bag(fromDelayed(values)),

  /** The items of bags, one bag behind the other. */
  concat: <T>(bags: readonly Bag<T>[]): Bag<T> => new Bag(concat(bags)),

  /** Bags item by item, as lists. Their partitions must have the same lengths. */
  zip: <T, O extends readonly Bag[]>(first: Bag<T>, ...others: O): ReturnType<typeof first.zip<O>> =>
    first.zip(...others),

  /** Items that chance draws. */
  random: {
    /** `k` items, each of which is as likely as any other and drawn once. @throws on compute, `OUT_OF_BOUNDS` */
    sample: <T>(items: Bag<T>, k: number, options: DrawOptions = {}): Bag<T> =>
      new Bag(draw("sample", items, k, options)),
    /** `k` items, each of which is as likely as any other each time. @throws on compute, `OUT_OF_BOUNDS` of nothing */
    choices: <T>(items: Bag<T>, k: number, options: DrawOptions = {}): Bag<T> =>
      new Bag(draw("choices", items, k, options)),
  },

  /**
   * A bag of the records, mostly lines, of files of text.
   *
   * @param paths - a path, a pattern such as `logs/*.txt.gz`, an http or https URL, or a list of these.
   * @throws {BrambleError} `FILE_NOT_FOUND` if there is none, with what there is instead.
   */
  readText,

  /**
   * A bag of the values of files whose lines are JSON; empty lines are none.
   *
   * @throws on compute, {BrambleError} `INVALID_FILE` with the file, the line and the byte of what is malformed.
   */
  readJSONLines: <T = unknown>(paths: string | readonly string[], options: ReadOptions = {}): Bag<T> =>
    new Bag(readJSONLines(paths, options)),

  /**
   * A bag of the values of Avro's container files; records are plain objects. Blocks belong to the partition in whose
   * bytes they begin. Codecs are `null`, `deflate`, `bzip2`, `xz` and `zstandard`.
   *
   * @throws on compute, {BrambleError} `INVALID_FILE` for a file that is none, or a damaged one.
   */
  readAvro: <T = unknown>(
    paths: string | readonly string[],
    options: Omit<ReadOptions, "compression"> = {},
  ): Bag<T> => new Bag(readAvro(paths, options)),

  /** A bag of the lines of what URLs answer, a partition each. */
  fromURL: (urls: string | URL | readonly (string | URL)[]): Bag<string> => new Bag(fromURL(urls)),
} as const;

function readText(
  paths: string | readonly string[],
  options: ReadTextOptions & { readonly includePath: true },
): Bag<[record: string, path: string]>;
function readText(paths: string | readonly string[], options?: ReadTextOptions): Bag<string>;
function readText(paths: string | readonly string[], options: ReadTextOptions = {}): Bag<never> {
  return new Bag(readTextRecipe(paths, options));
}
