"""Arguments on which elementary functions are tried, and what they are exactly."""

import math

import mpmath
import numpy


def functions(seed, count):
    """`{name: (function of exact numbers, one array or two of arguments)}`, drawn from a seed, `count` from each range."""
    random = numpy.random.default_rng(seed)

    def sizes(low, high):
        """Evenly spread exponents."""
        return numpy.exp2(random.uniform(math.log2(low), math.log2(high), count))

    def signed(values):
        return values * random.choice([-1.0, 1.0], len(values))

    def even(low, high):
        return random.uniform(low, high, count)

    def near(value):
        """Floats on both sides of a value, ever nearer."""
        return value * (1 + signed(sizes(1e-16, 0.5)))

    def below_one():
        return numpy.concatenate([even(-1, 1), signed(sizes(1e-300, 1)), signed(1 - sizes(1e-16, 0.5))])

    def pairs(*groups):
        return [numpy.concatenate(parts) for parts in zip(*groups)]

    def powers():
        """Bases, and exponents whose powers are floats neither too large nor subnormal."""
        base = numpy.concatenate([sizes(1e-300, 1e300), near(1), even(0.1, 20)])
        logarithm = numpy.where(base == 1, 1, numpy.log(base))
        return [base, numpy.concatenate([even(-700, 700), even(-700, 700), even(-200, 200)]) / logarithm]

    angles = numpy.concatenate([
        signed(sizes(1e-300, 1)), even(-20, 20), even(-1e6, 1e6), signed(sizes(1e6, 1e308)),
        numpy.arange(1, 60) * (math.pi / 2), [1e22, 5.319372648326541e255],
    ])
    positive = numpy.concatenate([sizes(1e-320, 1e308), near(1), 2.0 ** numpy.arange(-20, 20), 10.0 ** numpy.arange(23)])
    any_size = numpy.concatenate([signed(sizes(1e-300, 1e300)), even(-3, 3)])
    any_pairs = [signed(sizes(1e-300, 1e300)), signed(sizes(1e-300, 1e300))], [even(-2, 2), even(-2, 2)]
    two = mpmath.mpf(2)
    return {
        "arccos": (mpmath.acos, [below_one()]),
        "arccosh": (mpmath.acosh, [numpy.concatenate([1 + sizes(1e-16, 10), sizes(1, 1e300)])]),
        "arcsin": (mpmath.asin, [below_one()]),
        "arcsinh": (mpmath.asinh, [any_size]),
        "arctan": (mpmath.atan, [any_size]),
        "arctanh": (mpmath.atanh, [below_one()]),
        "cbrt": (
            lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
            [numpy.concatenate([any_size, signed(sizes(1e-320, 1e-308))])],
        ),
        "cos": (mpmath.cos, [angles]),
        "cosh": (mpmath.cosh, [numpy.concatenate([signed(sizes(1e-300, 710)), even(-3, 3)])]),
        "exp": (mpmath.exp, [numpy.concatenate([even(-745, 709), signed(sizes(1e-20, 1))])]),
        "exp2": (lambda x: two**x, [numpy.concatenate([even(-1074, 1023), signed(sizes(1e-20, 1))])]),
        "expm1": (
            mpmath.expm1,
            [numpy.concatenate([even(-40, 50), even(-1, 1), even(50, 709), signed(sizes(1e-300, 1))])],
        ),
        "log": (mpmath.log, [positive]),
        "log10": (mpmath.log10, [positive]),
        "log1p": (mpmath.log1p, [numpy.concatenate([signed(sizes(1e-320, 0.99)), even(-1, 3), sizes(1, 1e308)])]),
        "log2": (lambda x: mpmath.log(x, 2), [positive]),
        "sin": (mpmath.sin, [angles]),
        "sinh": (mpmath.sinh, [numpy.concatenate([signed(sizes(1e-300, 710)), even(-3, 3)])]),
        "tan": (mpmath.tan, [angles]),
        "tanh": (mpmath.tanh, [numpy.concatenate([signed(sizes(1e-300, 30)), even(-3, 3)])]),
        "arctan2": (mpmath.atan2, pairs(*any_pairs)),
        "hypot": (mpmath.hypot, pairs(*any_pairs, [sizes(1e-320, 1e-290), sizes(1e-320, 1e-290)])),
        "logaddexp": (lambda a, b: mpmath.log(mpmath.exp(a) + mpmath.exp(b)), [even(0, 800), even(0, 800)]),
        "logaddexp2": (lambda a, b: mpmath.log(two**a + two**b, 2), [even(0, 1200), even(0, 1200)]),
        "power": (mpmath.power, powers()),
        "i0": (lambda x: mpmath.besseli(0, x), [even(-30, 30)]),
    }


def exact_parts(function, arguments):
    """Exact values as two doubles each: the nearest, and what it lacks."""
    exact = [function(*map(mpmath.mpf, row)) for row in zip(*(argument.tolist() for argument in arguments))]
    high = [float(value) for value in exact]
    return high, [float(value - mpmath.mpf(nearest)) for value, nearest in zip(exact, high)]
