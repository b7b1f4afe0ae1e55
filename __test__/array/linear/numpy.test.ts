import { array, type LazyArray } from "bramble";
import { describeCases } from "../../support/numpy-cases.js";

describeCases("linear", {
  det: (...args) => array.linalg.det(...(args as [LazyArray])),
  inv: (...args) => array.linalg.inv(...(args as [LazyArray])),
  norm: (...args) => array.linalg.norm(...(args as [LazyArray])),
  solve: (...args) => array.linalg.solve(...(args as [LazyArray, LazyArray])),
  slogdet: (...args) => Object.values(array.linalg.slogdet(...(args as [LazyArray]))),
});
