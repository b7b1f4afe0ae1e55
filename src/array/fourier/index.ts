import * as functions from "./functions.js";

/**
 * Discrete Fourier transforms along axes that lie in one chunk. The last bits of results depend on the kind of CPU and on
 * the engine; not on the scheduler.
 */
export const fft = { ...functions };

export type { FourierNOptions, FourierOptions, FrequencyOptions, ShiftOptions } from "./functions.js";
export type { FourierNorm } from "./transform.js";
