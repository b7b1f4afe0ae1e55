import type { Parts } from "./complex-factors.js";
import { ComplexMatrix, minus, type Pair, scaled, times, toUnit } from "./complex-matrix.js";
import { joined } from "./matrix.js";
import { MOST_SWEEPS, noConvergence } from "./singular.js";

/** The square of a length that counts for nothing beside the longest, which is about 1. */
const NEGLIGIBLE = 1e-32;

/**
 * As `singular` of real matrices: rotations after Jacobi, before which one column of a pair is turned in the complex plane, so
 * that what both have in common is real.
 *
 * @returns U, the values and V transposed and conjugated, one behind the other
 */
export function singular(a: ComplexMatrix): Parts {
  if (![a.re, a.im].every(({ data }) => data.every(Number.isFinite))) throw noConvergence();
  const isWide = a.rows < a.columns;
  const left = isWide ? a.adjoint() : a.copy();
  const factor = toUnit(
    Math.max(0, ...Array.from({ length: left.columns }, (_, column) => left.norm(column))),
  );
  for (let column = 0; column < left.columns; column += 1) left.scale(column, [factor, 0]);
  const right = ComplexMatrix.zeros(left.columns, left.columns);
  for (let place = 0; place < right.rows; place += 1) right.set(place, place, [1, 0]);
  for (let sweep = 0; rotateAll(left, right); sweep += 1) if (sweep === MOST_SWEEPS) throw noConvergence();

  const lengths = Array.from({ length: left.columns }, (_, column) => left.norm(column));
  const order = [...lengths.keys()].sort((x, y) => (lengths[y] ?? 0) - (lengths[x] ?? 0));
  const values = Float64Array.from(order, (column) => lengths[column] ?? 0);
  const [tall, square] = [pick(left, order, values), pick(right, order)];
  completeColumns(tall, values);
  const [u, v] = isWide ? [square, tall] : [tall, square];
  const turned = v.adjoint();
  for (const [place, value] of values.entries()) values[place] = value / factor;
  const none = new Float64Array(values.length);
  return [joined([u.re.data, values, turned.re.data]), joined([u.im.data, none, turned.im.data])];
}

/** Turns each pair of columns once; tells whether any had to be. */
function rotateAll(left: ComplexMatrix, right: ComplexMatrix): boolean {
  let isTurned = false;
  for (let first = 0; first < left.columns - 1; first += 1) {
    for (let second = first + 1; second < left.columns; second += 1) {
      isTurned = rotate(left, right, first, second) || isTurned;
    }
  }
  return isTurned;
}

function rotate(left: ComplexMatrix, right: ComplexMatrix, first: number, second: number): boolean {
  const [a] = left.dot(first, left, first);
  const [b] = left.dot(second, left, second);
  const [re, im] = left.dot(first, left, second);
  const both = Math.hypot(re, im);
  if (Math.min(a, b) <= NEGLIGIBLE || both <= 1e-15 * Math.sqrt(a * b)) return false;
  const slope = (b - a) / (2 * both);
  const tangent = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(1, slope));
  const cosine = 1 / Math.hypot(1, tangent);
  for (const matrix of [left, right]) {
    matrix.scale(second, [re / both, -im / both]);
    turn(matrix, first, second, cosine, cosine * tangent);
  }
  return true;
}

function turn(matrix: ComplexMatrix, first: number, second: number, cosine: number, sine: number): void {
  for (let row = 0; row < matrix.rows; row += 1) {
    const [x, y] = [matrix.at(row, first), matrix.at(row, second)];
    matrix.set(row, first, minus(scaled(x, cosine), scaled(y, sine)));
    matrix.set(row, second, minus(scaled(y, cosine), scaled(x, -sine)));
  }
}

/** Columns in another order, divided by their lengths where these are given. */
function pick(matrix: ComplexMatrix, order: readonly number[], lengths?: Float64Array): ComplexMatrix {
  const result = ComplexMatrix.zeros(matrix.rows, order.length);
  for (const [place, column] of order.entries()) {
    const length = lengths?.[place] ?? 1;
    for (let row = 0; row < matrix.rows; row += 1) {
      const [re, im]: Pair = matrix.at(row, column);
      result.set(row, place, length === 0 ? [0, 0] : [re / length, im / length]);
    }
  }
  return result;
}

/** Gives columns that belong to vanishing values a direction that is orthogonal to all others. */
function completeColumns(matrix: ComplexMatrix, values: Float64Array): void {
  const least = (values[0] ?? 0) * 1e-15;
  for (let column = 0; column < matrix.columns; column += 1) {
    if ((values[column] ?? 0) > least) continue;
    for (let axis = 0; axis < matrix.rows && !isReplaced(matrix, column, axis); axis += 1);
  }
}

/** Puts what an axis has of its own, beside the columns before, in place of a column; tells whether that is enough. */
function isReplaced(matrix: ComplexMatrix, column: number, axis: number): boolean {
  for (let row = 0; row < matrix.rows; row += 1) matrix.set(row, column, [row === axis ? 1 : 0, 0]);
  // Twice, for what rounding left of the first time.
  for (let time = 0; time < 2; time += 1) {
    for (let other = 0; other < column; other += 1) {
      const along = matrix.dot(other, matrix, column);
      for (let row = 0; row < matrix.rows; row += 1) {
        matrix.set(row, column, minus(matrix.at(row, column), times(along, matrix.at(row, other))));
      }
    }
  }
  const length = matrix.norm(column);
  if (length < 0.5 / Math.sqrt(matrix.rows)) return false;
  matrix.scale(column, [1 / length, 0]);
  return true;
}
