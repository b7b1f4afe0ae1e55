import type { Pick, Selection } from "../../../generated/layers.js";
import type { Extent } from "../axis.js";
import type { Strided } from "../copy.js";

/** An entry of a selection with the axes that it speaks of. */
export interface PlacedPick {
  readonly pick: Pick;
  /** Number of the axis that it takes; for a new axis that of the one behind it. */
  readonly input: number;
  /** Number of the axis that it gives; for an index that of the one behind it. */
  readonly output: number;
}

/** Numbers the axes of a selection. */
export function placePicks(selection: Selection): PlacedPick[] {
  let [input, output] = [0, 0];
  return selection.map((pick) => {
    const placed = { pick, input, output };
    if (pick !== "newaxis") input += 1;
    if (pick === "newaxis" || "slice" in pick) output += 1;
    return placed;
  });
}

/**
 * Where the elements of a block of a selection lie in what is selected from.
 *
 * @param extents - the block's place, axis by axis of the result.
 * @param strides - distances between elements, axis by axis of what is selected from.
 * @param origins - position of the first element that there is along each of these axes.
 */
export function selectStrided(
  selection: Selection,
  extents: readonly Extent[],
  strides: readonly number[],
  origins: readonly number[],
): Omit<Strided, "data"> {
  let offset = 0;
  const picked: number[] = [];
  for (const { pick, input, output } of placePicks(selection)) {
    const [stride = 0, origin = 0] = [strides[input], origins[input]];
    if (pick === "newaxis") {
      picked.push(0);
    } else if ("index" in pick) {
      offset += (pick.index.at - origin) * stride;
    } else {
      const { start, step } = pick.slice;
      offset += (start + step * (extents[output]?.start ?? 0) - origin) * stride;
      picked.push(step * stride);
    }
  }
  return { offset, strides: picked };
}
