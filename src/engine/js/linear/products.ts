import { allocate, type DType, DTYPES, type TypedArray } from "../../../dtype/index.js";
import { product } from "../../../graph/index.js";
import type { Block } from "../block.js";

/** Which axes of a product go side by side, and over how many is summed. */
export interface Contraction {
  readonly batch: number;
  readonly shared: number;
}

/** The sum of the products of pairs of blocks. */
export function contract(
  { batch, shared }: Contraction,
  [left, right]: readonly [readonly Block[], readonly Block[]],
  dtype: DType,
  size: number,
): TypedArray {
  const sum = allocate(dtype, size);
  for (const [number, a] of left.entries()) {
    const b = right[number];
    if (b === undefined) break;
    const split = a.shape.length - shared;
    const sizes = {
      batch: product(a.shape.slice(0, batch)),
      rows: product(a.shape.slice(batch, split)),
      shared: product(a.shape.slice(split)),
      columns: product(b.shape.slice(batch + shared)),
    };
    if (sum instanceof BigInt64Array || sum instanceof BigUint64Array) {
      addProducts(sizes, a.data as BigInt64Array, b.data as BigInt64Array, sum as BigInt64Array, bigStep);
    } else {
      const step = dtype === "bool" ? truthStep : DTYPES[dtype].kind === "float" ? floatStep : integerStep;
      addProducts(sizes, a.data as Float64Array, b.data as Float64Array, sum as Float64Array, step);
    }
  }
  return sum;
}

interface Sizes {
  readonly batch: number;
  readonly rows: number;
  readonly shared: number;
  readonly columns: number;
}

/** Adds a product to a sum; what it gives is stored in an element. */
type StepOf<V> = (sum: V, a: V, b: V) => V;

const floatStep: StepOf<number> = (sum, a, b) => sum + a * b;
// Up to 32 bits wrap when they are stored; what does not fit 53 bits before is multiplied in 32.
const integerStep: StepOf<number> = (sum, a, b) => (sum + Math.imul(a, b)) | 0;
const truthStep: StepOf<number> = (sum, a, b) => (sum !== 0 || (a !== 0 && b !== 0) ? 1 : 0);
const bigStep: StepOf<bigint> = (sum, a, b) => sum + a * b;

interface Elements<V> {
  readonly [place: number]: V;
}

function addProducts<V>(
  { batch, rows, shared, columns }: Sizes,
  a: Elements<V>,
  b: Elements<V>,
  sum: Elements<V> & { [place: number]: V },
  step: StepOf<V>,
): void {
  for (let side = 0; side < batch; side += 1) {
    for (let row = 0; row < rows; row += 1) {
      const out = (side * rows + row) * columns;
      for (let inner = 0; inner < shared; inner += 1) {
        const factor = a[(side * rows + row) * shared + inner] as V;
        const from = (side * shared + inner) * columns;
        for (let column = 0; column < columns; column += 1) {
          sum[out + column] = step(sum[out + column] as V, factor, b[from + column] as V);
        }
      }
    }
  }
}
