import type { DType, TypedArray } from "../dtype/index.js";
import { product } from "../graph/grid.js";
import { formatterFor } from "./format-items.js";

/** What printing needs of an array. */
export interface Printable {
  readonly data: TypedArray;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** How an array is printed. */
export interface FormatOptions {
  /** Between two elements. */
  readonly separator: string;
  /** What stands before the first bracket; later lines are indented by its width. */
  readonly prefix: string;
}

/** NumPy's defaults: arrays of more elements are cut to the first and last few along each axis. */
const THRESHOLD = 1000;
const EDGE_ITEMS = 3;
const LINE_WIDTH = 75;

/** The text of an array of at least one axis, laid out as NumPy does. */
export function formatNDArray(array: Printable, { separator, prefix }: FormatOptions): string {
  if (product(array.shape) === 0) return "[]";
  const isSummary = product(array.shape) > THRESHOLD;
  const shown = [...shownPositions(array, isSummary)];
  const format = formatterFor(array, shown);
  const layout = { array, isSummary, separator, format };
  return formatAxis(layout, {
    axis: 0,
    offset: array.offset,
    indent: " ".repeat(prefix.length + 1),
    width: LINE_WIDTH,
  });
}

interface Layout {
  readonly array: Printable;
  readonly isSummary: boolean;
  readonly separator: string;
  readonly format: (position: number) => string;
}

interface Cursor {
  readonly axis: number;
  readonly offset: number;
  readonly indent: string;
  readonly width: number;
}

function formatAxis(layout: Layout, cursor: Cursor): string {
  const { array, separator, isSummary } = layout;
  const left = array.shape.length - cursor.axis;
  if (left === 0) return layout.format(cursor.offset);
  const words = shownIndices(array.shape[cursor.axis] ?? 0, isSummary).map((index) =>
    index === undefined
      ? "..."
      : formatAxis(layout, {
          axis: cursor.axis + 1,
          offset: cursor.offset + index * (array.strides[cursor.axis] ?? 0),
          indent: `${cursor.indent} `,
          width: cursor.width - 1,
        }),
  );
  if (left === 1) return `[${wrap(words, layout, cursor)}]`;
  const gap = `${separator.trimEnd()}${"\n".repeat(left - 1)}${cursor.indent}`;
  return `[${words.join(gap)}]`;
}

/** Fills lines with words; a word that does not fit begins the next line. */
function wrap(words: readonly string[], { separator }: Layout, { indent, width }: Cursor): string {
  const limit = width - Math.max(separator.trimEnd().length, 1);
  const lines: string[] = [];
  let line = indent;
  for (const [index, word] of words.entries()) {
    if (line.length + word.length > limit && line.length > indent.length) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += index === words.length - 1 ? word : word + separator;
  }
  return [...lines, line].join("\n").slice(indent.length);
}

/** The numbers along an axis that are printed; undefined stands for those left out. */
function shownIndices(length: number, isSummary: boolean): (number | undefined)[] {
  const all = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, index) => from + index);
  if (!isSummary || length <= 2 * EDGE_ITEMS) return all(0, length);
  return [...all(0, EDGE_ITEMS), undefined, ...all(length - EDGE_ITEMS, length)];
}

/** The positions in the data of all elements that are printed. */
function* shownPositions(
  { shape, strides, offset }: Omit<Printable, "data" | "dtype">,
  isSummary: boolean,
): Generator<number> {
  const [length, ...innerShape] = shape;
  const [step = 0, ...innerStrides] = strides;
  if (length === undefined) {
    yield offset;
    return;
  }
  for (const index of shownIndices(length, isSummary)) {
    if (index === undefined) continue;
    yield* shownPositions(
      { shape: innerShape, strides: innerStrides, offset: offset + index * step },
      isSummary,
    );
  }
}
