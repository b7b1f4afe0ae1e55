"""Writes small HDF5 files with odd layouts, and what h5py and NumPy read of them.

    python3 -m venv oracle && oracle/bin/pip install h5py numpy && oracle/bin/python __test__/oracle/make_hdf5.py

The files and `expected.json` go to `__test__/oracle/data/hdf5` and are committed, so that tests need no Python.
Each entry of `expected.json` is one dataset:

    {"file", "dataset", "dtype", "shape", "chunks", "fill", "values", "slices": [{"start", "step", "count", "values"}]}

Values are flat, in row-major order. Integers of 64 bits and floats are strings (floats as `repr` has them, `nan`
and `inf` included), for JSON readers do not keep them. A dataset that must be refused has `error`, a part of the
message, in place of values.
"""

import json
import math
import pathlib
import random

import h5py
import numpy

FOLDER = pathlib.Path(__file__).parent / "data" / "hdf5"
DTYPES = ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"]
FILTERS = {
    "none": {},
    "gzip": {"compression": "gzip", "compression_opts": 4},
    "shuffle": {"shuffle": True},
    "fletcher32": {"fletcher32": True},
    "lzf": {"compression": "lzf"},
    "gzip+shuffle": {"compression": "gzip", "shuffle": True},
    "gzip+shuffle+fletcher32": {"compression": "gzip", "shuffle": True, "fletcher32": True},
    "lzf+shuffle": {"compression": "lzf", "shuffle": True},
    "lzf+fletcher32": {"compression": "lzf", "fletcher32": True},
}
FILLS = [
    ("<f8", -1.5), (">u2", 513), (">f8", 2.5), ("<i4", -7), ("u1", 9), ("bool", True), ("<f8", None), (">i8", -(2**60)),
]
SHAPES = [(), (0,), (3, 0, 2), (1,), (23,), (5, 7), (3, 4, 5)]

entries = []
rng = random.Random(20261124)


def content(dtype, shape):
    """Values that use all bytes of an element, repeat themselves a little, and include the extremes."""
    count = math.prod(shape)
    kind = numpy.dtype(dtype)
    if kind == bool:
        flat = [rng.random() < 0.5 for _ in range(count)]
    elif kind.kind == "f":
        flat = [rng.choice([rng.randint(-64000, 64000) / 64, 0.0, -0.0, math.inf, math.nan, 1e-300]) for _ in range(count)]
    else:
        low, high = int(numpy.iinfo(kind).min), int(numpy.iinfo(kind).max)
        flat = [rng.choice([low, high, rng.randint(low, high), rng.randint(0, 9), 0]) for _ in range(count)]
    with numpy.errstate(over="ignore"):
        return numpy.array(flat, dtype=kind).reshape(shape)


def as_json(array):
    if array.dtype == bool:
        return [bool(value) for value in array.flat]
    if array.dtype.kind == "f":
        return [repr(float(value)) for value in array.flat]
    if array.dtype.itemsize == 8:
        return [str(int(value)) for value in array.flat]
    return [int(value) for value in array.flat]


def span(length):
    """A random slice of an axis, forwards or backwards."""
    if length == 0:
        return 0, 1, 0
    start = rng.randrange(length)
    step = rng.choice([1, 1, 1, 2, 3, -1, -2])
    most = (length - 1 - start) // step + 1 if step > 0 else start // -step + 1
    return start, step, rng.randint(1, most)


def slices(array):
    found = []
    for _ in range(2 if array.ndim else 0):
        spans = [span(length) for length in array.shape]
        taken = array
        for axis, (start, step, count) in enumerate(spans):
            taken = taken.take([start + step * index for index in range(count)], axis=axis)
        start, step, count = (list(column) for column in zip(*spans))
        found.append({"start": start, "step": step, "count": count, "values": as_json(taken)})
    return found


def expect(dataset):
    """Notes what h5py reads of a dataset."""
    array = dataset[()]
    array = numpy.asarray(array).reshape(dataset.shape)
    array = array.astype(array.dtype.newbyteorder("="))
    entries.append({
        "file": pathlib.Path(dataset.file.filename).name,
        "dataset": dataset.name,
        "dtype": array.dtype.name,
        "shape": list(dataset.shape),
        "chunks": list(dataset.chunks) if dataset.chunks else None,
        "filters": filters(dataset),
        "fill": as_json(numpy.asarray(dataset.fillvalue, dtype=array.dtype).reshape(1))[0],
        "values": as_json(array),
        "slices": slices(array),
    })


