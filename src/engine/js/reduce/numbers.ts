/** Reads elements of a block as doubles. */
export interface NumberSource {
  /** Elements in all. */
  readonly size: number;
  /** Most elements that can be had at once. */
  readonly most: number;
  /** Where the elements had last stand. */
  readonly values: Float64Array;
  /** Fetches some elements and says where in `values` they begin; they are good until the next call. */
  fetch(start: number, count: number): number;
}

/** Doubles that are there already. */
export function direct(values: Float64Array): NumberSource {
  return { size: values.length, most: Number.POSITIVE_INFINITY, values, fetch: (start) => start };
}

/** Elements that are converted when they are needed. */
export function converted(
  size: number,
  convert: (out: Float64Array, start: number, count: number) => void,
): NumberSource {
  const most = Math.min(size, 8192);
  const values = new Float64Array(most);
  return {
    size,
    most,
    values,
    fetch(start, count) {
      convert(values, start, count);
      return 0;
    },
  };
}
