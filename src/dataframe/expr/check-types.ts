import { frameBackend } from "../../engine/frames.js";
import { BrambleError } from "../../errors.js";
import type { Case, Column, ColumnType, Expression, Function } from "../../generated/frames.js";
import { formatType } from "../column-type.js";
import { wrongInMapping } from "./check-replace.js";
import { isOpen, operandsOf } from "./columns.js";
import { expand } from "./expand.js";
import { formatExpression } from "./format.js";
import { holds, isAny, type Kind, kindOf, type Kinds, typeOfValue, wordsOf } from "./kinds.js";
import { CASTS, KEYS, type Pair, SAME_OR_TEXT, TAKES, TOGETHER } from "./takes.js";

/** What is known of where expressions stand. */
interface Context {
  /** Whether they are of groups, of whose other columns some aggregations give null where they are not of numbers. */
  readonly isGrouped?: boolean | undefined;
}

/** Aggregations that are null of groups of what they don't take. */
const NULL_OF_OTHERS: ReadonlySet<Function> = new Set([
  "min",
  "max",
  "mean",
  "median",
  "std",
  "var",
  "quantile",
] as const);
/** Functions whose result is true or false, whatever they are of. */
const BOOLEAN: ReadonlySet<Function> = new Set([
  ...(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual", "equalMissing"] as const),
  ...(["notEqualMissing", "isNull", "isNotNull", "isNan", "isNotNan", "isFinite", "isInfinite"] as const),
  ...(["isIn", "isBetween", "any", "all", "strContains", "strStartsWith", "strEndsWith"] as const),
]);

/**
 * Checks that functions are of columns that they take. Polars says so of some when it is asked for columns, of others when
 * it has rows, and makes null or nonsense of the rest.
 *
 * @throws {BrambleError} `SCHEMA_MISMATCH`, which names the expression, its column and what the function takes.
 */
export function checkTypes(
  columns: readonly Column[],
  expressions: readonly Expression[],
  { isGrouped = false }: Context = {},
): void {
  const single = expressions.flatMap((expression): readonly Checked[] => {
    if (!isOpen(expression)) return [{ expression, allowed: NONE }];
    const allowed = isGrouped ? NULL_OF_OTHERS : NONE;
    return (expand(expression, columns) ?? []).map((expanded) => ({ expression: expanded, allowed }));
  });
  const types = new Types(columns);
  types.ask(single.flatMap(({ expression }) => asked(expression)));
  for (const { expression, allowed } of single) check(expression, types, allowed);
}

interface Checked {
  readonly expression: Expression;
  /** Functions that may be of anything. */
  readonly allowed: ReadonlySet<Function>;
}
const NONE: ReadonlySet<Function> = new Set();

/** Checks that rows can be told apart by some columns. */
export function checkKeys(columns: readonly Column[], keys: readonly Expression[]): void {
  checkKeysOf(keys, new Types(columns));
}

function checkKeysOf(keys: readonly Expression[], types: Types): void {
  for (const key of keys) {
    const type = types.of(key);
    if (type !== undefined && !holds(KEYS, kindOf(type)))
      throw new BrambleError(
        "SCHEMA_MISMATCH",
        `Rows are not told apart by ${wordsOf([kindOf(type)])}, but ${formatExpression(key)} is ${formatType(type)}: cast it`,
      );
  }
}

/** Whether an expression is of columns that its functions take. */
export function fitsTypes(columns: readonly Column[], expression: Expression): boolean {
  try {
    checkTypes(columns, [expression]);
    return true;
  } catch {
    return false;
  }
}

/** The expression in which another one fails, if Polars refuses some of these by themselves. */
export function failingIn(
  columns: readonly Column[],
  expressions: readonly Expression[],
): Expression | undefined {
  const fails = (expression: Expression): boolean => {
    try {
      columnsOfSelect(columns, [expression]);
      return false;
    } catch {
      return true;
    }
  };
  const failing = expressions.find(fails);
  if (failing === undefined || failing === "len") return undefined;
  return failingIn(columns, operandsOf(failing)) ?? failing;
}

/** The types of expressions over some columns. */
class Types {
  readonly #columns: readonly Column[];
  readonly #known = new Map<Expression, ColumnType>();

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
  }

  /** Finds out the types of several at once. Where one of them is wrong, each will be asked for by itself. */
  ask(expressions: readonly Expression[]): void {
    const unknown = expressions.filter((of) => this.#plain(of) === undefined);
    if (unknown.length === 0) return;
    const named = unknown.map((of, place): Expression => ({ alias: { of, name: String(place) } }));
    try {
      const found = columnsOfSelect(this.#columns, named);
      unknown.forEach((of, place) => this.#known.set(of, found[place]?.type ?? "null"));
    } catch {
      return;
    }
  }

  /** The type of one; undefined of what stands for several columns, or what Polars refuses. */
  of(expression: Expression): ColumnType | undefined {
    const type = this.#plain(expression) ?? this.#known.get(expression);
    if (type !== undefined || isOpen(expression)) return type;
    this.ask([expression]);
    return this.#known.get(expression);
  }

  /** What can be said without asking. */
  #plain(expression: Expression): ColumnType | undefined {
    if (expression === "len") return "u32";
    if ("column" in expression) return this.#columns.find(({ name }) => name === expression.column)?.type;
    if ("literal" in expression) return typeOfValue(expression.literal);
    if ("cast" in expression) return expression.cast.to;
    if ("alias" in expression) return this.#plain(expression.alias.of);
    return "call" in expression && BOOLEAN.has(expression.call.function) ? "bool" : undefined;
  }
}

function columnsOfSelect(columns: readonly Column[], select: readonly Expression[]): readonly Column[] {
  const steps = [
    { inputs: [], operation: { empty: columns } },
    { inputs: [0], operation: { select } },
  ];
  return frameBackend().schema({ steps, engine: "memory" }, []);
}

/** The expressions in one whose types are looked at. */
function asked(expression: Expression): readonly Expression[] {
  if (expression === "len") return [];
  const operands = operandsOf(expression);
  const looked = "call" in expression || "when" in expression || "cast" in expression ? operands : [];
  return [...looked.filter((of) => !isOpen(of)), ...operands.flatMap(asked)];
}

function check(expression: Expression, types: Types, allowed: ReadonlySet<Function>): void {
  if (expression === "len") return;
  for (const operand of operandsOf(expression)) check(operand, types, allowed);
  if ("cast" in expression) checkCast(expression, expression.cast.of, expression.cast.to, types);
  if ("when" in expression) checkCases(expression, expression.when.cases, expression.when.otherwise, types);
  if ("over" in expression) checkKeysOf(expression.over.by, types);
  if ("call" in expression && !allowed.has(expression.call.function))
    checkCall(expression, expression.call, types);
}

function checkCast(expression: Expression, of: Expression, to: ColumnType, types: Types): void {
  const type = types.of(of);
  const targets = type && CASTS[kindOf(type)];
  if (type === undefined || targets === undefined || isAny(kindOf(to)) || targets.includes(kindOf(to)))
    return;
  throw mismatch(expression, `makes ${formatType(to)} of ${wordsOf(castsTo(kindOf(to)))}`, [[of, type]]);
}

/** The kinds that can be cast to one. */
function castsTo(kind: Kind): Kinds {
  return (Object.keys(CASTS) as Kind[]).filter((from) => CASTS[from]?.includes(kind));
}

function checkCases(
  expression: Expression,
  cases: readonly Case[],
  otherwise: Expression | null,
  types: Types,
): void {
  for (const { condition } of cases) {
    const type = types.of(condition);
    if (type !== undefined && !holds(["bool"], kindOf(type)))
      throw mismatch(expression, "takes conditions that are true or false", [[condition, type]]);
  }
  const values = [...cases.map(({ value }) => value), ...(otherwise === null ? [] : [otherwise])];
  checkPairs(expression, values, TOGETHER, types);
}

function checkCall(
  expression: Expression,
  { function: name, args }: { readonly function: Function; readonly args: readonly Expression[] },
  types: Types,
): void {
  const takes = TAKES[name];
  if (name === "replace") return checkMapping(args, types);
  if (takes === "anything") return;
  if ("each" in takes) return checkEach(expression, columnsIn(name, args), takes.each, types);
  if ("pairs" in takes) {
    const [first, ...others] = args;
    const compared = takes.places?.flatMap((place) => args[place] ?? []) ?? others;
    if (first !== undefined) checkPairs(expression, [first, ...compared], takes.pairs, types);
    if (takes.gives !== undefined) checkResult(expression, args, takes.gives, types);
    return;
  }
  takes.args.forEach((kinds, place) => checkArgument(expression, args[place], kinds, types));
  checkItems(expression, args[0], takes.items, types);
}

/** The arguments of a function of several columns that are such. */
function columnsIn(name: Function, args: readonly Expression[]): readonly Expression[] {
  if (name === "concatStr") return args.slice(1);
  return name === "covariance" ? args.slice(0, 2) : args;
}

function checkArgument(
  expression: Expression,
  argument: Expression | undefined,
  kinds: Kinds | null,
  types: Types,
): void {
  const type = argument && types.of(argument);
  if (argument === undefined || type === undefined || kinds === null || holds(kinds, kindOf(type))) return;
  throw mismatch(expression, `takes ${wordsOf(kinds)}`, [[argument, type]]);
}

function checkItems(
  expression: Expression,
  list: Expression | undefined,
  kinds: Kinds | undefined,
  types: Types,
): void {
  const type = list && types.of(list);
  if (list === undefined || kinds === undefined || typeof type !== "object" || !("list" in type)) return;
  if (!holds(kinds, kindOf(type.list)))
    throw mismatch(expression, `takes lists of ${wordsOf(kinds)}`, [[list, type]]);
}

function checkEach(
  expression: Expression,
  args: readonly Expression[],
  groups: readonly Kinds[],
  types: Types,
): void {
  const typed = args.flatMap((of): Typed[] => {
    const type = types.of(of);
    return type === undefined ? [] : [[of, type]];
  });
  const left = groups.filter((kinds) => typed.every(([, type]) => holds(kinds, kindOf(type))));
  if (left.length > 0) return;
  const fits = groups.map((kinds) => typed.filter(([, type]) => !holds(kinds, kindOf(type))));
  const wrong = fits.toSorted((a, b) => a.length - b.length)[0] ?? typed;
  throw mismatch(expression, `takes ${groups.map(wordsOf).join(", or all ")}`, wrong.slice(0, 1));
}

function checkPairs(
  expression: Expression,
  [first, ...others]: readonly Expression[],
  pairs: readonly Pair[],
  types: Types,
): void {
  const type = first && types.of(first);
  if (first === undefined || type === undefined || others.length === 0) return;
  const beside = pairs.flatMap(([left, right]) => (left.includes(kindOf(type)) ? right : []));
  if (beside.length === 0 && !isAny(kindOf(type)))
    throw mismatch(expression, `takes ${wordsOf(pairs.flatMap(([left]) => left))}`, [[first, type]]);
  for (const other of others) {
    const second = types.of(other);
    if (second === undefined || isAny(kindOf(type))) continue;
    const both = [[first, type] as const, [other, second] as const];
    if (!holds(beside, kindOf(second)))
      throw mismatch(expression, `takes ${wordsOf(beside)} beside ${formatExpression(first)}`, both);
    if (isZoned(type) !== undefined && isZoned(second) === !isZoned(type))
      throw mismatch(
        expression,
        "takes datetimes that all have a time zone or all none (`dt.replaceTimeZone`)",
        both,
      );
  }
}

/** Checks that two columns of integers have a common type of such: of some pairs only floats have all values. */
function checkResult(expression: Expression, args: readonly Expression[], gives: Kinds, types: Types): void {
  const found = args.flatMap((of): Typed[] => {
    const type = types.of(of);
    return type === undefined ? [] : [[of, type]];
  });
  if (!found.every(([, type]) => kindOf(type) === "integer")) return;
  const result = types.of(expression);
  if (result !== undefined && !holds(gives, kindOf(result)))
    throw mismatch(expression, "takes integers that have a type in common: cast one", found);
}

function checkMapping([of, keys, values, otherwise]: readonly Expression[], types: Types): void {
  if (of === undefined || keys === undefined || values === undefined) return;
  const wrong = wrongInMapping({ of, keys, values, otherwise }, SAME_OR_TEXT, (operand) => types.of(operand));
  // A mapping may be long: that the error has the key or value is enough.
  if (wrong !== undefined)
    throw new BrambleError("SCHEMA_MISMATCH", `${formatExpression(of)}.replace ${wrong}`);
}

/** Whether points in time are of a zone; undefined of what is no point in time. */
function isZoned(type: ColumnType): boolean | undefined {
  return typeof type === "object" && "datetime" in type ? type.datetime.zone !== null : undefined;
}

type Typed = readonly [Expression, ColumnType];

function mismatch(expression: Expression, takes: string, found: readonly Typed[]): BrambleError {
  const are = found.map(([of, type]) => `${formatExpression(of)} is ${formatType(type)}`).join(" and ");
  return new BrambleError("SCHEMA_MISMATCH", `${formatExpression(expression)} ${takes}, but ${are}`);
}
