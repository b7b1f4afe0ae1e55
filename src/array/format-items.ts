import { DTYPES } from "../dtype/index.js";
import { formatterForComplex, formatterForFloats } from "./format-floats.js";
import type { Printable } from "./format-ndarray.js";

/** Prints elements by their position in the data, all as wide as the widest of those that are shown. */
export function formatterFor(array: Printable, shown: readonly number[]): (position: number) => string {
  const { data, dtype } = array;
  switch (DTYPES[dtype].kind) {
    case "bool":
      // As wide as False even where all are True.
      return (position) => (data[position] === 0 ? "False" : " True");
    case "float": {
      const format = formatterForFloats(
        shown.map((position) => Number(data[position])),
        { isFloat32: dtype === "float32" },
      );
      return (position) => format(Number(data[position]));
    }
    case "complex":
      return formatterForComplex(data, shown, dtype === "complex64");
    default:
      return padded(shown, (position) => String(data[position]));
  }
}

function padded(
  shown: readonly number[],
  format: (position: number) => string,
): (position: number) => string {
  const width = Math.max(...shown.map((position) => format(position).length));
  return (position) => format(position).padStart(width);
}
