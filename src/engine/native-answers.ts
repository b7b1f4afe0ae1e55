import { NDArray } from "../array/ndarray.js";
import { viewBytes } from "../dtype/index.js";
import { BrambleError, type ErrorCode } from "../errors.js";
import type { CallMaker } from "../executors/index.js";
import { taskFailure } from "../executors/failure.js";
import type { NativeArray, NativeError, NativeOutcome, NativeValue } from "../native/binding.js";
import type { Answer, BlockArray } from "./engine.js";

/** Who knows what functions gave. */
type Reader = Pick<CallMaker, "valueOf">;

/** What a run of the Rust core gave. Throws what it failed with. */
export async function answersOf(
  { answers = [], error }: NativeOutcome,
  maker: Reader | undefined,
): Promise<Answer[]> {
  if (error !== undefined) throw await errorOf(error, maker);
  const all = answers.map(async ({ array, values = [] }): Promise<Answer> => {
    if (array !== undefined) return blockArray(array);
    return { values: await Promise.all(values.map((value) => valueOf(value, maker))) };
  });
  return Promise.all(all);
}

function blockArray({ dtype, shape, data, grid }: NativeArray): BlockArray {
  return { dtype, shape, data: viewBytes(dtype, data), grid };
}

function valueOf(value: NativeValue, maker: Reader | undefined): unknown {
  if (value.array === undefined) return maker?.valueOf(value);
  const { dtype, shape, data } = blockArray(value.array);
  const array = new NDArray(data, shape, { dtype });
  return shape.length === 0 ? array.item() : array;
}

/** What a run of the Rust core failed with. */
export async function errorOf(error: NativeError, maker: Reader | undefined): Promise<unknown> {
  const { layer, block, thrown, others = 0 } = error;
  if (thrown !== undefined && layer !== undefined && block !== undefined) {
    return taskFailure(await maker?.valueOf(thrown), { layer, block, others });
  }
  return new BrambleError(error.code as ErrorCode, error.message, { layer, block });
}
