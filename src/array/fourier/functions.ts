import { checkInteger, checkOneOf, checkOptions, invalid } from "../../check.js";
import type { ResultOf } from "../../dtype/index.js";
import type { Node } from "../../graph/index.js";
import { arrayNode } from "../arrange/operands.js";
import { roll } from "../arrange/roll.js";
import { conjugate } from "../complex/parts.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { arange } from "../create.js";
import { LazyArray } from "../lazy-array.js";
import { readAxes } from "../reduce.js";
import { checkAxis } from "../shape.js";
import { binary } from "../statistics/node-math.js";
import type { Chunks } from "../chunks.js";
import type { DTypeOf, Operand } from "../types.js";
import { type FourierNorm, transform, type TransformRequest } from "./transform.js";

/** How one axis is transformed. */
export interface FourierOptions {
  /** Elements that are transformed; longer axes are cut, shorter ones filled with zeros. Of real results their length. */
  readonly n?: number | undefined;
  /** The axis. Default: the last. */
  readonly axis?: number | undefined;
  /**
   * Whether backward transforms are divided by `n` (`"backward"`), forward ones (`"forward"`), or both by its root
   * (`"ortho"`). Default: `"backward"`.
   */
  readonly norm?: FourierNorm | undefined;
}

/** How several axes are transformed. */
export interface FourierNOptions extends Pick<FourierOptions, "norm"> {
  /** For each axis, as `n`. */
  readonly s?: readonly number[] | undefined;
  /** The axes. Default: as many of the last as `s` has, else all; of the functions ending in 2 the last two. */
  readonly axes?: readonly number[] | undefined;
}

/** Of which axes halves are exchanged. */
export interface ShiftOptions {
  /** One axis or several. Default: all. */
  readonly axes?: number | readonly number[] | undefined;
}

/** How frequencies are made. */
export interface FrequencyOptions {
  /** Distance between two elements. Default: 1. */
  readonly d?: number | undefined;
  /** How they are cut into blocks. Default: `"auto"`. */
  readonly chunks?: Chunks | undefined;
}

type Complex<A> = LazyArray<ResultOf<"complex", DTypeOf<A>>, "array">;
type Real<A> = LazyArray<ResultOf<"spread", DTypeOf<A>>, "array">;
type Kind = Pick<TransformRequest, "inverse" | "of">;

const FORWARD: Kind = { inverse: false, of: "complex" };
const BACKWARD: Kind = { inverse: true, of: "complex" };
const OF_REAL: Kind = { inverse: false, of: "real" };
const TO_REAL: Kind = { inverse: true, of: "half" };

/**
 * Frequencies of elements along an axis, which must lie in one chunk.
 *
 * @throws {BrambleError} `INVALID_CHUNKS` if it does not.
 * @example
 * array.fft.fft(x.rechunk([100, -1]));
 */
export function fft<const A extends Operand>(x: A, options: FourierOptions = {}): Complex<A> {
  return one("fft", FORWARD, x, options) as Complex<A>;
}

/** Elements of frequencies, as `fft` gives them. */
export function ifft<const A extends Operand>(x: A, options: FourierOptions = {}): Complex<A> {
  return one("ifft", BACKWARD, x, options) as Complex<A>;
}

/** The first half of the frequencies of real elements, with the one in the middle; the others mirror them. */
export function rfft<const A extends Operand>(x: A, options: FourierOptions = {}): Complex<A> {
  return one("rfft", OF_REAL, x, options) as Complex<A>;
}

/** Real elements of frequencies, as `rfft` gives them: an even number of them unless `n` says otherwise. */
export function irfft<const A extends Operand>(x: A, options: FourierOptions = {}): Real<A> {
  return one("irfft", TO_REAL, x, options) as Real<A>;
}

