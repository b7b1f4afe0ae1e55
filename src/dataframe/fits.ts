// Whether values are such as a type can have. A cast would cut 1.5 to 1 without a word.

import { describe } from "../check.js";
import { BrambleError } from "../errors.js";
import type { ColumnType } from "../generated/frames.js";
import { formatType } from "./column-type.js";

type Range = readonly [least: number | bigint, most: number | bigint];

/** What types of whole numbers hold. */
const RANGES: Readonly<Record<string, Range>> = {
  ...Object.fromEntries(
    [8, 16, 32].flatMap((bits): readonly (readonly [string, Range])[] => [
      [`i${bits}`, [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1]],
      [`u${bits}`, [0, 2 ** bits - 1]],
    ]),
  ),
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
  i128: [-(2n ** 127n), 2n ** 127n - 1n],
  date: [-(2 ** 31), 2 ** 31 - 1],
  time: [0, 86_400_000_000_000 - 1],
};
/** Those of points in time and of spans between them. */
const TIMES: Range = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * Checks the values of a column, whose type somebody has said.
 *
 * @throws {BrambleError} `INVALID_VALUE` that says which of them is none of the type's.
 */
export function checkFits(values: Iterable<unknown>, type: ColumnType, column: string): void {
  let row = 0;
  for (const value of values) {
    if (!fits(value, type)) throw unfit(column, row, type, value);
    row += 1;
  }
}

/**
 * Checks that the values of a column, whose type nobody has said, are of one kind, and so are the items of lists: text and numbers
 * would all become text.
 *
 * @throws {BrambleError} `INVALID_VALUE` that says which is of another kind than the first one.
 */
export function checkAlike(values: readonly unknown[], column: string): void {
  for (let items: Items = { values, rows: undefined }; ; items = itemsOf(items)) {
    const kind = checkKinds(items, column);
    if (kind !== "list") return;
  }
}

/** Values of a column; of the items of lists the rows that these are in. */
interface Items {
  readonly values: readonly unknown[];
  readonly rows: readonly number[] | undefined;
}

/** The kind of some values, if they are of one. */
function checkKinds({ values, rows }: Items, column: string): string | undefined {
  const first = values.findIndex((value) => value !== null && value !== undefined);
  if (first === -1) return undefined;
  const kind = kindOf(values[first]);
  const other = values.findIndex((value) => value !== null && value !== undefined && kindOf(value) !== kind);
  if (other === -1) return kind;
  const verb = rows === undefined ? "is" : "has in its list";
  throw new BrambleError(
    "INVALID_VALUE",
    `Row ${rows?.[other] ?? other} of the column "${column}" ${verb} ${describe(values[other])}, ` +
      `and row ${rows?.[first] ?? first} ${describe(values[first])}: say in \`schema\` what the column is`,
  );
}

/** The items of lists, one list after the other. */
function itemsOf({ values, rows }: Items): Items {
  const [items, places]: [unknown[], number[]] = [[], []];
  values.forEach((list, place) => {
    if (!Array.isArray(list)) return;
    for (const item of list) {
      items.push(item);
      places.push(rows?.[place] ?? place);
    }
  });
  return { values: items, rows: places };
}

function kindOf(value: unknown): string {
  if (typeof value === "bigint") return "number";
  if (typeof value !== "object" || value === null) return typeof value;
  if (Array.isArray(value)) return "list";
  return value instanceof Date ? "date" : Object.prototype.toString.call(value);
}

function unfit(column: string, row: number, type: ColumnType, value: unknown): BrambleError {
  return new BrambleError(
    "INVALID_VALUE",
    `Row ${row} of the column "${column}" is ${describe(value)}, which ${formatType(type)} can't have`,
  );
}

/** Whether a type has a value; of text, which has to be read, only the engine knows. */
export function fits(value: unknown, type: ColumnType): boolean {
  if (value === null || value === undefined) return true;
  if (typeof type === "object" && "list" in type)
    return Array.isArray(value) ? value.every((entry) => fits(entry, type.list)) : typeof value === "object";
  if (type === "cat") return typeof value === "string";
  return (typeof value !== "number" && typeof value !== "bigint") || numberFits(value, type);
}

function numberFits(value: number | bigint, type: ColumnType): boolean {
  if (type === "bool") return Number(value) === 0 || Number(value) === 1;
  const range = rangeOf(type);
  if (range === undefined) return true;
  const [least, most] = range;
  return (typeof value === "bigint" || Number.isInteger(value)) && value >= least && value <= most;
}

function rangeOf(type: ColumnType): Range | undefined {
  if (typeof type === "string") return RANGES[type];
  return "datetime" in type || "duration" in type ? TIMES : undefined;
}
