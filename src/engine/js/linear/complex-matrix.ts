import type { Block } from "../block.js";
import { Matrix } from "./matrix.js";

/** A complex number: its real and its imaginary part. */
export type Pair = readonly [re: number, im: number];

export const ZERO: Pair = [0, 0];

export function minus([a, b]: Pair, [c, d]: Pair): Pair {
  return [a - c, b - d];
}

export function times([a, b]: Pair, [c, d]: Pair): Pair {
  return [a * c - b * d, a * d + b * c];
}

/** A quotient, of numbers as small or as large as there are: both are brought near 1 first, which rounds nothing. */
export function over(dividend: Pair, divisor: Pair): Pair {
  const [above, below] = [dividend, divisor].map((pair) => toUnit(longer(pair)));
  const [a, b] = scaled(dividend, above ?? 1);
  const [c, d] = scaled(divisor, below ?? 1);
  const size = c * c + d * d;
  const quotient: Pair = [(a * c + b * d) / size, (b * c - a * d) / size];
  // One after the other, for their ratio may be beyond what doubles hold.
  return scaled(scaled(quotient, below ?? 1), 1 / (above ?? 1));
}

function longer([a, b]: Pair): number {
  return Math.max(Math.abs(a), Math.abs(b));
}

export function scaled([a, b]: Pair, factor: number): Pair {
  return [a * factor, b * factor];
}

export function conjugate([a, b]: Pair): Pair {
  return [a, -b];
}

/** The power of two that brings a length nearest to 1, so that squares of what is as long have all their bits. */
export function toUnit(length: number): number {
  return length === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(length))));
}

/** A number of length 1 in the direction of another: 1 for 0. */
export function direction(number: Pair): Pair {
  const [re, im] = scaled(number, toUnit(Math.hypot(...number)));
  const length = Math.hypot(re, im);
  return length === 0 ? [1, 0] : [re / length, im / length];
}

/** How far a number is from 0, as LAPACK's `cabs1` measures it. */
export function size([a, b]: Pair): number {
  return Math.abs(a) + Math.abs(b);
}

/** A complex matrix: that of the real and that of the imaginary parts. */
export class ComplexMatrix {
  readonly re: Matrix;
  readonly im: Matrix;

  constructor(re: Matrix, im: Matrix = new Matrix(re.rows, re.columns)) {
    this.re = re;
    this.im = im;
  }

  static zeros(rows: number, columns: number): ComplexMatrix {
    return new ComplexMatrix(new Matrix(rows, columns));
  }

  /** The matrices of blocks with their real and imaginary parts. */
  static stackOf(re: Block, im: Block): ComplexMatrix[] {
    const others = Matrix.stackOf(im);
    return Matrix.stackOf(re).map((part, number) => new ComplexMatrix(part, others[number]));
  }

  get rows(): number {
    return this.re.rows;
  }

  get columns(): number {
    return this.re.columns;
  }

  at(row: number, column: number): Pair {
    return [this.re.at(row, column), this.im.at(row, column)];
  }

  set(row: number, column: number, [re, im]: Pair): void {
    this.re.set(row, column, re);
    this.im.set(row, column, im);
  }

  copy(): ComplexMatrix {
    const [re, im] = [this.re, this.im].map(
      ({ rows, columns, data }) => new Matrix(rows, columns, data.slice()),
    );
    return re === undefined ? this : new ComplexMatrix(re, im);
  }

  /** Transposed and conjugated. */
  adjoint(): ComplexMatrix {
    const im = this.im.transposed();
    for (const [place, value] of im.data.entries()) im.data[place] = -value;
    return new ComplexMatrix(this.re.transposed(), im);
  }

  /** The sum of the products of a column, conjugated, and a column of another matrix, from a row on. */
  dot(column: number, other: ComplexMatrix, otherColumn: number, from = 0): Pair {
    let [re, im] = ZERO;
    for (let row = from; row < this.rows; row += 1) {
      const [a, b] = times(conjugate(this.at(row, column)), other.at(row, otherColumn));
      re += a;
      im += b;
    }
    return [re, im];
  }

  /** The length of a column from a row on. */
  norm(column: number, from = 0): number {
    let norm = 0;
    for (let row = from; row < this.rows; row += 1) norm = Math.hypot(norm, ...this.at(row, column));
    return norm;
  }

  /** Multiplies the elements of a column. */
  scale(column: number, factor: Pair): void {
    for (let row = 0; row < this.rows; row += 1) this.set(row, column, times(this.at(row, column), factor));
  }
}

/** Numbers as the core gives them: the real parts of all, then the imaginary parts. */
export function partsOf(matrix: ComplexMatrix): readonly [Float64Array, Float64Array] {
  return [matrix.re.data, matrix.im.data];
}
