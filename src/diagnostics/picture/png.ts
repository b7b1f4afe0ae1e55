import { deflateSync } from "node:zlib";
import type { Canvas } from "./canvas.js";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A canvas as a PNG file of 8 bits a channel (ISO/IEC 15948). */
export function encodePng({ width, height, pixels }: Canvas): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a channel, red, green and blue; the standard ways of compression and filtering, not interlaced.
  header.set([8, 2, 0, 0, 0], 8);
  // Each row begins with the number of its filter: as it is.
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(3 * row * width, 3 * (row + 1) * width), row * (1 + 3 * width) + 1);
  }
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.byteLength, 0);
  numbers.writeUInt32BE(crc(named), 4);
  return Buffer.concat([numbers.subarray(0, 4), named, numbers.subarray(4)]);
}

/** The remainders of all bytes: the polynomial of CRC-32, its bits turned round. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb8_8320 : remainder >>> 1;
  }
  return remainder;
});

function crc(bytes: Uint8Array): number {
  let remainder = 0xffff_ffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ (REMAINDERS[(remainder ^ byte) & 0xff] ?? 0);
  return ~remainder >>> 0;
}
