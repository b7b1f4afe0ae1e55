import type * as arrow from "apache-arrow";
import type { Data, DataType, Field, RecordBatch, Schema, Table, Vector } from "apache-arrow";
import { ModuleReference, ModuleSource, registerModule } from "../functions/modules.js";

/** The library, whose classes are looked for where a table arrives. */
type Arrow = typeof arrow;

/** Stands for the library in what is sent: it is imported on the other side, and here nobody need have loaded it. */
const LIBRARY = {} as Arrow;

registerModule(LIBRARY, new ModuleReference(new ModuleSource("apache-arrow", null, "import"), null));

/** A type: the name of its class, and what its instance says. */
type TypeParts = readonly [name: string, entries: readonly (readonly [name: string, value: unknown])[]];

interface FieldParts {
  readonly name: string;
  readonly type: TypeParts;
  readonly nullable: boolean;
  readonly metadata: ReadonlyMap<string, string>;
}

interface DataParts {
  readonly type: TypeParts;
  readonly numbers: readonly [offset: number, length: number, nullCount: number];
  /** Offsets, values, validity and type ids, as far as there are any: the memory itself, which nobody copies. */
  readonly buffers: readonly unknown[];
  readonly children: readonly DataParts[];
  readonly dictionary: readonly DataParts[] | undefined;
}

/** What a table of Apache Arrow is made of. */
interface TableParts {
  readonly library: Arrow;
  readonly fields: readonly FieldParts[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly batches: readonly DataParts[];
}

/** What a column is made of. */
interface VectorParts {
  readonly library: Arrow;
  readonly data: readonly DataParts[];
}

/** Whether an object is a table or a column of Apache Arrow, of whatever copy of the library: told by its shape. */
export function arrowKind(object: object): "ArrowTable" | "ArrowVector" | undefined {
  if ("batches" in object && "schema" in object && "numRows" in object) return "ArrowTable";
  const isVector = "data" in object && "type" in object && "numChildren" in object && "nullCount" in object;
  return isVector && Array.isArray(object.data) ? "ArrowVector" : undefined;
}

/** Takes a table apart. */
export function tableParts({ schema, batches }: Table): TableParts {
  return {
    library: LIBRARY,
    fields: schema.fields.map(fieldParts),
    metadata: schema.metadata,
    batches: batches.map(({ data }) => dataParts(data)),
  };
}

/** Takes a column apart. */
export function vectorParts({ data }: Vector): VectorParts {
  return { library: LIBRARY, data: data.map(dataParts) };
}

function fieldParts({ name, type, nullable, metadata }: Field): FieldParts {
  return { name, type: typeParts(type), nullable, metadata };
}

function dataParts(data: Data): DataParts {
  const { type, offset, length, nullCount, valueOffsets, values, nullBitmap, typeIds, children, dictionary } =
    data;
  return {
    type: typeParts(type as DataType),
    numbers: [offset, length, nullCount],
    buffers: [valueOffsets, values, nullBitmap, typeIds],
    children: children.map(dataParts),
    dictionary: dictionary?.data.map((part) => dataParts(part as Data)),
  };
}

/** What its instance says: numbers and names, and the types and fields within it. */
function typeParts(type: DataType): TypeParts {
  const entries = Object.entries(type).filter(([name]) => !name.startsWith("_"));
  return [type.constructor.name, entries.map(([name, value]) => [name, partsOf(value)] as const)];
}

function partsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(partsOf);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if ("typeId" in value) return { type: typeParts(value as DataType) };
  return "nullable" in value ? { field: fieldParts(value as Field) } : value;
}

/** Puts a table together. */
export function makeTable({ library, fields, metadata, batches }: TableParts): Table {
  const make = new Maker(library);
  const schema: Schema = new library.Schema(
    fields.map((field) => make.field(field)),
    new Map(metadata),
  );
  const made = batches.map((batch) => new library.RecordBatch(schema, make.data(batch) as never));
  return new library.Table(schema, made as RecordBatch[]);
}

/** Puts a column together. */
export function makeVector({ library, data }: VectorParts): Vector {
  const make = new Maker(library);
  return new library.Vector(data.map((part) => make.data(part)));
}

class Maker {
  readonly #library: Arrow;
  readonly #classes: ReadonlyMap<string, { readonly prototype: DataType }>;

  constructor(library: Arrow) {
    this.#library = library;
    const exported: readonly unknown[] = Object.values(library);
    const classes = exported.filter(
      (value): value is { readonly name: string; readonly prototype: DataType } =>
        typeof value === "function" && value.prototype instanceof library.DataType,
    );
    this.#classes = new Map(classes.map((type) => [type.name, type]));
  }

  field({ name, type, nullable, metadata }: FieldParts): Field {
    return new this.#library.Field(name, this.#type(type), nullable, new Map(metadata));
  }

  data({ type, numbers: [offset, length, nullCount], buffers, children, dictionary }: DataParts): Data {
    const made = dictionary?.map((part) => this.data(part));
    return new this.#library.Data(
      this.#type(type),
      offset,
      length,
      nullCount,
      buffers as never,
      children.map((child) => this.data(child)),
      (made === undefined ? undefined : new this.#library.Vector(made)) as never,
    );
  }

  #type([name, entries]: TypeParts): DataType {
    const type = Object.create(this.#classes.get(name)?.prototype ?? null) as DataType;
    return Object.assign(type, Object.fromEntries(entries.map(([key, value]) => [key, this.#entry(value)])));
  }

  #entry(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.#entry(entry));
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    if ("type" in value) return this.#type(value.type as TypeParts);
    return "field" in value ? this.field(value.field as FieldParts) : value;
  }
}
