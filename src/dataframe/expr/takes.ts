import type { Function } from "../../generated/frames.js";
import { COUNTED, DAYS, type Kinds, NUMBERS, PLAIN, TEXTS, TIMES } from "./kinds.js";

/**
 * What a function takes. `each`: all of its columns are of one of these lists of kinds; `pairs`: the first column and every
 * other one are of kinds that go together, and of integers the result is one of `gives`; `args`: kinds for each place, of which those
 * that are left out may be anything.
 */
export type Takes =
  | "anything"
  | { readonly each: readonly Kinds[] }
  | { readonly pairs: readonly Pair[]; readonly places?: readonly number[]; readonly gives?: Kinds }
  | { readonly args: readonly (Kinds | null)[]; readonly items?: Kinds };

/** Kinds of a first column and of another that go together. */
export type Pair = readonly [Kinds, Kinds];

const of = (...kinds: Kinds): Takes => ({ args: [kinds] });
const args = (...kinds: readonly (Kinds | null)[]): Takes => ({ args: kinds });
const pairs = (...all: readonly Pair[]): Takes => ({ pairs: all });
const lists = (...items: Kinds): Takes => ({ args: [["list"]], items });

const TEXT: Kinds = ["text"];
const WHOLE: Kinds = ["integer"];
const BINARY_NUMBERS: Kinds = ["integer", "float"];
const BITS: Kinds = ["bool", "integer"];
/** Fields of structs are calculated with one by one. */
const STRUCTS: readonly Pair[] = [
  [["struct"], ["struct", ...COUNTED]],
  [COUNTED, ["struct"]],
];
/** Two truth values have a sum, but no difference and no product. */
const NOT_BOTH_BOOL: readonly Pair[] = [
  [NUMBERS, COUNTED],
  [["bool"], NUMBERS],
];
/** The remainder of decimals is known of floats alone. */
const DIVIDED: readonly Pair[] = [
  [BINARY_NUMBERS, ["bool", ...BINARY_NUMBERS]],
  [["bool"], BINARY_NUMBERS],
  [["decimal"], ["float"]],
  [["float"], ["decimal"]],
  ...STRUCTS,
];
const COMPARABLE: readonly Pair[] = [
  [NUMBERS, NUMBERS],
  [["bool", ...BINARY_NUMBERS], ["bool"]],
  [["bool"], BINARY_NUMBERS],
  [["text"], ["bool", "time", ...TEXTS]],
  [["bool", "binary", "category"], ["text"]],
  [["category"], ["category"]],
  [["binary"], ["binary"]],
  [DAYS, DAYS],
  [["time"], ["time"]],
  [["duration"], ["duration"]],
];
/** Lists and structs are equal or not, but none is larger. */
const EQUATABLE: readonly Pair[] = [...COMPARABLE, [["list"], ["list"]], [["struct"], ["struct"]]];
/** Values that may be in one column. */
const SAME: readonly Pair[] = [
  [COUNTED, COUNTED],
  [["text"], TEXTS],
  [TEXTS, ["text"]],
  [["category"], ["category"]],
  [["binary"], ["binary"]],
  [DAYS, DAYS],
  [["time"], ["time"]],
  [["duration"], ["duration"]],
  [["list"], ["list"]],
  [["struct"], ["struct"]],
];
/** The same, where values become text beside text. */
export const SAME_OR_TEXT: readonly Pair[] = [
  ...SAME,
  [["text"], [...PLAIN.filter((kind) => kind !== "duration"), "struct"]],
  [[...PLAIN.filter((kind) => kind !== "duration"), "struct"], ["text"]],
];
/** The same, where the column takes a type that has both. */
export const TOGETHER: readonly Pair[] = [...SAME_OR_TEXT, [NUMBERS, TIMES], [TIMES, NUMBERS]];
/** What is added up. */
const SUMMED: Kinds = [...COUNTED, "duration"];
const AVERAGED: Kinds = [...COUNTED, ...TIMES];
const REAL = of(...COUNTED);
const WAVE = of(...BINARY_NUMBERS);
const DAY = of(...DAYS);
const CLOCK = of("time", "datetime");
const LENGTH = of("duration");
const SPAN = args(DAYS, TEXT);
const PATTERN = args(TEXT, TEXT);
const ORDERED = of(...PLAIN);
const BITWISE: Takes = { pairs: [[BITS, BITS]], gives: BITS };
/** What equal values are found of; of decimals this Polars finds none. */
export const KEYS: Kinds = ["bool", ...BINARY_NUMBERS, ...TEXTS, ...TIMES, "list", "struct"];
const TOLD_APART = of(...KEYS);

