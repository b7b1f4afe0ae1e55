"""Writes what Dask's bags answer, and Avro files of another library.

    python3 -m venv oracle && oracle/bin/pip install "dask[bag]" fastavro && oracle/bin/python __test__/oracle/make_bag.py

The answers go to `__test__/oracle/data/bag.json`, the files to `__test__/oracle/data/avro`; both are committed, so that
tests need no Python.

    {"numbers": [...], "words": [...], "answers": {name: answer}}

`__test__/bag/oracle.test.ts` says for each name how we ask. Where Dask promises no order, answers are sorted.
"""

import json
import operator
import pathlib

import dask
import dask.bag as db
import fastavro

DATA = pathlib.Path(__file__).parent / "data"

numbers = [7, -3, 12, 0, 5, 5, -8, 41, 2, 9, 30, -1, 17]
words = "the cat and the dog and the bird saw a cat and a dog".split()

SCHEMA = {
    "type": "record",
    "name": "Reading",
    "fields": [
        {"name": "station", "type": "string"},
        {"name": "value", "type": ["null", "double"]},
        {"name": "count", "type": "long"},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
        {"name": "raw", "type": "bytes"},
        {"name": "by", "type": {"type": "map", "values": "int"}},
    ],
}


def reading(index):
    return {
        "station": f"Ü{index}",
        "value": None if index % 5 == 0 else index / 8,
        "count": 2**40 + index,
        "kind": "AB"[index % 2],
        "raw": bytes([index % 256, 0]),
        "by": {"a": index},
    }


def answers():
    b = db.from_sequence(numbers, npartitions=4)
    w = db.from_sequence(words, npartitions=3)
    lazy = {
        "sum": b.sum(),
        "min": b.min(),
        "max": b.max(),
        "mean": b.mean(),
        "var": b.var(),
        "std": b.std(ddof=1),
        "count": b.count(),
        "any": b.any(),
        "all": b.all(),
        "topk": b.topk(3),
        "topkByKey": w.distinct().topk(2, key=len),
        "fold": b.fold(operator.add, initial=0),
        "foldBy": w.foldby(len, lambda total, word: total + len(word), 0, operator.add, 0),
        "accumulate": b.accumulate(operator.add),
        "accumulateFrom": b.accumulate(operator.add, initial=100),
        "product": db.from_sequence([1, 2]).product(db.from_sequence([3, 4])),
        "join": w.join(["of", "was"], len),
        "pluck": db.zip(b, b).pluck(0),
        "remove": b.remove(lambda x: x % 2 == 0),
        "reduction": w.reduction(lambda part: max(map(len, part)), max),
    }
    computed = dict(zip(lazy, dask.compute(*lazy.values(), scheduler="sync")))
    for name in ("distinct", "frequencies"):
        computed[name] = sorted(getattr(w, name)().compute(scheduler="sync"))
    groups = w.groupby(len).compute(scheduler="sync")
    computed["groupBy"] = sorted([key, sorted(items)] for key, items in groups)
    return computed


if __name__ == "__main__":
    text = json.dumps({"numbers": numbers, "words": words, "answers": answers()}, indent=1)
    (DATA / "bag.json").write_text(text + "\n")
    (DATA / "avro").mkdir(exist_ok=True)
    for codec in ("null", "deflate", "bzip2", "xz"):
        with open(DATA / "avro" / f"{codec}.avro", "wb") as file:
            fastavro.writer(file, SCHEMA, map(reading, range(200)), codec=codec, sync_interval=1500)
