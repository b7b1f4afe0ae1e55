"""Writes exact values of elementary functions.

    python3 -m venv oracle && oracle/bin/pip install numpy mpmath && oracle/bin/python __test__/oracle/make_functions.py

The answers go to `__test__/oracle/data/functions.json`: `{function: {"x": floats, "y": floats or absent, "high": floats,
"low": floats}}`, floats as the hexadecimal digits of their bits. The exact value is `high + low` to some 106 bits.
"""

import json
import pathlib
import struct

import mpmath

from function_points import exact_parts, functions

FOLDER = pathlib.Path(__file__).parent / "data"
mpmath.mp.prec = 1300


def digits(values):
    return [struct.pack(">d", value).hex() for value in values]


def entry(function, arguments):
    columns = dict(zip("xy", arguments)) | dict(zip(["high", "low"], exact_parts(function, arguments)))
    return {name: digits(column) for name, column in columns.items()}


def main():
    # NumPy's own approximation of `i0` is ours too, but not within 1 ulp.
    entries = {name: entry(*case) for name, case in functions(seed=20, count=150).items() if name != "i0"}
    lines = [f"{json.dumps(name)}: {json.dumps(values, separators=(',', ':'))}" for name, values in entries.items()]
    (FOLDER / "functions.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