/** What each function takes: what Polars computes of it, and nothing that it makes null or nonsense of. */
export const TAKES: Readonly<Record<Function, Takes>> = {
  add: pairs(
    [COUNTED, COUNTED],
    [["text", "bool"], TEXTS],
    [["text", "binary", "category"], ["text"]],
    [["text"], ["bool"]],
    [["binary"], ["binary"]],
    [TIMES, TIMES],
    ...STRUCTS,
  ),
  subtract: pairs(
    ...NOT_BOTH_BOOL,
    [DAYS, [...DAYS, "duration"]],
    [["time"], ["time"]],
    [["duration"], ["duration"]],
    ...STRUCTS,
  ),
  multiply: pairs(...NOT_BOTH_BOOL, [NUMBERS, ["duration"]], [["duration"], NUMBERS], ...STRUCTS),
  divide: pairs(
    [COUNTED, NUMBERS],
    [["bool", ...BINARY_NUMBERS], ["bool"]],
    [["duration"], ["duration", ...NUMBERS]],
  ),
  floorDivide: pairs(...DIVIDED),
  modulo: pairs(...DIVIDED),
  power: pairs([BINARY_NUMBERS, BINARY_NUMBERS]),
  equal: pairs(...EQUATABLE),
  notEqual: pairs(...EQUATABLE),
  less: pairs(...COMPARABLE),
  lessEqual: pairs(...COMPARABLE),
  greater: pairs(...COMPARABLE),
  greaterEqual: pairs(...COMPARABLE),
  equalMissing: pairs(...EQUATABLE),
  notEqualMissing: pairs(...EQUATABLE),
  and: BITWISE,
  or: BITWISE,
  xor: BITWISE,
  not: of(...BITS),
  isNull: "anything",
  isNotNull: "anything",
  isNan: WAVE,
  isNotNan: WAVE,
  isFinite: WAVE,
  isInfinite: WAVE,
  isIn: "anything",
  isBetween: { pairs: COMPARABLE, places: [1, 2] },
  abs: of(...NUMBERS, "duration"),
  sqrt: REAL,
  cbrt: REAL,
  exp: REAL,
  log: pairs([COUNTED, COUNTED]),
  log1p: REAL,
  sign: of(...NUMBERS),
  floor: of(...NUMBERS),
  ceil: of(...NUMBERS),
  round: of(...NUMBERS),
  clip: {
    pairs: [
      [BINARY_NUMBERS, COUNTED],
      [["decimal"], NUMBERS],
      [["category"], ["category", "text"]],
      [DAYS, DAYS],
      [["time"], ["time"]],
      [["duration"], ["duration"]],
    ],
    places: [1, 2],
  },
  sin: WAVE,
  cos: WAVE,
  tan: WAVE,
  arcsin: WAVE,
  arccos: WAVE,
  arctan: WAVE,
  sinh: WAVE,
  cosh: WAVE,
  tanh: WAVE,
  fillNull: pairs(...SAME),
  fillNullWith: "anything",
  fillNan: pairs([BINARY_NUMBERS, COUNTED]),
  coalesce: pairs(...TOGETHER),
  replace: "anything",
  hash: "anything",
  sumHorizontal: { each: [COUNTED, ["text", "binary"], ["duration"], ["struct"]] },
  meanHorizontal: { each: [COUNTED] },
  minHorizontal: { each: [PLAIN] },
  maxHorizontal: { each: [PLAIN] },
  allHorizontal: { each: [COUNTED] },
  anyHorizontal: { each: [COUNTED] },
  concatStr: { each: [[...COUNTED, ...TEXTS, ...DAYS, "time", "struct"]] },
  struct: "anything",
  field: of("struct"),
  min: ORDERED,
  max: ORDERED,
  sum: of(...SUMMED),
  mean: of(...AVERAGED),
  median: of(...AVERAGED),
  product: REAL,
  std: of(...SUMMED),
  var: REAL,
  count: "anything",
  len: "anything",
  nUnique: "anything",
  nullCount: "anything",
  first: "anything",
  last: "anything",
  any: REAL,
  all: REAL,
  quantile: of(...NUMBERS, ...TIMES),
  argMin: "anything",
  argMax: "anything",
  skew: of(...AVERAGED),
  kurtosis: of(...AVERAGED),
  covariance: { each: [AVERAGED] },
  correlation: { each: [AVERAGED] },
  implode: "anything",
  unique: "anything",
  mode: TOLD_APART,
  dropNulls: "anything",
  reverse: "anything",
  head: "anything",
  tail: "anything",
  slice: "anything",
  filter: args(null, ["bool"]),
  explode: "anything",
  topK: "anything",
  bottomK: "anything",
  shift: {
    pairs: [
      [BINARY_NUMBERS, COUNTED],
      [["decimal", "bool"], BITS],
      [["text", "category"], ["text"]],
      [DAYS, DAYS],
      [["duration"], ["duration"]],
      [["list"], ["list"]],
    ],
    places: [2],
  },
  diff: of(...NUMBERS, ...TIMES),
  pctChange: REAL,
  cumSum: of(...SUMMED),
  cumProd: of("bool", ...BINARY_NUMBERS),
  cumMin: of(...COUNTED, "category", ...TIMES),
  cumMax: of(...COUNTED, "category", ...TIMES),
  cumCount: "anything",
  rank: "anything",
  interpolate: "anything",
  isUnique: TOLD_APART,
  isDuplicated: TOLD_APART,
  isFirstDistinct: TOLD_APART,
  rollingSum: of("bool", ...BINARY_NUMBERS),
  rollingMean: of(...AVERAGED),
  rollingMin: of("bool", ...BINARY_NUMBERS, ...TIMES),
  rollingMax: of("bool", ...BINARY_NUMBERS, ...TIMES),
  rollingMedian: of(...AVERAGED),
  rollingStd: of(...SUMMED),
  rollingVar: REAL,
  rollingQuantile: of(...AVERAGED),
  strContains: PATTERN,
  strStartsWith: PATTERN,
  strEndsWith: PATTERN,
  strFind: PATTERN,
  strCountMatches: PATTERN,
  strLength: of("text"),
  strLengthBytes: of("text"),
  strToLowercase: of("text"),
  strToUppercase: of("text"),
  strStrip: PATTERN,
  strStripStart: PATTERN,
  strStripEnd: PATTERN,
  strStripPrefix: PATTERN,
  strStripSuffix: PATTERN,
  strReplace: args(TEXT, TEXT, TEXT),
  strReplaceAll: args(TEXT, TEXT, TEXT),
  strSplit: PATTERN,
  strSlice: args(TEXT, WHOLE, WHOLE),
  strExtract: PATTERN,
  strExtractAll: PATTERN,
  strPadStart: args(TEXT, WHOLE),
  strPadEnd: args(TEXT, WHOLE),
  strZfill: args(TEXT, WHOLE),
  strJoin: of(...COUNTED, ...TEXTS, ...DAYS, "time", "struct"),
  strToDate: of("text"),
  strToDatetime: of("text"),
  strToTime: of("text"),
  dtYear: DAY,
  dtIsoYear: DAY,
  dtQuarter: DAY,
  dtMonth: DAY,
  dtWeek: DAY,
  dtDay: DAY,
  dtWeekday: DAY,
  dtOrdinalDay: DAY,
  dtHour: CLOCK,
  dtMinute: CLOCK,
  dtSecond: CLOCK,
  dtMillisecond: CLOCK,
  dtMicrosecond: CLOCK,
  dtNanosecond: CLOCK,
  dtIsLeapYear: DAY,
  dtDate: DAY,
  dtTime: CLOCK,
  dtTimestamp: DAY,
  dtFormat: of("time", ...DAYS),
  dtTruncate: SPAN,
  dtRound: SPAN,
  dtOffsetBy: SPAN,
  dtConvertTimeZone: of("datetime"),
  dtReplaceTimeZone: of("datetime"),
  dtTotalDays: LENGTH,
  dtTotalHours: LENGTH,
  dtTotalMinutes: LENGTH,
  dtTotalSeconds: LENGTH,
  dtTotalMilliseconds: LENGTH,
  listLen: of("list"),
  listMin: of("list"),
  listMax: of("list"),
  listSum: lists(...SUMMED),
  listMean: lists(...AVERAGED),
  listMedian: lists(...AVERAGED),
  listFirst: of("list"),
  listLast: of("list"),
  listGet: args(["list"], WHOLE),
  listSlice: args(["list"], WHOLE, WHOLE),
  listSort: of("list"),
  listJoin: lists("text"),
  listContains: of("list"),
  catCategories: of("category"),
  catLength: of("category"),
  catStartsWith: of("category"),
  catEndsWith: of("category"),
};

/** What a type can be made of; another cast fails whatever the values are. */
export const CASTS: Readonly<Partial<Record<Kinds[number], Kinds>>> = {
  bool: ["bool", "integer", "float", "text", "binary", ...TIMES, "list", "struct"],
  integer: [...COUNTED, "text", "binary", ...TIMES, "list", "struct"],
  decimal: [...COUNTED, "text"],
  text: [...NUMBERS, ...TEXTS, ...TIMES],
  category: ["integer", "text", "category"],
  binary: ["text", "binary"],
  date: ["integer", "float", "text", ...DAYS],
  time: ["integer", "float", "text", "time", "duration"],
  datetime: ["integer", "float", "text", ...DAYS, "time"],
  duration: ["integer", "float", "duration"],
  list: ["list"],
  struct: ["text", "binary", "struct"],
};
