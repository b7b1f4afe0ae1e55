//! Rewrites of graphs, each a function from graph to graph. None changes an answer, not even its last bit: the
//! tree of a reduction follows from the grid that it was written with, and rewrites keep that grid.

mod align_sources;
mod builder;
mod fold;
mod fuse;
mod lower_reductions;
mod lower_scans;
mod push_slices;

use crate::Graph;

pub(crate) use lower_reductions::lower_reductions;

/// All rewrites, in the order in which they help each other. What is made of a layer with more than `memory` bytes
/// and read twice is made twice, if that costs less than to keep it on disk.
pub fn optimise(graph: &Graph, memory: u64) -> Graph {
    fuse::fuse(&lower_reductions(&simplify(graph)), memory)
}

/// The rewrites after which layers are still of kinds that TypeScript writes too: reductions are not lowered, and
/// nothing is fused.
pub fn simplify(graph: &Graph) -> Graph {
    let graph = push_slices::push_slices(graph);
    let graph = fold::fold(&graph);
    align_sources::align_sources(&graph)
}
