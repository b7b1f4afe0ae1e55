"use strict";
// As TypeScript compiles `import half, { Square } from "./shapes.cjs"` to CommonJS.
const __importStar = (module) => (module && module.__esModule ? module : { ...module, default: module });
const shapes_1 = __importStar(require("./shapes.cjs"));

const square = new shapes_1.Square(4);

async function main() {
  const { delayed } = await import("../../../dist/index.js");
  const grown = delayed(() => new shapes_1.Square((0, shapes_1.default)(square.area)))();
  const answers = await Promise.all(
    ["threads", "processes"].map(async (scheduler) => {
      const result = await grown.compute({ scheduler });
      return [result instanceof shapes_1.Square, result.area];
    }),
  );
  console.log(JSON.stringify(answers));
}

void main();
