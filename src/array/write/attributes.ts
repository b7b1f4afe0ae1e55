import { invalid } from "../../check.js";
import { dtypeOfData, isRealValue, type RealValue, weightOf } from "../../dtype/index.js";
import type { Attribute, Scalar } from "../../generated/layers.js";

/** The value of an attribute that is to be written: a text, a number, or an array of such. */
export type AttributeInput = string | RealValue | ArrayLike<string> | ArrayLike<number> | ArrayLike<bigint>;

/** Reads attributes as somebody wrote them. */
export function readAttributes(attrs: unknown): Attribute[] {
  if (attrs === undefined) return [];
  const isRecord = typeof attrs === "object" && attrs !== null && !Array.isArray(attrs);
  if (!isRecord) throw invalid("a record of attributes", "options.attrs", attrs);
  return Object.entries(attrs).map(([name, value]) => readAttribute(name, value));
}

function readAttribute(name: string, value: unknown): Attribute {
  const where = `options.attrs[${JSON.stringify(name)}]`;
  if (name === "" || name.includes("\0")) throw invalid("a name for each attribute", "options.attrs", name);
  const isList = Array.isArray(value) || dtypeOfData(value) !== undefined;
  const values: readonly unknown[] = isList ? Array.from(value as ArrayLike<unknown>) : [value];
  const shape = isList ? [values.length] : [];
  if (values.length > 0 && values.every((entry) => typeof entry === "string")) {
    return { name, shape, values: { text: values } };
  }
  if (values.every(isRealValue)) return { name, shape, values: { numbers: values.map(scalarOf) } };
  throw invalid("a text, a number or a list of either", where, value);
}

/** A number with its own kind: whole numbers are integers. */
function scalarOf(value: RealValue): Scalar {
  if (typeof value === "boolean") return { bool: value };
  if (weightOf(value) === "float" || Object.is(value, -0)) {
    return { float: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) return { float: String(value) };
  const integer = BigInt(value);
  if (integer >= -(2n ** 63n) && integer < 2n ** 63n) return { int: value as number | bigint };
  if (integer >= 0n && integer < 2n ** 64n) return { uint: value as bigint };
  throw invalid("an integer of 64 bits", "options.attrs", value);
}
