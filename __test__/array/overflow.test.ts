import { describeCases } from "../support/numpy-cases.js";

// Integers wrap as NumPy's do, and so do sums and products, in 64 bits; of int64 and uint64 together the answers are floats.
describeCases("overflow");
