// Numbers that look drawn and are the same in every run.

/**
 * The generator mulberry32 of Tommy Ettinger.
 *
 * @param {number} seed
 * @returns {() => number} from 0 up to 1, of 32 bits
 */
export function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Puts values into another order: Fisher's and Yates's. */
export function shuffle(values, random) {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [values[last], values[other]] = [values[other], values[last]];
  }
  return values;
}
