const path = require("node:path");
const { decode, encode } = require("@msgpack/msgpack");
const { unit } = require("./unit.cjs");
const whole = require("./unit.cjs");

function __importDefault(module) {
  return module && module.__esModule ? module : { default: module };
}
const fs_1 = __importDefault(require("node:fs"));
const local = 3;

// What is exported is reached through `require`, not copied.
const functions = {
  imports: () => [
    path.basename("/a/b"),
    unit,
    whole.unit,
    whole.state.get("k"),
    fs_1.default.existsSync("/"),
  ],
  packages: () => decode(encode([1, "x"])),
  locals: () => local,
  sloppy: () =>
    (function () {
      return this === globalThis;
    })(),
  dynamic: async () => (await import("./unit.mjs")).unit,
  inside: () => require("node:path").basename("/c/d"),
};

void import("./check.mjs").then(({ runElsewhere }) => runElsewhere(functions));
