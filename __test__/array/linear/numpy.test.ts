import { array, type LazyArray } from "bramble";
import { describeCases } from "../../support/numpy-cases.js";

describeCases("linear", {
  det: (...args) => array.linalg.det(...(args as [LazyArray])),
  norm: (...args) => array.linalg.norm(...(args as [LazyArray])),
  slogdet: (...args) => Object.values(array.linalg.slogdet(...(args as [LazyArray]))),
});
