// The packages that are published, made from the one in package.json: all of one version, and exact about it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { flavours } from "../lib/flavours.mjs";
import { root } from "../lib/paths.mjs";
import { platforms } from "../lib/platforms.mjs";

/** The file of a binary's licences. */
export const LICENCES = "THIRD-PARTY-LICENCES.txt";

/** What only packages with HDF5 need: its engine in JavaScript. */
const OF_HDF5 = "h5wasm";

const main = readJson("package.json");
const { [OF_HDF5]: hdf5Version, ...coreDependencies } = main.dependencies;
const { version, license, engines, type, bin, sideEffects } = main;
const common = { version, license, type, engines, sideEffects };

/** Modules that `bramble-core` has for the packages of its version, by what they are called there and in `dist`. */
const PARTS = {
  array: "packages/array",
  dataframe: "packages/dataframe",
  hdf5: "hdf5",
  zarr: "zarr",
  npy: "npy",
};

/**
 * The packages of JavaScript. `modules` are files that pass on what `bramble-core` has; `dist` says whether the compiled
 * sources are inside.
 *
 * @returns {{ manifest: object, dist: boolean, modules: Record<string, string>, readme: string }[]}
 */
export function javaScriptPackages() {
  return [
    { manifest: completeManifest(), dist: true, modules: {}, readme: "README.md" },
    { manifest: coreManifest(), dist: true, modules: {}, readme: "npm/bramble-core/README.md" },
    passOn(
      "bramble-array",
      "Lazy arrays over HDF5, Zarr, NumPy's files and memory, for bramble-core",
      { index: "array", hdf5: "hdf5", zarr: "zarr", npy: "npy" },
      { [OF_HDF5]: hdf5Version },
    ),
    passOn("bramble-dataframe", "Data frames on Polars, for bramble-core", { index: "dataframe" }, {}),
  ];
}

/** The package of an addon, and the name of the file in it. */
export function addonPackage(flavour, platform) {
  const { os, cpu, libc, description } = readJson(`npm/${platform.name}/package.json`);
  const file = `${flavour.name}.${platform.name}.node`;
  const manifest = {
    name: `${flavour.name}-${platform.name}`,
    version,
    description: description.replace("The addon of Bramble", flavour.about),
    license,
    os,
    cpu,
    libc,
    // No engines: npm would leave it out in silence where a package that needs it is installed with a warning.
    main: file,
    files: [file, LICENCES],
  };
  return { manifest, file };
}

/**
 * The names of all packages in the order in which they are published: whoever installs in between must find what the
 * others name, so addons come first and `bramble` last.
 */
export function packageNames() {
  const addons = flavours.flatMap((flavour) =>
    platforms.map((platform) => addonPackage(flavour, platform).manifest.name),
  );
  const [whole, ...parts] = javaScriptPackages().map(({ manifest }) => manifest.name);
  return [...addons, ...parts, whole];
}

function completeManifest() {
  const { scripts: _, devDependencies: __, overrides: ___, napi: ____, ...published } = main;
  return { ...published, optionalDependencies: addons("bramble") };
}

function coreManifest() {
  const parts = Object.entries(PARTS).map(([name, path]) => [`./internal/${name}`, exported(`dist/${path}`)]);
  const elsewhere = ["hdf5", "zarr", "npy"].map((name) => [`./${name}`, exported("dist/packages/no-files")]);
  return {
    name: "bramble-core",
    description: "The scheduling system of Bramble: delayed functions, bags, schedulers and clusters",
    ...common,
    exports: {
      ".": exported("dist/packages/core"),
      ...Object.fromEntries([...elsewhere, ...parts]),
      "./package.json": "./package.json",
    },
    bin,
    files: main.files,
    dependencies: coreDependencies,
    optionalDependencies: addons("bramble-core"),
    // Looked for from here by the engine in JavaScript, brought by bramble-array.
    peerDependencies: { [OF_HDF5]: hdf5Version },
    peerDependenciesMeta: { [OF_HDF5]: { optional: true } },
  };
}

/** A package whose modules are parts of `bramble-core`, and which brings the addon that they need. */
function passOn(name, description, modules, dependencies) {
  const exports = Object.keys(modules).map((module) => [
    module === "index" ? "." : `./${module}`,
    exported(module),
  ]);
  const manifest = {
    name,
    description,
    ...common,
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
    files: ["*.js", "*.d.ts", "README.md", "LICENSE"],
    dependencies: { "bramble-core": version, ...dependencies },
    optionalDependencies: addons(name === "bramble-dataframe" ? "bramble" : name),
  };
  const files = Object.entries(modules).flatMap(([module, part]) => {
    const text = `export * from "bramble-core/internal/${part}";\n`;
    return [
      [`${module}.js`, text],
      [`${module}.d.ts`, text],
    ];
  });
  return { manifest, dist: false, modules: Object.fromEntries(files), readme: `npm/${name}/README.md` };
}

/** The packages of a flavour's addons, of which npm installs the one that fits. */
function addons(flavour) {
  if (!flavours.some(({ name }) => name === flavour)) throw new Error(`There is no addon of ${flavour}`);
  return Object.fromEntries(platforms.map(({ name }) => [`${flavour}-${name}`, version]));
}

function exported(path) {
  return { types: `./${path}.d.ts`, default: `./${path}.js` };
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
