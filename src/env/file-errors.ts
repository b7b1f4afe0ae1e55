import { BrambleError } from "../errors.js";

/** The code of an error of Node's, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Turns what a file system refuses into words; any other error is given back as it is. */
export function explainFileError(error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof BrambleError || code === undefined) return error;
  const { dest, path } = error as { readonly dest?: string; readonly path?: string };
  const explained = fileProblem(code, dest ?? path ?? "the folder of the environments");
  return explained === undefined ? error : new BrambleError(explained[0], explained[1], { cause: error });
}

/** The code and the words for a refusal of the file system, if it is one that a person can do something about. */
export function fileProblem(
  code: string,
  path: string,
): readonly ["DISK_FULL" | "FILE_ACCESS", string] | undefined {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return [
        "DISK_FULL",
        `No space is left on the disk of ${path}: nothing was changed. ` +
          "`bramble clean` frees what no environment uses; BRAMBLE_HOME=FOLDER keeps environments elsewhere",
      ];
    case "EROFS":
    case "EACCES":
    case "EPERM":
    case "ENOTDIR":
    case "ENOENT":
      return [
        "FILE_ACCESS",
        `${path} can't be written (${code}). BRAMBLE_HOME=FOLDER keeps environments in a folder that can`,
      ];
    default:
      return undefined;
  }
}
