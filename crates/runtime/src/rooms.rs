//! How much memory a task needs for what it makes, known before it begins.

use bramble_graph::{Layer, LayerId, Plan};

use crate::prepare::Prepared;

/// For each layer the bytes of the longest block, none for blocks that are made at their place in an answer, and those of
/// stored chunks that are decoded on the way to it.
pub(crate) struct Rooms(Vec<usize>);

impl Rooms {
    pub(crate) fn new(plan: &Plan, prepared: &Prepared) -> Rooms {
        let layers = (0..).zip(plan.layers());
        let rooms = layers.map(|(id, planned)| {
            let block = if plan.has_readers(id) { longest_block(&planned.layer) } else { 0 };
            block.saturating_add(prepared.decoded_room(id))
        });
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
