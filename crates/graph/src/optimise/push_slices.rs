//! Moves slices towards sources, so that what a slice leaves out is never read or computed.
//!
//! ```text
//! x.add(1).slice("0:10")    source ── map ── select    becomes    source[0:10] ── map
//! ```

use crate::{
    Axis, Create, DType, Gather, Graph, Grid, Kind, Layer, LayerId, Map, Operand, Origin, Pick, Reduce,
    ReduceAxis, Select, Selection, Source, axis_map::slice_axis, selection::slice_position,
};

use super::builder::{Builder, rebuild};

mod arranged;

/// Pushes every slice as far as it goes. A layer that others read too is not pushed through: its blocks are
/// there anyway.
pub(super) fn push_slices(graph: &Graph) -> Graph {
    let uses = graph.use_counts();
    let mut pusher = Pusher { shared: Vec::new() };
    rebuild(graph, |builder, old, layer| {
        let id = match &layer.kind {
            Kind::Select(select) => {
                let picks = select.selection.clone();
                let slice = Slice { picks, grid: layer.grid.clone(), dtype: layer.dtype };
                pusher.push(builder, layer.inputs[0], slice, &layer)
            }
            _ => builder.add(layer),
        };
        pusher.note(id, uses[old as usize] > 1);
        id
    })
}

/// A selection with the chunks that it gives.
struct Slice {
    picks: Selection,
    grid: Grid,
    dtype: DType,
}

struct Pusher {
    /// By id in the new graph: whether several layers read it.
    shared: Vec<bool>,
}

impl Pusher {
    /// Layers that stand for the same old layers stay shared once they are.
    fn note(&mut self, id: LayerId, shared: bool) {
        let id = id as usize;
        if self.shared.len() <= id {
            self.shared.resize(id + 1, false);
        } else if !shared {
            // Reached a second time: two layers turned out to be one.
            self.shared[id] = true;
        }
        self.shared[id] |= shared;
    }

    fn is_shared(&self, id: LayerId) -> bool {
        self.shared.get(id as usize).copied().unwrap_or(false)
    }

    /// The layer that gives `slice` of layer `input`.
    fn push(&self, builder: &mut Builder, input: LayerId, slice: Slice, reader: &Layer) -> LayerId {
        let layer = builder.layer(input).clone();
        let pushed = match &layer.kind {
            Kind::Source(source) => compose(&source.selection, &slice)
                .map(|selection| Kind::Source(Source { selection, ..source.clone() })),
            Kind::Create(create) => slice_create(create, &slice).map(Kind::Create),
            Kind::Select(select) => match compose(&select.selection, &slice) {
                Some(picks) => return self.push(builder, layer.inputs[0], Slice { picks, ..slice }, reader),
                None => None,
            },
            _ if self.is_shared(input) => None,
            Kind::Map(map) => return self.push_map(builder, &layer, map, &slice),
            Kind::Reduce(reduce) => match self.push_reduce(builder, &layer, reduce, &slice) {
                Some(id) => return id,
                None => None,
            },
            Kind::Gather(_) => match self.push_gather(builder, &layer, &slice) {
                Some(id) => return id,
                None => None,
            },
            Kind::Pair(_) => match self.push_pair(builder, &layer, &slice) {
                Some(id) => return id,
                None => None,
            },
            Kind::Permute(permute) => return self.push_permute(builder, &layer, permute, &slice),
            Kind::Reshape(_) => match self.push_reshape(builder, &layer, &slice) {
                Some(id) => return id,
                None => None,
            },
            Kind::Concatenate(concatenate) => {
                match self.push_concatenate(builder, &layer, concatenate, &slice) {
                    Some(id) => return id,
                    None => None,
                }
            }
            Kind::Assign(_)
            | Kind::Compress(_)
            | Kind::Take(_)
            | Kind::Diagonal(_)
            | Kind::Scan(_)
            | Kind::Along(_)
            | Kind::Linear(_)
            | Kind::Overlap(_)
            | Kind::Trim(_)
            | Kind::Lent(_)
            | Kind::Carry(_)
            | Kind::Scanned(_)
            | Kind::Paired(_)
            | Kind::Partial(_)
            | Kind::Combine(_)
            | Kind::Call(_)
            | Kind::Tasks(_)
            | Kind::Write(_) => None,
        };
        let (kind, inputs, like) = match pushed {
            Some(kind) => (kind, Vec::new(), layer),
            None => (Kind::Select(Select { selection: slice.picks }), vec![input], reader.clone()),
        };
        builder.add(Layer { dtype: slice.dtype, grid: slice.grid, inputs, kind, ..like })
    }

