import { DTYPES } from "../dtype/index.js";
import type { AttributeValue, HDF5DatasetNode, HDF5Node } from "./engine.js";

/**
 * Reads an object as the addon describes it. JSON has neither 64-bit integers nor NaN, so a fill value that
 * is one of these is a string.
 */
export function readNode(json: string): HDF5Node {
  const node = JSON.parse(json) as HDF5Node;
  return node.kind === "group" ? node : { ...node, fillValue: fillValueOf(node) };
}

function fillValueOf({ dtype, fillValue }: HDF5DatasetNode): HDF5DatasetNode["fillValue"] {
  if (fillValue === null) return null;
  if (dtype === "bool") return Boolean(Number(fillValue));
  const { kind, itemsize } = DTYPES[dtype];
  if (itemsize === 8 && (kind === "int" || kind === "uint")) return BigInt(fillValue);
  return parseFloatText(String(fillValue));
}

/** Reads attributes by name; in them such a number is an object, `{ "int": "…" }` or `{ "float": "…" }`. */
export function readAttributes(json: string): Record<string, AttributeValue> {
  return JSON.parse(json, (key, value: unknown) => {
    // The outermost object is the attributes themselves.
    if (key === "" || typeof value !== "object" || value === null) return value;
    if ("int" in value) return BigInt(String(value.int));
    if ("float" in value) return parseFloatText(String(value.float));
    return value;
  }) as Record<string, AttributeValue>;
}

/** Reads what Rust writes: `NaN`, `inf`, `-inf`, `1e-7`. */
function parseFloatText(text: string): number {
  return Number(text.replace(/^([+-]?)inf$/, "$1Infinity"));
}
