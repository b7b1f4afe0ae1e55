import type { TypedArray } from "../dtype/index.js";

/** Digits behind the point at most. */
const PRECISION = 8;

/** Which floats are printed, and how. */
export interface FloatStyle {
  readonly isFloat32: boolean;
  /** Whether numbers that are not negative have a plus. */
  readonly hasPlus?: true;
}

/** Prints floats as NumPy does: the fewest digits that tell them apart, at most 8 behind the point, aligned. */
export function formatterForFloats(values: readonly number[], style: FloatStyle): (value: number) => string {
  const finite = values.filter(Number.isFinite);
  const split = usesExponent(finite) ? exponential(finite, style) : positional(finite, style);
  // Not-a-number and infinities have no point; they fill the whole width.
  const special = values
    .filter((value) => !Number.isFinite(value))
    .map((value) => specialText(value, style).length);
  const left = Math.max(split.left, ...special.map((length) => length - split.right));
  return (value) =>
    Number.isFinite(value)
      ? split.format(value, left)
      : specialText(value, style).padStart(left + split.right);
}

/** Prints complex numbers by their place, the real parts alike and the imaginary parts alike: `1.5+2.j`. */
export function formatterForComplex(
  data: TypedArray,
  shown: readonly number[],
  isFloat32: boolean,
): (position: number) => string {
  const part = (position: number, entry: 0 | 1): number => Number(data[2 * position + entry]);
  const re = formatterForFloats(
    shown.map((position) => part(position, 0)),
    { isFloat32 },
  );
  const im = formatterForFloats(
    shown.map((position) => part(position, 1)),
    { isFloat32, hasPlus: true },
  );
  return (position) => {
    const text = im(part(position, 1));
    const end = text.trimEnd();
    return `${re(part(position, 0))}${end}j${text.slice(end.length)}`;
  };
}

interface Split {
  /** Characters before the point. */
  readonly left: number;
  /** Characters from the point on. */
  readonly right: number;
  readonly format: (value: number, left: number) => string;
}

/** Whether the values are too large, too small or too far apart for plain decimals. */
function usesExponent(finite: readonly number[]): boolean {
  const sizes = finite.filter((value) => value !== 0).map(Math.abs);
  if (sizes.length === 0) return false;
  const [max, min] = [Math.max(...sizes), Math.min(...sizes)];
  return max >= 1e8 || min < 1e-4 || max / min > 1000;
}

function positional(finite: readonly number[], style: FloatStyle): Split {
  const parts = finite.map((value) => splitPoint(plainText(value, style)));
  const left = Math.max(0, ...parts.map(([whole]) => whole.length));
  const fraction = Math.max(0, ...parts.map(([, digits]) => digits.length));
  return {
    left,
    right: fraction + 1,
    format: (value, width) => {
      const [whole, digits] = splitPoint(plainText(value, style));
      return `${whole.padStart(width)}.${digits.padEnd(fraction)}`;
    },
  };
}

function exponential(finite: readonly number[], style: FloatStyle): Split {
  const parts = finite.map((value) => splitExponent(exponentText(value, style)));
  const left = Math.max(...parts.map(({ whole }) => whole.length));
  const fraction = Math.max(...parts.map(({ digits }) => digits.length));
  const exponentWidth = Math.max(...parts.map(({ exponent }) => exponent.length));
  return {
    left,
    right: fraction + exponentWidth + 3,
    format: (value, width) => {
      const { whole, digits, sign, exponent } = splitExponent(exponentText(value, style));
      return `${whole.padStart(width)}.${digits.padEnd(fraction, "0")}e${sign}${exponent.padStart(exponentWidth, "0")}`;
    },
  };
}

/** A number without an exponent, such as `-1.5` or `2.`. */
function plainText(value: number, style: FloatStyle): string {
  const { sign, digits, point } = shortest(value, style);
  if (digits.length - point > PRECISION) return sign + rounded((count) => Math.abs(value).toFixed(count));
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, "0")}.${digits.slice(point)}`;
}

/** A number with an exponent, such as `1.5e+10`. */
function exponentText(value: number, style: FloatStyle): string {
  const { sign, digits, point } = shortest(value, style);
  if (digits.length - 1 > PRECISION) return sign + rounded((count) => Math.abs(value).toExponential(count));
  const exponent = point - 1;
  return `${sign}${digits[0] ?? "0"}.${digits.slice(1)}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}

/** The fewest digits that give the value back, and how many of them stand before the point. */
function shortest(value: number, style: FloatStyle): { sign: string; digits: string; point: number } {
  const size = Math.abs(value);
  const [mantissa = "", exponent = ""] = (
    style.isFloat32 ? shortestFloat32(size) : size.toExponential()
  ).split("e");
  return {
    sign: value < 0 || Object.is(value, -0) ? "-" : plusOf(style),
    digits: mantissa.replace(".", "").replace(/0+$/, ""),
    point: Number(exponent) + 1,
  };
}

function shortestFloat32(size: number): string {
  for (let digits = 0; digits < 8; digits += 1) {
    const text = size.toExponential(digits);
    if (Math.fround(Number(text)) === size) return text;
  }
  // Nine significant digits tell all float32 apart.
  return size.toExponential(8);
}

/**
 * A number with 8 digits behind the point, without zeros at the end. JavaScript rounds a tie away from zero,
 * NumPy to the even digit; a hundred digits show the ties.
 */
function rounded(format: (digits: number) => string): string {
  const [nearest = "", exponent] = format(PRECISION).split("e");
  const exact = format(100);
  const end = exact.indexOf(".") + 1 + PRECISION;
  const isTie = /^50*(e|$)/.test(exact.slice(end));
  const mantissa = isTie && Number(exact[end - 1]) % 2 === 0 ? exact.slice(0, end) : nearest;
  const short = mantissa.replace(/0+$/, "");
  return exponent === undefined ? short : `${short}e${exponent}`;
}

function splitPoint(text: string): [whole: string, digits: string] {
  const [whole = "", digits = ""] = text.split(".");
  return [whole, digits];
}

function splitExponent(text: string): { whole: string; digits: string; sign: string; exponent: string } {
  const [mantissa = "", exponent = ""] = text.split("e");
  const [whole, digits] = splitPoint(mantissa);
  return { whole, digits, sign: exponent.slice(0, 1), exponent: exponent.slice(1).padStart(2, "0") };
}

function specialText(value: number, style: FloatStyle): string {
  if (Number.isNaN(value)) return `${plusOf(style)}nan`;
  return value < 0 ? "-inf" : `${plusOf(style)}inf`;
}

function plusOf({ hasPlus }: FloatStyle): string {
  return hasPlus === true ? "+" : "";
}
