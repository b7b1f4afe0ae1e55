/** A time as SQLite has it where no zone is said: it is UTC. */
const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(:\d\d(\.\d+)?)?)$/;

/** Reads the rows of a query as columns by their names, of which `times` may have times as text. Every worker has it. */
export async function queryPiece(
  url: string,
  sql: string,
  names: readonly string[],
  times: readonly string[],
): Promise<Map<string, Iterable<unknown>>> {
  // When it is called: what reads functions from elsewhere is below this.
  const { withDatabase } = await import("./open.js");
  const rows = await withDatabase(url, true, (database) => database.query(sql));
  return new Map(
    names.map((name) => {
      const values = rows.map((row) => row[name] ?? null);
      return [name, packed(times.includes(name) ? values.map(toTime) : values)];
    }),
  );
}

function toTime(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const time = new Date(value.replace(WITHOUT_ZONE, "$1T$2Z"));
  // What is no time is an error that says so, later.
  return Number.isNaN(time.getTime()) ? value : time;
}

/** Numbers of one kind as a typed array, which travels and is read much faster than a list. */
function packed(values: readonly unknown[]): Iterable<unknown> {
  if (values.length === 0) return values;
  if (values.every((value) => typeof value === "bigint")) return BigInt64Array.from(values);
  if (values.every((value) => typeof value === "number")) return Float64Array.from(values);
  return values;
}
