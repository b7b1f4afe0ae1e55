//! Folds layers that only give elements another place: two of a kind become one, and a change of chunks vanishes
//! where the elements can be read or made in those chunks in the first place.
//!
//! ```text
//! source in columns ── map ── gather in rows    becomes    source in rows ── map
//! ```

use crate::{
    Axis, Create, Gather, Graph, Grid, Kind, Layer, LayerId, Map, Operand, Origin, Permute, Reshape,
};

use super::builder::{Builder, rebuild};

/// Folds each layer with those behind it.
pub(super) fn fold(graph: &Graph) -> Graph {
    let uses = graph.use_counts();
    let mut folder = Folder { only_user: Vec::new() };
    rebuild(graph, |builder, old, layer| {
        let id = folder.fold(builder, layer);
        folder.note(id, uses[old as usize] == 1);
        id
    })
}

/// So many blocks keep every core busy. Fewer, larger ones are gathered from what was made in smaller blocks.
const MANY: u64 = 64;

struct Folder {
    /// By id in the new graph: whether a layer has one reader.
    only_user: Vec<bool>,
}

impl Folder {
    /// A layer that two old ones became has two readers; one that was made on the way to another has one.
    fn note(&mut self, id: LayerId, single: bool) {
        let id = id as usize;
        if id < self.only_user.len() {
            self.only_user[id] = false;
        } else {
            self.only_user.resize(id, true);
            self.only_user.push(single);
        }
    }

    fn fold(&self, builder: &mut Builder, layer: Layer) -> LayerId {
        let Some(&input) = layer.inputs.first() else { return builder.add(layer) };
        match &layer.kind {
            Kind::Permute(permute) => fold_permute(builder, &layer, permute, input),
            Kind::Reshape(_) => fold_reshape(builder, &layer, input),
            Kind::Concatenate(_) if layer.inputs.len() == 1 => input,
            Kind::Gather(_) => {
                let is_spread = layer.grid.block_count() >= builder.layer(input).grid.block_count().min(MANY);
                let recut = if is_spread { self.recut(builder, input, &layer.grid) } else { None };
                recut.unwrap_or_else(|| fold_gather(builder, layer, input))
            }
            _ => builder.add(layer),
        }
    }

    /// The layer that gives the elements of another in the chunks of `grid`, without a gather.
    fn recut(&self, builder: &mut Builder, id: LayerId, grid: &Grid) -> Option<LayerId> {
        let layer = builder.layer(id).clone();
        if layer.grid == *grid {
            return Some(id);
        }
        let is_shared = !self.only_user.get(id as usize).copied().unwrap_or(false);
        let recut = match &layer.kind {
            // A chunk that others decode too is decoded once and kept.
            Kind::Source(source) if is_shared && source.decoded_chunks.is_some() => return None,
            Kind::Source(_) | Kind::Create(_) => Layer { grid: grid.clone(), ..layer },
            Kind::Gather(_) if !is_shared => {
                return self.recut(builder, layer.inputs[0], grid);
            }
            Kind::Permute(permute) if !is_shared => {
                let axes = permute.places().into_iter().map(|place| grid.axes[place].clone());
                let input = self.recut(builder, layer.inputs[0], &Grid::new(axes))?;
                Layer { grid: grid.clone(), inputs: vec![input], ..layer }
            }
            Kind::Map(map) if !is_shared => self.recut_map(builder, &layer, map, grid)?,
            _ => return None,
        };
        Some(builder.add(recut))
    }

    /// A program over operands that can be cut otherwise, all of them.
    fn recut_map(&self, builder: &mut Builder, layer: &Layer, map: &Map, grid: &Grid) -> Option<Layer> {
        let mut inputs = Vec::new();
        let mut operands = Vec::new();
        for operand in &map.operands {
            let Origin::Input(slot) = operand.origin else { return None };
            let wanted = broadcast_from(grid, &operand.grid);
            inputs.push(self.recut(builder, layer.inputs[slot as usize], &wanted)?);
            let slot = u32::try_from(inputs.len() - 1).expect("as many as before");
            operands.push(Operand { dtype: operand.dtype, grid: wanted, origin: Origin::Input(slot) });
        }
        let kind = Kind::Map(Map { program: map.program.clone(), operands });
        Some(Layer { grid: grid.clone(), inputs, kind, ..layer.clone() })
    }
}

