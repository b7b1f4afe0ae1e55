"""The questions of h2oai's db-benchmark as users of Polars write them."""

import polars as pl

mean, total = pl.mean, pl.sum

GROUPS = {
    "groups-1": lambda x: x.group_by("id1").agg(total("v1")),
    "groups-2": lambda x: x.group_by("id1", "id2").agg(total("v1")),
    "groups-3": lambda x: x.group_by("id3").agg(total("v1"), mean("v3")),
    "groups-4": lambda x: x.group_by("id4").agg(mean("v1", "v2", "v3")),
    "groups-5": lambda x: x.group_by("id6").agg(total("v1", "v2", "v3")),
    "groups-6": lambda x: x.group_by("id4", "id5").agg(median=pl.median("v3"), sd=pl.std("v3")),
    "groups-7": lambda x: x.group_by("id3").agg(range=pl.max("v1") - pl.min("v2")),
    "groups-8": lambda x: x.group_by("id6").agg(pl.col("v3").top_k(2)).explode("v3"),
    "groups-9": lambda x: x.group_by("id2", "id4").agg(r2=pl.corr("v1", "v2") ** 2),
    "groups-10": lambda x: x.group_by("id1", "id2", "id3", "id4", "id5", "id6").agg(total("v3"), count=pl.len()),
}

JOINS = {
    "join-1": ("small", {"on": "id1"}),
    "join-2": ("medium", {"on": "id2"}),
    "join-3": ("medium", {"on": "id2", "how": "left"}),
    "join-4": ("medium", {"on": "id5"}),
    "join-5": ("big", {"on": "id3"}),
}


def h2oai(name, given):
    """A question about tables in memory: how it is answered, and what tells whether the answer is right."""

    def load(table):
        return pl.read_parquet(given["tables"][table])

    def check(answer):
        return [answer.height, *(float(answer[column].sum()) for column in given["checked"])]

    if name in GROUPS:
        x = load("groups")
        return lambda: GROUPS[name](x.lazy()).collect(), check
    other, options = JOINS[name]
    x, right = load("x"), load(other)
    return lambda: x.lazy().join(right.lazy(), **options).collect(), check
