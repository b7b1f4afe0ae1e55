// What `bramble-core/hdf5`, `bramble-core/zarr` and `bramble-core/npy` are: a word on where these files are read.

import { notInstalled } from "./not-installed.js";

throw notInstalled("Files of arrays", "bramble-array", 'import "bramble-array/hdf5", "/zarr" or "/npy"');
