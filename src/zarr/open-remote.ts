import { BrambleError } from "../errors.js";
import { checkUrl, readObject } from "../remote.js";
import { type Json, parseMetadata, readVersion2, readVersion3 } from "./metadata.js";
import { attributesIn, ZarrArray } from "./open.js";

/**
 * Opens an array in Zarr's format, version 2 or 3, behind `s3://`, `https://` or `http://`. Keys for S3 come from the
 * environment as for AWS's own programs (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`,
 * `AWS_ENDPOINT_URL`); without them requests are not signed. Elements are read when an array over it is computed, by the
 * native engine: a request for each chunk, made again up to four times where the network or the server fails.
 *
 * @param url - of the array itself; for one in a group with its path behind the group's.
 * @throws {BrambleError} `FILE_NOT_FOUND` if there is none, `NETWORK`, `FILE_ACCESS` for wrong keys or a bucket that is not
 *   there, and as `openZarr` does.
 * @example
 * const x = array.fromArray(await openRemoteZarr("s3://bucket/data.zarr/group/x"));
 */
export async function openRemoteZarr(url: string): Promise<ZarrArray> {
  const folder = checkUrl(url);
  const version3 = await readJson(`${folder}/zarr.json`);
  if (version3 !== undefined) {
    if ((version3 as { node_type?: Json }).node_type !== "array") throw isGroup(folder);
    return new ZarrArray(
      folder,
      readVersion3(version3, `${folder}/zarr.json`),
      attributesIn(version3, "attributes"),
    );
  }
  const version2 = await readJson(`${folder}/.zarray`);
  if (version2 !== undefined) {
    const attributes = (await readJson(`${folder}/.zattrs`)) ?? {};
    return new ZarrArray(
      folder,
      readVersion2(version2, `${folder}/.zarray`),
      attributesIn({ attributes }, "attributes"),
    );
  }
  if ((await readJson(`${folder}/.zgroup`)) !== undefined) throw isGroup(folder);
  throw new BrambleError(
    "FILE_NOT_FOUND",
    `no Zarr array at ${folder}: it has neither zarr.json nor .zarray`,
  );
}

async function readJson(url: string): Promise<Json | undefined> {
  const found = await readObject(url);
  return found === undefined ? undefined : parseMetadata(Buffer.from(found.bytes).toString("utf8"), url);
}

function isGroup(url: string): BrambleError {
  return new BrambleError("INVALID_ARGUMENT", `${url} is a group: give the URL of an array in it`);
}
