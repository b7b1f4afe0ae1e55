import type { Metadata } from "h5wasm/node";
import type { DType } from "../../../generated/layers.js";

const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const COMPOUND = 6;
const ENUM = 8;

/** Names of the other classes of types, by their numbers. */
const CLASSES: { readonly [number: number]: string } = {
  2: "time",
  4: "bit field",
  7: "reference",
  8: "enumeration",
  9: "sequence of variable length",
  10: "array",
  11: "complex",
};

/** The element type of an HDF5 type; undefined if arrays do not have it. */
export function elementType(metadata: Metadata): DType | undefined {
  const { type, size, signed } = metadata;
  const bits = size * 8;
  if (type === INTEGER && [8, 16, 32, 64].includes(bits)) return `${signed ? "int" : "uint"}${bits}` as DType;
  if (type === FLOAT && (bits === 32 || bits === 64)) return `float${bits}`;
  return isBoolean(metadata) ? "bool" : undefined;
}

/** Truth values are an enumeration of two names. */
function isBoolean({ type, size, enum_type: members }: Metadata): boolean {
  const { FALSE, TRUE } = members?.members ?? {};
  return type === ENUM && size === 1 && members?.nmembers === 2 && FALSE === 0 && TRUE === 1;
}

/** Says in a few words what an HDF5 type is. */
export function describeType(metadata: Metadata): string {
  const { type, size, vlen } = metadata;
  if (type === INTEGER) return `integer of ${size * 8} bits`;
  if (type === FLOAT) return `float${size * 8}`;
  if (type === STRING) return vlen ? "string of variable length" : `string of ${size} bytes`;
  if (type === COMPOUND) {
    return `compound of ${metadata.compound_type?.members.map(({ name }) => name).join(", ") ?? ""}`;
  }
  if (type === 5) return `opaque of ${size} bytes`;
  return CLASSES[type] ?? "unknown";
}
