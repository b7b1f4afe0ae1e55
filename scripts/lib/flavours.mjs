// What the addon is built with: each flavour is a package for each platform, called `<flavour>-<platform>`.

/** The most complete first, as the loader looks for them. `features` are cargo's, the default ones if absent. */
export const flavours = [
  { name: "bramble", about: "The addon of Bramble" },
  { name: "bramble-array", features: ["hdf5"], about: "The addon of Bramble without data frames" },
  { name: "bramble-core", features: [], about: "The addon of Bramble without data frames and HDF5" },
];

/** With everything. */
export const complete = flavours[0];

/** Without data frames, which take longer to build than all the rest. */
export const withoutFrames = flavours[1];

/** Without HDF5 too. */
export const smallest = flavours[2];

/** The arguments of cargo that choose a flavour. */
export function featureArguments({ features }) {
  if (features === undefined) return [];
  return ["--no-default-features", ...(features.length > 0 ? ["--features", features.join(",")] : [])];
}
