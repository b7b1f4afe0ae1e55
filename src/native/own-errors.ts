import { BrambleError, type ErrorCode } from "../errors.js";

/** Calls the addon; what it throws becomes an error of ours. */
export function withOwnErrors<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = "code" in error ? (error.code as ErrorCode) : "INTERNAL";
    throw new BrambleError(code, error.message, { cause: error });
  }
}
