//! Slices of layers that only give elements another place.

use super::{Builder, Pusher, Slice};
use crate::arrange::AxisGroup;
use crate::axis_map::{slice_axis, taken_between};
use crate::selection::slice_position;
use crate::{Axis, Concatenate, Grid, Kind, Layer, LayerId, Pair, Permute, Pick, Reshape, Selection};

impl Pusher {
    /// The entries of a selection, each with the axis that it gives, are taken in the order of the input's axes; new
    /// axes follow behind them.
    pub(super) fn push_permute(
        &self,
        builder: &mut Builder,
        layer: &Layer,
        permute: &Permute,
        slice: &Slice,
    ) -> LayerId {
        let mut outputs = 0..;
        let numbered = slice.picks.iter().map(|&pick| {
            let output = if matches!(pick, Pick::Index { .. }) { None } else { outputs.next() };
            (pick, output)
        });
        let (new, taken): (Vec<(Pick, Option<usize>)>, Vec<_>) =
            numbered.partition(|&(pick, _)| pick == Pick::NewAxis);
        let places = permute.places();
        let sorted: Vec<_> = places.iter().map(|&place| taken[place]).chain(new).collect();
        let sources: Vec<usize> = sorted.iter().filter_map(|&(_, output)| output).collect();
        let pushed = Slice {
            picks: sorted.iter().map(|&(pick, _)| pick).collect(),
            grid: Grid::new(sources.iter().map(|&output| slice.grid.axes[output].clone())),
            dtype: slice.dtype,
        };
        let mut axes = vec![0; sources.len()];
        for (axis, &output) in (0..).zip(&sources) {
            axes[output] = axis;
        }
        let input = self.push(builder, layer.inputs[0], pushed, layer);
        let permute = Permute { axes };
        if permute.is_identity() {
            return input;
        }
        builder.add(arranged(layer, slice, vec![input], Kind::Permute(permute)))
    }

    /// Slices pass where the axes that they cut keep their lengths.
    pub(super) fn push_reshape(
        &self,
        builder: &mut Builder,
        layer: &Layer,
        slice: &Slice,
    ) -> Option<LayerId> {
        let before = builder.layer(layer.inputs[0]).grid.clone();
        let mut left = slice.grid.axes.iter();
        let mut taken = Vec::new();
        for &pick in &slice.picks {
            let axis = if matches!(pick, Pick::Index { .. }) { None } else { Some(left.next()?) };
            if pick != Pick::NewAxis {
                taken.push((pick, axis));
            }
        }
        let (mut picks, mut axes) = (Selection::new(), Vec::new());
        for group in AxisGroup::all(&before, &layer.grid) {
            if group.is_single() {
                let (pick, axis) = taken[group.output.start];
                picks.push(pick);
                axes.extend(axis.cloned());
                continue;
            }
            let is_whole = |number: usize| {
                taken[number].0 == Pick::ALL && taken[number].1 == Some(&layer.grid.axes[number])
            };
            if !group.output.clone().all(is_whole) {
                return None;
            }
            picks.extend(group.input.clone().map(|_| Pick::ALL));
            axes.extend(before.axes[group.input].iter().cloned());
        }
        let grid = Grid::new(axes);
        Reshape::check(&grid, &slice.grid).ok()?;
        let input = self.push(builder, layer.inputs[0], Slice { picks, grid, dtype: slice.dtype }, layer);
        Some(builder.add(arranged(layer, slice, vec![input], Kind::Reshape(Reshape {}))))
    }

    /// One of both parts is an input sliced; of both, each is.
    pub(super) fn push_pair(&self, builder: &mut Builder, layer: &Layer, slice: &Slice) -> Option<LayerId> {
        let (&part, picks) = slice.picks.split_last()?;
        let of_part = |axes: &[Axis]| Slice {
            picks: picks.to_vec(),
            grid: Grid::new(axes.iter().cloned()),
            dtype: slice.dtype,
        };
        if let Pick::Index { at } = part {
            let input = *layer.inputs.get(usize::try_from(at).ok()?)?;
            return Some(self.push(builder, input, of_part(&slice.grid.axes), layer));
        }
        let (both, axes) = slice.grid.axes.split_last()?;
        if part != Pick::ALL || *both != Axis::regular(2, 2) {
            return None;
        }
        let inputs =
            layer.inputs.iter().map(|&input| self.push(builder, input, of_part(axes), layer)).collect();
        Some(builder.add(arranged(layer, slice, inputs, Kind::Pair(Pair {}))))
    }

