/** As many deaths of workers as the scheduler can count: what a task may be allowed at most. */
export const MOST_FAILURES = 2 ** 32 - 1;
