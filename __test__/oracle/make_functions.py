"""Writes exact values of elementary functions.

    python3 -m venv oracle && oracle/bin/pip install numpy mpmath && oracle/bin/python __test__/oracle/make_functions.py

The answers go to `__test__/oracle/data/functions.json`: `{function: {"x": floats, "y": floats or absent, "high": floats,
"low": floats}}`, floats as the hexadecimal digits of their bits. The exact value is `high + low` to some 106 bits.
"""

import json
import math
import pathlib
import struct

import mpmath
import numpy

FOLDER = pathlib.Path(__file__).parent / "data"
COUNT = 150
random = numpy.random.default_rng(20)
mpmath.mp.prec = 1300


def sizes(low, high, count=COUNT):
    """Evenly spread exponents."""
    return numpy.exp2(random.uniform(math.log2(low), math.log2(high), count))


def signed(values):
    return values * random.choice([-1.0, 1.0], len(values))


def even(low, high, count=COUNT):
    return random.uniform(low, high, count)


def near(value):
    """Floats on both sides of a value, ever nearer."""
    return value * (1 + signed(sizes(1e-16, 0.5)))


def below_one():
    return numpy.concatenate([even(-1, 1), signed(sizes(1e-300, 1)), signed(1 - sizes(1e-16, 0.5))])


ANGLES = numpy.concatenate([
    signed(sizes(1e-300, 1)), even(-20, 20), even(-1e6, 1e6), signed(sizes(1e6, 1e308)),
    numpy.arange(1, 60) * (math.pi / 2), [1e22, 5.319372648326541e255],
])
POSITIVE = numpy.concatenate([sizes(1e-320, 1e308), near(1), 2.0 ** numpy.arange(-20, 20), 10.0 ** numpy.arange(23)])
ANY = numpy.concatenate([signed(sizes(1e-300, 1e300)), even(-3, 3)])
PAIRS = [signed(sizes(1e-300, 1e300)), signed(sizes(1e-300, 1e300))], [even(-2, 2), even(-2, 2)]


def pairs(*groups):
    return [numpy.concatenate(parts) for parts in zip(*groups)]


UNARY = {
    "arccos": (mpmath.acos, below_one()),
    "arccosh": (mpmath.acosh, numpy.concatenate([1 + sizes(1e-16, 10), sizes(1, 1e300)])),
    "arcsin": (mpmath.asin, below_one()),
    "arcsinh": (mpmath.asinh, ANY),
    "arctan": (mpmath.atan, ANY),
    "arctanh": (mpmath.atanh, below_one()),
    "cbrt": (lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), numpy.concatenate([ANY, signed(sizes(1e-320, 1e-308))])),
    "cos": (mpmath.cos, ANGLES),
    "cosh": (mpmath.cosh, numpy.concatenate([signed(sizes(1e-300, 710)), even(-3, 3)])),
    "exp": (mpmath.exp, numpy.concatenate([even(-745, 709), signed(sizes(1e-20, 1))])),
    "exp2": (lambda x: mpmath.mpf(2) ** x, numpy.concatenate([even(-1074, 1023), signed(sizes(1e-20, 1))])),
    "expm1": (mpmath.expm1, numpy.concatenate([even(-40, 50), even(-1, 1), even(50, 709), signed(sizes(1e-300, 1))])),
    "log": (mpmath.log, POSITIVE),
    "log10": (mpmath.log10, POSITIVE),
    "log1p": (mpmath.log1p, numpy.concatenate([signed(sizes(1e-320, 0.99)), even(-1, 3), sizes(1, 1e308)])),
    "log2": (lambda x: mpmath.log(x, 2), POSITIVE),
    "sin": (mpmath.sin, ANGLES),
    "sinh": (mpmath.sinh, numpy.concatenate([signed(sizes(1e-300, 710)), even(-3, 3)])),
    "tan": (mpmath.tan, ANGLES),
    "tanh": (mpmath.tanh, numpy.concatenate([signed(sizes(1e-300, 30)), even(-3, 3)])),
}
BINARY = {
    "arctan2": (mpmath.atan2, pairs(*PAIRS)),
    "hypot": (mpmath.hypot, pairs(*PAIRS, [sizes(1e-320, 1e-290), sizes(1e-320, 1e-290)])),
    "logaddexp": (lambda a, b: mpmath.log(mpmath.exp(a) + mpmath.exp(b)), [even(0, 800), even(0, 800)]),
    "logaddexp2": (lambda a, b: mpmath.log(2 ** a + 2 ** b, 2), [even(0, 1200), even(0, 1200)]),
}


def digits(values):
    return [struct.pack(">d", value).hex() for value in values]


def entry(function, *arguments):
    exact = [function(*map(mpmath.mpf, row)) for row in zip(*(argument.tolist() for argument in arguments))]
    high = [float(value) for value in exact]
    low = [float(value - mpmath.mpf(nearest)) for value, nearest in zip(exact, high)]
    names = ["x", "y", "high", "low"] if len(arguments) == 2 else ["x", "high", "low"]
    return dict(zip(names, map(digits, [*arguments, high, low])))


def main():
    entries = {name: entry(function, x) for name, (function, x) in UNARY.items()}
    entries |= {name: entry(function, *arguments) for name, (function, arguments) in BINARY.items()}
    lines = [f"{json.dumps(name)}: {json.dumps(values, separators=(',', ':'))}" for name, values in entries.items()]
    (FOLDER / "functions.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
