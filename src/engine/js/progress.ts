import type { ProgressEvent } from "../engine.js";
import type { Layer } from "../../generated/layers.js";
import { type Plan, wantedBlocks } from "./plan.js";

/** Time between two batches, in milliseconds. */
const INTERVAL = 50;

/** Counts blocks, and tells about them in batches. */
export class Progress {
  readonly #tell: ((events: readonly ProgressEvent[]) => void) | undefined;
  readonly #totals = new Map<Layer, number>();
  readonly #done = new Map<Layer, number>();
  readonly #news = new Set<Layer>();
  #told = performance.now();

  constructor(plan: Plan, tell: ((events: readonly ProgressEvent[]) => void) | undefined) {
    this.#tell = tell;
    if (tell === undefined) return;
    for (const { layer } of plan.stages) this.#totals.set(layer, wantedBlocks(plan, layer));
  }

  /** Counts a block. */
  count(layer: Layer): void {
    if (this.#tell === undefined) return;
    this.#done.set(layer, (this.#done.get(layer) ?? 0) + 1);
    this.#news.add(layer);
  }

  /** Tells what is new, if it is time to. */
  tellNowAndThen(): void {
    if (performance.now() - this.#told >= INTERVAL) this.tell();
  }

  /** Tells what is new. */
  tell(): void {
    this.#told = performance.now();
    const events = Array.from(this.#news, (layer) => ({
      layer: layer.name,
      done: this.#done.get(layer) ?? 0,
      total: this.#totals.get(layer) ?? 0,
    }));
    this.#news.clear();
    if (events.length > 0) this.#tell?.(events);
  }
}
