import { invalid } from "../../check.js";
import type { Column, ColumnType } from "../../generated/frames.js";
import { formatType } from "../column-type.js";
import type { Expr } from "../expr/expr.js";
import { col } from "../expr/functions.js";
import { fits } from "../fits.js";

/** A value that rows can be ordered by. */
export type DivisionValue = number | bigint | string | Date;

/** Milliseconds of a day. */
const DAY = 86_400_000;

/**
 * The first values of all pieces, and the last value of the last one: piece `i` has the rows from `divisions[i]` up to
 * `divisions[i + 1]`, which is not in it. The first and the last piece have what lies beyond, and the last one null.
 */
export type Divisions = readonly DivisionValue[];

/** The column that rows are sorted by, null last, and where pieces begin, if that is known. */
export interface FrameIndex {
  readonly column: string;
  readonly divisions?: Divisions | undefined;
}

/** Which of two values is larger: as Polars orders them, which goes through text by its bytes. */
export function compareValues(a: DivisionValue, b: DivisionValue): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** Whether pieces begin at the same values. */
export function sameDivisions(a: Divisions, b: Divisions): boolean {
  return a.length === b.length && a.every((value, place) => compareValues(value, b[place] ?? value) === 0);
}

/** Checks divisions of a column; `name` is what they are called. */
export function checkDivisions(value: unknown, column: Column, name: string): Divisions {
  if (!Array.isArray(value) || value.length < 2)
    throw invalid("a list of two values or more, ascending,", name, value);
  const values = value.map((entry: unknown, place) => checkDivision(entry, column, `${name}[${place}]`));
  values.slice(1).forEach((entry, place) => {
    const order = compareValues(values[place] ?? entry, entry);
    // Where all rows of the last piece are equal, it ends where it begins.
    const isLast = place === values.length - 2;
    if (order > 0 || (order === 0 && !isLast))
      throw invalid("ascending values: a larger one than before", `${name}[${place + 1}]`, entry);
  });
  return values;
}

/** Checks a value that is to be among those of a column. */
export function checkValue(value: unknown, column: Column, name: string): DivisionValue {
  const { expected, holds } = kindOf(column) ?? { expected: "nothing", holds: () => false };
  if (!holds(value)) throw invalid(`${expected}, as the column ${column.name} has,`, name, value);
  return value as DivisionValue;
}

/** What values of a column are in JavaScript; undefined if rows can't be parted by them. */
export function kindOf({
  type,
}: Column): { readonly expected: string; readonly holds: (value: unknown) => boolean } | undefined {
  if (type === "str") return { expected: "text", holds: (value) => typeof value === "string" };
  if (type === "date" || (typeof type === "object" && "datetime" in type))
    return {
      expected: "a valid date",
      holds: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
    };
  if (typeof type !== "string" || !/^[iuf](8|16|32|64)$/.test(type)) return undefined;
  return {
    expected: "a number",
    holds: (value) => typeof value === "bigint" || (typeof value === "number" && !Number.isNaN(value)),
  };
}

/** Checks a value that a piece of a column begins with, which the column's type must have, and gives it as the type has it. */
function checkDivision(value: unknown, column: Column, name: string): DivisionValue {
  const checked = checkValue(value, column, name);
  const { type } = column;
  if (type === "date" && checked instanceof Date && checked.getTime() % DAY !== 0)
    throw invalid(`a date at midnight (UTC), as the column ${column.name} has,`, name, value);
  if (typeof checked !== "number" && typeof checked !== "bigint") return checked;
  if (isFloat(type)) return Number(checked);
  if (!fits(checked, type))
    throw invalid(
      `a whole number that ${formatType(type)} holds, as the column ${column.name} has,`,
      name,
      value,
    );
  return Number.isSafeInteger(checked) ? checked : BigInt(checked);
}

function isFloat(type: ColumnType): boolean {
  return type === "f32" || type === "f64";
}

/** Which piece a value would be in. */
export function pieceOf(divisions: Divisions, value: DivisionValue): number {
  const ends = divisions.slice(1, -1);
  const next = ends.findIndex((end) => compareValues(value, end) < 0);
  return next === -1 ? ends.length : next;
}

/** Whether a row is in some neighbouring pieces. */
export function inPieces(
  { column, divisions }: { readonly column: string; readonly divisions: Divisions },
  first: number,
  end: number,
): Expr | undefined {
  const begins = first === 0 ? undefined : divisions[first];
  const next = end >= divisions.length - 1 ? undefined : divisions[end];
  const above = begins === undefined ? undefined : col(column).ge(begins);
  if (next !== undefined) return above === undefined ? col(column).lt(next) : above.and(col(column).lt(next));
  // Null is behind all values, and so in the last piece.
  return above?.or(col(column).isNull());
}

/** The same pieces in so many: neighbours together, or each cut into several; undefined where values can't be cut. */
export function redivide(divisions: Divisions, count: number, type: ColumnType): Divisions | undefined {
  const pieces = divisions.length - 1;
  const border = (place: number): number => Math.floor((place * pieces) / count);
  if (count <= pieces) return Array.from({ length: count + 1 }, (_, place) => pick(divisions, border(place)));
  if (divisions.some((value) => typeof value === "string")) return undefined;
  const cut = Array.from({ length: count + 1 }, (_, place) => {
    const piece = Math.min(border(place), pieces - 1);
    const part = (place * pieces) / count - piece;
    return between(pick(divisions, piece), pick(divisions, piece + 1), part, type);
  });
  return cut.filter((value, place) => place === 0 || compareValues(pick(cut, place - 1), value) < 0);
}

/** A value of a type, so far on the way from one to another; of those that a type lacks the next one. */
function between(from: DivisionValue, to: DivisionValue, part: number, type: ColumnType): DivisionValue {
  if (part === 0) return from;
  if (part === 1) return to;
  if (typeof from === "bigint" || typeof to === "bigint") {
    const steps = 2 ** 20;
    const [first, last] = [BigInt(from as bigint), BigInt(to as bigint)];
    return first + ((last - first) * BigInt(Math.round(part * steps))) / BigInt(steps);
  }
  const value = Number(from) + (Number(to) - Number(from)) * part;
  if (from instanceof Date)
    return new Date(type === "date" ? Math.ceil(value / DAY) * DAY : Math.round(value));
  return isFloat(type) ? value : Math.ceil(value);
}

function pick(divisions: Divisions, place: number): DivisionValue {
  return divisions[place] as DivisionValue;
}
