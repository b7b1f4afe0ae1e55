// The protocol of all contestants: ready after the warm-ups, then one measurement for each line that comes in.

import { createInterface } from "node:readline";

/** Warm-ups end after so many, or when one more would take too long. */
const WARM_UPS = 3;
const WARM_UP_SECONDS = 1;
/** What is over sooner is done several times, and the time divided. */
const LEAST_SECONDS = 0.02;

/**
 * Measures some work whenever a line comes in, until no more do.
 *
 * @param {(() => unknown) & { before?: () => Promise<void> }} work gives the answer: a number, a list of numbers, or nothing;
 *   with `before` it is prepared by that each time, which is not measured
 * @param {(answer: any) => unknown} [check] what tells of an answer of another kind whether it is right; no part of the time
 */
export async function serve(work, check = (answer) => answer) {
  const timed = async (times) => {
    let [milliseconds, answer] = [0];
    for (let time = 0; time < times; time++) {
      await work.before?.();
      const started = performance.now();
      answer = await work();
      milliseconds += performance.now() - started;
    }
    return { seconds: milliseconds / 1000 / times, answer: (await check(answer)) ?? [] };
  };
  let last = await timed(1);
  for (let warmUp = 1; warmUp < WARM_UPS && last.seconds < WARM_UP_SECONDS; warmUp++) last = await timed(1);
  const times = Math.min(1000, Math.ceil(LEAST_SECONDS / last.seconds));
  say({ ready: true });
  for await (const _ of createInterface({ input: process.stdin })) say(await timed(times));
}

/** Some elements of a long result, spread over it: enough to tell a wrong answer. */
export function sample(values) {
  return Array.from({ length: 100 }, (_, number) => values[Math.floor((number * values.length) / 100)]);
}

/** The elements that memory holds in every language. */
export function fill(values) {
  for (let index = 0; index < values.length; index++) values[index] = (index % 1000) / 8;
  return values;
}

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
