"""Writes what NumPy answers for random expressions: shapes, dtypes and operations are drawn, by the same seed each time.

    python3 -m venv oracle && oracle/bin/pip install numpy && oracle/bin/python __test__/oracle/make_expressions.py

The answers go to `__test__/oracle/data/expressions.json` and are committed, so that tests need no Python.

    {"cases": [{"dtype", "shape", "values", "steps": [[kind, ...arguments]], "result", "resultShape", "answer"}]}

`expressions.test.ts` knows the kinds of steps. Values are written as in `arrays-*.json`. Numbers are small, and what is
rounded goes into nothing that jumps, such as a comparison, so that answers differ in the last digits at most.
"""

import numpy as np

from make_arrays import as_json, write

CASES = 320
DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]
ARITHMETIC = ["add", "subtract", "multiply", "maximum", "minimum", "fmax", "fmin"]
JUMPS = ["floor_divide", "remainder", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
BITS = ["bitwise_and", "bitwise_or", "bitwise_xor"]
UNARY = ["absolute", "negative", "square", "positive", "logical_not", "isnan", "invert", "sign"]
SMOOTH = ["sin", "cos", "arctan", "tanh", "exp"]
EXACT = ["sum", "min", "max", "any", "all", "count_nonzero", "nansum", "nanmin", "nanmax", "ptp"]
ROUNDED = ["mean", "var", "std", "nanmean", "nanvar", "median", "prod"]
POSITIONS = ["argmin", "argmax"]
MOST = 60


class Refused(Exception):
    """The step makes no sense here."""


class Drawn:
    """An expression under construction: what NumPy has so far, and whether it was rounded."""

    def __init__(self, rng):
        self.rng = rng
        ndim = rng.choice([0, 1, 1, 2, 2, 2, 3, 3])
        shape = [int(rng.choice([0, 1, 1, 2, 3, 4, 5, 7])) for _ in range(ndim)]
        while np.prod(shape) > MOST:
            shape[int(np.argmax(shape))] //= 2
        dtype = str(rng.choice(DTYPES))
        quarters = rng.integers(-20, 40, shape) / 4
        if dtype == "bool":
            x = quarters > 2
        elif dtype.startswith("float"):
            x = np.where(rng.random(shape) < 0.04, np.nan, quarters).astype(dtype)
        else:
            x = np.abs(quarters).astype(dtype) if dtype.startswith("u") else quarters.astype(dtype)
        self.source = self.x = np.asarray(x)
        self.is_rounded = False
        self.steps = []

    def of(self, items):
        return items[int(self.rng.integers(len(items)))]

    def below(self, count):
        return int(self.rng.integers(count))

    def axis(self):
        if self.x.ndim == 0:
            raise Refused
        return self.below(self.x.ndim)

    def must(self, condition):
        if not condition:
            raise Refused

    def is_small(self):
        return self.x.size == 0 or not np.nanmax(np.abs(self.x.astype("float64")), initial=0) > 1e4

    def step(self):
        kind = self.of(sorted(KINDS))
        is_rounded = self.is_rounded
        try:
            answer, *arguments = KINDS[kind](self)
        except (Refused, TypeError, ValueError, OverflowError, IndexError):
            self.is_rounded = is_rounded
            return
        answer = np.asarray(answer)
        if answer.dtype.name not in DTYPES or answer.size > MOST:
            self.is_rounded = is_rounded
            return
        self.x = answer
        self.steps.append([kind, *arguments])


def operation(drawn, other):
    """An operation of two arrays that may be done here."""
    x = drawn.x
    names = ARITHMETIC + ([] if drawn.is_rounded else JUMPS)
    names += BITS if x.dtype.kind in "bui" and np.asarray(other).dtype.kind in "bui" else []
    if np.any(np.asarray(other) == 0):
        names = [name for name in names if name not in ["floor_divide", "remainder"]]
    name = drawn.of(names)
    drawn.must(drawn.is_small() or x.dtype.kind in "ui")
    return name


def number(drawn):
    value = drawn.of([1, 2, 3, 7] + ([0.5, -1.25] if drawn.x.dtype.kind == "f" else []))
    name = operation(drawn, value)
    if drawn.below(3) == 0 and name not in ["floor_divide", "remainder"]:
        return getattr(np, name)(value, drawn.x), name, value, True
    return getattr(np, name)(drawn.x, value), name, value, False


def itself(drawn):
    other = np.flip(drawn.x)
    name = operation(drawn, other)
    return getattr(np, name)(drawn.x, other), name


def centre(drawn):
    axis = drawn.axis()
    name = drawn.of(["min", "max", "sum"])
    drawn.must(drawn.is_small())
    other = getattr(np, name)(drawn.x, axis=axis, keepdims=True)
    return np.subtract(drawn.x, other), name, axis


def unary(drawn):
    is_float = drawn.x.dtype.kind == "f"
    name = drawn.of(UNARY + (SMOOTH * 2 if is_float else []))
    drawn.must(drawn.is_small() or drawn.x.dtype.kind in "ui")
    drawn.must(not (drawn.is_rounded and name in ["sign", "logical_not"]))
    drawn.is_rounded = drawn.is_rounded or name in SMOOTH
    return getattr(np, name)(drawn.x), name


def cast(drawn):
    dtype = drawn.of(DTYPES)
    # What becomes of a float that an integer cannot hold, C leaves open.
    drawn.must(drawn.x.dtype.kind != "f" or dtype.startswith("float"))
    drawn.must(drawn.is_small())
    return drawn.x.astype(dtype), dtype


def index(drawn):
    entries, written = [], []
    for length in drawn.x.shape:
        kind = drawn.below(7)
        if kind == 0 and length > 0:
            entries.append(drawn.below(2 * length) - length)
            written.append(entries[-1])
            continue
        if kind == 1:
            entries.append(None)
            written.append(None)
        if kind == 2 and not any(entry is Ellipsis for entry in entries):
            entries.append(Ellipsis)
            written.append("...")
            break
        bounds = [drawn.of([None, drawn.below(2 * length + 3) - length - 1]) for _ in range(2)]
        entries.append(slice(*bounds, drawn.of([1, 1, 2, 3, -1, -1, -2])))
        written.append([entries[-1].start, entries[-1].stop, entries[-1].step])
    return entries, written


def cut(drawn):
    entries, written = index(drawn)
    return drawn.x[tuple(entries)], written


def assign(drawn):
    entries, written = index(drawn)
    drawn.must(drawn.x.ndim > 0 and not any(entry is None for entry in entries))
    x = drawn.x.copy()
    x[tuple(entries)] = 1
    return x, written


def take(drawn):
    axis = drawn.axis()
    length = drawn.x.shape[axis]
    drawn.must(length > 0)
    places = [drawn.below(2 * length) - length for _ in range(drawn.below(6))]
    return np.take(drawn.x, np.array(places, "int64"), axis=axis), places, axis


def mask(drawn):
    drawn.must(not drawn.is_rounded and drawn.x.dtype.kind != "b" and drawn.x.ndim > 0)
    name, value = drawn.of(["greater", "less_equal"]), drawn.of([0, 2, 4])
    return drawn.x[getattr(np, name)(drawn.x, value)], name, value


def mask_axis(drawn):
    axis = drawn.axis()
    condition = (drawn.rng.random(drawn.x.shape[axis]) < 0.6).tolist()
    drawn.must(len(condition) > 0)
    return np.compress(condition, drawn.x, axis=axis), condition, axis


def reduce(drawn):
    names = EXACT + (ROUNDED if drawn.is_small() else []) + ([] if drawn.is_rounded else POSITIONS)
    name = drawn.of(names)
    # Sums of numbers below 1e4 round nothing; and of no number NumPy warns and ours has its own answer.
    drawn.must(drawn.is_small() or drawn.x.dtype.kind in "ui")
    drawn.must(not (name.startswith("nan") and drawn.x.size == 0))
    drawn.must(not (drawn.is_rounded and name in ["any", "all", "count_nonzero"]))
    drawn.must(name != "prod" or drawn.x.dtype.kind != "f" or drawn.x.size <= 6)
    axes = list(range(drawn.x.ndim))
    if name in POSITIONS or name == "ptp":
        axis = drawn.of([None, *axes])
    else:
        axis = drawn.of([None, *axes, [each for each in axes if drawn.below(3) > 0]])
        axis = None if axis == [] else axis
    options = {} if axis is None else {"axis": axis}
    if drawn.below(2) == 0:
        options["keepdims"] = True
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    drawn.is_rounded = drawn.is_rounded or name in ROUNDED
    return getattr(np, name)(drawn.x, **given), name, options


def reshape(drawn):
    size = drawn.x.size
    drawn.must(size > 0)
    first = drawn.of([length for length in range(1, size + 1) if size % length == 0])
    shape = drawn.of([[-1], [first, -1], [-1, 1, first]])
    return drawn.x.reshape(shape), shape


def transpose(drawn):
    axes = drawn.rng.permutation(drawn.x.ndim).tolist()
    return drawn.x.transpose(axes), axes


def roll(drawn):
    shift, axis = drawn.below(9) - 4, drawn.axis()
    return np.roll(drawn.x, shift, axis=axis), shift, axis


def pad(drawn):
    widths = [[drawn.below(3), drawn.below(3)] for _ in drawn.x.shape]
    modes = ["constant", "edge", "reflect", "symmetric", "wrap"] if drawn.x.size > 0 else ["constant"]
    mode = drawn.of(modes)
    drawn.must(drawn.x.ndim > 0)
    return np.pad(drawn.x, widths, mode=mode), widths, mode


def repeat(drawn):
    times, axis = drawn.below(4), drawn.axis()
    return np.repeat(drawn.x, times, axis=axis), times, axis


def concatenate(drawn):
    axis = drawn.axis()
    return np.concatenate([drawn.x, np.flip(drawn.x)], axis=axis), axis


def stack(drawn):
    axis = drawn.below(drawn.x.ndim + 1)
    return np.stack([drawn.x, np.flip(drawn.x)], axis=axis), axis


def where(drawn):
    drawn.must(not drawn.is_rounded)
    value = drawn.of([0, 1, 2])
    return np.where(np.greater(drawn.x, value), drawn.x, value), value


def scan(drawn):
    drawn.must(drawn.is_small())
    axis = drawn.axis()
    return np.cumsum(drawn.x, axis=axis), axis


def diff(drawn):
    axis = drawn.axis()
    drawn.must(drawn.is_small() or drawn.x.dtype.kind in "ui")
    return np.diff(drawn.x, axis=axis), axis


def unique(drawn):
    drawn.must(not drawn.is_rounded)
    return np.unique(drawn.x)


def triangle(drawn):
    name, k = drawn.of(["tril", "triu"]), drawn.below(5) - 2
    drawn.must(drawn.x.ndim >= 2)
    return getattr(np, name)(drawn.x, k), name, k


def matmul(drawn):
    drawn.must(drawn.x.ndim >= 2 and drawn.is_small())
    return np.matmul(drawn.x, np.swapaxes(drawn.x, -1, -2))


def only(function):
    """The answer as a list of it alone, since a step without arguments has nothing else."""
    return lambda drawn: (function(drawn),)


KINDS = {
    "number": number, "itself": itself, "centre": centre, "unary": unary, "cast": cast, "cut": cut, "assign": assign,
    "take": take, "mask": mask, "maskAxis": mask_axis, "reduce": reduce, "reshape": reshape, "transpose": transpose,
    "roll": roll, "pad": pad, "repeat": repeat, "concatenate": concatenate, "stack": stack, "where": where,
    "scan": scan, "diff": diff, "unique": only(unique), "triangle": triangle, "matmul": only(matmul),
}


def case(rng):
    drawn = Drawn(rng)
    for _ in range(12):
        if len(drawn.steps) < 5:
            drawn.step()
    # Of answers without elements some are enough.
    if drawn.x.size == 0 and rng.random() < 0.8:
        return case(rng)
    return {
        "dtype": drawn.source.dtype.name,
        "shape": list(drawn.source.shape),
        "values": as_json(drawn.source),
        "steps": drawn.steps,
        "result": drawn.x.dtype.name,
        "resultShape": list(drawn.x.shape),
        "answer": as_json(drawn.x),
    }


if __name__ == "__main__":
    np.seterr(all="ignore")
    generator = np.random.default_rng(20)
    write("expressions.json", {"cases": [case(generator) for _ in range(CASES)]})
