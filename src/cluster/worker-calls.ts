import { learnTasks } from "../bag/tasks/index.js";
import { BrambleError } from "../errors.js";
import { encodeError, pack, unpack, VALUES } from "../executors/codec.js";
import type { NativeBinding, NativeWorkerCall } from "../native/binding.js";
import { encode } from "../values/index.js";
import { learnActors } from "./actors/inside.js";
import { learnInside } from "./inside.js";
import { learnPlugins } from "./plugins.js";
import { ask, type CallAnswer } from "./requests.js";
import { learnUploads } from "./uploads.js";

/** A function that a worker calls beside its tasks. */
interface Call {
  readonly fn: (...args: readonly unknown[]) => unknown;
  readonly args: readonly unknown[];
}

/** What a worker answered: what the function gave, or why it gave nothing. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** What becomes of errors. */
export type OnError = "raise" | "return" | "ignore";

/** Makes the calls of a worker or a scheduler in this thread, which computes no tasks. */
export function workerCalls(binding: NativeBinding): (call: NativeWorkerCall) => void {
  return ({ number, call }) => void answer(binding, number, call);
}

/** Both sides know our own functions by their names. */
function learnAll(): void {
  for (const learnThese of [learnTasks, learnInside, learnActors, learnPlugins, learnUploads]) learnThese();
}

async function answer(binding: NativeBinding, number: number, call: Uint8Array): Promise<void> {
  try {
    learnAll();
    const { fn, args } = (await VALUES.decode(unpack(call))) as Call;
    const value = await fn(...args);
    binding.answerCall(number, false, pack(encode(value, `the result of ${fn.name || "a function"}`)));
  } catch (error) {
    binding.answerCall(number, true, pack(encodeError(error)));
  }
}

/** Has workers call a function beside their tasks. Gives what each answered, in the order in which they came. */
export async function callWorkers(
  client: number,
  workers: readonly number[] | undefined,
  { fn, args }: Call,
): Promise<[answer: CallAnswer, outcome: Outcome][]> {
  learnAll();
  const call = pack(encode({ fn, args }, "what the workers call"));
  const { called = [], buffers } = await ask(client, { call: { workers: workers ?? null } }, [call]);
  let next = 0;
  const outcomes: [CallAnswer, Outcome][] = [];
  for (const answered of called) {
    const { end, name } = answered;
    if (typeof end === "object") {
      const message = `${name} could not call the function: ${end.failed}`;
      outcomes.push([answered, { error: new BrambleError("WORKER_LOST", message) }]);
      continue;
    }
    const value: unknown = await VALUES.decode(unpack(buffers[next] ?? new Uint8Array()));
    next += 1;
    outcomes.push([answered, end === "gave" ? { value } : { error: value }]);
  }
  return outcomes;
}

/** Has the process of the scheduler call a function. Gives what that gives. */
export async function callScheduler(client: number, { fn, args }: Call): Promise<unknown> {
  learnAll();
  const call = pack(encode({ fn, args }, "what the scheduler calls"));
  const { answered, buffers } = await ask(client, "callScheduler", [call]);
  if (typeof answered === "object")
    throw new BrambleError("SCHEDULER_LOST", `The function gave no answer: ${answered.failed}`);
  const value: unknown = await VALUES.decode(unpack(buffers[0] ?? new Uint8Array()));
  if (answered === "threw") throw value;
  return value;
}

/** By address, what workers gave. */
export function outcomesByAddress(
  outcomes: readonly (readonly [CallAnswer, Outcome])[],
  onError: OnError,
): Record<string, unknown> {
  const results: Record<string, unknown> = {};
  for (const [{ address }, outcome] of outcomes) {
    if ("value" in outcome) results[address] = outcome.value;
    else if (onError === "raise") throw outcome.error;
    else if (onError === "return") results[address] = outcome.error;
  }
  return results;
}