def filters(dataset):
    plist = dataset.id.get_create_plist()
    names = {1: "gzip", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf"}
    return [names[plist.get_filter(number)[0]] for number in range(plist.get_nfilters())]


def refuse(dataset, error):
    entries.append({"file": pathlib.Path(dataset.file.filename).name, "dataset": dataset.name, "error": error})


def endian(dtype, order):
    kind = numpy.dtype(dtype)
    return kind if kind.itemsize == 1 else kind.newbyteorder(order)


def create(name, **options):
    return h5py.File(FOLDER / name, "w", **options)


def write_dtypes(name, **options):
    """Every element type in both byte orders, by every filter in turn."""
    with create(name, **options) as file:
        kinds = list(FILTERS)
        for number, dtype in enumerate(DTYPES):
            for offset, order in enumerate("<>"):
                kind = endian(dtype, order)
                array = content(dtype, (4, 7))
                stem = f"{numpy.dtype(dtype).name}-{'big' if order == '>' else 'little'}"
                expect(file.create_dataset(f"{stem}-contiguous", data=array, dtype=kind))
                for turn in range(2):
                    filter_name = kinds[(2 * number + offset + 5 * turn) % len(kinds)]
                    expect(file.create_dataset(
                        f"{stem}-{filter_name}", data=array, dtype=kind, chunks=(3, 4), **FILTERS[filter_name]
                    ))


def write_filters(name, dtypes, chunk_shapes, **options):
    """Every filter on chunks that divide the shape, and on chunks that do not."""
    with create(name, **options) as file:
        for dtype in dtypes:
            for filter_name, filter_options in FILTERS.items():
                for chunks in chunk_shapes:
                    path = f"{dtype.strip('<>')}-{filter_name}-{chunks[0]}x{chunks[1]}"
                    array = content(dtype, (6, 8))
                    expect(file.create_dataset(path, data=array, dtype=dtype, chunks=chunks, **filter_options))


def write_shapes(name, **options):
    """Every number of axes, with and without elements, in every layout."""
    with create(name, **options) as file:
        for shape in SHAPES:
            stem = "x".join(str(length) for length in shape) or "scalar"
            array = content("<f8", shape)
            expect(file.create_dataset(f"{stem}-contiguous", data=array))
            expect(compact(file, f"{stem}-compact", array))
            if shape:
                chunks = tuple(max(1, length // 2) for length in shape)
                for filter_name in ["none", "gzip+shuffle"]:
                    expect(file.create_dataset(f"{stem}-chunked-{filter_name}", data=array, chunks=chunks,
                                               maxshape=(None,) * len(shape), **FILTERS[filter_name]))


def compact(file, path, array):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple(array.shape) if array.shape else h5py.h5s.create(h5py.h5s.SCALAR)
    dataset = h5py.Dataset(h5py.h5d.create(file.id, path.encode(), h5py.h5t.py_create(array.dtype), space, plist))
    dataset[...] = array
    return dataset


def write_sparse(name, fills, **options):
    """Chunks and whole datasets that were never written, with several fill values."""
    with create(name, **options) as file:
        for dtype, fill in fills:
            stem = f"{numpy.dtype(dtype).name}-{'big' if dtype[0] == '>' else 'little'}-{fill}"
            options_of_fill = {} if fill is None else {"fillvalue": fill}
            for filter_name in ["none", "gzip", "gzip+shuffle", "lzf+fletcher32"]:
                dataset = file.create_dataset(f"{stem}-{filter_name}", (7, 8), dtype, chunks=(3, 3),
                                              **options_of_fill, **FILTERS[filter_name])
                dataset[2:5, 4:6] = content(dtype, (3, 2))
                expect(dataset)
            expect(file.create_dataset(f"{stem}-nothing", (3, 4), dtype, **options_of_fill))
            expect(file.create_dataset(f"{stem}-no-chunk", (3, 4), dtype, chunks=(2, 2), **options_of_fill))
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        plist.set_fill_value(numpy.array(5.0))
        plist.set_chunk((2, 2))
        expect(h5py.Dataset(h5py.h5d.create(file.id, b"never-filled", h5py.h5t.IEEE_F64LE,
                                            h5py.h5s.create_simple((3, 4)), plist)))


def write_indexes(name):
    """The chunk indexes of the newest format: single chunk, implicit, fixed array, extensible array, B-tree."""
    with create(name, libver="latest") as file:
        for filter_name in ["none", "gzip+shuffle"]:
            filter_options = FILTERS[filter_name]
            array = content("<i4", (7, 8))
            expect(file.create_dataset(f"single-{filter_name}", data=array, chunks=(7, 8), **filter_options))
            expect(file.create_dataset(f"fixed-{filter_name}", data=array, chunks=(2, 3), **filter_options))
            expect(file.create_dataset(f"extensible-{filter_name}", data=array, chunks=(2, 3),
                                       maxshape=(None, 8), **filter_options))
            expect(file.create_dataset(f"btree-{filter_name}", data=array, chunks=(2, 3),
                                       maxshape=(None, None), **filter_options))
            sparse = file.create_dataset(f"sparse-{filter_name}", (12, 12), "<i4", chunks=(2, 3),
                                         maxshape=(None, None), fillvalue=-3, **filter_options)
            sparse[7:10, 5:7] = 8
            expect(sparse)
            shrunk = file.create_dataset(f"shrunk-{filter_name}", data=array, chunks=(4, 4),
                                         maxshape=(None, None), **filter_options)
            shrunk.resize((5, 3))
            expect(shrunk)
            grown = file.create_dataset(f"grown-{filter_name}", data=array, chunks=(4, 4), fillvalue=6,
                                        maxshape=(None, None), **filter_options)
            grown.resize((9, 10))
            expect(grown)
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((3, 4))
        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        implicit = h5py.Dataset(h5py.h5d.create(file.id, b"implicit", h5py.h5t.STD_I16LE,
                                                h5py.h5s.create_simple((7, 9)), plist))
        implicit[...] = content("<i2", (7, 9))
        expect(implicit)


def write_masks(name):
    """Chunks for which a filter was skipped."""
    with create(name) as file:
        array = numpy.arange(24, dtype="<i4").reshape(4, 6)
        dataset = file.create_dataset("skipped", (4, 6), "<i4", chunks=(2, 3), compression="gzip", shuffle=True)
        import zlib
        def planes(chunk):
            return numpy.frombuffer(chunk.tobytes(), "u1").reshape(-1, 4).T.tobytes()
        for number, (row, column) in enumerate([(0, 0), (0, 3), (2, 0), (2, 3)]):
            chunk = numpy.ascontiguousarray(array[row:row + 2, column:column + 3])
            stored = [
                zlib.compress(planes(chunk)), zlib.compress(chunk.tobytes()), planes(chunk), chunk.tobytes()
            ][number]
            dataset.id.write_direct_chunk((row, column), stored, filter_mask=[0, 1, 2, 3][number])
        expect(dataset)
        # LZF gives up on noise and stores it as it is.
        noise = numpy.frombuffer(rng.randbytes(240), "<u4").reshape(6, 10)
        expect(file.create_dataset("noise", data=noise, chunks=(3, 5), compression="lzf"))


def write_library(name):
    """What only the HDF5 library decodes."""
    with create(name) as file:
        array = numpy.array([[rng.randint(-40, 40) for _ in range(9)] for _ in range(7)], "<i4")
        expect(file.create_dataset("scaleoffset", data=array, chunks=(3, 4), scaleoffset=0))
        expect(file.create_dataset("scaleoffset+gzip", data=array, chunks=(3, 4), scaleoffset=0, compression="gzip"))
        expect(file.create_dataset("scaleoffset-float", data=numpy.round(array / 8, 3), chunks=(3, 4), scaleoffset=3))
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((3, 4))
        plist.set_filter(h5py.h5z.FILTER_NBIT)
        nbit = h5py.Dataset(h5py.h5d.create(file.id, b"nbit", h5py.h5t.STD_I16BE,
                                            h5py.h5s.create_simple((7, 9)), plist))
        nbit[...] = array
        expect(nbit)
        source = file.create_dataset("source", data=array.astype(">i4"), chunks=(3, 4), compression="gzip")
        layout = h5py.VirtualLayout((9, 7), "<i4")
        layout[:7] = h5py.VirtualSource(source)[:, :7]
        expect(file.create_virtual_dataset("virtual", layout, fillvalue=-1))


def write_complex(name):
    """Complex numbers. The test knows them: element `n` is `n - n / 2 j`."""
    with create(name) as file:
        values = (numpy.arange(35) * (1 - 0.5j)).reshape(5, 7)
        file["plain"] = values
        file["one"] = values[1, 2]
        file.create_dataset("single", data=values.astype(">c8"), chunks=(2, 3), compression="gzip", shuffle=True)
        file.create_dataset("gaps", (5, 7), "c16", chunks=(2, 3))[2:4, 3:] = values[2:4, 3:]
        layout = h5py.VirtualLayout((5, 7), "c16")
        layout[...] = h5py.VirtualSource(file["plain"])
        file.create_virtual_dataset("virtual", layout)


def write_refused(name):
    """Element types and data spaces that arrays do not have."""
    with create(name) as file:
        refuse(file.create_dataset("text", data=["one", "two"], dtype=h5py.string_dtype()), "string of variable length")
        refuse(file.create_dataset("bytes", data=numpy.array([b"one", b"two"])), "string of 3 bytes")
        refuse(file.create_dataset("compound", (2,), [("x", "f8"), ("y", "i4")]), "compound of x, y")
        refuse(file.create_dataset("half", (2,), "f2"), "float16")
        refuse(file.create_dataset("enum", (2,), h5py.enum_dtype({"A": 0, "B": 1})), "enumeration")
        refuse(file.create_dataset("sequence", (2,), h5py.vlen_dtype("i4")), "sequence of variable length")
        refuse(file.create_dataset("reference", (2,), h5py.ref_dtype), "reference")
        refuse(file.create_dataset("opaque", (2,), "V5"), "opaque of 5 bytes")
        refuse(file.create_dataset("array", (2,), "(3,)f8"), "array")
        refuse(file.create_dataset("empty", data=h5py.Empty("f8")), "no shape")
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((2,))
        plist.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, (2, 2, 8, 16))
        refuse(h5py.Dataset(h5py.h5d.create(file.id, b"blosc", h5py.h5t.IEEE_F64LE,
                                            h5py.h5s.create_simple((4,)), plist)), "blosc (32001)")


def write_tree(name):
    """Groups, links and attributes; the test names what it expects."""
    with create(name) as file:
        data = file.create_dataset("measurements/temperature", data=numpy.arange(6.0).reshape(2, 3))
        file.create_dataset("measurements/pressure", data=numpy.arange(3, dtype="i2"))
        file["alias"] = h5py.SoftLink("/measurements/temperature")
        file["measurements/up"] = h5py.SoftLink("/measurements")
        file["measurements/relative"] = h5py.SoftLink("pressure")
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["elsewhere"] = h5py.ExternalLink("masks.hdf5", "/noise")
        file["lost"] = h5py.ExternalLink("no-such-file.hdf5", "/noise")
        file["kind"] = numpy.dtype("f8")
        file.create_group("empty")
        data.attrs["units"] = "°C"
        data.attrs["fixed"] = numpy.bytes_("fixed text")
        data.attrs["scale"] = 0.5
        data.attrs["count"] = numpy.int64(2**53 + 1)
        data.attrs["big"] = numpy.array([1, 2, 3], ">i2")
        data.attrs["flag"] = True
        data.attrs["names"] = ["x", "yy", ""]
        data.attrs["nothing"] = h5py.Empty("f4")
        data.attrs["pair"] = numpy.array((1, 2.0), [("a", "i4"), ("b", "f8")])
        file["measurements"].attrs["station"] = "Lindenberg"
    return name


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_dtypes("dtypes.hdf5", libver="latest")
    write_filters("filters.hdf5", ["<f8"], [(4, 3)], libver="earliest")
    write_filters("filters-latest.hdf5", ["<f4", ">u8", ">i2"], [(3, 4), (6, 8)], libver="latest")
    write_shapes("shapes.hdf5", libver="latest")
    write_shapes("shapes-user-block.hdf5", libver="earliest", userblock_size=512)
    write_sparse("sparse.hdf5", FILLS[:2], libver="earliest")
    write_sparse("sparse-user-block.hdf5", FILLS, libver="latest", userblock_size=1024)
    write_indexes("indexes.hdf5")
    write_masks("masks.hdf5")
    write_library("library.hdf5")
    write_complex("complex.hdf5")
    write_refused("refused.hdf5")
    write_tree("tree.hdf5")
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    (FOLDER / "expected.json").write_text(f"[\n{lines}\n]\n")


main()
