import * as math from "../math/index.js";
import { Draws } from "./draws.js";
import { logFactorial } from "./log-factorial.js";

/** Distributions made of a uniform number, as in the core (`crates/array/src/random`), where the sources stand. */

const LARGEST = 2 ** 53;

/** A whole number below `bound`, made of 64 random bits; a bound of 0 stands for 2^64. */
export function below(bits: bigint, bound: bigint): bigint {
  if (bound === 0n) return bits;
  const refused = BigInt.asUintN(64, -bound) % bound;
  let product = bits * bound;
  if (BigInt.asUintN(64, product) < refused) {
    const draws = new Draws(bits);
    while (BigInt.asUintN(64, product) < refused) product = draws.bits() * bound;
  }
  return product >> 64n;
}

/** A gamma variable of scale 1. */
export function gammaFromUniform(uniform: number, shape: number): number {
  if (Number.isNaN(shape) || shape < 0) return Number.NaN;
  if (shape === 0 || shape === Number.POSITIVE_INFINITY) return shape;
  const draws = Draws.of(uniform);
  if (shape >= 1) return largeGamma(shape, draws);
  const boost = math.pow(1 - draws.uniform(), 1 / shape);
  return largeGamma(shape + 1, draws) * boost;
}

function largeGamma(shape: number, draws: Draws): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = draws.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    if (math.log(1 - draws.uniform()) < 0.5 * x * x + d - d * v + d * math.log(v)) return d * v;
  }
}

/** A Poisson variable. */
export function poissonFromUniform(uniform: number, mean: number): number {
  if (!(mean >= 0 && mean <= LARGEST)) return Number.NaN;
  return mean < 10 ? poissonByInversion(uniform, mean) : poissonByRejection(Draws.of(uniform), mean);
}

function poissonByInversion(uniform: number, mean: number): number {
  let count = 0;
  let probability = math.exp(-mean);
  for (let sum = probability; uniform >= sum && probability > 0; sum += probability) {
    count += 1;
    probability *= mean / count;
  }
  return count;
}

function poissonByRejection(draws: Draws, mean: number): number {
  const logMean = math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = draws.uniform() - 0.5;
    const v = draws.uniform();
    const distance = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / distance + b) * u + mean + 0.43);
    if (distance >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (distance < 0.013 && v > distance)) continue;
    const left = math.log(v) + math.log(inverseAlpha) - math.log(a / (distance * distance) + b);
    if (left <= count * logMean - mean - logFactorial(count)) return count;
  }
}

/** A binomial variable. */
export function binomialFromUniform(uniform: number, trials: number, probability: number): number {
  const isValid = trials >= 0 && trials <= LARGEST && probability >= 0 && probability <= 1;
  if (!isValid) return Number.NaN;
  const n = Math.floor(trials);
  return probability > 0.5 ? n - rare(uniform, n, 1 - probability) : rare(uniform, n, probability);
}

function rare(uniform: number, trials: number, probability: number): number {
  return trials * probability < 10
    ? binomialByInversion(uniform, trials, probability)
    : binomialByRejection(Draws.of(uniform), trials, probability);
}

function binomialByInversion(uniform: number, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  let count = 0;
  let likelihood = math.exp(trials * math.log1p(-probability));
  for (let sum = likelihood; uniform >= sum && likelihood > 0 && count < trials; sum += likelihood) {
    count += 1;
    likelihood *= (odds * (trials - count + 1)) / count;
  }
  return count;
}

function binomialByRejection(draws: Draws, trials: number, probability: number): number {
  const deviation = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const centre = trials * probability + 0.5;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const squeeze = 0.92 - 4.2 / b;
  const logOdds = math.log(probability / (1 - probability));
  const mode = Math.floor((trials + 1) * probability);
  const atMode = logFactorial(mode) + logFactorial(trials - mode);
  for (;;) {
    const u = draws.uniform() - 0.5;
    const v = draws.uniform();
    const distance = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / distance + b) * u + centre);
    if (distance >= 0.07 && v <= squeeze) return count;
    if (count < 0 || count > trials) continue;
    const left = math.log((v * alpha) / (a / (distance * distance) + b));
    const right = atMode - logFactorial(count) - logFactorial(trials - count) + (count - mode) * logOdds;
    if (left <= right) return count;
  }
}
