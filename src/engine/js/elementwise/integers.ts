/** Operations that only integers have. What goes beyond the dtype is wrapped afterwards. */

/** The bits of an integer of up to 32 bits moved left; 0 if the count is beyond what there is. */
export function shiftLeft(a: number, count: number): number {
  return count >= 0 && count < 32 ? a << count : 0;
}

/** The bits of an integer of up to 32 bits moved right, the sign kept. */
export function shiftRight(a: number, count: number): number {
  if (count >= 0 && count < 32) return Math.floor(a / 2 ** count);
  return a < 0 ? -1 : 0;
}

/** As {@link shiftLeft}, of 64 bits. */
export function shiftBigLeft(a: bigint, count: bigint): bigint {
  return count >= 0n && count < 64n ? a << count : 0n;
}

/** As {@link shiftRight}, of 64 bits. */
export function shiftBigRight(a: bigint, count: bigint): bigint {
  if (count >= 0n && count < 64n) return a >> count;
  return a < 0n ? -1n : 0n;
}

/** The greatest common divisor; 0 of two zeros. */
export function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** The greatest common divisor of 64-bit integers. */
export function gcdOfBigs(a: bigint, b: bigint): bigint {
  let [x, y] = [sizeOf(a), sizeOf(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The least common multiple modulo 2^32; 0 if one is 0. */
export function lcm(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.imul(Math.abs(a) / gcd(a, b), Math.abs(b));
}

/** The least common multiple of 64-bit integers. */
export function lcmOfBigs(a: bigint, b: bigint): bigint {
  return a === 0n || b === 0n ? 0n : (sizeOf(a) / gcdOfBigs(a, b)) * sizeOf(b);
}

/** How many bits of the size are set. */
export function countBits(a: number): number {
  let bits = Math.abs(a) >>> 0;
  bits -= (bits >>> 1) & 0x5555_5555;
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  bits = (bits + (bits >>> 4)) & 0x0f0f_0f0f;
  return Math.imul(bits, 0x0101_0101) >>> 24;
}

/** How many bits of the size of a 64-bit integer are set. */
export function countBigBits(a: bigint): bigint {
  const size = sizeOf(a);
  return BigInt(countBits(Number(size >> 32n)) + countBits(Number(size & 0xffff_ffffn)));
}

/** The remainder with the sign of the dividend; 0 by 0. */
export function fmod(a: number, b: number): number {
  return b === 0 ? 0 : a % b;
}

/** The remainder of 64-bit integers. */
export function fmodOfBigs(a: bigint, b: bigint): bigint {
  return b === 0n ? 0n : a % b;
}

function sizeOf(a: bigint): bigint {
  return a < 0n ? -a : a;
}
