// Computes with what a module of its own exports, in threads and in processes, and prints what came of it as JSON.

import { delayed } from "../../../dist/index.js";
// @ts-expect-error -- TypeScript wants it compiled; who runs this takes it as it is.
import half, { Square } from "./shapes.ts";

const square = new Square(4);
const grown = delayed(() => new Square(half(square.area)))();
const answers = await Promise.all(
  (["threads", "processes"] as const).map(async (scheduler) => {
    const result = await grown.compute({ scheduler });
    return [result instanceof Square, result.area];
  }),
);
console.log(JSON.stringify(answers));
