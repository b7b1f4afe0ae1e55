import { checkBoolean, checkInteger, checkOptions } from "../../check.js";
import type { Expression, Function } from "../../generated/frames.js";
import { ALIASES, BINARY, ROLLING, RUNNING, UNARY } from "./tables.js";
import { callOf, constant, EXPRESSION, type HasExpression, operand } from "./wire.js";

/** From which end a running method begins. */
export interface RunningOptions {
  /** Whether it begins with the last element. Default: false. */
  readonly reverse?: boolean | undefined;
}

/** Which elements a window holds. */
export interface RollingOptions {
  /** How many elements that are not null there must be, else the result is null. Default: as many as the window holds. */
  readonly minPeriods?: number | undefined;
  /** Whether the element is in the middle of its window, or else at its end. Default: false. */
  readonly center?: boolean | undefined;
}

/** Gives the class of expressions the methods of the tables. */
export function addMethods(prototype: object, make: (expression: Expression) => HasExpression): void {
  const add = (name: string, method: unknown): void => {
    Object.defineProperty(prototype, name, { value: method, writable: true, configurable: true });
  };
  for (const [name, called] of entries(UNARY)) {
    add(name, function unary(this: HasExpression) {
      return make(callOf(called, this[EXPRESSION]));
    });
  }
  for (const [name, called] of entries(BINARY)) {
    add(name, function binary(this: HasExpression, other: unknown) {
      return make(callOf(called, this[EXPRESSION], operand(other, "other")));
    });
  }
  for (const [name, called] of entries(RUNNING)) {
    add(name, function running(this: HasExpression, options: RunningOptions = {}) {
      checkOptions(options, "options", ["reverse"]);
      const reverse = checkBoolean(options.reverse ?? false, "options.reverse");
      return make(callOf(called, this[EXPRESSION], constant(reverse)));
    });
  }
  for (const [name, called] of entries(ROLLING)) {
    add(name, function rolling(this: HasExpression, windowSize: number, options: RollingOptions = {}) {
      return make(callOf(called, this[EXPRESSION], ...readWindow(windowSize, options)));
    });
  }
  for (const [alias, name] of Object.entries(ALIASES)) add(alias, Reflect.get(prototype, name));
}

function entries(table: Readonly<Record<string, Function>>): [string, Function][] {
  return Object.entries(table);
}

/** Size of a window and what it needs, as arguments. */
export function readWindow(windowSize: number, options: RollingOptions): Expression[] {
  checkOptions(options, "options", ["minPeriods", "center"]);
  const size = checkInteger(windowSize, "windowSize", 1, 2 ** 31);
  const minPeriods = checkInteger(options.minPeriods ?? size, "options.minPeriods", 0, size);
  const center = checkBoolean(options.center ?? false, "options.center");
  return [constant(size), constant(minPeriods), constant(center)];
}
