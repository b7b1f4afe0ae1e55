import { BrambleError, type ErrorCode } from "bramble";
import { expect } from "vitest";

/** Expects an error of ours, with this code and a message that contains the text. */
export function expectError(call: () => unknown, code: ErrorCode, text: string): void {
  expectOurs(errorOf(call), code, text);
}

/** Expects a promise to reject with an error of ours. */
export async function expectRejection(
  promise: Promise<unknown>,
  code: ErrorCode,
  text: string,
): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expectOurs(error, code, text);
}

/** What a call throws. */
export function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

function expectOurs(error: unknown, code: ErrorCode, text: string): void {
  expect(error).toBeInstanceOf(BrambleError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(text) as string });
}
