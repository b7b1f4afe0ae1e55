export { optimize } from "./optimize.js";
export { persist } from "./persist.js";
export { visualize } from "./visualize.js";