/** The real frequencies of elements that mirror themselves, of which the first half is given. */
export function hfft<const A extends Operand>(x: A, options: FourierOptions = {}): Real<A> {
  const conjugates = new LazyArray(conjugate(arrayNode(x, "x")));
  return one("hfft", TO_REAL, conjugates, withNorm(options, SWAPPED)) as Real<A>;
}

/** The first half of the elements of which `hfft` gives these real frequencies. */
export function ihfft<const A extends Operand>(x: A, options: FourierOptions = {}): Complex<A> {
  return one("ihfft", OF_REAL, x, withNorm(options, SWAPPED)).conj() as Complex<A>;
}

/** `fftn` along two axes, by default the last ones. */
export function fft2<const A extends Operand>(x: A, options: FourierNOptions = {}): Complex<A> {
  return many("fft2", FORWARD, x, withTwoAxes(options)) as Complex<A>;
}

/** `ifftn` along two axes, by default the last ones. */
export function ifft2<const A extends Operand>(x: A, options: FourierNOptions = {}): Complex<A> {
  return many("ifft2", BACKWARD, x, withTwoAxes(options)) as Complex<A>;
}

/** `rfftn` along two axes, by default the last ones. */
export function rfft2<const A extends Operand>(x: A, options: FourierNOptions = {}): Complex<A> {
  return many("rfft2", OF_REAL, x, withTwoAxes(options)) as Complex<A>;
}

/** `irfftn` along two axes, by default the last ones. */
export function irfft2<const A extends Operand>(x: A, options: FourierNOptions = {}): Real<A> {
  return many("irfft2", TO_REAL, x, withTwoAxes(options)) as Real<A>;
}

/** Frequencies of elements along several axes, each of which must lie in one chunk. */
export function fftn<const A extends Operand>(x: A, options: FourierNOptions = {}): Complex<A> {
  return many("fftn", FORWARD, x, options) as Complex<A>;
}

/** Elements of frequencies, as `fftn` gives them. */
export function ifftn<const A extends Operand>(x: A, options: FourierNOptions = {}): Complex<A> {
  return many("ifftn", BACKWARD, x, options) as Complex<A>;
}

/** Frequencies of real elements along several axes; of the last of them the first half. */
export function rfftn<const A extends Operand>(x: A, options: FourierNOptions = {}): Complex<A> {
  return many("rfftn", OF_REAL, x, options) as Complex<A>;
}

/** Real elements of frequencies, as `rfftn` gives them. */
export function irfftn<const A extends Operand>(x: A, options: FourierNOptions = {}): Real<A> {
  return many("irfftn", TO_REAL, x, options) as Real<A>;
}

/** The frequencies that `fft` of `n` elements has, in its order: 0, positive ones, negative ones; in cycles per unit of `d`. */
export function fftfreq(n: number, options: FrequencyOptions = {}): LazyArray<"float64", "array"> {
  const { count, step, chunks } = readFrequencies(n, options);
  const half = Math.ceil(count / 2);
  const range = (start: number, stop: number): Node => arange(start, stop, 1, { chunks });
  const numbers = concatenateNodes([range(0, half), range(half - count, 0)], 0);
  return new LazyArray(binary("multiply", numbers, step));
}

/** The frequencies that `rfft` of `n` elements has. */
export function rfftfreq(n: number, options: FrequencyOptions = {}): LazyArray<"float64", "array"> {
  const { count, step, chunks } = readFrequencies(n, options);
  return new LazyArray(binary("multiply", arange(0, Math.floor(count / 2) + 1, 1, { chunks }), step));
}

/** Exchanges halves, so that frequency 0 comes into the middle. */
export function fftshift<const A extends LazyArray>(x: A, options: ShiftOptions = {}): A {
  return shift(x, options, (length) => Math.floor(length / 2)) as A;
}

/** Takes back what `fftshift` did. */
export function ifftshift<const A extends LazyArray>(x: A, options: ShiftOptions = {}): A {
  return shift(x, options, (length) => -Math.floor(length / 2)) as A;
}

