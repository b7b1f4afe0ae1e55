import type { LinearOp } from "../../../generated/layers.js";
import type { TypedArray } from "../../../dtype/index.js";
import type { Block } from "../block.js";

/** What is transformed. */
export type Fourier = Extract<LinearOp, { fourier: unknown }>["fourier"];

/** Transforms each line along the last axis of blocks of real and imaginary parts. */
export function fourier({ length, inverse, of }: Fourier, [re, im]: readonly Block[]): Float64Array {
  if (re === undefined) throw new RangeError("a transform of no block");
  const each = re.shape.at(-1) ?? 1;
  const lines = re.shape.slice(0, -1).reduce((product, count) => product * count, 1);
  const transform = transformOf(length, inverse);
  const half = Math.floor(length / 2) + 1;
  const made = of === "complex" ? length : half;
  const result = new Float64Array(of === "half" ? lines * length : 2 * lines * made);
  for (let line = 0; line < lines; line += 1) {
    const parts = [lineOf(re.data, line, each, length), lineOf(im?.data, line, each, length)] as const;
    if (of === "half") mirror(parts, length);
    transform(parts);
    if (of === "half") {
      result.set(parts[0], line * length);
    } else {
      for (const [number, part] of parts.entries()) {
        result.set(part.subarray(0, made), (number * lines + line) * made);
      }
    }
  }
  return result;
}

/** Real and imaginary parts of a line. */
type Line = readonly [re: Float64Array, im: Float64Array];

/** The first elements of a line; what it lacks is 0. */
function lineOf(data: TypedArray | undefined, line: number, each: number, length: number): Float64Array {
  const result = new Float64Array(length);
  if (data === undefined) return result;
  result.set((data as Float64Array).subarray(line * each, line * each + Math.min(each, length)));
  return result;
}

/** Puts the second half of the frequencies of real elements behind the first: the same with the other sign. */
function mirror([re, im]: Line, length: number): void {
  im[0] = 0;
  if (length % 2 === 0) im[length / 2] = 0;
  for (let place = Math.floor(length / 2) + 1; place < length; place += 1) {
    re[place] = re[length - place] ?? 0;
    im[place] = -(im[length - place] ?? 0);
  }
}

/** What transforms lines of a length where they are. */
function transformOf(length: number, inverse: boolean): (line: Line) => void {
  const sign = inverse ? 1 : -1;
  return Number.isInteger(Math.log2(length)) ? byHalves(length, sign) : byConvolution(length, sign);
}

/** Of a power of two, after Cooley and Tukey (1965): elements in the order of their reversed digits, then butterflies. */
function byHalves(length: number, sign: number): (line: Line) => void {
  const [cosines, sines] = anglesOf(length / 2, (sign * 2 * Math.PI) / length);
  return ([re, im]) => {
    reverse(re);
    reverse(im);
    for (let size = 1; size < length; size *= 2) {
      const stride = length / (2 * size);
      for (let start = 0; start < length; start += 2 * size) {
        for (let place = 0; place < size; place += 1) {
          const [low, high] = [start + place, start + place + size];
          const [cos, sin] = [cosines[place * stride] ?? 1, sines[place * stride] ?? 0];
          const [a, b] = [re[high] ?? 0, im[high] ?? 0];
          const [x, y] = [a * cos - b * sin, a * sin + b * cos];
          re[high] = (re[low] ?? 0) - x;
          im[high] = (im[low] ?? 0) - y;
          re[low] = (re[low] ?? 0) + x;
          im[low] = (im[low] ?? 0) + y;
        }
      }
    }
  };
}

/** Exchanges elements whose places have each other's binary digits in reverse. */
function reverse(part: Float64Array): void {
  let other = 0;
  for (let place = 1; place < part.length; place += 1) {
    let bit = part.length / 2;
    for (; (other & bit) !== 0; bit /= 2) other -= bit;
    other += bit;
    if (place < other) {
      const element = part[place] ?? 0;
      part[place] = part[other] ?? 0;
      part[other] = element;
    }
  }
}

/** Of any length as a convolution, after Bluestein (1970), which transforms of a power of two compute. */
function byConvolution(length: number, sign: number): (line: Line) => void {
  const size = 2 ** Math.ceil(Math.log2(2 * length));
  const [forward, backward] = [byHalves(size, -1), byHalves(size, 1)];
  const chirp = chirpOf(length, sign);
  const kernel: Line = [new Float64Array(size), new Float64Array(size)];
  for (let place = 0; place < length; place += 1) {
    for (const at of [place, (size - place) % size]) {
      kernel[0][at] = chirp[0][place] ?? 0;
      kernel[1][at] = -(chirp[1][place] ?? 0);
    }
  }
  forward(kernel);
  return (line) => {
    const room: Line = [new Float64Array(size), new Float64Array(size)];
    multiply(room, line, chirp, length, 1);
    forward(room);
    multiply(room, room, kernel, size, 1);
    backward(room);
    multiply(line, room, chirp, length, 1 / size);
  };
}

/** Numbers of size 1 whose angles are the squares of their places times half the angle between elements. */
function chirpOf(length: number, sign: number): Line {
  const chirp: Line = [new Float64Array(length), new Float64Array(length)];
  for (let place = 0; place < length; place += 1) {
    // Squares beyond 2^53 would not be exact; angles repeat after twice the length.
    const square = Number((BigInt(place) * BigInt(place)) % BigInt(2 * length));
    const angle = (sign * Math.PI * square) / length;
    chirp[0][place] = Math.cos(angle);
    chirp[1][place] = Math.sin(angle);
  }
  return chirp;
}

/** Products of two lines, times a factor. */
function multiply([re, im]: Line, a: Line, b: Line, length: number, factor: number): void {
  for (let place = 0; place < length; place += 1) {
    const [x, y, u, v] = [a[0][place] ?? 0, a[1][place] ?? 0, b[0][place] ?? 0, b[1][place] ?? 0];
    re[place] = (x * u - y * v) * factor;
    im[place] = (x * v + y * u) * factor;
  }
}

function anglesOf(count: number, angle: number): readonly [Float64Array, Float64Array] {
  const [cosines, sines] = [new Float64Array(count), new Float64Array(count)];
  for (let place = 0; place < count; place += 1) {
    cosines[place] = Math.cos(place * angle);
    sines[place] = Math.sin(place * angle);
  }
  return [cosines, sines];
}
