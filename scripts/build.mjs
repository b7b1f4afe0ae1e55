// npm run build: makes the package usable from this checkout.

import { main } from "./lib/main.mjs";
import { prepare } from "./steps/prepare.mjs";

await main(prepare);
