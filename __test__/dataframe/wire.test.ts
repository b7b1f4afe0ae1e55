import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Case, Expression, Plan, Value } from "../../dist/generated/frames.js";
import { encode } from "../../dist/graph/index.js";

/** The bytes that the tests of the crate read, on machines of 32 bits too. */
const golden = new URL("../../crates/frame/tests/plan.hex", import.meta.url);

const column = (name: string): Expression => ({ column: name });
const constants: readonly Value[] = [
  "null",
  { bool: true },
  { int: -9_007_199_254_740_993n },
  { int: 2n ** 63n - 1n },
  { float: "-0" },
  { text: "é" },
  { bytes: Uint8Array.of(0, 255) },
  { time: -62_135_596_800_000 },
  { list: [{ int: 1 }, "null"] },
];
const cases = constants.map(
  (constant): Case => ({
    condition: { call: { function: "greater", args: [column("id"), { literal: constant }] } },
    value: { literal: constant },
  }),
);

/** The same as in `crates/frame/tests/wire.rs`. */
const plan: Plan = {
  steps: [
    {
      inputs: [],
      operation: {
        scan: {
          paths: ["/data/ä.csv"],
          objects: [],
          format: {
            csv: {
              separator: ";",
              quote: null,
              comment: "#",
              header: true,
              skip: 4_000_000_000,
              nulls: ["-"],
              dates: false,
              truncate: true,
              lenient: false,
              decimal_comma: true,
              lossy: false,
            },
          },
          columns: [
            { name: "id", type: "i64" },
            { name: "day", type: { datetime: { unit: "us", zone: null } } },
          ],
          types: [],
          sample: 1000,
          path_column: null,
          range: { from: 5_000_000_000, to: Number.MAX_SAFE_INTEGER },
        },
      },
    },
    { inputs: [0], operation: { withColumns: [{ when: { cases, otherwise: null } }] } },
    {
      inputs: [1],
      operation: {
        groupBy: {
          keys: [column("day")],
          aggregations: [
            { alias: { of: { call: { function: "sum", args: [column("id")] } }, name: "sum" } },
            "len",
          ],
          ordered: false,
          windows: null,
        },
      },
    },
    { inputs: [], operation: { shard: { buffer: 0, from: 65_536, to: 2 ** 32 - 1 } } },
    {
      inputs: [2, 3],
      operation: {
        join: {
          how: "semi",
          left: [column("day")],
          right: [column("day")],
          suffix: "_right",
          nulls_equal: false,
          coalesce: true,
        },
      },
    },
    { inputs: [4], operation: { slice: { offset: -5_000_000_000, length: null } } },
    { inputs: [5], operation: "reverse" },
  ],
  engine: "streaming",
};

describe("a plan that travels", () => {
  it("is the bytes that the core is tested with", () => {
    expect(Buffer.from(encode(plan)).toString("hex")).toBe(readFileSync(golden, "utf8").trim());
  });
});
