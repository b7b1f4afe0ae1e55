import { BrambleError } from "../../errors.js";
import type { Column, ColumnType } from "../../generated/frames.js";
import { type Database, type Row, statementError } from "./database.js";
import { loadDriver } from "./driver.js";

/** What we use of the package pg. */
interface Client {
  connect(): Promise<void>;
  query(query: { readonly text: string; readonly values?: readonly unknown[] }): Promise<{
    readonly rows: readonly Row[];
    readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  }>;
  end(): Promise<void>;
}

const UTC: ColumnType = { datetime: { unit: "us", zone: "UTC" } };
const LOCAL: ColumnType = { datetime: { unit: "us", zone: null } };

/** What types are as columns, by the numbers that PostgreSQL's catalogue gives them, and how their texts are read. */
const TYPES: Readonly<Record<number, readonly [ColumnType, ((text: string) => unknown)?]>> = {
  16: ["bool", (text) => text === "t"],
  17: ["binary", (text) => new Uint8Array(Buffer.from(text.slice(2), "hex"))],
  20: ["i64", BigInt],
  21: ["i16", Number],
  23: ["i32", Number],
  26: ["u32", Number],
  700: ["f32", Number],
  701: ["f64", Number],
  1082: ["date", (text) => new Date(`${text}T00:00:00Z`)],
  1114: [LOCAL, (text) => new Date(`${text.replace(" ", "T")}Z`)],
  1184: [UTC, (text) => new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"))],
  1700: ["f64", Number],
};

/** Connects to PostgreSQL by the package pg. */
export async function openPostgres(url: string): Promise<Database> {
  const { default: pg } = (await loadDriver("pg", "PostgreSQL")) as {
    default: { Client: new (options: object) => Client };
  };
  const reader = (type: number): ((text: string) => unknown) => TYPES[type]?.[1] ?? String;
  const client = new pg.Client({ connectionString: url, types: { getTypeParser: reader } });
  await connect(client, url);
  const run = async (text: string, values?: readonly unknown[]): ReturnType<Client["query"]> => {
    try {
      return await client.query(values === undefined ? { text } : { text, values });
    } catch (error) {
      throw statementError(error, text);
    }
  };
  return {
    query: async (sql) => (await run(sql)).rows,
    execute: async (sql, values) => {
      await run(sql, values);
    },
    columns: async (source) => {
      const { fields } = await run(`SELECT * FROM ${source} LIMIT 0`);
      return fields.map(({ name, dataTypeID }): Column => ({ name, type: TYPES[dataTypeID]?.[0] ?? "str" }));
    },
    hasTable: async (name) => {
      const { rows } = await run(
        "SELECT 1 FROM pg_tables WHERE schemaname = current_schema AND tablename = $1",
        [name],
      );
      return rows.length > 0;
    },
    typeName,
    toValue,
    placeholder: (number) => `$${number}`,
    close: () => client.end(),
  };
}

async function connect(client: Client, url: string): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    const { host } = new URL(url);
    const text = error instanceof Error ? error.message : String(error);
    throw new BrambleError("NETWORK", `PostgreSQL at ${host} can't be reached: ${text}`, { cause: error });
  }
}

const NAMES: Readonly<Record<string, string>> = {
  bool: "boolean",
  i8: "smallint",
  i16: "smallint",
  i32: "integer",
  i64: "bigint",
  u8: "smallint",
  u16: "integer",
  u32: "bigint",
  u64: "numeric(20)",
  f32: "real",
  f64: "double precision",
  str: "text",
  cat: "text",
  binary: "bytea",
  date: "date",
};

function typeName(type: ColumnType): string | undefined {
  if (typeof type === "string") return NAMES[type];
  if (!("datetime" in type)) return undefined;
  return type.datetime.zone === null ? "timestamp" : "timestamptz";
}

/** Times as text, for pg would write them in the machine's zone. */
function toValue(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
