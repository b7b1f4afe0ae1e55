// Node, and nothing else.

import { serve } from "./serve.mjs";

await serve(() => {});
