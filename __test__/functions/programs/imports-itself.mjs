// Its functions travel by its own name, and it computes as soon as it is imported.

import { delayed, task } from "../../../dist/index.js";

export const next = (x) => x + 1;
await delayed(task.fromModule(import.meta.url, "next"))(1).compute();
