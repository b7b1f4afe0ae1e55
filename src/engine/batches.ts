/** Counts batches of news, each of which comes by itself, perhaps behind the end of what it is about. */
export class Batches {
  #count = 0;
  #wake: () => void = () => {};

  /** One has come. */
  add(): void {
    this.#count += 1;
    this.#wake();
  }

  /** Waits until so many have come. */
  async all(count: number): Promise<void> {
    while (this.#count < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
