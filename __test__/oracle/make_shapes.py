"""Writes data/shapes.json: what NumPy makes of arrays that are reshaped, moved and put together.

Run it with a Python that has NumPy 2.
"""

import json
import re
from pathlib import Path

import numpy

FILE = Path(__file__).parent / "data" / "shapes.json"

ARRAYS = {
    "number": numpy.array(3, "float64"),
    "line": numpy.arange(7, dtype="float64") / 4,
    "short": numpy.array([5, -3], "int16"),
    "one": numpy.array([4.5]),
    "empty": numpy.zeros((0, 3), "int32"),
    "matrix": (numpy.arange(30, dtype="int64") * 7 % 11 - 4).reshape(5, 6),
    "square": (numpy.arange(16, dtype="float32") / 2 - 3).reshape(4, 4),
    "column": numpy.arange(5, dtype="uint8").reshape(5, 1),
    "cube": (numpy.arange(60, dtype="float64") * 5 % 13).reshape(3, 4, 5),
    "flags": (numpy.arange(12).reshape(3, 4) % 5 < 2),
    "thin": numpy.arange(6, dtype="uint32").reshape(1, 2, 1, 3),
}

PADS = [
    ("line", 3), ("line", [2, 5]), ("line", [0, 20]), ("one", [2, 3]), ("matrix", [[1, 2], [3, 0]]), ("cube", 2),
    ("cube", [[0, 0], [7, 9], [1, 1]]), ("square", [[4, 11], [9, 1]]), ("number", 2),
]
MODES = ["constant", "edge", "linear_ramp", "maximum", "mean", "minimum", "reflect", "symmetric", "wrap"]


def cases():
    yield from reshapes()
    yield from orders()
    yield from joins()
    yield from edits()
    for name, width in PADS:
        for mode in MODES:
            yield "pad", [a(name), width], {"mode": mode}
    yield "pad", [a("matrix"), [[1, 2], [3, 1]]], {"constantValues": [[1, 2], [3, 4]]}
    yield "pad", [a("matrix"), 2], {"mode": "linear_ramp", "endValues": [-5, 30]}
    yield "pad", [a("cube"), 3], {"mode": "mean", "statLength": 2}
    yield "pad", [a("cube"), 1], {"mode": "maximum", "statLength": [[1, 2], [2, 3], [9, 1]]}
    yield "pad", [a("flags"), 1], {"mode": "symmetric"}
    yield "pad", [a("empty"), [[2, 0], [0, 1]]], {"constantValues": 7}
    yield from matrices()


def a(name):
    return {"array": name}


def reshapes():
    for name, shapes in {
        "line": [7, [7, 1], [1, 7], [-1], [1, 1, -1, 1]],
        "number": [[], 1, [1, 1]],
        "one": [[], [1, 1]],
        "empty": [[3, 0], 0, [0, 5, 5], [-1, 3]],
        "matrix": [30, -1, [6, 5], [3, -1], [5, 2, 3], [5, 3, 2], [10, 3], [2, 3, 5], [15, 2], [1, 30]],
        "cube": [[3, 20], [12, 5], 60, [3, 2, 2, 5], [5, 4, 3], [6, 10], [2, 6, 5], [4, 15], [30, 2]],
        "thin": [[6], [2, 3], [3, 2], [1, 6, 1]],
    }.items():
        for shape in shapes:
            yield "reshape", [a(name), shape], {}
    yield "ravel", [a("cube")], {}
    yield "ravel", [a("number")], {}
    for name in ["thin", "number", "matrix"]:
        yield "squeeze", [a(name)], {}
    yield "squeeze", [a("thin")], {"axis": 2}
    yield "squeeze", [a("thin")], {"axis": [0, -2]}
    for axis in [0, 1, -1, [0, 2], [-1, 0]]:
        yield "expandDims", [a("matrix"), axis], {}
    for name in ["number", "line", "matrix", "cube"]:
        for function in ["atleast1d", "atleast2d", "atleast3d"]:
            yield function, [a(name)], {}
    for name, shape in [("line", [3, 7]), ("column", [5, 4]), ("column", [2, 5, 3]), ("number", [2, 2]),
                        ("one", 6), ("empty", [2, 0, 3]), ("one", 0)]:
        yield "broadcastTo", [a(name), shape], {}


