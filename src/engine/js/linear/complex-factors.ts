import { BrambleError } from "../../../errors.js";
import {
  ComplexMatrix,
  conjugate,
  direction,
  minus,
  over,
  partsOf,
  scaled,
  size,
  times,
  toUnit,
} from "./complex-matrix.js";
import type { Triangle } from "./triangles.js";

/** What a factor has: the real parts of its elements, and their imaginary parts. */
export type Parts = readonly [re: Float64Array, im: Float64Array];

/** As `cholesky` of real matrices: the matrix is the factor times the factor transposed and conjugated. */
export function cholesky(a: ComplexMatrix): Parts {
  const factor = ComplexMatrix.zeros(a.rows, a.rows);
  for (let column = 0; column < a.rows; column += 1) {
    for (let row = column; row < a.rows; row += 1) {
      let rest = a.at(row, column);
      for (let before = 0; before < column; before += 1) {
        rest = minus(rest, times(factor.at(row, before), conjugate(factor.at(column, before))));
      }
      if (row > column) {
        factor.set(row, column, over(rest, factor.at(column, column)));
      } else if (rest[0] > 0) {
        factor.set(row, column, [Math.sqrt(rest[0]), 0]);
      } else {
        throw new BrambleError("ARITHMETIC", "the matrix is not positive definite");
      }
    }
  }
  return partsOf(factor);
}

/** As `lu` of real matrices. */
export function lu(a: ComplexMatrix): Parts {
  const count = a.rows;
  const factors = a.copy();
  const places = Float64Array.from({ length: count }, (_, place) => place);
  for (let step = 0; step < count; step += 1) {
    exchange(factors, places, step, pivotOf(factors, step));
    const head = factors.at(step, step);
    if (size(head) === 0) continue;
    for (let row = step + 1; row < count; row += 1) {
      const factor = over(factors.at(row, step), head);
      factors.set(row, step, factor);
      for (let column = step + 1; column < count; column += 1) {
        factors.set(row, column, minus(factors.at(row, column), times(factor, factors.at(step, column))));
      }
    }
  }
  return partsOf(factors).map((part, number) => {
    const line = new Float64Array(count * (count + 1));
    line.set(part);
    if (number === 0) line.set(places, count * count);
    return line;
  }) as unknown as Parts;
}

/** The row from the diagonal on whose element in a column is farthest from 0; one of NaN if there is any. */
function pivotOf(matrix: ComplexMatrix, column: number): number {
  let pivot = column;
  for (let row = column + 1; row < matrix.rows; row += 1) {
    const [found, known] = [size(matrix.at(row, column)), size(matrix.at(pivot, column))];
    if (found > known || Number.isNaN(found)) pivot = row;
  }
  return pivot;
}

function exchange(matrix: ComplexMatrix, places: Float64Array, first: number, second: number): void {
  if (first === second) return;
  for (let column = 0; column < matrix.columns; column += 1) {
    const value = matrix.at(first, column);
    matrix.set(first, column, matrix.at(second, column));
    matrix.set(second, column, value);
  }
  const [upper = 0, lower = 0] = [places[first], places[second]];
  places[first] = lower;
  places[second] = upper;
}

/** What a triangular matrix has to be multiplied by to give another. */
export function solve(a: ComplexMatrix, b: ComplexMatrix, { lower, unit }: Triangle): Parts {
  const count = a.rows;
  const solution = b.copy();
  for (let place = 0; !unit && place < count; place += 1) {
    if (size(a.at(place, place)) === 0) throw new BrambleError("ARITHMETIC", "the matrix is singular");
  }
  for (let step = 0; step < count; step += 1) {
    const row = lower ? step : count - 1 - step;
    for (let column = 0; column < b.columns; column += 1) {
      let rest = solution.at(row, column);
      for (let known = 0; known < step; known += 1) {
        const other = lower ? known : count - 1 - known;
        rest = minus(rest, times(a.at(row, other), solution.at(other, column)));
      }
      solution.set(row, column, unit ? rest : over(rest, a.at(row, row)));
    }
  }
  return partsOf(solution);
}

/** The reflections that make a matrix triangular, after Householder, and what it becomes. */
function reflect(a: ComplexMatrix): { vectors: ComplexMatrix; triangle: ComplexMatrix } {
  const triangle = a.copy();
  const vectors = ComplexMatrix.zeros(a.rows, Math.min(a.rows, a.columns));
  for (let step = 0; step < vectors.columns; step += 1) {
    // Its direction is all that counts.
    const factor = toUnit(triangle.norm(step, step));
    for (let row = step; row < a.rows; row += 1)
      vectors.set(row, step, scaled(triangle.at(row, step), factor));
    const norm = vectors.norm(step, step);
    if (norm === 0) continue;
    const [re, im] = vectors.at(step, step);
    // Away from 0, in the direction that the number has.
    const [x, y] = direction([re, im]);
    vectors.set(step, step, [re + x * norm, im + y * norm]);
    vectors.scale(step, [1 / vectors.norm(step, step), 0]);
    apply(vectors, step, triangle);
  }
  return { vectors, triangle };
}

/** Reflects all columns of a matrix at the plane that is orthogonal to a vector. */
function apply(vectors: ComplexMatrix, step: number, matrix: ComplexMatrix): void {
  for (let column = 0; column < matrix.columns; column += 1) {
    const along = scaled(vectors.dot(step, matrix, column, step), 2);
    for (let row = step; row < matrix.rows; row += 1) {
      matrix.set(row, column, minus(matrix.at(row, column), times(along, vectors.at(row, step))));
    }
  }
}

/** The triangular factor of a QR decomposition. */
export function triangle(a: ComplexMatrix): Parts {
  const whole = reflect(a).triangle;
  const result = ComplexMatrix.zeros(Math.min(a.rows, a.columns), a.columns);
  for (let row = 0; row < result.rows; row += 1) {
    for (let column = row; column < a.columns; column += 1) result.set(row, column, whole.at(row, column));
  }
  return partsOf(result);
}

/** The orthogonal factor of `a` times `b`. */
export function orthogonal(a: ComplexMatrix, b: ComplexMatrix): Parts {
  const { vectors } = reflect(a);
  const result = ComplexMatrix.zeros(a.rows, b.columns);
  result.re.data.set(b.re.data);
  result.im.data.set(b.im.data);
  for (let step = vectors.columns - 1; step >= 0; step -= 1) apply(vectors, step, result);
  return partsOf(result);
}
