import { array, type LazyArray } from "bramble";
import { describeCases } from "../../support/numpy-cases.js";

type Transform = (...args: unknown[]) => unknown;

/** A transform of arrays that were cut anyhow: what is transformed is put into one chunk before. */
function afterRechunk(transform: Transform, isOfOne: boolean): Transform {
  return (x, options = {}) => {
    const { axis = -1, axes } = options as { axis?: number; axes?: readonly number[] };
    const { ndim } = x as LazyArray;
    const all = Array.from({ length: ndim }, (_, number) => number);
    const along = (isOfOne ? [axis] : (axes ?? all)).map((number) => (number + ndim) % ndim);
    return transform(
      (x as LazyArray).rechunk(Object.fromEntries(along.map((number) => [number, -1]))),
      options,
    );
  };
}

const OF_ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"];
const OTHERS = ["fftshift", "ifftshift", "fftfreq", "rfftfreq"];
const functions = Object.entries(array.fft as unknown as Record<string, Transform>);

describeCases(
  "fourier",
  Object.fromEntries(
    functions.map(([name, called]) => [
      name,
      OTHERS.includes(name) ? called : afterRechunk(called, OF_ONE.includes(name)),
    ]),
  ),
);
