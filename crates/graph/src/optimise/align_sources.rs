//! Sees to it that each compressed chunk of a store is decoded once: where blocks cut through stored chunks,
//! the store is read in its own chunks and a gather makes the blocks of them.

use crate::{Axis, Gather, Graph, Grid, Kind, Layer, Pick, Source, selection::slice_position};

use super::builder::rebuild;

/// Puts a gather behind every source whose blocks would decode a stored chunk twice.
pub(super) fn align_sources(graph: &Graph) -> Graph {
    rebuild(graph, |builder, _, layer| {
        let stored = match &layer.kind {
            Kind::Source(source) => stored_grid(source, &layer.grid),
            _ => None,
        };
        match stored {
            Some(grid) if grid != layer.grid => {
                let source = builder.add(Layer { grid, ..layer.clone() });
                builder.add(Layer { inputs: vec![source], kind: Kind::Gather(Gather {}), ..layer })
            }
            _ => builder.add(layer),
        }
    })
}

/// The grid to read a source in; nothing where chunks of the store need no decoding.
fn stored_grid(source: &Source, grid: &Grid) -> Option<Grid> {
    let chunks = source.decoded_chunks.as_ref()?;
    let mut stored = chunks.iter();
    let mut axes = grid.axes.iter();
    let mut aligned = Vec::new();
    for pick in &source.selection {
        match *pick {
            Pick::Index { .. } => drop(stored.next()),
            Pick::NewAxis => aligned.extend(axes.next().cloned()),
            Pick::Slice { start, step } => {
                let (axis, &chunk) = (axes.next()?, stored.next()?);
                aligned.push(if cuts_chunks(axis, start, step, chunk) {
                    stored_axis(axis.total(), start, step, chunk)
                } else {
                    axis.clone()
                });
            }
        }
    }
    Some(Grid::new(aligned))
}

/// Whether some border between blocks falls inside a stored chunk.
fn cuts_chunks(axis: &Axis, start: u64, step: i64, chunk: u64) -> bool {
    let stored = |index: u64| slice_position(start, step, index) / chunk;
    let mut border = 0;
    for run in &axis.runs {
        for number in 0..run.count {
            border += run.length;
            if border == 0 || border >= axis.total() {
                continue;
            }
            if stored(border - 1) == stored(border) {
                return true;
            }
            // Borders of a run lie in step with the chunks when one period of them does.
            if number >= chunk {
                border += run.length * (run.count - number - 1);
                break;
            }
        }
    }
    false
}

/// The pieces that stored chunks leave of an axis.
fn stored_axis(total: u64, start: u64, step: i64, chunk: u64) -> Axis {
    if step == 1 {
        let head = ((chunk - start % chunk) % chunk).min(total);
        let mut axis = Axis::regular(total - head, chunk);
        if head > 0 {
            if total == head {
                axis.runs.clear();
            }
            axis.runs.insert(0, crate::Run::new(head, 1));
        }
        return axis;
    }
    let mut lengths = Vec::new();
    let mut taken = 0;
    while taken < total {
        let at = slice_position(start, step, taken);
        let room = if step > 0 { chunk - 1 - at % chunk } else { at % chunk };
        let length = (room / step.unsigned_abs() + 1).min(total - taken);
        lengths.push(length);
        taken += length;
    }
    Axis::from_lengths(lengths)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_of_stored_chunks_cut_none(
            total in 1_u64..60, start in 0_u64..40, step in prop_oneof![Just(-3_i64), Just(-1), Just(1), Just(2)],
            chunk in 1_u64..12,
        ) {
            let start = if step < 0 { start + total * step.unsigned_abs() } else { start };
            let axis = stored_axis(total, start, step, chunk);
            prop_assert_eq!(axis.total(), total);
            prop_assert!(!cuts_chunks(&axis, start, step, chunk));
        }

        #[test]
        fn cuts_are_found_wherever_they_are(
            lengths in prop::collection::vec(0_u64..7, 1..9), start in 0_u64..9, chunk in 1_u64..9,
        ) {
            let axis = Axis::from_lengths(lengths.iter().copied());
            let mut border = 0;
            let mut cut = false;
            for length in &lengths {
                border += length;
                if border > 0 && border < axis.total() {
                    cut |= (start + border).checked_rem(chunk) != Some(0);
                }
            }
            prop_assert_eq!(cuts_chunks(&axis, start, 1, chunk), cut);
        }
    }
}
