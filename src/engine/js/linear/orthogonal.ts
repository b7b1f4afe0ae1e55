import { Matrix } from "./matrix.js";

/** The reflections that make a matrix triangular, after Householder, and what it becomes. */
interface Reflections {
  /** Below and on the diagonal the vectors, of length 1; a column without elements below has none. */
  readonly vectors: Matrix;
  readonly triangle: Matrix;
}

function reflect(a: Matrix): Reflections {
  const triangle = new Matrix(a.rows, a.columns, a.data.slice());
  const size = Math.min(a.rows, a.columns);
  const vectors = new Matrix(a.rows, size);
  for (let step = 0; step < size; step += 1) {
    let norm = 0;
    for (let row = step; row < a.rows; row += 1) norm = Math.hypot(norm, triangle.at(row, step));
    if (norm === 0) continue;
    const sign = triangle.at(step, step) < 0 ? -1 : 1;
    for (let row = step; row < a.rows; row += 1) vectors.set(row, step, triangle.at(row, step));
    vectors.set(step, step, triangle.at(step, step) + sign * norm);
    normalise(vectors, step);
    apply(vectors, step, triangle);
  }
  return { vectors, triangle };
}

function normalise(vectors: Matrix, step: number): void {
  let length = 0;
  for (let row = step; row < vectors.rows; row += 1) length = Math.hypot(length, vectors.at(row, step));
  for (let row = step; row < vectors.rows; row += 1) vectors.set(row, step, vectors.at(row, step) / length);
}

/** Reflects all columns of a matrix at the plane that is orthogonal to a vector. */
function apply(vectors: Matrix, step: number, matrix: Matrix): void {
  for (let column = 0; column < matrix.columns; column += 1) {
    let along = 0;
    for (let row = step; row < matrix.rows; row += 1) along += vectors.at(row, step) * matrix.at(row, column);
    for (let row = step; row < matrix.rows; row += 1) {
      matrix.set(row, column, matrix.at(row, column) - 2 * along * vectors.at(row, step));
    }
  }
}

/** The triangular factor of a QR decomposition. */
export function triangle(a: Matrix): Float64Array {
  const size = Math.min(a.rows, a.columns);
  const whole = reflect(a).triangle;
  const result = new Matrix(size, a.columns);
  for (let row = 0; row < size; row += 1) {
    for (let column = row; column < a.columns; column += 1) result.set(row, column, whole.at(row, column));
  }
  return result.data;
}

/** The orthogonal factor of `a` times `b`. */
export function orthogonal(a: Matrix, b: Matrix): Float64Array {
  const { vectors } = reflect(a);
  const result = new Matrix(a.rows, b.columns);
  result.data.set(b.data);
  for (let step = vectors.columns - 1; step >= 0; step -= 1) apply(vectors, step, result);
  return result.data;
}