/// The chunks of an operand that broadcasts to `grid`.
fn broadcast_from(grid: &Grid, operand: &Grid) -> Grid {
    let ours = &grid.axes[grid.ndim() - operand.ndim()..];
    let cut = |(ours, theirs): (&Axis, &Axis)| {
        let repeats = theirs.total() == 1 && ours.total() != 1;
        if repeats { theirs.clone() } else { ours.clone() }
    };
    Grid::new(ours.iter().zip(&operand.axes).map(cut))
}

/// Two changes of chunks are one, unless the blocks between spare many pieces.
fn fold_gather(builder: &mut Builder, layer: Layer, input: LayerId) -> LayerId {
    let before = builder.layer(input);
    if !matches!(before.kind, Kind::Gather(_)) {
        return builder.add(layer);
    }
    let inputs = before.inputs.clone();
    let from = &builder.layer(inputs[0]).grid;
    if *from == layer.grid {
        return inputs[0];
    }
    let steps = pieces(from, &before.grid).saturating_add(pieces(&before.grid, &layer.grid));
    if pieces(from, &layer.grid) > steps.saturating_mul(2) {
        return builder.add(layer);
    }
    builder.add(Layer { inputs, kind: Kind::Gather(Gather {}), ..layer })
}

/// About how many pieces the blocks of one grid are cut into by those of another.
fn pieces(from: &Grid, to: &Grid) -> u64 {
    let along = |(from, to): (&Axis, &Axis)| {
        let (short, long) = (from.longest().min(to.longest()), from.longest().max(to.longest()));
        let (few, many) = (from.blocks().min(to.blocks()), from.blocks().max(to.blocks()));
        if short > 0 && long.is_multiple_of(short) { many } else { few.saturating_add(many) - 1 }
    };
    from.axes.iter().zip(&to.axes).map(along).fold(1, u64::saturating_mul)
}

fn fold_permute(builder: &mut Builder, layer: &Layer, permute: &Permute, input: LayerId) -> LayerId {
    let before = builder.layer(input).clone();
    let (order, input) = match &before.kind {
        Kind::Create(create @ Create::Full { .. }) => return refill(builder, layer, create.clone()),
        Kind::Permute(inner) => {
            let axes = permute.axes.iter().map(|&axis| inner.axes[axis as usize]).collect();
            (Permute { axes }, before.inputs[0])
        }
        _ => (permute.clone(), input),
    };
    if order.is_identity() {
        return input;
    }
    builder.add(Layer { inputs: vec![input], kind: Kind::Permute(order), ..layer.clone() })
}

/// Blocks with the same numbers, of whatever shape, hold the same elements.
fn fold_reshape(builder: &mut Builder, layer: &Layer, input: LayerId) -> LayerId {
    let before = builder.layer(input);
    let input = match &before.kind {
        Kind::Create(create @ Create::Full { .. }) => {
            let create = create.clone();
            return refill(builder, layer, create);
        }
        Kind::Reshape(_) if Reshape::check(&builder.layer(before.inputs[0]).grid, &layer.grid).is_ok() => {
            before.inputs[0]
        }
        _ => input,
    };
    if builder.layer(input).grid == layer.grid {
        return input;
    }
    builder.add(Layer { inputs: vec![input], kind: Kind::Reshape(Reshape {}), ..layer.clone() })
}

fn refill(builder: &mut Builder, layer: &Layer, create: Create) -> LayerId {
    builder.add(Layer { inputs: Vec::new(), kind: Kind::Create(create), ..layer.clone() })
}
