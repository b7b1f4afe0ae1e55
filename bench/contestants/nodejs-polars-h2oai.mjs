// The questions of h2oai's db-benchmark as users of nodejs-polars write them.

/** @param {object} pl the package */
export function h2oaiOf(pl) {
  const { col } = pl;
  const mean = (name) => col(name).mean();
  const sum = (name) => col(name).sum();
  const groups = {
    "groups-1": (x) => x.groupBy("id1").agg(sum("v1")),
    "groups-2": (x) => x.groupBy(["id1", "id2"]).agg(sum("v1")),
    "groups-3": (x) => x.groupBy("id3").agg(sum("v1"), mean("v3")),
    "groups-4": (x) => x.groupBy("id4").agg(mean("v1"), mean("v2"), mean("v3")),
    "groups-5": (x) => x.groupBy("id6").agg(sum("v1"), sum("v2"), sum("v3")),
    "groups-6": (x) =>
      x.groupBy(["id4", "id5"]).agg(col("v3").median().alias("median"), col("v3").std().alias("sd")),
    "groups-7": (x) => x.groupBy("id3").agg(col("v1").max().minus(col("v2").min()).alias("range")),
    // It has no `topK` of expressions.
    "groups-8": (x) =>
      x
        .groupBy("id6")
        .agg(col("v3").sort({ descending: true }).head(2))
        .explode("v3"),
    "groups-9": (x) => x.groupBy(["id2", "id4"]).agg(pl.pearsonCorr("v1", "v2").pow(2).alias("r2")),
    "groups-10": (x) =>
      x.groupBy(["id1", "id2", "id3", "id4", "id5", "id6"]).agg(sum("v3"), col("v1").count().alias("count")),
  };
  const joins = {
    "join-1": ["small", { on: "id1" }],
    "join-2": ["medium", { on: "id2" }],
    "join-3": ["medium", { on: "id2", how: "left" }],
    "join-4": ["medium", { on: "id5" }],
    "join-5": ["big", { on: "id3" }],
  };

  return (name, { tables, checked }) => {
    const check = (answer) => [answer.height, ...checked.map((column) => answer.getColumn(column).sum())];
    if (name in groups) {
      const x = pl.readParquet(tables.groups);
      return [() => groups[name](x.lazy()).collect(), check];
    }
    const [other, options] = joins[name];
    const [x, right] = [pl.readParquet(tables.x), pl.readParquet(tables[other])];
    return [() => x.lazy().join(right.lazy(), options).collect(), check];
  };
}
