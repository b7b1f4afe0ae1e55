import { array, type LazyArray } from "bramble";
import { describeCases } from "../../support/numpy-cases.js";

describeCases("search", {
  // Lists of edges may descend, which those of arrays may not.
  digitize_list: (bins, x, options) => array.digitize(x as LazyArray, bins as number[], options as object),
});