    fn push_map(&self, builder: &mut Builder, layer: &Layer, map: &Map, slice: &Slice) -> LayerId {
        let mut inputs = Vec::new();
        let operands = map
            .operands
            .iter()
            .map(|operand| {
                let Origin::Input(slot) = operand.origin else { return operand.clone() };
                let sliced = slice_operand(operand, &layer.grid, slice);
                let grid = sliced.grid.clone();
                inputs.push(self.push(builder, layer.inputs[slot as usize], sliced, layer));
                let slot = u32::try_from(inputs.len() - 1).expect("as many as before");
                Operand { dtype: operand.dtype, grid, origin: Origin::Input(slot) }
            })
            .collect();
        builder.add(Layer {
            grid: slice.grid.clone(),
            inputs,
            kind: Kind::Map(Map { program: map.program.clone(), operands }),
            ..layer.clone()
        })
    }

    /// Slices of kept axes pass a reduction; a new axis, or an index that drops an axis of length 1 which the
    /// reduction left, stays behind it. So does the index of an axis that stands behind a reduced one, of which a
    /// slice of length 1 passes: without the axis its neighbours would be reduced in another order.
    fn push_reduce(
        &self,
        builder: &mut Builder,
        layer: &Layer,
        reduce: &Reduce,
        slice: &Slice,
    ) -> Option<LayerId> {
        let input = layer.inputs[0];
        let before = builder.layer(input);
        // A slice of pairs that others read too would come between them and the reduction.
        if reduce.reads_pairs() && self.is_shared(input) {
            return None;
        }
        let (dtype, axes) = (before.dtype, before.grid.axes.clone());
        let mut picks = Selection::new();
        let mut grid = Vec::new();
        let mut reduced_axes = Vec::new();
        let mut result = Vec::new();
        let mut behind = Selection::new();
        let mut given = slice.picks.iter().copied();
        let last = axes.len().saturating_sub(1);
        let mut left = slice.grid.axes.iter();
        for (number, axis) in axes.into_iter().enumerate() {
            if let Some(reduced) = reduce.axes.iter().find(|reduced| reduced.axis as usize == number) {
                if reduce.keepdims {
                    let axis = matches!(given.next()?, Pick::Slice { .. }).then(|| left.next()).flatten()?;
                    if axis.total() != 1 {
                        return None;
                    }
                    result.push(axis.clone());
                    behind.push(Pick::ALL);
                }
                let position = u32::try_from(grid.len()).expect("no more axes than before");
                reduced_axes.push(ReduceAxis { axis: position, fan_in: reduced.fan_in });
                picks.push(Pick::ALL);
                grid.push(axis);
                continue;
            }
            if reduce.reads_pairs() && number == last {
                let part = given.next()?;
                let is_one_or_both = match part {
                    Pick::NewAxis => false,
                    Pick::Index { .. } => true,
                    Pick::Slice { .. } => part == Pick::ALL && left.next() == Some(&axis),
                };
                if !is_one_or_both {
                    return None;
                }
                picks.push(Pick::ALL);
                grid.push(axis.clone());
                result.push(axis);
                behind.push(part);
                continue;
            }
            match given.next()? {
                Pick::NewAxis => return None,
                Pick::Index { at } if !reduced_axes.is_empty() => {
                    picks.push(Pick::Slice { start: at, step: 1 });
                    grid.push(Axis::regular(1, 1));
                    result.push(Axis::regular(1, 1));
                    behind.push(Pick::Index { at: 0 });
                }
                index @ Pick::Index { .. } => picks.push(index),
                taken @ Pick::Slice { .. } => {
                    let axis = left.next()?.clone();
                    picks.push(taken);
                    grid.push(axis.clone());
                    result.push(axis);
                    behind.push(Pick::ALL);
                }
            }
        }
        if given.next().is_some() {
            return None;
        }
        let input = self.push(builder, input, Slice { picks, grid: Grid::new(grid), dtype }, layer);
        let reduced = builder.add(Layer {
            grid: Grid::new(result),
            inputs: vec![input],
            kind: Kind::Reduce(Reduce { axes: reduced_axes, ..reduce.clone() }),
            ..layer.clone()
        });
        if behind.iter().all(|&pick| pick == Pick::ALL) {
            return Some(reduced);
        }
        Some(builder.add(Layer {
            grid: slice.grid.clone(),
            inputs: vec![reduced],
            kind: Kind::Select(Select { selection: behind }),
            ..layer.clone()
        }))
    }

    /// Only plain slices pass a gather: without the other picks the axes stay the same.
    fn push_gather(&self, builder: &mut Builder, layer: &Layer, slice: &Slice) -> Option<LayerId> {
        let input = layer.inputs[0];
        let before = builder.layer(input).grid.clone();
        let mut axes = Vec::new();
        for ((pick, axis), left) in slice.picks.iter().zip(&before.axes).zip(&slice.grid.axes) {
            let Pick::Slice { start, step } = *pick else { return None };
            axes.push(slice_axis(axis, start, step, left.total()));
        }
        if axes.len() != slice.picks.len() {
            return None;
        }
        let sliced = Slice { picks: slice.picks.clone(), grid: Grid::new(axes), dtype: slice.dtype };
        let input = self.push(builder, input, sliced, layer);
        Some(builder.add(Layer {
            grid: slice.grid.clone(),
            inputs: vec![input],
            kind: Kind::Gather(Gather {}),
            ..layer.clone()
        }))
    }
}

