import { checkBoolean, checkInteger, checkOptions, invalid } from "../../check.js";
import { type DType, DTYPES } from "../../dtype/index.js";
import { type Node, product } from "../../graph/index.js";
import { broadcastTo } from "../arrange/broadcast-to.js";
import { stack } from "../arrange/concatenate.js";
import type { AxisOptions } from "../arrange/types.js";
import type { Chunks } from "../chunks.js";
import { checkDType, constant } from "../create.js";
import { takeAlong } from "../indexing.js";
import { LazyArray } from "../lazy-array.js";
import { cast, MapBuilder } from "../map.js";
import { hasNode, NODE } from "../operand.js";
import { checkAxis, checkShape } from "../shape.js";
import type { Operand } from "../types.js";
import {
  chosen,
  differentByProbability,
  inShape,
  orderOf,
  populationOf,
  positionsByProbability,
  probabilitiesOf,
} from "./choice.js";
import {
  apply,
  asFloats,
  complement,
  difference,
  exponentialOf,
  floats,
  half,
  middle,
  reciprocal,
} from "./formulas.js";
import {
  checkAboveZero,
  checkColors,
  checkFromZero,
  checkNumbers,
  checkProbability,
  checkUrn,
  integerRange,
  type Parameters,
  readSeed,
  sharesOfRest,
  sizeOf,
} from "./parameters.js";
import { SeedSequence } from "./seed-sequence.js";
import { randomNode } from "./uniform.js";

/** The lengths of the axes, or that of the only one. */
type Size = number | readonly number[];

/** How many variables of a distribution are drawn. */
export interface RandomOptions {
  /** Shape of the result. Default: what the parameters have together; a single number if they are numbers. */
  readonly size?: Size | undefined;
  /** How the result is cut into blocks. It changes no element. Default: `"auto"`. */
  readonly chunks?: Chunks | undefined;
}

/** How uniform numbers are drawn. */
export interface UniformOptions<D extends "float64" | "float32"> extends Pick<RandomOptions, "chunks"> {
  /** Element type. Default: float64. */
  readonly dtype?: D | undefined;
}

/** What is chosen, and how. */
export interface ChoiceOptions extends RandomOptions {
  /** Whether an element may be chosen again. Default: true. */
  readonly replace?: boolean | undefined;
  /** The probability of each element; they are divided by their sum. Default: all the same. */
  readonly p?: LazyArray | readonly number[] | undefined;
}

/** How integers are drawn. */
export interface IntegersOptions<D extends DType> extends RandomOptions {
  /** Element type, an integer's. Default: int64. */
  readonly dtype?: D | undefined;
  /** Whether `high` may be drawn too. Default: false. */
  readonly endpoint?: boolean | undefined;
}

/**
 * Draws random numbers, lazily. The same seed and the same calls give the same numbers, whatever the chunks, the
 * scheduler or the machine.
 *
 * The sequence is NumPy's Philox: the n-th call of a generator (from 0 on) has the sequence of
 * `numpy.random.Philox(numpy.random.SeedSequence(seed).spawn(n + 1)[n])`, in row-major order, and {@link random} gives
 * the very numbers of `numpy.random.Generator.random` on it. Other distributions are made of these uniform numbers one
 * by one, and are not NumPy's bit for bit. A distribution that is made of several, such as `beta`, counts as several
 * calls.
 */
export class Generator {
  readonly #seed: bigint;
  #calls = 0;

  /** Made by `array.random.defaultRng`. */
  constructor(seed: unknown) {
    this.#seed = readSeed(seed);
  }

