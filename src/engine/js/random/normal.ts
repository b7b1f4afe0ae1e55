import * as math from "../math/index.js";
/** The normal distribution by its quantile function, as in the core (`crates/array/src/random/normal.rs`). */

/** The quantile in the middle of the cell of 2^-53 that a uniform number begins. */
export function normalFromUniform(uniform: number): number {
  const halfACell = 2 ** -54;
  return uniform < 0.5 ? quantile(uniform + halfACell) : -quantile(1 - uniform - halfACell);
}

/** The quantile of a probability from 0 up to 1/2. */
function quantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE[0], r)) / polynomial(CENTRE[1], r);
  }
  const r = Math.sqrt(Math.abs(math.log(probability)));
  const [shift, [above, below]] = r <= 5 ? ([1.6, SHOULDER] as const) : ([5, TAIL] as const);
  return -(polynomial(above, r - shift) / polynomial(below, r - shift));
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

type Fraction = readonly [above: readonly number[], below: readonly number[]];

const CENTRE: Fraction = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  [
    1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
];

const SHOULDER: Fraction = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 7.745450142783414e-4,
  ],
  [
    1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    5.475938084995345e-4, 1.0507500716444169e-9,
  ],
];

const TAIL: Fraction = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 7.868691311456133e-4,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
];
