// The limits of the machine that do not belong to one workload, measured before everything and after.

import { Contestant } from "./contestant.mjs";
import { median } from "./statistics.mjs";

const READ_BYTES = 256 << 20;
const TOUCH_BYTES = 64 << 20;
const TASKS = 10_000_000;

/** A limit that has moved by more makes other figures doubtful. */
const MOST_DRIFT = 0.1;

/**
 * @param {object} programs
 * @param {object} files
 */
export function machineLimits(programs, { plain, gzip, shape }) {
  const bytes = shape[0] * shape[1] * 8;
  const limit = (title, words, amount, unit) => ({ title, program: programs.limit(words), amount, unit });
  return [
    limit("memory read, 1 core", ["read", "1", `${READ_BYTES}`], READ_BYTES / 1e9, "GB/s"),
    limit("memory read, all cores", ["read", "all", `${READ_BYTES}`], READ_BYTES / 1e9, "GB/s"),
    limit("first touch, all cores", ["first-touch", `${TOUCH_BYTES}`], TOUCH_BYTES / 1e9, "GB/s"),
    limit("mapped file summed, all cores", ["mapped-sum", plain], bytes / 1e9, "GB/s"),
    limit("file read by 256 KiB, all cores", ["positional-read", plain], bytes / 1e9, "GB/s"),
    limit("inflate, all cores", ["inflate", gzip], bytes / 1e9, "GB/s"),
    limit("push and pop, all cores", ["tasks", `${TASKS}`], TASKS / 1e6, "M tasks/s"),
  ];
}

/**
 * @param {ReturnType<typeof machineLimits>} limits
 * @param {number} repeats
 * @returns {Promise<number[]>} the median rate of each, in its unit
 */
export async function measureMachine(limits, repeats) {
  const rates = [];
  for (const { program, amount } of limits) {
    const contestant = await Contestant.start(program);
    const seconds = [];
    for (let repeat = 0; repeat < repeats; repeat++) seconds.push((await contestant.measure()).seconds);
    await contestant.end();
    rates.push(amount / median(seconds));
  }
  return rates;
}

/** How far each limit moved, and whether that is too far. */
export function drift(before, after) {
  return before.map((rate, index) => {
    const change = after[index] / rate - 1;
    return { change, isTooFar: Math.abs(change) > MOST_DRIFT };
  });
}
