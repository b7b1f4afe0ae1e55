import { coarsen } from "./coarsen.js";
import { choose } from "./choose.js";
import { ravelMultiIndex, unravelIndex } from "./ravel.js";
import { trilIndices, trilIndicesFrom, triuIndices, triuIndicesFrom } from "./triangles.js";

/** Functions of positions: where elements lie, and which of several arrays they come from. */
export const placeFunctions = {
  choose,
  coarsen,
  ravelMultiIndex,
  trilIndices,
  trilIndicesFrom,
  triuIndices,
  triuIndicesFrom,
  unravelIndex,
};

export type { ChooseOptions } from "./choose.js";
export type { CoarsenOptions } from "./coarsen.js";
export type { RavelOptions, UnravelOptions } from "./ravel.js";
export type { TriangleIndexOptions } from "./triangles.js";
