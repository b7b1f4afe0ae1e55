/** Reading NumPy's files, and files of elements without a header. */

export { NpyArray } from "./npy/npy-array.js";
export { openRemoteNpy } from "./npy/open-remote.js";
export {
  NpzFile,
  openNpy,
  openNpyStack,
  openNpz,
  openRaw,
  type OpenRawOptions,
} from "./npy/open.js";
