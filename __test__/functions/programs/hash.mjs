// Prints the hash of a function with captures of many kinds.

import { basename } from "node:path";
import { encode } from "@msgpack/msgpack";
import { capture } from "../../../dist/functions/index.js";
import { unit } from "./unit.mjs";

// A number of functions of this process, which no hash may depend on.
for (let i = 0; i < process.pid % 10; i += 1) capture(() => i);

const table = new Map([["a", [Float64Array.of(1, 2), Buffer.from("bytes"), 2n ** 70n]]]);
class Thing {
  value = table;
}
console.log(capture(() => [basename("x"), encode(unit), new Thing(), table]).hash);
