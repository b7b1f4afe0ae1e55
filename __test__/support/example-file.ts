import { loadNative } from "../../dist/native/load.js";

/** What the addon offers beside what the engine uses. */
interface ExampleMaker {
  makeExampleFile(
    path: string,
    rows: number,
    columns: number,
    chunk: number,
    onProgress: () => void,
  ): Promise<object>;
}

/** Writes an HDF5 file with a dataset `/file/path` in chunks of `chunk` by `chunk`, gzip and shuffle. */
export async function makeExampleFile(
  path: string,
  { rows, columns, chunk }: { rows: number; columns: number; chunk: number },
): Promise<void> {
  const addon = loadNative() as unknown as ExampleMaker;
  const { error } = (await addon.makeExampleFile(path, rows, columns, chunk, () => undefined)) as {
    error?: object;
  };
  if (error !== undefined) throw new Error(`no example file: ${JSON.stringify(error)}`);
}
