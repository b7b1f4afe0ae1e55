// Writes the values as this Node encodes them: `node encode.mjs > encoded.json`. All Nodes must write the same.

import { encode } from "../../../dist/values/index.js";
import { portableValues } from "./values.mjs";

const entries = Object.entries(portableValues()).map(([name, value]) => {
  const { head, buffers } = encode(value);
  return [name, [head, ...buffers].map((bytes) => Buffer.from(bytes).toString("base64"))];
});
process.stdout.write(`${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
