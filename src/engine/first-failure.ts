/** The first error of those who are told of a run: nobody above them could catch it, so it ends the run and is its answer. */
export class FirstFailure {
  readonly #stop: () => void;
  #failure: { readonly error: unknown } | undefined;

  /** @param stop - ends the run. */
  constructor(stop: () => void) {
    this.#stop = stop;
  }

  /** Takes an error down, and ends the run. */
  note(error: unknown): void {
    this.#failure ??= { error };
    this.#stop();
  }

  /** Tells somebody something. */
  guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.note(error);
    }
  }

  /** Throws the error, if there was one. */
  throwIfAny(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