  /** Numbers uniform in [0, 1). */
  random<const D extends "float64" | "float32" = "float64">(
    size: Size = [],
    options: UniformOptions<D> = {},
  ): LazyArray<D> {
    checkOptions(options, "options", ["chunks", "dtype"]);
    const dtype = checkDType(options.dtype ?? "float64", "options.dtype");
    if (DTYPES[dtype].kind !== "float") throw invalid('"float64" or "float32"', "options.dtype", dtype);
    const shape = checkShape(size, "size");
    return new LazyArray(this.#draw("random", shape, options.chunks, dtype)) as LazyArray<D>;
  }

  /** Numbers uniform in [low, high). */
  uniform(low: Operand = 0, high: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    const u = this.#uniform("uniform", { low, high }, options);
    return floats(u.multiply(difference(high, low)).add(low));
  }

  /**
   * Integers from `low` up to but not including `high`, all equally likely; with one argument from 0 up to it.
   *
   * @throws {BrambleError} `INVALID_ARGUMENT` if there is none, or if one does not fit the dtype.
   */
  integers<const D extends DType = "int64">(
    low: number | bigint,
    high?: number | bigint | null,
    options: IntegersOptions<D> = {},
  ): LazyArray<D> {
    checkOptions(options, "options", ["size", "chunks", "dtype", "endpoint"]);
    const dtype = checkDType(options.dtype ?? "int64", "options.dtype");
    const { first, bound } = integerRange(
      low,
      high,
      dtype,
      checkBoolean(options.endpoint ?? false, "options.endpoint"),
    );
    const bits = this.#draw(
      "integers",
      checkShape(options.size ?? [], "options.size"),
      options.chunks,
      "uint64",
    );
    const builder = new MapBuilder();
    const args = [builder.operand(bits, "uint64", "bits"), builder.operand(bound, "uint64", "bound")];
    const below = builder.finish("integers", "uint64", builder.apply("random_below", "uint64", args));
    // Adding wraps, so that it does not matter which integers are negative.
    const wide = DTYPES[dtype].kind === "uint" ? "uint64" : "int64";
    return new LazyArray(cast(below, wide)).add(first).astype(dtype) as LazyArray<D>;
  }

  /** The standard normal distribution. */
  standardNormal(size: Size = [], options: Pick<RandomOptions, "chunks"> = {}): LazyArray<"float64"> {
    return this.normal(0, 1, { ...options, size });
  }

