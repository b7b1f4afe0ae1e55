/** Milliseconds by a clock that every thread and process of the machine reads alike, and that nobody sets. */
export function clock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return 1e3 * seconds + nanoseconds / 1e6;
}
