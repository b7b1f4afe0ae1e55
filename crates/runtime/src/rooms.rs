//! How much memory a task needs for what it makes, known before it begins.

use bramble_graph::{Layer, LayerId, Plan};

/// The bytes of the longest block of each layer; none for blocks that are made at their place in an answer.
pub(crate) struct Rooms(Vec<usize>);

impl Rooms {
    pub(crate) fn new(plan: &Plan) -> Rooms {
        let layers = (0..).zip(plan.layers());
        let rooms =
            layers.map(|(id, planned)| if plan.has_readers(id) { longest_block(&planned.layer) } else { 0 });
        Rooms(rooms.collect())
    }

    /// What a task of a layer makes at most. Too low for states of reductions, which have some numbers for each
    /// element, and where lengths are unknown.
    pub(crate) fn of(&self, layer: LayerId) -> usize {
        self.0[layer as usize]
    }
}

/// The bytes of the longest block of a layer.
pub(crate) fn longest_block(layer: &Layer) -> usize {
    let axes = &layer.grid.axes;
    let elements = axes.iter().fold(1_u64, |elements, axis| elements.saturating_mul(axis.longest()));
    usize::try_from(elements).unwrap_or(usize::MAX).saturating_mul(layer.dtype.size())
}
