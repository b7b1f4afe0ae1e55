import { invalid } from "../../check.js";
import type { NativeEvent } from "../../native/binding.js";
import { loadNative } from "../../native/load.js";
import { withOwnErrors } from "../../native/own-errors.js";
import { ask, type Noted } from "../requests.js";
import { opened, sealed } from "./meet.js";

/** Something that was noted under a topic. */
export interface TopicEvent {
  /** Seconds after the scheduler's start. */
  readonly at: number;
  /** What was noted; of the topic `scheduler`, in words. */
  readonly message: unknown;
}

/** Hears what is noted under a topic. */
export type TopicHandler = (event: TopicEvent) => void;

/** Who hears of which topic, of one client. */
export class Topics {
  readonly #client: number;
  readonly #handlers = new Map<string, Set<TopicHandler>>();
  #isWatching = false;

  constructor(client: number) {
    this.#client = client;
  }

  async log(topics: readonly string[], message: unknown): Promise<void> {
    await ask(this.#client, { meet: { log: { topics } } }, sealed(message, "what is logged"));
  }

  async logged(topic: string): Promise<TopicEvent[]> {
    const { noted = [], buffers } = await ask(this.#client, { meet: { logged: { topic } } });
    let next = 0;
    const valueOf = ({ text }: Noted): unknown => {
      if (text !== null) return text;
      next += 1;
      return opened(buffers[next - 1]);
    };
    return Promise.all(noted.map(async (note) => ({ at: note.at, message: await valueOf(note) })));
  }

  async subscribe(topic: string, handler: TopicHandler): Promise<void> {
    this.#watch();
    const handlers = this.#handlers.get(topic) ?? new Set();
    this.#handlers.set(topic, handlers);
    handlers.add(handler);
    await ask(this.#client, { meet: { subscribe: { topic } } });
  }

  async unsubscribe(topic: string, handler: TopicHandler | undefined): Promise<void> {
    const handlers = this.#handlers.get(topic);
    if (handler !== undefined) handlers?.delete(handler);
    if (handler !== undefined && handlers !== undefined && handlers.size > 0) return;
    this.#handlers.delete(topic);
    await ask(this.#client, { meet: { unsubscribe: { topic } } });
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    // One after the other, so that they come in order though modules may have to be loaded.
    let last: Promise<void> = Promise.resolve();
    withOwnErrors(() =>
      loadNative().watchEvents(this.#client, (event) => {
        last = last.then(() => this.#hear(event));
      }),
    );
  }

  async #hear({ topic, at, text, value }: NativeEvent): Promise<void> {
    const message = text ?? (await opened(value));
    for (const handler of this.#handlers.get(topic) ?? []) queueMicrotask(() => handler({ at, message }));
  }
}

/** Checks for topics, and gives them as a list. */
export function checkTopics(topics: string | readonly string[]): readonly string[] {
  const all = typeof topics === "string" ? [topics] : topics;
  const isFine = Array.isArray(all) && all.every((topic) => typeof topic === "string" && topic !== "");
  if (!isFine) throw invalid("a topic or a list of topics", "topics", topics);
  return all;
}