/// `x[first][slice]` as one selection; nothing where there is none, as for a new axis of which no element is
/// taken.
fn compose(first: &[Pick], slice: &Slice) -> Option<Selection> {
    let mut second = slice.picks.iter().copied();
    let mut picks = Selection::new();
    for &pick in first {
        if let Pick::Index { .. } = pick {
            picks.push(pick);
            continue;
        }
        // New axes of the second selection come before the axis that it takes next.
        let mut next = second.next();
        while let Some(Pick::NewAxis) = next {
            picks.push(Pick::NewAxis);
            next = second.next();
        }
        picks.extend(compose_axis(pick, next.unwrap_or(Pick::ALL)));
    }
    picks.extend(second);
    let mut axes = picks.iter().filter(|pick| !matches!(pick, Pick::Index { .. })).zip(&slice.grid.axes);
    axes.all(|(&pick, axis)| pick != Pick::NewAxis || axis.total() == 1).then_some(picks)
}

fn compose_axis(first: Pick, second: Pick) -> Option<Pick> {
    match (first, second) {
        (Pick::Slice { start, step }, Pick::Slice { start: then, step: by }) => {
            Some(Pick::Slice { start: slice_position(start, step, then), step: step.saturating_mul(by) })
        }
        (Pick::Slice { start, step }, Pick::Index { at }) => {
            Some(Pick::Index { at: slice_position(start, step, at) })
        }
        (Pick::NewAxis, Pick::Slice { .. }) => Some(Pick::NewAxis),
        // The new axis goes again.
        (Pick::NewAxis, _) => None,
        (first, _) => Some(first),
    }
}

fn slice_create(create: &Create, slice: &Slice) -> Option<Create> {
    match (create, &slice.picks[..]) {
        (Create::Full { .. }, _) => Some(create.clone()),
        (&Create::Arange { start, step, first, stride }, &[Pick::Slice { start: from, step: by }]) => {
            Some(Create::Arange {
                start,
                step,
                first: slice_position(first, stride, from),
                stride: stride.saturating_mul(by),
            })
        }
        (Create::Arange { .. }, _) => None,
        (Create::Random { key, first, strides }, picks) => {
            let (first, strides) = slice_positions(*first, strides, picks);
            Some(Create::Random { key: *key, first, strides })
        }
    }
}

/// Where the elements of a slice lie, if those of the whole lie at `first + i * strides[0] + …`.
fn slice_positions(mut first: u64, strides: &[i64], picks: &[Pick]) -> (u64, Vec<i64>) {
    let mut strides = strides.iter().copied();
    let mut kept = Vec::new();
    for pick in picks {
        match *pick {
            Pick::NewAxis => kept.push(0),
            Pick::Index { at } => first = slice_position(first, strides.next().unwrap_or(0), at),
            Pick::Slice { start, step } => {
                let stride = strides.next().unwrap_or(0);
                first = slice_position(first, stride, start);
                kept.push(stride.saturating_mul(step));
            }
        }
    }
    (first, kept)
}

/// What of an operand is needed for a slice of the result. Axes align at the end; where the operand repeats,
/// its one element is what every slice needs.
fn slice_operand(operand: &Operand, result: &Grid, slice: &Slice) -> Slice {
    let missing = result.ndim() - operand.grid.ndim();
    let mut picks = Selection::new();
    let mut axes = Vec::new();
    let mut number = 0;
    let mut left = slice.grid.axes.iter();
    for &pick in &slice.picks {
        let taken = if matches!(pick, Pick::Index { .. }) { None } else { left.next() };
        if pick == Pick::NewAxis {
            // In front of the operand's own axes broadcasting supplies it.
            if number > missing {
                picks.push(pick);
                axes.extend(taken.cloned());
            }
            continue;
        }
        if number >= missing {
            let repeats = operand.grid.axes[number - missing].is_single();
            match pick {
                Pick::Slice { .. } if repeats => {
                    picks.push(Pick::ALL);
                    axes.push(Axis::regular(1, 1));
                }
                Pick::Index { .. } if repeats => picks.push(Pick::Index { at: 0 }),
                _ => {
                    picks.push(pick);
                    axes.extend(taken.cloned());
                }
            }
        }
        number += 1;
    }
    Slice { picks, grid: Grid::new(axes), dtype: operand.dtype }
}
