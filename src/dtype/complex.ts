import { inspect } from "node:util";

/** Anything with a real and an imaginary part, such as a `Complex` of this package or of another. */
export interface ComplexLike {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}

/** A complex number: what an array of dtype `complex64` or `complex128` has for an element. */
export class Complex implements ComplexLike {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;

  /**
   * @param re - the real part.
   * @param im - the imaginary part; default 0.
   */
  constructor(re: number, im = 0) {
    this.re = re;
    this.im = im;
  }

  /** As Python writes it: `(1+2j)`. */
  toString(): string {
    return `(${partText(this.re)}${isSigned(this.im) ? "-" : "+"}${partText(Math.abs(this.im))}j)`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** A complex number of its parts. */
export function complex(re: number, im = 0): Complex {
  return new Complex(re, im);
}

/** Whether a value has a real and an imaginary part. */
export function isComplexLike(value: unknown): value is ComplexLike {
  if (typeof value !== "object" || value === null) return false;
  const { re, im } = value as Partial<ComplexLike>;
  return typeof re === "number" && typeof im === "number";
}

function isSigned(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

function partText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? String(value) : value < 0 ? "-inf" : "inf";
}
