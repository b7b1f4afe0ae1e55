// arquero, which is JavaScript in one thread.
//
//   PEERS=FOLDER node arquero.mjs WORKLOAD PARAMETERS

import { createRequire } from "node:module";
import { join } from "node:path";
import { serve } from "./serve.mjs";
import { smallTables } from "./small-tables.mjs";

const aq = await import(createRequire(join(process.env.PEERS, "package.json")).resolve("arquero"));
// Functions that are given to arquero are read as text, in which it looks for this name.
const { op } = aq;

const WORKLOADS = {
  "small-filter":
    ({ rows }) =>
    () =>
      rows
        .filter((d) => d.x > 0.5 && d.y < 0.5)
        .rollup({ sum: (d) => op.sum(d.y) })
        .get("sum", 0),
  "small-derive":
    ({ rows }) =>
    () =>
      rows
        .derive({ z: (d) => (d.x * 2 + d.y) * d.x })
        .rollup({ sum: (d) => op.sum(d.z) })
        .get("sum", 0),
  "small-groups":
    ({ rows }) =>
    () => {
      const groups = rows.groupby("key").rollup({ x: (d) => op.sum(d.x), y: (d) => op.mean(d.y) });
      const most = groups.rollup({ x: (d) => op.max(d.x), y: (d) => op.max(d.y) });
      return [most.get("x", 0), most.get("y", 0)];
    },
  "small-join":
    ({ rows, keys }) =>
    () =>
      rows
        .join(keys, "key")
        .rollup({ sum: (d) => op.sum(d.x * d.value) })
        .get("sum", 0),
};

const [workload, parameters] = process.argv.slice(2);
const { rows, keys } = smallTables(JSON.parse(parameters));
await serve(WORKLOADS[workload]({ rows: aq.table(rows), keys: aq.table(keys) }));
