import { createHash } from "node:crypto";
import type { BlockInfo } from "../../engine/engine.js";
import { BrambleError } from "../../errors.js";
import type { Batch, Sink, Stage } from "./stage.js";
import { append } from "./steps.js";

/** Items that chance lets through, with a probability. */
export function sampleSome(probability: number, seed: string, { block: [number = 0] }: BlockInfo): Stage {
  const random = randomOf(seed, number);
  return { push: (batch) => batch.filter(() => random() < probability) };
}

/**
 * Numbers from 0 up to 1 that a seed and the number of a partition decide: Marsaglia's xorshift of 128 bits, begun by a
 * hash of both.
 */
export function randomOf(seed: string, partition: number): () => number {
  const hash = createHash("sha1").update(`${seed} ${partition}`).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => hash.readUInt32LE(at)) as [number, number, number, number];
  const next = (): number => {
    const t = a ^ (a << 11);
    [a, b, c] = [b, c, d];
    d = (d ^ (d >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return d;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

/** An item and a number that chance gave it. */
type Drawn = readonly [number: number, item: unknown];

/** The `most` items that drew the lowest numbers: each is as likely as any other. */
export function sample(most: number, seed: string, { block: [number = 0] }: BlockInfo): Sink {
  const random = randomOf(seed, number);
  let drawn: Drawn[] = [];
  return {
    push: (batch) => {
      for (const item of batch) drawn.push([random(), item]);
      if (drawn.length > 4 * most + 4096) drawn = lowest(drawn, most);
    },
    result: () => lowest(drawn, most),
  };
}

/** The same of the parts. */
export function sampleParts(most: number, parts: readonly (readonly Drawn[])[]): Drawn[] {
  return lowest(parts.flat(1), most);
}

/** The items. */
export function finishSample(most: number, drawn: readonly Drawn[]): Batch {
  if (drawn.length === most) return drawn.map(([, item]) => item);
  throw new BrambleError("OUT_OF_BOUNDS", `A sample of ${most} items from a bag that has ${drawn.length}`);
}

function lowest(drawn: Drawn[], most: number): Drawn[] {
  return drawn.sort(([a], [b]) => a - b).slice(0, most);
}

/** Items that were chosen, of so many. */
interface Chosen {
  readonly count: number;
  readonly items: Batch;
}

/** Items that chance chose, of which one may be chosen again. */
export function choices(most: number, seed: string, { block: [number = 0] }: BlockInfo): Sink {
  const all: Batch = [];
  return {
    push: (batch) => void append(all, batch),
    result: (): Chosen => {
      const random = randomOf(seed, number);
      const count = all.length;
      const items = count === 0 ? [] : Array.from({ length: most }, () => all[Math.floor(random() * count)]);
      return { count, items };
    },
  };
}

/** For each place the item of one of the parts, the likelier the more items it was chosen of. */
export function choicesParts(most: number, seed: string, parts: readonly Chosen[]): Chosen {
  return parts.reduce((a, b) => {
    const count = a.count + b.count;
    const random = randomOf(seed, -count);
    if (a.count === 0 || b.count === 0) return a.count === 0 ? b : a;
    const items = Array.from({ length: most }, (_, at) => (random() * count < a.count ? a : b).items[at]);
    return { count, items };
  });
}

/** The items. */
export function finishChoices(most: number, { count, items }: Chosen): Batch {
  if (count > 0 || most === 0) return items;
  throw new BrambleError("OUT_OF_BOUNDS", "There is nothing to choose from in a bag without items");
}
