"""Measures elementary functions beside NumPy's: the largest error that was seen, and the time of an element.

    npm run build
    python3 -m venv oracle && oracle/bin/pip install numpy mpmath && oracle/bin/python __test__/oracle/measure_functions.py

Prints the table of `docs/functions.md`. Both compute on one thread, from memory to new memory, in turns; the least processor
time of nine rounds of three turns counts. Errors are those of arguments of every size at which the result is a normal float,
found with mpmath.
"""

import json
import pathlib
import platform
import subprocess
import tempfile
import time

import mpmath
import numpy

from function_points import exact_parts, functions

POINTS = 5_000
ELEMENTS = 1 << 20
ROUNDS = 9
TURNS = 3
# Where functions are timed: the arguments that programs have, rather than those that are hard.
RANGES = {name: [(-1, 1)] for name in ("arccos", "arcsin", "arctanh")}
RANGES |= {name: [(1e-3, 20)] for name in ("log", "log2", "log10", "log1p")}
RANGES |= {name: [(-20, 20)] * 2 for name in ("arctan2", "hypot", "logaddexp", "logaddexp2")}
RANGES |= {"arccosh": [(1, 20)], "power": [(1e-3, 20), (-20, 20)]}
USUAL = [(-20, 20)]
mpmath.mp.prec = 250


class Ours:
    """A Node process that computes what it is told, a line for each."""

    def __init__(self, folder):
        self.folder = folder
        program = pathlib.Path(__file__).with_name("measure-functions.mjs")
        self.process = subprocess.Popen(["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, name, arguments):
        """The nanoseconds that it took, and the result."""
        paths = [self.folder / f"{index}.raw" for index in range(len(arguments))]
        result = self.folder / "result.raw"
        for path, argument in zip(paths, arguments):
            argument.tofile(path)
        dtype = arguments[0].dtype
        request = {"name": name, "dtype": dtype.name, "arguments": [*map(str, paths)], "turns": TURNS}
        self.process.stdin.write(json.dumps(request | {"result": str(result)}) + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline()), numpy.fromfile(result, dtype)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def numpy_time(function, arguments):
    def turn():
        start = time.process_time_ns()
        function(*arguments)
        return time.process_time_ns() - start

    return min(turn() for _ in range(TURNS))


def largest_error(found, high, low):
    """In units of the last place of the dtype that was found."""
    high, low = numpy.array(high), numpy.array(low)
    dtype = found.dtype.type
    limits = numpy.finfo(dtype)
    kept = (abs(high) >= limits.tiny) & (abs(high) < limits.max)
    found, high, low = found[kept].astype("float64"), high[kept], low[kept]
    ulp = 2.0 ** (numpy.floor(numpy.log2(abs(high))) - limits.nmant)
    return float(numpy.max(abs((found - high) - low) / ulp))


def errors(ours, name, function, arguments):
    high_low = exact_parts(function, arguments)
    with numpy.errstate(all="ignore"):
        theirs = getattr(numpy, name)(*arguments)
    return [largest_error(found, *high_low) for found in (ours.ask(name, arguments)[1], theirs)]


def times(ours, name, dtype):
    """Nanoseconds of an element."""
    random = numpy.random.default_rng(1)
    arguments = [random.uniform(*limits, ELEMENTS).astype(dtype) for limits in RANGES.get(name, USUAL)]
    rounds = [(ours.ask(name, arguments)[0], numpy_time(getattr(numpy, name), arguments)) for _ in range(ROUNDS)]
    return [min(column) / ELEMENTS for column in zip(*rounds)]


def singles(arguments):
    """As float32, without those that would not be finite or normal there."""
    with numpy.errstate(all="ignore"):
        rounded = [argument.astype("float32") for argument in arguments]
    tiny = numpy.finfo("float32").tiny
    kept = numpy.all([numpy.isfinite(argument) & (abs(argument) >= tiny) for argument in rounded], axis=0)
    return [argument[kept] for argument in rounded]


def main():
    print(f"{platform.machine()}, NumPy {numpy.__version__}\n")
    print("| function | largest error in ulp | NumPy's | ns an element | NumPy's | float32: error | NumPy's | ns | NumPy's |")
    print("| --- " + "| --: " * 8 + "|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(pathlib.Path(folder))
        for name, (function, arguments) in functions(seed=1, count=POINTS).items():
            cells = []
            for dtype, points in ("float64", arguments), ("float32", singles(arguments)):
                cells += [f"{error:.3f}" for error in errors(ours, name, function, points)]
                cells += [f"{value:.2f}" for value in times(ours, name, dtype)]
            print(f"| {name} | {' | '.join(cells)} |", flush=True)
        ours.close()


if __name__ == "__main__":
    main()
