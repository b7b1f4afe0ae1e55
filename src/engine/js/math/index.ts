/**
 * Elementary functions with the bits of the native engine: the same steps in the same order as
 * `crates/array/src/math`. V8's own differ in the last digits, between its versions too.
 */
export { i0 } from "./bessel.js";
export { copySign, frexpExponent, frexpMantissa, ldexp } from "./bits.js";
export { exp, exp2, expm1, logaddexp, logaddexp2 } from "./exponential.js";
export { cosh, sinh, tanh } from "./hyperbolic.js";
export { acosh, asinh, atanh } from "./inverse-hyperbolic.js";
export { acos, asin, atan, atan2 } from "./inverse-trigonometric.js";
export { log, log1p, log2, log10 } from "./logarithm.js";
export { pow } from "./power.js";
export { cbrt, hypot } from "./roots.js";
export { cos, sin, tan } from "./trigonometric.js";
