import type { Metadata } from "h5wasm/node";
import type { AttributeValue } from "../../engine.js";
import { describeType, elementType } from "./element-type.js";
import type { Library, OpenFile } from "./library.js";

const STRING = 3;

/** An attribute larger than this is left out: attributes are notes. */
const MOST_BYTES = 16 * 2 ** 20;

/** The attributes of an object, by name. */
export function readAttributes(
  library: Library,
  file: OpenFile,
  name: string,
): Record<string, AttributeValue> {
  const names = (library.module.get_attribute_names(file.id, name) as string[]).sort();
  return Object.fromEntries(
    names.map((attribute) => [attribute, readAttribute(library, file, name, attribute)]),
  );
}

function readAttribute(
  { module, Attribute }: Library,
  file: OpenFile,
  name: string,
  attribute: string,
): AttributeValue {
  const metadata: Metadata = module.get_attribute_metadata(file.id, name, attribute);
  const { shape, type, size, total_size: count } = metadata;
  if (shape === null) return null;
  if (size * count > MOST_BYTES) return `<more than ${MOST_BYTES} bytes>`;
  const dtype = elementType(metadata);
  if (dtype === undefined && type !== STRING) return `<${describeType(metadata)}>`;
  const { value } = new Attribute(file.id, name, attribute);
  const flat = (shape.length === 0 ? [value] : [...(value as Iterable<unknown>)]) as (
    | number
    | bigint
    | string
  )[];
  const values = dtype === "bool" ? flat.map(Boolean) : flat;
  return nest(shape, values[Symbol.iterator]());
}

/** Arrays in arrays, one level for each axis. */
function nest(shape: readonly number[], values: Iterator<AttributeValue>): AttributeValue {
  const [length, ...inner] = shape;
  if (length === undefined) return values.next().value ?? null;
  return Array.from({ length }, () => nest(inner, values));
}
