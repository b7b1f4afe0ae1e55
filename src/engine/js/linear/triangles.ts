import { BrambleError } from "../../../errors.js";
import { Matrix } from "./matrix.js";

/** The lower triangular factor of a positive definite matrix. */
export function cholesky(a: Matrix): Float64Array {
  const size = a.rows;
  const factor = new Matrix(size, size);
  for (let column = 0; column < size; column += 1) {
    for (let row = column; row < size; row += 1) {
      let rest = a.at(row, column);
      for (let before = 0; before < column; before += 1) {
        rest -= factor.at(row, before) * factor.at(column, before);
      }
      if (row > column) {
        factor.set(row, column, rest / factor.at(column, column));
      } else if (rest > 0) {
        factor.set(row, column, Math.sqrt(rest));
      } else {
        throw new BrambleError("ARITHMETIC", "the matrix is not positive definite");
      }
    }
  }
  return factor.data;
}

/**
 * Both triangular factors of a square matrix in one, and behind them which row stands at each place. Where all that is left
 * of a column is 0, nothing is eliminated, as in LAPACK's `getf2`: singular matrices have factors too.
 */
export function lu(a: Matrix): Float64Array {
  const size = a.rows;
  const factors = new Matrix(size, size, a.data.slice());
  const places = Float64Array.from({ length: size }, (_, place) => place);
  for (let step = 0; step < size; step += 1) {
    exchange(factors, places, step, pivotOf(factors, step));
    if (factors.at(step, step) === 0) continue;
    for (let row = step + 1; row < size; row += 1) {
      const factor = factors.at(row, step) / factors.at(step, step);
      factors.set(row, step, factor);
      for (let column = step + 1; column < size; column += 1) {
        factors.set(row, column, factors.at(row, column) - factor * factors.at(step, column));
      }
    }
  }
  const result = new Float64Array(size * (size + 1));
  result.set(factors.data);
  result.set(places, size * size);
  return result;
}

/** The row from the diagonal on whose element in a column is farthest from 0; one of NaN if there is any. */
function pivotOf(matrix: Matrix, column: number): number {
  let pivot = column;
  for (let row = column + 1; row < matrix.rows; row += 1) {
    const [size, known] = [Math.abs(matrix.at(row, column)), Math.abs(matrix.at(pivot, column))];
    if (size > known || Number.isNaN(size)) pivot = row;
  }
  return pivot;
}

function exchange(matrix: Matrix, places: Float64Array, first: number, second: number): void {
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

/** Which triangle of a matrix counts, and whether its diagonal is taken to be 1. */
export interface Triangle {
  readonly lower: boolean;
  readonly unit: boolean;
}

/** What a triangular matrix has to be multiplied by to give another. */
export function solve(a: Matrix, b: Matrix, { lower, unit }: Triangle): Float64Array {
  const size = a.rows;
  const solution = new Matrix(b.rows, b.columns, b.data.slice());
  for (let place = 0; !unit && place < size; place += 1) {
    if (a.at(place, place) === 0) throw new BrambleError("ARITHMETIC", "the matrix is singular");
  }
  for (let step = 0; step < size; step += 1) {
    const row = lower ? step : size - 1 - step;
    for (let column = 0; column < b.columns; column += 1) {
      let rest = solution.at(row, column);
      for (let known = 0; known < step; known += 1) {
        const other = lower ? known : size - 1 - known;
        rest -= a.at(row, other) * solution.at(other, column);
      }
      solution.set(row, column, unit ? rest : rest / a.at(row, row));
    }
  }
  return solution.data;
}
