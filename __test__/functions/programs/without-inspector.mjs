// Run with the permission model, under which Node shows nobody the variables of a function.

import { capture, revive, task } from "../../../dist/functions/index.js";

const factor = 3;
const scale = (x) => x * factor;

let refused = false;
try {
  capture(scale);
} catch (error) {
  refused = error.message.includes("task(f, { captures: { a, b } })");
}
const named = await revive(capture(task(scale, { captures: { factor } })), { asForeign: true });
const alone = await revive(
  capture((x) => Math.max(x, 1)),
  { asForeign: true },
);
console.log(JSON.stringify({ refused, named: named(2), alone: alone(5) }));