const SWAPPED: Readonly<Record<FourierNorm, FourierNorm>> = {
  backward: "forward",
  ortho: "ortho",
  forward: "backward",
};

function withNorm(options: FourierOptions, norms: typeof SWAPPED): FourierOptions {
  checkOptions(options, "options", ["n", "axis", "norm"]);
  return { ...options, norm: norms[readNorm(options.norm)] };
}

function withTwoAxes(options: FourierNOptions): FourierNOptions {
  checkOptions(options, "options", ["s", "axes", "norm"]);
  return { axes: [-2, -1], ...options };
}

function readNorm(norm: unknown): FourierNorm {
  return checkOneOf(norm ?? "backward", "options.norm", ["backward", "ortho", "forward"]);
}

function one(label: string, kind: Kind, x: unknown, options: FourierOptions): LazyArray {
  checkOptions(options, "options", ["n", "axis", "norm"]);
  const node = arrayNode(x, "x");
  const { n, axis = -1, norm } = options;
  const length = n === undefined ? undefined : checkInteger(n, "options.n", 1);
  const along = checkAxis(axis, "options.axis", node.shape.length);
  return new LazyArray(transform(node, { label, axis: along, length, ...kind, norm: readNorm(norm) }));
}

/** The last axis first, where elements are real; where they become real it is the last. */
function many(label: string, kind: Kind, x: unknown, options: FourierNOptions): LazyArray {
  checkOptions(options, "options", ["s", "axes", "norm"]);
  const node = arrayNode(x, "x");
  const norm = readNorm(options.norm);
  const { axes, lengths } = readMany(node, options);
  const order = [...axes.keys()].reverse();
  if (kind.of === "half") order.push(order.shift() ?? 0);
  const outer: Kind = { inverse: kind.inverse, of: "complex" };
  const made = order.reduce((made, number) => {
    const { inverse, of } = number === axes.length - 1 ? kind : outer;
    const axis = axes[number] ?? 0;
    return transform(made, { label, axis, length: lengths[number], inverse, of, norm });
  }, node);
  return new LazyArray(made);
}

interface Many {
  readonly axes: readonly number[];
  readonly lengths: readonly (number | undefined)[];
}

function readMany({ shape }: Node, { s, axes }: FourierNOptions): Many {
  if (s !== undefined && !Array.isArray(s)) throw invalid("a list of lengths", "options.s", s);
  const lengths = s?.map((length: number, index) => checkInteger(length, `options.s[${index}]`, 1));
  const count = lengths?.length ?? shape.length;
  const wanted = axes ?? Array.from({ length: count }, (_, number) => number - count);
  if (!Array.isArray(wanted) || wanted.length === 0) throw invalid("a list of axes", "options.axes", axes);
  const along = wanted.map((axis: number, index) => checkAxis(axis, `options.axes[${index}]`, shape.length));
  if (lengths !== undefined && lengths.length !== along.length)
    throw invalid(`${along.length} lengths, one for each axis`, "options.s", s);
  return { axes: along, lengths: along.map((_, number) => lengths?.[number]) };
}

function readFrequencies(
  n: unknown,
  options: FrequencyOptions,
): { readonly count: number; readonly step: number; readonly chunks: Chunks } {
  checkOptions(options, "options", ["d", "chunks"]);
  const count = checkInteger(n, "n", 1);
  const { d = 1, chunks = "auto" } = options;
  if (typeof d !== "number" || Number.isNaN(d) || d === 0)
    throw invalid("a number other than 0", "options.d", d);
  return { count, step: 1 / (count * d), chunks };
}

function shift(x: unknown, options: ShiftOptions, by: (length: number) => number): LazyArray {
  checkOptions(options, "options", ["axes"]);
  const node = arrayNode(x, "x");
  const axes = readAxes(options.axes, node.shape.length);
  const shifts = axes.map((axis) => by(node.shape[axis] ?? 0));
  return new LazyArray(roll(node, shifts, axes));
}