    /// Each input gives what is taken of it; those of which nothing is taken are left out.
    pub(super) fn push_concatenate(
        &self,
        builder: &mut Builder,
        layer: &Layer,
        concatenate: &Concatenate,
        slice: &Slice,
    ) -> Option<LayerId> {
        let along = Along::find(slice, concatenate.axis as usize)?;
        let mut pieces = Vec::new();
        let mut start = 0;
        for &input in &layer.inputs {
            let end = start + builder.layer(input).grid.axes[concatenate.axis as usize].total();
            pieces.extend(along.piece(slice, start, end).map(|piece| (input, piece)));
            start = end;
        }
        if along.is_backwards() {
            pieces.reverse();
        }
        let Some(output) = along.output else {
            let (input, piece) = pieces.pop()?;
            return Some(self.push(builder, input, piece, layer));
        };
        let mut ends = Vec::new();
        let mut blocks = 0;
        for (_, piece) in &pieces {
            blocks += piece.grid.axes[output].blocks();
            ends.push(blocks);
        }
        // Nothing is taken, or there are chunks of nothing.
        if blocks != slice.grid.axes[output].blocks() {
            return None;
        }
        let inputs: Vec<LayerId> =
            pieces.into_iter().map(|(input, piece)| self.push(builder, input, piece, layer)).collect();
        if let [only] = inputs[..] {
            return Some(only);
        }
        let axis = u32::try_from(output).expect("no more axes than a selection has entries");
        let kind = Kind::Concatenate(Concatenate { axis, ends });
        Some(builder.add(arranged(layer, slice, inputs, kind)))
    }
}

/// What a selection takes of the axis along which inputs stand one behind the other.
struct Along {
    /// Which entry of the selection it is.
    entry: usize,
    pick: Pick,
    /// The axis that it gives.
    output: Option<usize>,
}

impl Along {
    fn find(slice: &Slice, axis: usize) -> Option<Along> {
        let (mut input, mut output) = (0, 0);
        for (entry, &pick) in slice.picks.iter().enumerate() {
            if pick != Pick::NewAxis {
                if input == axis {
                    let output = if matches!(pick, Pick::Index { .. }) { None } else { Some(output) };
                    return Some(Along { entry, pick, output });
                }
                input += 1;
            }
            output += usize::from(!matches!(pick, Pick::Index { .. }));
        }
        None
    }

    fn is_backwards(&self) -> bool {
        matches!(self.pick, Pick::Slice { step, .. } if step < 0)
    }

    /// What is taken of the input that holds the elements `from..to`, if anything.
    fn piece(&self, slice: &Slice, from: u64, to: u64) -> Option<Slice> {
        let mut picks = slice.picks.clone();
        let mut grid = slice.grid.clone();
        match self.pick {
            Pick::Index { at } => {
                if !(from..to).contains(&at) {
                    return None;
                }
                picks[self.entry] = Pick::Index { at: at - from };
            }
            Pick::Slice { start, step } => {
                let axis = &mut grid.axes[self.output?];
                let taken = taken_between(&(from..to), start, step, axis.total());
                if taken.is_empty() {
                    return None;
                }
                let first = slice_position(start, step, taken.start) - from;
                *axis = slice_axis(axis, taken.start, 1, taken.end - taken.start);
                picks[self.entry] = Pick::Slice { start: first, step };
            }
            Pick::NewAxis => return None,
        }
        Some(Slice { picks, grid, dtype: slice.dtype })
    }
}

fn arranged(layer: &Layer, slice: &Slice, inputs: Vec<LayerId>, kind: Kind) -> Layer {
    Layer { grid: slice.grid.clone(), inputs, kind, ..layer.clone() }
}
