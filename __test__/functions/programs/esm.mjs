import defaultFs, { existsSync as exists } from "node:fs";
import * as path from "node:path";
import * as msgpack from "@msgpack/msgpack";
import settings from "./settings.json" with { type: "json" };
import { runElsewhere } from "./check.mjs";
import { unit as renamed } from "./unit.mjs";

const local = 3;
class Base {
  value = local;
}
class Derived extends Base {
  #secret = 4;
  reveal() {
    return this.value + this.#secret;
  }
}

await runElsewhere({
  imports: () => [path.basename("/a/b"), exists("/"), typeof defaultFs.readFileSync, renamed],
  packages: () => msgpack.decode(msgpack.encode([1, "x"])),
  json: () => settings.name,
  meta: () => import.meta.url.endsWith("esm.mjs"),
  dynamic: async () => (await import("./unit.mjs")).unit,
  classes: () => new Derived().reveal(),
  strict: () =>
    (function () {
      return this === undefined;
    })(),
});
