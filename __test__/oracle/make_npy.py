"""Writes small files as NumPy and Dask write them, and what they hold.

    python3 -m venv oracle && oracle/bin/pip install numpy 'dask[array]' && oracle/bin/python __test__/oracle/make_npy.py

The files and `expected.json` go to `__test__/oracle/data/npy` and are committed, so that tests need no Python. Each
entry of `expected.json` is one array:

    {"file", "member", "dtype", "shape", "values"}

`member` is null but in `.npz` files; a file that ends in `/` is a stack of files. Values are flat, in row-major order,
as text.
"""

import json
import pathlib
import shutil

import dask.array
import numpy

FOLDER = pathlib.Path(__file__).parent / "data" / "npy"
DTYPES = ["?", "i1", "<i2", ">i4", "<i8", "u1", ">u2", "<u4", ">u8", "<f4", ">f8"]


def entry(file, values, member=None):
    flat = numpy.ascontiguousarray(values).ravel()
    return {
        "file": file,
        "member": member,
        "dtype": values.dtype.newbyteorder("=").name,
        "shape": values.shape,
        "values": [str(value) for value in flat.tolist()],
    }


def made(dtype, shape):
    count = int(numpy.prod(shape))
    values = (numpy.arange(count) * 37 % 101 - 50).reshape(shape)
    return (values > 0) if dtype == "?" else numpy.abs(values).astype(dtype) if "u" in dtype else values.astype(dtype)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    expected = []
    for number, dtype in enumerate(DTYPES):
        values = made(dtype, (5, 7))
        for order in "CF":
            name = f"{number}-{order}.npy"
            numpy.save(FOLDER / name, numpy.asarray(values, order=order))
            expected.append(entry(name, values))
    for number, shape in enumerate([(), (0,), (3, 0, 2), (23,), (2, 3, 4)]):
        values = made("<f8", shape)
        numpy.save(FOLDER / f"shape-{number}.npy", values)
        expected.append(entry(f"shape-{number}.npy", values))
    with open(FOLDER / "version-2.npy", "wb") as file:
        numpy.lib.format.write_array(file, made("<i4", (4, 3)), version=(2, 0))
    expected.append(entry("version-2.npy", made("<i4", (4, 3))))
    members = {"x": made("<f8", (6, 5)), "big": made(">i2", (4,)), "turned": numpy.asfortranarray(made("<i4", (3, 4)))}
    for name, save in [("plain.npz", numpy.savez), ("compressed.npz", numpy.savez_compressed)]:
        save(FOLDER / name, **members)
        expected += [entry(name, values, member) for member, values in members.items()]
    for axis in (0, 1):
        values = made("<i8", (7, 5))
        dask.array.to_npy_stack(FOLDER / f"stack-{axis}", dask.array.from_array(values, chunks=(3, 2)), axis=axis)
        expected.append(entry(f"stack-{axis}/", values))
    numpy.save(FOLDER / "refused.npy", numpy.array(["text"]))
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=0) + "\n")


main()
