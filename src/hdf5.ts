/** Reading HDF5 files. */

export type { AttributeValue, HDF5Filter } from "./engine/engine.js";
export { HDF5Dataset } from "./hdf5/dataset.js";
export { HDF5File, type OpenHDF5Options, openHDF5 } from "./hdf5/file.js";
export { HDF5Group, type HDF5Object } from "./hdf5/group.js";
export { openRemoteHDF5, RemoteHDF5File } from "./hdf5/remote.js";