def orders():
    yield "transpose", [a("cube")], {}
    yield "transpose", [a("number")], {}
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [-1, 1, 0]]:
        yield "transpose", [a("cube"), order], {}
    yield "transpose", [a("thin"), [3, 0, 2, 1]], {}
    for source, destination in [(0, 2), (2, 0), (-1, 1), ([0, 1], [2, 0]), ([2, 0], [0, 1]), ([], [])]:
        yield "moveaxis", [a("cube"), source, destination], {}
    for axis, start in [(2, 0), (0, 3), (1, 0), (0, 2), (2, 1), (-1, 0)]:
        yield "rollaxis", [a("cube"), axis, start], {}
    for first, second in [(0, 2), (1, 1), (-1, 0)]:
        yield "swapaxes", [a("cube"), first, second], {}
    for shift in [0, 1, -1, 5, -13]:
        yield "roll", [a("line"), shift], {}
        yield "roll", [a("cube"), shift], {}
        yield "roll", [a("cube"), shift], {"axis": 1}
    yield "roll", [a("cube"), [1, -2]], {"axis": [0, 2]}
    yield "roll", [a("cube"), 2], {"axis": [0, 1, 0]}
    yield "roll", [a("empty"), 2], {"axis": 0}
    for axis in [None, 0, -1, [0, 2]]:
        yield "flip", [a("cube")], {} if axis is None else {"axis": axis}
    yield "flip", [a("number")], {}
    yield "flipud", [a("matrix")], {}
    yield "fliplr", [a("matrix")], {}
    for turns in [0, 1, 2, 3, -1, 5]:
        yield "rot90", [a("matrix"), turns], {}
    yield "rot90", [a("cube"), 1], {"axes": [2, 0]}
    for name, times in [("cube", 2), ("line", 3), ("matrix", 0), ("number", 4)]:
        yield "repeat", [a(name), times], {}
    for axis in [0, 1, -1]:
        yield "repeat", [a("cube"), 3], {"axis": axis}
    for reps in [1, 3, [2, 2], [2, 1, 3], [1, 2, 1, 2], 0, [0, 2]]:
        yield "tile", [a("matrix"), reps], {}
    yield "tile", [a("line"), 4], {}
    yield "tile", [a("number"), [2, 3]], {}


def joins():
    for axis in [0, -1]:
        yield "concatenate", [[a("matrix"), a("matrix"), a("matrix")]], {"axis": axis}
    yield "concatenate", [[a("matrix"), a("column")]], {"axis": 1}
    yield "concatenate", [[a("line"), a("short"), a("one")]], {}
    yield "concatenate", [[a("empty"), a("empty")]], {"axis": 0}
    yield "concatenate", [[a("square")]], {"axis": 0}
    for axis in [0, 1, 2, -1]:
        yield "stack", [[a("matrix"), a("matrix")]], {"axis": axis}
    yield "stack", [[a("number"), a("number")]], {}
    yield "stack", [[a("flags"), a("flags")]], {"axis": 1}
    for function in ["vstack", "hstack", "dstack"]:
        yield function, [[a("line"), a("line")]], {}
        yield function, [[a("matrix"), a("matrix")]], {}
        yield function, [[a("number"), a("number")]], {}
        yield function, [[a("cube"), a("cube")]], {}
    yield "block", [[[a("matrix"), a("column")], [a("matrix"), a("column")]]], {}
    yield "block", [[a("line"), a("short")]], {}
    yield "block", [a("line")], {}
    yield "block", [[[a("line")], [a("line")]]], {}
    yield "block", [[[[a("one")], [a("one")]]]], {}


def edits():
    yield "append", [a("line"), a("short")], {}
    yield "append", [a("matrix"), a("column")], {"axis": 1}
    yield "append", [a("matrix"), a("line")], {}
    for index in [0, 3, -1, 7, [1, 3], [5, 1], [2, 2, 0], [-2]]:
        yield "insert", [a("line"), index, 9], {}
    yield "insert", [a("line"), [1, 4], a("short")], {}
    yield "insert", [a("line"), 2, a("short")], {}
    yield "insert", [a("matrix"), 1, 5], {"axis": 0}
    yield "insert", [a("matrix"), [0, 6], 5], {"axis": 1}
    yield "insert", [a("matrix"), 2, a("column")], {"axis": 1}
    yield "insert", [a("matrix"), 2, 5], {}
    for index in [0, -1, [0, 1, 2], [3, 3, -7], [0, 1, 2, 3, 4, 5, 6], []]:
        yield "delete", [a("line"), index], {}
    yield "delete", [a("line"), {"slice": [1, 6, 2]}], {}
    yield "delete", [a("matrix"), {"slice": [4, None, -1]}], {"axis": 1}
    yield "delete", [a("matrix"), [0, 4]], {"axis": 0}
    yield "delete", [a("matrix"), 3], {}