  /** The normal distribution of mean `loc` and standard deviation `scale`. */
  normal(loc: Operand = 0, scale: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ scale });
    const u = this.#uniform("normal", { loc, scale }, options);
    return floats(apply("random_normal", [u]).multiply(scale).add(loc));
  }

  /** The distribution whose logarithm is normal, of mean `mean` and standard deviation `sigma`. */
  lognormal(mean: Operand = 0, sigma: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ sigma });
    const u = this.#uniform("lognormal", { mean, sigma }, options);
    return floats(apply("random_normal", [u]).multiply(sigma).add(mean).exp());
  }

  /** The exponential distribution of mean `scale`. */
  exponential(scale: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ scale });
    return floats(exponentialOf(this.#uniform("exponential", { scale }, options)).multiply(scale));
  }

  /** The exponential distribution of mean 1. */
  standardExponential(size: Size = [], options: Pick<RandomOptions, "chunks"> = {}): LazyArray<"float64"> {
    return this.exponential(1, { ...options, size });
  }

  /** The Laplace distribution of mean `loc`. */
  laplace(loc: Operand = 0, scale: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ scale });
    const u = middle(this.#uniform("laplace", { loc, scale }, options)).subtract(0.5);
    const size = u.absolute().multiply(-2).add(1).log().negative();
    return floats(size.multiply(u.sign()).multiply(scale).add(loc));
  }

  /** The logistic distribution of mean `loc`. */
  logistic(loc: Operand = 0, scale: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ scale });
    const u = middle(this.#uniform("logistic", { loc, scale }, options));
    return floats(u.divide(complement(u)).log().multiply(scale).add(loc));
  }

  /** The Gumbel distribution of mode `loc`. */
  gumbel(loc: Operand = 0, scale: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ scale });
    const e = exponentialOf(middle(this.#uniform("gumbel", { loc, scale }, options)));
    return floats(e.log().negative().multiply(scale).add(loc));
  }

  /** The Weibull distribution of shape `a` and scale 1. */
  weibull(a: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ a });
    const e = exponentialOf(this.#uniform("weibull", { a }, options));
    return floats(e.power(reciprocal(a)));
  }

  /** The Lomax distribution of shape `a`, which NumPy calls Pareto: a Pareto variable of mode 1, less 1. */
  pareto(a: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ a });
    const e = exponentialOf(this.#uniform("pareto", { a }, options));
    return floats(e.multiply(reciprocal(a)).exp().subtract(1));
  }

  /** The Rayleigh distribution of mode `scale`. */
  rayleigh(scale: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ scale });
    const e = exponentialOf(this.#uniform("rayleigh", { scale }, options));
    return floats(e.multiply(2).sqrt().multiply(scale));
  }

  /** The von Mises distribution: angles from -pi to pi around `mu`, more or less concentrated. */
  vonmises(mu: Operand, kappa: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ kappa });
    const u = this.#uniform("vonmises", { mu, kappa }, options);
    const angle = apply("random_vonmises", [u, kappa]).add(asFloats(mu));
    return floats(
      angle
        .add(Math.PI)
        .remainder(2 * Math.PI)
        .subtract(Math.PI),
    );
  }

  /** The power distribution of exponent `a - 1` on [0, 1). */
  power(a: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ a });
    return floats(this.#uniform("power", { a }, options).power(reciprocal(a)));
  }

  /** The standard Cauchy distribution. */
  standardCauchy(size: Size = [], options: Pick<RandomOptions, "chunks"> = {}): LazyArray<"float64"> {
    const angle = middle(this.#uniform("cauchy", {}, { ...options, size }))
      .subtract(0.5)
      .multiply(Math.PI);
    return floats(angle.sin().divide(angle.cos()));
  }

  /** The triangular distribution from `left` to `right` with its mode between them. */
  triangular(
    left: Operand,
    mode: Operand,
    right: Operand,
    options: RandomOptions = {},
  ): LazyArray<"float64"> {
    const u = this.#uniform("triangular", { left, mode, right }, options);
    const [whole, rise, fall] = [difference(right, left), difference(mode, left), difference(right, mode)];
    const rising = u.multiply(whole).multiply(rise).sqrt().add(left);
    const falling = complement(u).multiply(whole).multiply(fall).sqrt().negative().add(right);
    const isRising = u.multiply(whole).less(rise);
    // Of a truth value and its opposite, one is 1 and one is 0.
    return floats(rising.multiply(isRising).add(falling.multiply(isRising.logicalNot())));
  }

  /** The gamma distribution of this shape and scale. */
  gamma(shape: Operand, scale: Operand = 1, options: RandomOptions = {}): LazyArray<"float64"> {
    checkFromZero({ shape, scale });
    const u = this.#uniform("gamma", { shape, scale }, options);
    return floats(apply("random_gamma", [u, shape]).multiply(scale));
  }

  /** The gamma distribution of this shape and scale 1. */
  standardGamma(shape: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    return this.gamma(shape, 1, options);
  }

  /** The beta distribution. */
  beta(a: Operand, b: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ a, b });
    const size = sizeOf({ a, b }, options);
    const x = this.gamma(a, 1, { ...options, size });
    return floats(x.divide(x.add(this.gamma(b, 1, { ...options, size }))));
  }

  /** The chi-square distribution of so many degrees of freedom. */
  chisquare(df: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ df });
    return floats(this.gamma(half(df), 2, options));
  }

  /**
   * The chi-square distribution of so many degrees of freedom around `nonc` rather than 0: of as many degrees more as twice a
   * Poisson variable of mean `nonc / 2`.
   */
  noncentralChisquare(df: Operand, nonc: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ df });
    checkFromZero({ nonc });
    const size = sizeOf({ df, nonc }, options);
    const more = this.poisson(half(nonc), { ...options, size }).multiply(2);
    return this.chisquare(more.add(asFloats(df)), { ...options, size });
  }

  /** The F distribution whose numerator is of `noncentralChisquare`. */
  noncentralF(
    dfnum: Operand,
    dfden: Operand,
    nonc: Operand,
    options: RandomOptions = {},
  ): LazyArray<"float64"> {
    checkAboveZero({ dfnum, dfden });
    checkFromZero({ nonc });
    const size = sizeOf({ dfnum, dfden, nonc }, options);
    const above = this.noncentralChisquare(dfnum, nonc, { ...options, size }).divide(dfnum);
    return floats(above.divide(this.chisquare(dfden, { ...options, size }).divide(dfden)));
  }

  /**
   * The inverse Gaussian distribution. After Michael, Schucany and Haas, "Generating random variates using transformations with
   * multiple roots" (1976).
   */
  wald(mean: Operand, scale: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ mean, scale });
    const size = sizeOf({ mean, scale }, options);
    const [mu, lambda] = [asFloats(mean), asFloats(scale)];
    const y = this.normal(0, 1, { ...options, size })
      .square()
      .multiply(mu);
    const root = y.multiply(lambda).multiply(4).add(y.square()).sqrt();
    // The lesser root; the two of a pair have the product of squares of the mean.
    const least = mu.add(mu.multiply(y.subtract(root)).divide(lambda.multiply(2)));
    const isLeast = this.#uniform("wald", { mean, scale }, { ...options, size }).lessEqual(
      mu.divide(mu.add(least)),
    );
    const other = mu.square().divide(least);
    return floats(least.multiply(isLeast).add(other.multiply(isLeast.logicalNot())));
  }

  /** The F distribution. */
  f(dfnum: Operand, dfden: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ dfnum, dfden });
    const size = sizeOf({ dfnum, dfden }, options);
    const above = this.chisquare(dfnum, { ...options, size }).divide(dfnum);
    return floats(above.divide(this.chisquare(dfden, { ...options, size }).divide(dfden)));
  }

  /** Student's t distribution of so many degrees of freedom. */
  standardT(df: Operand, options: RandomOptions = {}): LazyArray<"float64"> {
    checkAboveZero({ df });
    const size = sizeOf({ df }, options);
    const normal = this.normal(0, 1, { ...options, size });
    return floats(
      normal.divide(
        this.chisquare(df, { ...options, size })
          .divide(df)
          .sqrt(),
      ),
    );
  }

  /** The Poisson distribution of mean `lam`. NaN has no integer: a mean below 0 or beyond 2^53 gives 0. */
  poisson(lam: Operand = 1, options: RandomOptions = {}): LazyArray<"int64"> {
    checkFromZero({ lam });
    return apply("random_poisson", [this.#uniform("poisson", { lam }, options), lam]).astype("int64");
  }

  /** The number of successes in `n` trials, each of probability `p`. */
  binomial(n: Operand, p: Operand, options: RandomOptions = {}): LazyArray<"int64"> {
    checkFromZero({ n });
    checkProbability({ p });
    return apply("random_binomial", [this.#uniform("binomial", { n, p }, options), n, p]).astype("int64");
  }

  /**
   * How many of `ngood` things are among `nsample` that are drawn of `ngood + nbad` and not put back. Up to 10^9 of a kind; where
   * arrays have more, or samples larger than what there is, it gives 0.
   *
   * @example
   * rng.hypergeometric(15, 5, 10, { size: [1000] });
   */
  hypergeometric(
    ngood: Operand,
    nbad: Operand,
    nsample: Operand,
    options: RandomOptions = {},
  ): LazyArray<"int64"> {
    const counts = { ngood, nbad, nsample };
    checkUrn(counts);
    const u = this.#uniform("hypergeometric", counts, options);
    return apply("random_hypergeometric", [u, ngood, nbad, nsample]).astype("int64");
  }

  /**
   * How many things of each kind are among `nsample` that are drawn and not put back, along a last axis.
   *
   * @param colors - how many there are of each kind.
   * @example
   * rng.multivariateHypergeometric([16, 8, 4], 6, { size: [1000] });
   */
  multivariateHypergeometric(
    colors: readonly number[],
    nsample: number,
    options: RandomOptions = {},
  ): LazyArray<"int64"> {
    checkColors(colors, nsample);
    const size = sizeOf({}, options);
    let rest: LazyArray = new LazyArray(broadcastTo(constant(nsample, "int64"), size, options.chunks));
    let others = colors.reduce((sum, count) => sum + count, 0);
    const counts = colors.slice(0, -1).map((count) => {
      others -= count;
      const drawn = this.hypergeometric(count, others, rest, { ...options, size });
      rest = rest.subtract(drawn);
      return drawn;
    });
    return new LazyArray(stack([...counts, rest], -1)) as LazyArray<"int64">;
  }

  /** The number of failures before success number `n`, each trial of probability `p`. */
  negativeBinomial(n: Operand, p: Operand, options: RandomOptions = {}): LazyArray<"int64"> {
    checkAboveZero({ n });
    checkProbability({ p });
    const size = sizeOf({ n, p }, options);
    const mean = this.gamma(n, complement(asFloats(p)).divide(p), { ...options, size });
    return this.poisson(mean, { ...options, size });
  }

  /** The number of trials up to the first success, each of probability `p`. */
  geometric(p: Operand, options: RandomOptions = {}): LazyArray<"int64"> {
    checkAboveZero({ p });
    checkProbability({ p });
    const e = exponentialOf(this.#uniform("geometric", { p }, options)).negative();
    const failure = complement(asFloats(p)).log();
    return e.divide(failure).floor().add(1).astype("int64");
  }

  /** Zipf's distribution: k from 1 on is as likely as k to the power of `-a`. None is beyond 2^53. */
  zipf(a: Operand, options: RandomOptions = {}): LazyArray<"int64"> {
    checkNumbers({ a }, "a number above 1", (value) => value > 1);
    return apply("random_zipf", [this.#uniform("zipf", { a }, options), a]).astype("int64");
  }

  /**
   * The logarithmic series distribution. After Kemp, "Efficient generation of logarithmically distributed pseudo-random
   * variables" (1981).
   */
  logseries(p: Operand, options: RandomOptions = {}): LazyArray<"int64"> {
    checkAboveZero({ p });
    checkNumbers({ p }, "a probability below 1", (value) => value < 1);
    const size = sizeOf({ p }, options);
    const failure = complement(asFloats(p)).log();
    const q = failure
      .multiply(middle(this.#uniform("logseries", { p }, { ...options, size })))
      .expm1()
      .negative();
    const v = middle(this.#uniform("logseries", { p }, { ...options, size }));
    return v.log().divide(q.log()).floor().add(1).astype("int64");
  }

  /**
   * How often each of several things came in `n` trials, along a last axis.
   *
   * @param pvals - their probabilities; the last one is what is left to 1.
   * @throws {BrambleError} `INVALID_ARGUMENT` if those before the last add up to more than 1.
   * @example
   * rng.multinomial(20, [1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6], { size: [1000] });
   */
  multinomial(n: Operand, pvals: readonly number[], options: RandomOptions = {}): LazyArray<"int64"> {
    checkFromZero({ n });
    const shares = sharesOfRest(pvals);
    const size = sizeOf({ n }, options);
    let rest: LazyArray = new LazyArray(broadcastTo(asFloats(n).astype("int64")[NODE], size, options.chunks));
    const counts = shares.map((share) => {
      const count = this.binomial(rest, share, { ...options, size });
      rest = rest.subtract(count);
      return count;
    });
    return new LazyArray(stack([...counts, rest], -1)) as LazyArray<"int64">;
  }

  /**
   * The numbers from 0 up to `x` in random order, or the array with the elements along an axis in random order. They are
   * sorted by random keys in one chunk.
   */
  permutation(x: number): LazyArray<"int64", "array">;
  permutation<D extends DType>(x: LazyArray<D>, options?: AxisOptions): LazyArray<D>;
  permutation(x: number | LazyArray, options: AxisOptions = {}): LazyArray {
    checkOptions(options, "options", ["axis"]);
    if (!hasNode(x)) return new LazyArray(this.#order(checkInteger(x, "x", 0)));
    const axis = checkAxis(options.axis ?? 0, "options.axis", x.shape.length);
    const [length = 0] = x.shape.slice(axis);
    return new LazyArray(
      takeAlong(x[NODE], new LazyArray(this.#order(checkInteger(length, "x", 0))), { axis }),
    );
  }

  /**
   * Elements of an array of one axis, or numbers from 0 up to `a`, at random.
   *
   * @throws {BrambleError} `SHAPE_MISMATCH` if there is not a probability for each, `INVALID_ARGUMENT` if there are too few
   *   elements for different ones.
   * @example
   * rng.choice(5, { size: [3], replace: false, p: [0.1, 0, 0.3, 0.6, 0] });
   */
  choice<const D extends DType = "int64">(
    a: number | LazyArray<D> | readonly number[],
    options: ChoiceOptions = {},
  ): LazyArray {
    checkOptions(options, "options", ["size", "chunks", "replace", "p"]);
    const population = populationOf(a);
    const { count } = population;
    const size = checkShape(options.size ?? [], "options.size");
    const p = options.p === undefined ? undefined : probabilitiesOf(options.p, count);
    if (checkBoolean(options.replace ?? true, "options.replace")) {
      const positions =
        p === undefined
          ? this.integers(0, count, { size, chunks: options.chunks })[NODE]
          : positionsByProbability(this.#draw("choice", size, options.chunks, "float64"), p);
      return chosen(population, positions);
    }
    if (product(size) > count)
      throw invalid(`a size of ${count} elements at most`, "options.size", options.size);
    const different =
      p === undefined
        ? this.#order(count)
        : differentByProbability(this.#draw("choice", [count], -1, "float64"), p, Math.max(1, product(size)));
    return chosen(population, inShape(different, size));
  }

  #order(count: number): Node {
    return orderOf(this.#draw("permutation", [count], "auto", "uint64"));
  }

  /** Uniform numbers in the shape of a distribution's parameters. */
  #uniform(label: string, parameters: Parameters, options: RandomOptions): LazyArray<"float64"> {
    const shape = sizeOf(parameters, options);
    return new LazyArray(this.#draw(label, shape, options.chunks, "float64")) as LazyArray<"float64">;
  }

  #draw(label: string, shape: readonly number[], chunks: unknown, dtype: DType): Node {
    const key = new SeedSequence(this.#seed, [this.#calls]).generateState(4);
    this.#calls += 1;
    return randomNode(label, { key, shape, chunks: chunks ?? "auto", dtype });
  }
}
