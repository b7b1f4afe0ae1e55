import { checkOneOf } from "../../check.js";
import type { Function, TimeUnit } from "../../generated/frames.js";
import { Namespace } from "./namespace.js";
import { constant, type ExprLike, operand } from "./wire.js";

/** Methods without an argument, with the function that each calls. */
const PARTS = {
  /** The year. */
  year: "dtYear",
  /** The year that the week belongs to by ISO 8601. */
  isoYear: "dtIsoYear",
  /** From 1 to 4. */
  quarter: "dtQuarter",
  /** From 1 to 12. */
  month: "dtMonth",
  /** The week by ISO 8601, from 1 to 53. */
  week: "dtWeek",
  /** The day of the month, from 1. */
  day: "dtDay",
  /** From 1, which is Monday, to 7. */
  weekday: "dtWeekday",
  /** The day of the year, from 1. */
  ordinalDay: "dtOrdinalDay",
  hour: "dtHour",
  minute: "dtMinute",
  second: "dtSecond",
  /** Of the second. */
  millisecond: "dtMillisecond",
  /** Of the second. */
  microsecond: "dtMicrosecond",
  /** Of the second. */
  nanosecond: "dtNanosecond",
  isLeapYear: "dtIsLeapYear",
  /** The date without the time. */
  date: "dtDate",
  /** The time without the date. */
  time: "dtTime",
  /** Whole days of a length of time. */
  totalDays: "dtTotalDays",
  /** Whole hours of a length of time. */
  totalHours: "dtTotalHours",
  /** Whole minutes of a length of time. */
  totalMinutes: "dtTotalMinutes",
  /** Whole seconds of a length of time. */
  totalSeconds: "dtTotalSeconds",
  /** Whole milliseconds of a length of time. */
  totalMilliseconds: "dtTotalMilliseconds",
} as const satisfies Readonly<Record<string, Function>>;

type PartMethods<E> = { readonly [N in keyof typeof PARTS]: () => E };

/** The methods that are a line in the table. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- The class gets them below, from the same table.
export interface DtExpr<E> extends PartMethods<E> {}

/**
 * What there is to do with dates, times and lengths of time. Intervals are text such as `1h30m`, `1d`, `1w`, `1mo`,
 * `1q`, `1y`.
 */
export class DtExpr<E> extends Namespace<E> {
  /** Numbers of units since 1970. */
  timestamp(unit: TimeUnit = "us"): E {
    return this.call("dtTimestamp", constant(checkOneOf(unit, "unit", ["ns", "us", "ms"] as const)));
  }

  /** Text in the manner of `strftime`, such as `%Y-%m-%d`. */
  format(format: string): E {
    return this.call("dtFormat", constant(format));
  }

  /** The start of the interval. */
  truncate(every: ExprLike): E {
    return this.call("dtTruncate", operand(every, "every"));
  }

  /** The start of the nearest interval. */
  round(every: ExprLike): E {
    return this.call("dtRound", operand(every, "every"));
  }

  /** So much later; earlier with a minus in front. */
  offsetBy(by: ExprLike): E {
    return this.call("dtOffsetBy", operand(by, "by"));
  }

  /** The same point in time, as clocks of another zone show it. */
  convertTimeZone(zone: string): E {
    return this.call("dtConvertTimeZone", constant(zone));
  }

  /** What clocks show stays, in another zone or in none. */
  replaceTimeZone(zone: string | null): E {
    return this.call("dtReplaceTimeZone", constant(zone));
  }

  /** Calls the function of a method in the table. */
  protected part(name: Function): E {
    return this.call(name);
  }
}

for (const [method, name] of Object.entries(PARTS)) {
  Object.defineProperty(DtExpr.prototype, method, {
    value: function part(this: { part(name: Function): unknown }) {
      return this.part(name);
    },
    writable: true,
    configurable: true,
  });
}
