"""Reads the data frames that `frames.mjs` has written with pandas and pyarrow, and writes some of its own.

frames.py FOLDER
"""

import datetime
import pathlib
import sys

import pandas
import pyarrow
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.json
import pyarrow.parquet

ROWS = range(1000)
BEGIN = datetime.datetime.fromtimestamp(1.7e9, datetime.UTC).replace(tzinfo=None)
TABLE = pyarrow.table(
    {
        "id": pyarrow.array([None if row % 50 == 49 else row * 7 - 100 for row in ROWS], pyarrow.int64()),
        "name": pyarrow.array([None if row % 3 == 0 else f'n"{row}\',\né' for row in ROWS], pyarrow.string()),
        "x": pyarrow.array([None if row % 5 == 0 else row / 7 for row in ROWS], pyarrow.float64()),
        "ok": pyarrow.array([row % 2 == 0 for row in ROWS], pyarrow.bool_()),
        "day": pyarrow.array([datetime.date(2024, 1, 1) + datetime.timedelta(row) for row in ROWS], pyarrow.date32()),
        "at": pyarrow.array(
            [BEGIN + datetime.timedelta(milliseconds=row * 1001) for row in ROWS], pyarrow.timestamp("us")
        ),
        "small": pyarrow.array([row % 100 for row in ROWS], pyarrow.int16()),
        "half": pyarrow.array([row / 2 for row in ROWS], pyarrow.float32()),
    }
)


def check(found, where, cast=False):
    """Types must be the same too, but for how text is laid out, and where a format has none."""
    found = found.select(TABLE.column_names)
    for name in TABLE.column_names:
        wanted = TABLE.column(name)
        column = found.column(name)
        if cast or pyarrow.types.is_string(wanted.type) or pyarrow.types.is_timestamp(wanted.type):
            column = column.cast(wanted.type)
        assert column.type == wanted.type, (where, name, column.type)
        assert column.to_pylist() == wanted.to_pylist(), (where, name)


def read(folder):
    count = 0
    for path in ["one.parquet", "several", *(f"{kind}.parquet" for kind in KINDS)]:
        check(pyarrow.parquet.read_table(folder / path), path)
        check(pyarrow.Table.from_pandas(pandas.read_parquet(folder / path, dtype_backend="pyarrow")), f"pandas: {path}")
        count += 2
    for path in ["with-metadata", "hive-with-metadata"]:
        whole = pyarrow.parquet.read_metadata(folder / path / "_metadata")
        assert whole.num_rows == len(ROWS), (path, whole)
        found = pyarrow.dataset.parquet_dataset(folder / path / "_metadata", partitioning="hive").to_table()
        check(found.sort_by([("at", "ascending")]), path, cast=True)
        count += 1
    hive = pyarrow.dataset.dataset(folder / "hive", partitioning="hive").to_table().sort_by([("at", "ascending")])
    check(hive, "hive", cast=True)
    with pyarrow.OSFile(str(folder / "one.arrow")) as file:
        check(pyarrow.ipc.open_file(file).read_all(), "one.arrow")
    text = pyarrow.csv.ParseOptions(newlines_in_values=True)
    empty_is_null = pyarrow.csv.ConvertOptions(strings_can_be_null=True)
    check(pyarrow.csv.read_csv(folder / "one.csv", parse_options=text, convert_options=empty_is_null), "one.csv", cast=True)
    check(pyarrow.json.read_json(folder / "one.jsonl"), "one.jsonl", cast=True)
    assert len(pandas.read_json(folder / "one.jsonl", lines=True)) == len(ROWS)
    none = pyarrow.parquet.read_table(folder / "empty.parquet")
    assert none.num_rows == 0 and none.column_names == TABLE.column_names, none
    print(f"{count + 6} data frames read back")


def write(folder):
    order = pyarrow.array(ROWS, pyarrow.int64())
    table = TABLE.append_column("order", order)
    frame = table.to_pandas(types_mapper=pandas.ArrowDtype)
    frame.to_parquet(folder / "pandas.parquet", index=True)
    pyarrow.parquet.write_table(table, folder / "pyarrow.parquet", row_group_size=300, compression="gzip")
    pyarrow.dataset.write_dataset(
        table, folder / "pyarrow-hive", format="parquet", partitioning=["small"], partitioning_flavor="hive"
    )
    frame.to_feather(folder / "pandas.feather")
    frame.to_csv(folder / "pandas.csv.gz", index=False)
    frame.to_json(folder / "pandas.jsonl", orient="records", lines=True, date_format="iso", double_precision=15)


KINDS = ["zstd", "snappy", "gzip", "lz4", "none"]
read(pathlib.Path(sys.argv[1]))
write(pathlib.Path(sys.argv[1]))
