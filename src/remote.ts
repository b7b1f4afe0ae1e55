import { invalid } from "./check.js";
import { BrambleError, type ErrorCode } from "./errors.js";
import { loadNative } from "./native/load.js";

/** Whether a path is a URL of objects: `s3://`, `https://` or `http://`. */
export function isRemote(path: string): boolean {
  return /^(s3|https?):\/\//.test(path);
}

/** A URL without slashes at its end. */
export function checkUrl(value: unknown): string {
  if (typeof value === "string" && isRemote(value)) return value.replace(/\/+$/, "");
  throw invalid("a URL that begins with s3://, https:// or http://", "url", value);
}

/** Refuses a URL where only files can be written. */
export function checkLocal(path: string): void {
  if (!isRemote(path)) return;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `${path} is a URL; of arrays only \`toZarr\` writes to one, which is an s3:// URL`,
  );
}

/** Refuses a URL where files are opened; `way` says what opens it, or what else can be done. */
export function refuseUrl(path: unknown, way: string): void {
  if (typeof path !== "string" || !isRemote(path)) return;
  throw new BrambleError("INVALID_ARGUMENT", `${path} is a URL: ${way}`);
}

/** The beginning of an object, and its size. */
export interface ObjectRead {
  readonly bytes: Uint8Array;
  readonly size: number;
  /** What names its bytes, if the server does; of an object that was read as a whole nothing. */
  readonly tag: string | undefined;
}

/**
 * Reads an object, or no more than its first bytes; undefined if there is none.
 *
 * @throws {BrambleError} `NETWORK` if no server answers, `FILE_ACCESS` if it refuses.
 */
export async function readObject(url: string, most?: number): Promise<ObjectRead | undefined> {
  const { bytes, size = 0, tag, error } = await loadNative().readObject(url, most);
  if (error !== undefined) throw new BrambleError(error.code as ErrorCode, error.message);
  return bytes === undefined ? undefined : { bytes, size, tag };
}

/**
 * The objects of S3 whose URLs begin with this one and a slash, by what follows.
 *
 * @throws {BrambleError} as `readObject`.
 */
export async function listObjects(url: string): Promise<readonly string[]> {
  const { names = [], error } = await loadNative().listObjects(url);
  if (error !== undefined) throw new BrambleError(error.code as ErrorCode, error.message);
  return names;
}

/** Files that become objects, and objects that go then. */
export interface Upload {
  readonly paths: readonly string[];
  /** One for each path. */
  readonly urls: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Puts files under URLs of S3. None of the objects appears, or takes the place of another, before all bytes are sent.
 *
 * @throws {BrambleError} as `readObject`. There is what was there before, unless the server fails once it has all bytes.
 */
export async function putObjects({ paths, urls, removed }: Upload): Promise<void> {
  const error = await loadNative().putObjects([...paths], [...urls], [...removed]);
  if (error !== undefined && error !== null) throw new BrambleError(error.code as ErrorCode, error.message);
}

/** What is at a path of an HDF5 file behind a URL, as JSON. */
export interface HDF5Look {
  readonly node: string;
  /** Names of the members of a group. */
  readonly keys: string[] | undefined;
  readonly attrs: string;
  /** What names the bytes of a dataset's file, if the server does. */
  readonly tag: string | undefined;
}

/**
 * Looks into an HDF5 file behind a URL.
 *
 * @throws {BrambleError} `NOT_INSTALLED` where HDF5 is not, and what is wrong with the URL, the file or the path.
 */
export async function lookIntoHDF5(url: string, path: string): Promise<HDF5Look> {
  const native = loadNative();
  if (native.lookIntoHdf5 === undefined) {
    throw new BrambleError(
      "NOT_INSTALLED",
      "HDF5 is not in what is installed: npm install bramble-array, or bramble for everything",
    );
  }
  const { node = "", keys, attrs = "{}", tag, error } = await native.lookIntoHdf5(url, path);
  if (error !== undefined) throw new BrambleError(error.code as ErrorCode, error.message);
  return { node, keys, attrs, tag };
}
