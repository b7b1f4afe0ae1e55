"""Reads what `write.mjs` has written with h5py, NumPy, Dask and zarr-python.

read_back.py FOLDER
"""

import pathlib
import sys

import dask.array
import h5py
import numpy
import zarr


def expected(name):
    dtype, _, lengths = name.partition("-")
    shape = () if lengths == "scalar" else tuple(int(length) for length in lengths.split("x"))
    values = (numpy.arange(int(numpy.prod(shape))) * 37 % 101 - 50).reshape(shape)
    if dtype == "bool":
        return values > 0
    return (numpy.abs(values) if dtype.startswith("uint") else values).astype(dtype)


def check(found, name, where):
    values = expected(name)
    found = numpy.asarray(found)
    assert found.dtype == values.dtype and found.shape == values.shape, (where, name, found.dtype, found.shape)
    assert numpy.array_equal(found, values), (where, name)


def main():
    folder = pathlib.Path(sys.argv[1])
    count = 0
    with h5py.File(folder / "all.h5") as file:
        for number, group in file.items():
            for name, dataset in group.items():
                check(dataset[()], name, f"HDF5 {number}")
                assert dict(dataset.attrs) == {"unit": "K", "half": 0.5}, name
                count += 1
    for path in folder.glob("*.npy"):
        check(numpy.load(path), path.stem, "npy")
        count += 1
    for path in folder.glob("*.stack"):
        check(dask.array.from_npy_stack(path, mmap_mode=None).compute(), path.stem, "npy stack")
        count += 1
    for format in (2, 3):
        for kind, group in zarr.open_group(folder / f"v{format}.zarr", mode="r").groups():
            for name, array in group.arrays():
                check(array[...], name, f"Zarr {format} {kind}")
                count += 1
    print(f"{count} arrays read back")


main()
