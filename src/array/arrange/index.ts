import * as axisFunctions from "./axis-functions.js";
import * as joinFunctions from "./join-functions.js";
import * as makeFunctions from "./make-functions.js";

/** Everything that gives elements another place or puts arrays together. */
export const arrangeFunctions = { ...axisFunctions, ...joinFunctions, ...makeFunctions };

export type { PadMode } from "./pad.js";
export type {
  ArrayLike,
  AxesOptions,
  AxisOptions,
  Blocks,
  ChunksOptions,
  DiagonalOptions,
  LikeOptions,
  LinspaceOptions,
  MatrixOptions,
  MeshgridOptions,
  PadOptions,
  PerSide,
  ReshapeBlockwiseOptions,
  ReshapeOptions,
  Rot90Options,
} from "./types.js";
