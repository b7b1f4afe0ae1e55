import { product } from "../../../graph/index.js";
import type { Block } from "../block.js";

/** A matrix in row-major order, in double precision. */
export class Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;

  constructor(rows: number, columns: number, data = new Float64Array(rows * columns)) {
    this.rows = rows;
    this.columns = columns;
    this.data = data;
  }

  /** Copies of the matrices along the last two axes of a block. */
  static stackOf({ data, shape }: Block): Matrix[] {
    const [rows = 0, columns = 0] = shape.slice(-2);
    const size = rows * columns;
    const elements = data as Float64Array;
    return Array.from({ length: product(shape.slice(0, -2)) }, (_, number) => {
      const own = elements.subarray(number * size, (number + 1) * size);
      return new Matrix(rows, columns, Float64Array.from(own));
    });
  }

  at(row: number, column: number): number {
    return this.data[row * this.columns + column] ?? 0;
  }

  set(row: number, column: number, value: number): void {
    this.data[row * this.columns + column] = value;
  }

  transposed(): Matrix {
    const result = new Matrix(this.columns, this.rows);
    for (let row = 0; row < this.rows; row += 1) {
      for (let column = 0; column < this.columns; column += 1) result.set(column, row, this.at(row, column));
    }
    return result;
  }
}

/** Numbers one behind the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const [only = new Float64Array(0)] = parts;
  if (parts.length < 2) return only;
  const result = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    result.set(part, start);
    start += part.length;
  }
  return result;
}
