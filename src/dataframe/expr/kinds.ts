import type { ColumnType, Value } from "../../generated/frames.js";

/** What the values of a column are, as far as functions care. */
export type Kind =
  | "null"
  | "bool"
  | "integer"
  | "float"
  | "decimal"
  | "text"
  | "category"
  | "binary"
  | "date"
  | "time"
  | "datetime"
  | "duration"
  | "list"
  | "struct"
  | "other";

/** Some kinds of columns. */
export type Kinds = readonly Kind[];

/** Numbers of all kinds. */
export const NUMBERS = ["integer", "float", "decimal"] as const satisfies Kinds;
/** The same and truth values, which count as 0 and 1. */
export const COUNTED = ["bool", ...NUMBERS] as const satisfies Kinds;
/** Points in time. */
export const DAYS = ["date", "datetime"] as const satisfies Kinds;
/** Everything that is kept as a number of days or of fractions of a second. */
export const TIMES = [...DAYS, "time", "duration"] as const satisfies Kinds;
/** What is kept as bytes. */
export const TEXTS = ["text", "category", "binary"] as const satisfies Kinds;
/** Everything but lists and structs. */
export const PLAIN = [...COUNTED, ...TEXTS, ...TIMES] as const satisfies Kinds;

/** What a list of kinds is called. */
const WORDS: readonly (readonly [Kinds, string])[] = [
  [["bool"], "booleans"],
  [NUMBERS, "numbers"],
  [["integer", "float"], "integers, floats"],
  [["integer"], "integers"],
  [["float"], "floats"],
  [["decimal"], "decimals"],
  [["text"], "text"],
  [["category"], "categories"],
  [["binary"], "bytes"],
  [["date"], "dates"],
  [["datetime"], "datetimes"],
  [["time"], "times of day"],
  [["duration"], "durations"],
  [["list"], "lists"],
  [["struct"], "structs"],
];

/** The kind of a type. */
export function kindOf(type: ColumnType): Kind {
  if (typeof type !== "string") return (Object.keys(type)[0] ?? "other") as Kind;
  if (/^[iu]\d+$/.test(type)) return "integer";
  if (/^f\d+$/.test(type)) return "float";
  if (type === "str") return "text";
  return type === "cat" ? "category" : (type as Kind);
}

/** The type that a constant has where it meets no column. */
export function typeOfValue(value: Value): ColumnType {
  if (value === "null") return "null";
  if ("bool" in value) return "bool";
  if ("int" in value) return "i64";
  if ("float" in value) return "f64";
  if ("text" in value) return "str";
  if ("bytes" in value) return "binary";
  if ("time" in value) return { datetime: { unit: "ms", zone: null } };
  const types = value.list.map(typeOfValue);
  return { list: types.find((type) => type !== "null") ?? "null" };
}

/** What has nothing but null may be anything; of what nobody here makes only the engine knows. */
export function isAny(kind: Kind): boolean {
  return kind === "null" || kind === "other";
}

/** Whether a kind is one of some. */
export function holds(kinds: Kinds, kind: Kind): boolean {
  return isAny(kind) || kinds.includes(kind);
}

/** Kinds in words, such as "numbers or dates". */
export function wordsOf(kinds: Kinds): string {
  const left = new Set(kinds);
  const words = WORDS.flatMap(([named, word]) => {
    if (!named.every((kind) => left.has(kind))) return [];
    for (const kind of named) left.delete(kind);
    return word.split(", ");
  });
  const last = words.pop() ?? "nothing";
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
}
