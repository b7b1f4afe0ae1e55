"""Writes what pandas answers for queries of data frames.

    python3 -m venv oracle && oracle/bin/pip install pandas && oracle/bin/python __test__/oracle/make_frames.py

The answers go to `__test__/oracle/data/frames.json` and are committed, so that tests need no Python:

    {"left": {column: values}, "right": {column: values}, "answers": {query: {column: values}}}

NaN of pandas stands for null. Floats are written with all digits.
"""

import json
import math
import pathlib
import random

import pandas as pd

random.seed(7)
ROWS = 200


def some(values, null=0.1):
    return [None if random.random() < null else random.choice(values) for _ in range(ROWS)]


left = {
    "k": [random.choice(["a", "b", "c", "d"]) for _ in range(ROWS)],
    "m": [random.randrange(5) for _ in range(ROWS)],
    "x": some([index / 8 for index in range(-40, 40)]),
    "y": [random.randrange(-1000, 1000) for _ in range(ROWS)],
    "s": some(["red", "Green", "blue sky", "", "Ünïcode"]),
    "day": [random.randrange(0, 800) for _ in range(ROWS)],
}
right = {"m": [0, 1, 2, 7], "label": ["zero", "one", "two", "seven"]}
frame = pd.DataFrame(left)
frame["x"] = frame["x"].astype(float)
other = pd.DataFrame(right)
dates = pd.Timestamp("2023-01-01") + pd.to_timedelta(frame["day"], unit="D")
by_k = frame.groupby("k", sort=False)
answers = {
    "groups": by_k.agg(
        sum=("x", "sum"), mean=("x", "mean"), min=("y", "min"), max=("y", "max"), std=("x", "std"), var=("y", "var"),
        median=("x", "median"), count=("x", "count"), size=("y", "size"), first=("y", "first"), last=("y", "last"),
        unique=("m", "nunique"),
    ).reset_index(),
    "two keys": frame.groupby(["k", "m"], sort=True)["y"].sum().reset_index(),
    "quantiles": by_k["y"].quantile(0.3, interpolation="linear").rename("q").reset_index(),
    "inner": frame.merge(other, on="m")[["k", "m", "y", "label"]],
    "left": frame.merge(other, on="m", how="left")[["k", "m", "y", "label"]],
    "sorted": frame.sort_values(["k", "y"], ascending=[True, False], kind="stable")[["k", "y"]],
    "filtered": frame[(frame["x"] > 1) & (frame["k"] != "a")][["k", "x"]],
    "cumulative": pd.DataFrame({"sum": frame["y"].cumsum(), "max": frame["y"].cummax()}),
    "rolling": pd.DataFrame(
        {
            "mean": frame["y"].rolling(5).mean(),
            "sum": frame["y"].rolling(3, min_periods=1).sum(),
            "std": frame["y"].rolling(4).std(),
            "median": frame["y"].rolling(5, center=True).median(),
        }
    ),
    "shifted": pd.DataFrame({"shift": frame["y"].shift(2), "diff": frame["y"].diff(), "rank": frame["y"].rank()}),
    "grouped running": pd.DataFrame({"sum": by_k["y"].cumsum(), "mean": by_k["y"].transform("mean")}),
    "text": pd.DataFrame(
        {
            "upper": frame["s"].str.upper(),
            "length": frame["s"].str.len(),
            "has": frame["s"].str.contains("e").astype(object).where(frame["s"].notna(), None),
            "cut": frame["s"].str.slice(1, 3),
        }
    ),
    "dates": pd.DataFrame(
        {
            "year": dates.dt.year,
            "month": dates.dt.month,
            "weekday": dates.dt.day_of_week + 1,
            "week": dates.dt.isocalendar().week.astype(int),
            "ordinal": dates.dt.day_of_year,
            "quarter": dates.dt.quarter,
        }
    ),
    "months": frame.assign(month=dates.dt.to_period("M").astype(str)).groupby("month")["y"].sum().reset_index(),
    "moments": pd.DataFrame({"skew": [frame["y"].skew()], "kurtosis": [frame["y"].kurt()],
                             "corr": [frame["m"].corr(frame["y"])], "cov": [frame["m"].cov(frame["y"])]}),
    "counts": frame["k"].value_counts(sort=False).reset_index(),
    "pivot": frame.pivot_table(index="k", columns="m", values="y", aggfunc="sum", sort=True)
        .rename(columns=str).reset_index(),
    "melted": other.melt(id_vars="m"),
    "distinct": frame.drop_duplicates(["k", "m"])[["k", "m", "y"]],
    "filled": pd.DataFrame({"forward": frame["x"].ffill(), "line": frame["x"].interpolate(limit_area="inside")}),
}


def plain(value):
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


tables = {
    name: {str(column): [plain(value) for value in table[column].tolist()] for column in table.columns}
    for name, table in answers.items()
}
place = pathlib.Path(__file__).parent / "data" / "frames.json"
place.write_text(json.dumps({"left": left, "right": right, "answers": tables}, ensure_ascii=False) + "\n")
