import { checkInteger, invalid } from "../check.js";

/** A stretch of an axis as Python writes it: `start:stop:step`, each of which may be left out. */
export class Slice {
  /** First position; negative from the end. */
  readonly start: number | null;
  /** Position behind the last; negative from the end. */
  readonly stop: number | null;
  /** Distance between two positions; negative goes backwards. */
  readonly step: number;

  constructor(start: number | null, stop: number | null, step: number | null) {
    this.start = start === null ? null : checkInteger(start, "start");
    this.stop = stop === null ? null : checkInteger(stop, "stop");
    this.step = checkInteger(step ?? 1, "step");
    if (step === 0) throw invalid("a step other than 0", "step", step);
  }

  /** Reads `"10:0:-2"`, `":"`, `"3:"`. `name` is the argument, for the error. */
  static parse(text: string, name: string): Slice {
    const parts = text.split(":").map((part) => part.trim());
    const isSlice =
      parts.length >= 2 && parts.length <= 3 && parts.every((part) => /^([+-]?\d+)?$/.test(part));
    if (!isSlice) throw invalid('a slice such as "1:10:2"', name, text);
    const [start = null, stop = null, step = null] = parts.map((part) => (part === "" ? null : Number(part)));
    return new Slice(start, stop, step);
  }

  /** The positions on an axis of `length` elements: `count` of them, from `start` on, `step` apart. */
  resolve(length: number): { start: number; step: number; count: number } {
    const { step } = this;
    // Positions beyond the ends are moved to them, as Python does; backwards the ends are one further left.
    const shift = step < 0 ? -1 : 0;
    const clamp = (position: number): number =>
      Math.min(length + shift, Math.max(shift, position < 0 ? position + length : position));
    const start = this.start === null ? (step < 0 ? length - 1 : 0) : clamp(this.start);
    const stop = this.stop === null ? (step < 0 ? -1 : length) : clamp(this.stop);
    const count = Math.max(0, Math.ceil((stop - start) / step));
    return count === 0 ? { start: 0, step: 1, count } : { start, step, count };
  }

  /** The positions on an axis of unknown length: known only if they are all of it. */
  resolveLater(): { start: number; step: number; count: number } {
    const isWhole = (this.start ?? 0) === 0 && this.stop === null && this.step === 1;
    return { start: isWhole ? 0 : Number.NaN, step: this.step, count: Number.NaN };
  }

  toString(): string {
    return `${this.start ?? ""}:${this.stop ?? ""}${this.step === 1 ? "" : `:${this.step}`}`;
  }
}

/**
 * A stretch of an axis, for `x.slice(...)`: from `start` up to but not including `stop`, `step` apart.
 * With one argument that is the stop, as in Python.
 *
 * @example
 * x.slice(slice(10, 20), slice(null, null, -1)); // the same as x.slice("10:20", "::-1")
 */
export function slice(start: number | null, stop?: number | null, step: number | null = null): Slice {
  return stop === undefined ? new Slice(null, start, step) : new Slice(start, stop, step);
}