def matrices():
    for offset in [0, 1, -2, 5, -5, 7]:
        yield "diagonal", [a("matrix")], {"offset": offset}
    for first, second in [(0, 1), (1, 0), (2, 0), (-1, 1)]:
        yield "diagonal", [a("cube")], {"axis1": first, "axis2": second}
        yield "diagonal", [a("cube")], {"axis1": first, "axis2": second, "offset": 1}
    for k in [0, 2, -1, -6, 8]:
        for name in ["line", "matrix", "short", "flags"]:
            yield "diag", [a(name), k], {}
        for name in ["matrix", "cube", "flags"]:
            yield "tril", [a(name), k], {}
            yield "triu", [a(name), k], {}
        yield "eye", [4], {"k": k}
        yield "eye", [3], {"columns": 6, "k": k, "dtype": "int32"}
        yield "tri", [5], {"columns": 3, "k": k}
    yield "eye", [0], {}
    yield "identity", [3], {"dtype": "bool"}
    yield "tri", [4], {"dtype": "int8"}
    for start, stop, num, options in [
        (0, 1, 5, {}), (0, 1, 7, {"endpoint": False}), (-3, 11, 50, {}), (2, 2, 4, {}), (0, 10, 1, {}),
        (0, 10, 0, {}), (5, -5, 11, {}), (0, 7, 5, {"dtype": "int64"}), (-4, 3, 5, {"dtype": "int32"}),
        (0.1, 0.7, 13, {}), (1, 2, 6, {"dtype": "float32"}), (0, 1e-3, 11, {}), (0, 1, 1, {"endpoint": False}),
    ]:
        yield "linspace", [start, stop, num], options
    yield "indices", [[2, 3]], {}
    yield "indices", [[2, 3, 4]], {"dtype": "float32"}
    yield "indices", [4], {"dtype": "uint8"}
    for options in [{}, {"indexing": "ij"}, {"sparse": True}, {"indexing": "ij", "sparse": True}]:
        yield "meshgrid", [[a("line"), a("short"), a("one")]], options
        yield "meshgrid", [[a("line"), a("number")]], options
        yield "meshgrid", [[a("line")]], options
    yield "zerosLike", [a("matrix")], {}
    yield "onesLike", [a("flags")], {}
    yield "onesLike", [a("matrix")], {"dtype": "float32", "shape": [2, 2]}
    yield "fullLike", [a("square"), 2], {}


def answer(function, arguments, options):
    """What NumPy gives for a call of ours."""
    name = re.sub(r"(?<=[a-z])(\d?[A-Z]|\dd)", lambda match: "_" + match[1].lower(), function)
    keywords = {re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), key): as_numpy(value, key)
                for key, value in options.items()}
    given = [as_numpy(argument) for argument in arguments]
    if function in ("eye", "tri"):
        return getattr(numpy, name)(*given, keywords.pop("columns", None), **keywords)
    if function == "meshgrid":
        return numpy.meshgrid(*given[0], **keywords)
    if function == "indices" and isinstance(given[0], int):
        given = [(given[0],)]
    return getattr(numpy, name)(*given, **keywords)


def as_numpy(value, key=""):
    if isinstance(value, dict):
        return slice(*value["slice"]) if "slice" in value else ARRAYS[value["array"]]
    if isinstance(value, list):
        items = [as_numpy(item) for item in value]
        return tuple(items) if key in ("axis", "shape", "axes") else items
    return value


def describe(array):
    array = numpy.asarray(array)
    values = array.astype("int64") if array.dtype.kind in "biu" else array.astype("float64")
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": values.ravel().tolist()}


def lines(items):
    return ",\n".join(json.dumps(item, separators=(",", ":")) for item in items)


def main():
    entries = []
    for function, arguments, options in cases():
        results = answer(function, arguments, options)
        several = function == "meshgrid"
        described = [describe(result) for result in results] if several else describe(results)
        entries.append({"function": function, "arguments": arguments, "options": options, "result": described})
    arrays = ",\n".join(f"{json.dumps(name)}: {json.dumps(describe(array), separators=(',', ':'))}"
                        for name, array in ARRAYS.items())
    FILE.write_text(f'{{"arrays": {{\n{arrays}\n}},\n"cases": [\n{lines(entries)}\n]}}\n')


main()
