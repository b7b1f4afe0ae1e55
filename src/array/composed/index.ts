import { piecewise, select } from "./cases.js";
import { clip, isneginf, isnull, isposinf, nanToNum, notnull } from "./limits.js";
import { divmod, floatPower, frexp, ldexp, modf } from "./parts.js";
import { deg2rad, rad2deg, round, sinc } from "./rounding.js";
import { allclose, isclose } from "./tolerance.js";

/** Element-wise functions that are made of several operations. */
export const composedFunctions = {
  allclose,
  clip,
  deg2rad,
  degrees: rad2deg,
  divmod,
  floatPower,
  frexp,
  isclose,
  isneginf,
  isnull,
  isposinf,
  ldexp,
  modf,
  nanToNum,
  notnull,
  piecewise,
  rad2deg,
  radians: deg2rad,
  round,
  select,
  sinc,
};

export type { Piece } from "./cases.js";
export type { NanToNumOptions } from "./limits.js";
export type { IscloseOptions } from "./tolerance.js";
