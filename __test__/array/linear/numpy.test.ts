import { array, type LazyArray } from "bramble";
import { describeCases } from "../../support/numpy-cases.js";

describeCases("linear", {
  norm: (...args) => array.linalg.norm(...(args as [LazyArray])),
});
