"""The questions of h2oai's db-benchmark as users of Dask write them."""

import dask.dataframe as dd


def groups(x, *keys):
    return x.groupby(list(keys))


def correlation(x):
    """Squares of correlations, of sums: `corr` makes a matrix for each group, one after another."""
    products = x.assign(n=1, xy=x["v1"] * x["v2"], xx=x["v1"] ** 2, yy=x["v2"] ** 2)
    of = groups(products, "id2", "id4").agg(dict.fromkeys(["n", "v1", "v2", "xy", "xx", "yy"], "sum")).compute()
    of = of.astype("float64")
    shared = of["n"] * of["xy"] - of["v1"] * of["v2"]
    own = (of["n"] * of["xx"] - of["v1"] ** 2) * (of["n"] * of["yy"] - of["v2"] ** 2)
    return (shared**2 / own).to_frame("r2")


def first_two(rows):
    return rows.sort_values("v3", ascending=False).groupby("id6").head(2)


def largest_two(x):
    """The largest of the largest of each partition: `apply` would call a function for each group."""
    return first_two(x[["id6", "v3"]].map_partitions(first_two).compute())


def spread(x):
    answer = groups(x, "id4", "id5").agg({"v3": ["median", "std"]}).compute()["v3"]
    return answer.rename(columns={"std": "sd"})


GROUPS = {
    "groups-1": lambda x: groups(x, "id1").agg({"v1": "sum"}).compute(),
    "groups-2": lambda x: groups(x, "id1", "id2").agg({"v1": "sum"}).compute(),
    "groups-3": lambda x: groups(x, "id3").agg({"v1": "sum", "v3": "mean"}).compute(),
    "groups-4": lambda x: groups(x, "id4").agg({"v1": "mean", "v2": "mean", "v3": "mean"}).compute(),
    "groups-5": lambda x: groups(x, "id6").agg({"v1": "sum", "v2": "sum", "v3": "sum"}).compute(),
    "groups-6": spread,
    "groups-7": lambda x: (
        groups(x, "id3")
        .agg({"v1": "max", "v2": "min"})
        .assign(range=lambda ends: ends["v1"] - ends["v2"])[["range"]]
        .compute()
    ),
    "groups-8": largest_two,
    "groups-9": correlation,
    "groups-10": lambda x: (
        groups(x, "id1", "id2", "id3", "id4", "id5", "id6")
        .agg({"v3": "sum", "v1": "count"})
        .rename(columns={"v1": "count"})
        .compute()
    ),
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
        return dd.read_parquet(given["tables"][table], split_row_groups=True).persist()

    def check(answer):
        return [len(answer), *(float(answer[column].sum()) for column in given["checked"])]

    if name in GROUPS:
        x = load("groups")
        return lambda: GROUPS[name](x).reset_index(), check
    other, options = JOINS[name]
    x, right = load("x"), load(other)
    return lambda: x.merge(right, **options).compute(), check
