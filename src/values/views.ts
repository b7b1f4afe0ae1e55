/** Where the bytes of a view lie in what travels: a buffer, an offset and a length in bytes. */
export type Place = readonly [buffer: number, offset: number, length: number];

/** What a typed array, a `DataView` or an `ArrayBuffer` covers. */
interface Span {
  readonly memory: ArrayBufferLike;
  readonly start: number;
  readonly end: number;
}

/** Starts of buffers are multiples of it, so that elements of every size stay aligned. */
const ALIGNMENT = 8;

/** Collects views; those that overlap stay views of one memory. */
export class ViewCollector {
  readonly #spans: Span[] = [];

  /** Views so far. */
  get length(): number {
    return this.#spans.length;
  }

  /** Forgets what was added behind a length. */
  truncate(length: number): void {
    this.#spans.length = length;
  }

  /** Adds a view and gives its number. */
  add(view: ArrayBufferView | ArrayBufferLike): number {
    const [memory, start] = ArrayBuffer.isView(view) ? [view.buffer, view.byteOffset] : [view, 0];
    return this.#spans.push({ memory, start, end: start + view.byteLength }) - 1;
  }

  /** The memory that travels and the places of the views in it. */
  finish(): { readonly buffers: Uint8Array[]; readonly places: Place[] } {
    const buffers: Uint8Array[] = [];
    const places: Place[] = [];
    for (const spans of this.#byMemory()) {
      for (const { start, end, members } of merge(spans)) {
        const { memory } = spans[0]?.span ?? { memory: new ArrayBuffer(0) };
        const number = buffers.push(new Uint8Array(memory, start, end - start)) - 1;
        for (const { span, view } of members)
          places[view] = [number, span.start - start, span.end - span.start];
      }
    }
    return { buffers, places };
  }

  #byMemory(): Iterable<Numbered[]> {
    const groups = new Map<ArrayBufferLike, Numbered[]>();
    for (const [view, span] of this.#spans.entries()) {
      const group = groups.get(span.memory);
      if (group === undefined) groups.set(span.memory, [{ span, view }]);
      else group.push({ span, view });
    }
    return groups.values();
  }
}

interface Numbered {
  readonly span: Span;
  readonly view: number;
}

interface Merged {
  readonly start: number;
  end: number;
  readonly members: Numbered[];
}

/** Groups views of one memory so that views in different groups share no byte. */
function merge(spans: readonly Numbered[]): Merged[] {
  const merged: Merged[] = [];
  for (const numbered of spans.toSorted((a, b) => a.span.start - b.span.start)) {
    const { start, end } = numbered.span;
    const last = merged.at(-1);
    if (last !== undefined && start < last.end) {
      last.end = Math.max(last.end, end);
      last.members.push(numbered);
    } else {
      merged.push({ start, end, members: [numbered] });
    }
  }
  return merged.map(aligned);
}

/** A view alone starts where it starts; several keep their distance from a multiple of the alignment. */
function aligned(group: Merged): Merged {
  const start = group.members.length === 1 ? group.start : group.start - (group.start % ALIGNMENT);
  return { ...group, start };
}
