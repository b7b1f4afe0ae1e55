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

  /** A copy of the elements of a block of two axes. */
  static of({ data, shape }: Block): Matrix {
    return new Matrix(shape[0] ?? 0, shape[1] ?? 0, Float64Array.from(data as Float64Array));
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
