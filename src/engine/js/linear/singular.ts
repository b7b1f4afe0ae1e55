import { BrambleError } from "../../../errors.js";
import { joined, Matrix } from "./matrix.js";

/** More sweeps are never taken by numbers: each makes the columns more orthogonal by orders of magnitude. */
export const MOST_SWEEPS = 60;

/**
 * A singular value decomposition by one-sided rotations after Jacobi: columns are turned against each other until all
 * are orthogonal. Their lengths are the singular values.
 *
 * @returns U, the values and V transposed, one behind the other
 */
export function singular(a: Matrix): Float64Array {
  if (!a.data.every(Number.isFinite)) throw noConvergence();
  const isWide = a.rows < a.columns;
  const left = isWide ? a.transposed() : new Matrix(a.rows, a.columns, a.data.slice());
  const size = left.columns;
  const right = new Matrix(size, size);
  for (let place = 0; place < size; place += 1) right.set(place, place, 1);
  for (let sweep = 0; rotateAll(left, right); sweep += 1) if (sweep === MOST_SWEEPS) throw noConvergence();

  const lengths = Array.from({ length: size }, (_, column) => columnLength(left, column));
  const order = [...lengths.keys()].sort((x, y) => (lengths[y] ?? 0) - (lengths[x] ?? 0));
  const values = Float64Array.from(order, (column) => lengths[column] ?? 0);
  const [tall, square] = [pick(left, order, values), pick(right, order)];
  completeColumns(tall, values);
  const [u, v] = isWide ? [square, tall] : [tall, square];
  return joined([u.data, values, v.transposed().data]);
}

export function noConvergence(): BrambleError {
  return new BrambleError("ARITHMETIC", "the singular values do not converge");
}

/** Turns each pair of columns once; tells whether any had to be. */
function rotateAll(left: Matrix, right: Matrix): boolean {
  let isTurned = false;
  for (let first = 0; first < left.columns - 1; first += 1) {
    for (let second = first + 1; second < left.columns; second += 1) {
      isTurned = rotate(left, right, first, second) || isTurned;
    }
  }
  return isTurned;
}

function rotate(left: Matrix, right: Matrix, first: number, second: number): boolean {
  let [a, b, both] = [0, 0, 0];
  for (let row = 0; row < left.rows; row += 1) {
    const [x, y] = [left.at(row, first), left.at(row, second)];
    a += x * x;
    b += y * y;
    both += x * y;
  }
  if (both === 0 || Math.abs(both) <= 1e-15 * Math.sqrt(a * b)) return false;
  const slope = (b - a) / (2 * both);
  const tangent = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(1, slope));
  const cosine = 1 / Math.hypot(1, tangent);
  turn(left, first, second, cosine, cosine * tangent);
  turn(right, first, second, cosine, cosine * tangent);
  return true;
}

function turn(matrix: Matrix, first: number, second: number, cosine: number, sine: number): void {
  for (let row = 0; row < matrix.rows; row += 1) {
    const [x, y] = [matrix.at(row, first), matrix.at(row, second)];
    matrix.set(row, first, cosine * x - sine * y);
    matrix.set(row, second, sine * x + cosine * y);
  }
}

function columnLength(matrix: Matrix, column: number): number {
  let length = 0;
  for (let row = 0; row < matrix.rows; row += 1) length = Math.hypot(length, matrix.at(row, column));
  return length;
}

/** Columns in another order, divided by their lengths where these are given. */
function pick(matrix: Matrix, order: readonly number[], lengths?: Float64Array): Matrix {
  const result = new Matrix(matrix.rows, order.length);
  for (const [place, column] of order.entries()) {
    const length = lengths?.[place] ?? 1;
    for (let row = 0; row < matrix.rows; row += 1) {
      result.set(row, place, length === 0 ? 0 : matrix.at(row, column) / length);
    }
  }
  return result;
}

/** Gives columns that belong to vanishing values a direction that is orthogonal to all others. */
function completeColumns(matrix: Matrix, values: Float64Array): void {
  const least = (values[0] ?? 0) * 1e-15;
  for (let column = 0; column < matrix.columns; column += 1) {
    if ((values[column] ?? 0) > least) continue;
    for (let axis = 0; axis < matrix.rows && !isReplaced(matrix, column, axis); axis += 1);
  }
}

/** Puts what an axis has of its own, beside the columns before, in place of a column; tells whether that is enough. */
function isReplaced(matrix: Matrix, column: number, axis: number): boolean {
  for (let row = 0; row < matrix.rows; row += 1) matrix.set(row, column, row === axis ? 1 : 0);
  // Twice, for what rounding left of the first time.
  for (let time = 0; time < 2; time += 1) {
    for (let other = 0; other < column; other += 1) {
      let along = 0;
      for (let row = 0; row < matrix.rows; row += 1) along += matrix.at(row, column) * matrix.at(row, other);
      for (let row = 0; row < matrix.rows; row += 1) {
        matrix.set(row, column, matrix.at(row, column) - along * matrix.at(row, other));
      }
    }
  }
  const length = columnLength(matrix, column);
  if (length < 0.5 / Math.sqrt(matrix.rows)) return false;
  for (let row = 0; row < matrix.rows; row += 1) matrix.set(row, column, matrix.at(row, column) / length);
  return true;
}
