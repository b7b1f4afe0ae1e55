// Writes files in every format, dtype and encoding into a folder; `read_back.py` reads them with the libraries that
// define the formats. Element `i`, in row-major order, is `i * 37 % 101 - 50`, its absolute value where there is no
// sign, and whether it is above 0 as bool.
//
//   node write.mjs FOLDER

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { array } from "bramble";

const [folder] = process.argv.slice(2);
const DTYPES = [
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float32",
  "float64",
];
const SHAPES = [[], [0], [3, 0, 2], [23], [30, 40], [6, 7, 8]];
const ENCODINGS = [
  {},
  { chunks: null },
  { compression: "gzip" },
  { compression: "gzip", compressionLevel: 9, shuffle: false },
  { compression: "gzip", fletcher32: true },
  { shuffle: true },
];

function make(shape, dtype) {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Float64Array.from({ length: count }, (_, index) => ((index * 37) % 101) - 50);
  const x = array.fromArray(values, { shape, chunks: shape.map(() => 13) });
  if (dtype === "bool") return x.greater(0);
  return (dtype.startsWith("uint") ? x.absolute() : x).astype(dtype);
}

mkdirSync(folder, { recursive: true });
for (const dtype of DTYPES) {
  for (const shape of SHAPES) {
    const x = make(shape, dtype);
    const name = `${dtype}-${shape.join("x") || "scalar"}`;
    for (const [number, encoding] of ENCODINGS.entries()) {
      await x.toHDF5(join(folder, "all.h5"), `/${number}/${name}`, {
        ...encoding,
        attrs: { unit: "K", half: 0.5 },
      });
    }
    await x.toNpy(join(folder, `${name}.npy`));
    if (shape.length > 0) await x.toNpy(join(folder, `${name}.stack`), { axis: shape.length - 1 });
    for (const format of [2, 3]) {
      await x.toZarr(join(folder, `v${format}.zarr`), {
        component: `gzip/${name}`,
        format,
        attrs: { unit: "K" },
      });
      await x.toZarr(join(folder, `v${format}.zarr`), {
        component: `plain/${name}`,
        format,
        compression: null,
      });
    }
    await x.toZarr(join(folder, "v3.zarr"), { component: `shards/${name}`, chunks: 5, chunksPerShard: 3 });
  }
}
