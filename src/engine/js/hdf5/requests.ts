import { BrambleError } from "../../../errors.js";
import type { DType } from "../../../generated/layers.js";
import type { HDF5Node } from "../../engine.js";
import { readAttributes } from "./attributes.js";
import { type Description, describeDataset } from "./describe.js";
import type { Library, OpenFile } from "./library.js";
import { locate, wrongKind } from "./locate.js";
import type { Request } from "./protocol.js";
import { readElements } from "./read.js";

/** Filters that the library compiled to WebAssembly has. */
const KNOWN_FILTERS = [1, 2, 3, 5, 6];

/** Answers a question. What the library throws says that it can make no sense of the file. */
export function handle(library: Library, request: Request): unknown {
  try {
    return answer(library, request);
  } catch (error) {
    if (error instanceof BrambleError || !isOfLibrary(error)) throw error;
    throw new BrambleError("INVALID_FILE", `the file ${request.file.path} is damaged: ${library.problem()}`);
  }
}

/** What comes from C++ is a plain error, or says that it went astray; a mistake of ours would be of another class. */
function isOfLibrary(error: unknown): boolean {
  return error instanceof Error && ["Error", "RuntimeError"].includes(error.name);
}

function answer(library: Library, request: Request): unknown {
  if (request.kind === "close") return library.close(request.file.path);
  const file = library.file(request.file);
  switch (request.kind) {
    case "open":
      return file.identity;
    case "node":
      return nodeAt(library, file, request.name);
    case "keys":
      return keysOf(library, file, request.name);
    case "attrs":
      return readAttributes(library, file, locate(library, file, request.name).name);
    case "check":
      checkDataset(file, datasetAt(library, file, request.name), request);
      return file.identity;
    case "read":
      return readElements(library, file, datasetAt(library, file, request.name), request.spans);
  }
}

function nodeAt(library: Library, file: OpenFile, path: string): HDF5Node {
  const found = locate(library, file, path);
  if (found.kind === "group") return { kind: "group", path: found.name };
  if (found.kind !== "dataset") throw wrongKind(file, found, "dataset or group");
  const { filterIds: _, ...node } = describeDataset(library, file, found.name);
  return node;
}

function keysOf(library: Library, file: OpenFile, path: string): string[] {
  const found = locate(library, file, path);
  if (found.kind !== "group") throw wrongKind(file, found, "group");
  return library.module.get_names(file.id, found.name, false).sort();
}

/** What is known of the datasets of open files: block after block is read of the same one. */
const described = new WeakMap<OpenFile, Map<string, Description>>();

function datasetAt(library: Library, file: OpenFile, path: string): Description {
  const datasets = described.get(file) ?? new Map<string, Description>();
  described.set(file, datasets);
  const known = datasets.get(path);
  if (known !== undefined) return known;
  const found = locate(library, file, path);
  if (found.kind !== "dataset") throw wrongKind(file, found, "dataset");
  const dataset = describeDataset(library, file, found.name);
  datasets.set(path, dataset);
  return dataset;
}

/** Makes sure that a dataset can be read, and is what a layer says. */
function checkDataset(
  file: OpenFile,
  dataset: Description,
  expected: { readonly shape: readonly number[]; readonly dtype: DType },
): void {
  const called = `the dataset ${JSON.stringify(dataset.path)} of ${file.path}`;
  const unknown = dataset.filterIds.findIndex((id) => !KNOWN_FILTERS.includes(id));
  if (unknown !== -1) {
    const filter = `${dataset.filters[unknown]?.name} (${dataset.filterIds[unknown]})`;
    throw new BrambleError(
      "UNSUPPORTED_FILTER",
      `${called} needs the filter ${filter}; known to the js engine are gzip, shuffle, fletcher32, scaleoffset and nbit`,
    );
  }
  if (dataset.dtype !== expected.dtype || String(dataset.shape) !== String(expected.shape)) {
    const found = `${dataset.dtype} of shape [${dataset.shape.join(", ")}]`;
    const was = `${expected.dtype} of shape [${expected.shape.join(", ")}]`;
    throw new BrambleError("INVALID_FILE", `${called} is ${found}, but was ${was} when the array was made`);
  }
}
