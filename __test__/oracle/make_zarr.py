"""Writes small arrays as zarr-python and numcodecs write them, and what they hold.

    python3 -m venv oracle && oracle/bin/pip install zarr numcodecs && oracle/bin/python __test__/oracle/make_zarr.py

The arrays and `expected.json` go to `__test__/oracle/data/zarr` and are committed, so that tests need no Python. Each
entry of `expected.json` is one array:

    {"path", "dtype", "shape", "chunks", "values"}

Values are flat, in row-major order, as text.
"""

import json
import pathlib
import shutil

import numcodecs
import numpy
import zarr
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, TransposeCodec, ZstdCodec

FOLDER = pathlib.Path(__file__).parent / "data" / "zarr"
DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]


def values_of(dtype, shape):
    count = int(numpy.prod(shape))
    values = (numpy.arange(count) * 37 % 101 - 50).reshape(shape)
    if dtype == "bool":
        return values > 0
    return (numpy.abs(values) if dtype.startswith("u") else values).astype(dtype)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    root = zarr.open_group(FOLDER / "v3.zarr", mode="w", zarr_format=3)
    root.attrs["title"] = "a group"
    old = zarr.open_group(FOLDER / "v2.zarr", mode="w", zarr_format=2)
    expected = []

    def add(group, name, values, chunks, only=None, **options):
        array = group.create_array(name, shape=values.shape, chunks=chunks, dtype=values.dtype, **options)
        if only is None:
            array[...] = values
        else:
            array[only] = values[only]
        read = array[...]
        expected.append({
            "path": f"{'v3' if group is root else 'v2'}.zarr/{name}",
            "dtype": values.dtype.newbyteorder("=").name,
            "shape": values.shape,
            "chunks": chunks,
            "values": [str(value) for value in numpy.asarray(read).ravel().tolist()],
        })

    for dtype in DTYPES:
        add(root, f"dtypes/{dtype}", values_of(dtype, (5, 7)), (2, 3))
        add(old, f"dtypes/{dtype}", values_of(dtype, (5, 7)), (2, 3))
    wide = values_of("float64", (30, 40))
    for name, options in {
        "plain": {"compressors": None},
        "gzip": {"compressors": GzipCodec(level=5)},
        "zstd": {"compressors": ZstdCodec(level=3, checksum=True)},
        "blosc-lz4": {"compressors": BloscCodec(cname="lz4", shuffle="shuffle", typesize=8)},
        "blosc-zstd-bits": {"compressors": BloscCodec(cname="zstd", shuffle="bitshuffle", typesize=8)},
        "blosc-zlib": {"compressors": BloscCodec(cname="zlib", shuffle="noshuffle", typesize=8)},
        "checked": {"compressors": [ZstdCodec(level=1), Crc32cCodec()]},
        "big": {"serializer": BytesCodec(endian="big")},
        "turned": {"filters": [TransposeCodec(order=(1, 0))]},
    }.items():
        add(root, f"codecs/{name}", wide, (16, 17), **options)
    add(root, "codecs/turned-3", values_of("int16", (3, 4, 5)), (2, 3, 2), filters=[TransposeCodec(order=(2, 0, 1))])
    add(root, "shards/end", wide, (5, 8), shards=(15, 16))
    add(root, "shards/sparse", wide, (5, 8), shards=(15, 16), only=(slice(0, 5), slice(0, 8)), fill_value=numpy.nan)
    add(root, "fill/nan", values_of("float32", (5, 4)), (2, 2), only=(slice(0, 2), slice(0, 2)), fill_value=numpy.nan)
    add(root, "fill/number", values_of("int64", (5, 4)), (2, 2), only=(slice(2, 4), slice(0, 2)), fill_value=-7)
    add(root, "shapes/scalar", values_of("float64", ()), ())
    add(root, "shapes/one", values_of("float64", (23,)), (5,))
    for name, options in {
        "blosc": {"compressors": numcodecs.Blosc(cname="lz4", clevel=5, shuffle=1)},
        "zlib": {"compressors": numcodecs.Zlib(level=4)},
        "gzip": {"compressors": numcodecs.GZip(level=4)},
        "zstd": {"compressors": numcodecs.Zstd(level=4)},
        "lz4": {"compressors": numcodecs.LZ4()},
        "none": {"compressors": None},
        "fortran": {"order": "F"},
        "shuffle": {"filters": [numcodecs.Shuffle(elementsize=8)], "compressors": numcodecs.Zlib(level=1)},
        "nested": {"chunk_key_encoding": {"name": "v2", "separator": "/"}},
    }.items():
        add(old, f"codecs/{name}", wide, (16, 17), **options)
    add(old, "codecs/big", values_of("float64", (6,)).astype(">f8"), (4,))
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=0) + "\n")


main()
