//! How many kernels run at the same time.

use bramble_graph::{Graph, Kind, Layer, Source, Store};
use bramble_storage::is_remote;

use crate::pool::cores;
use crate::rooms::longest_block;

/// Kernels at the same time where blocks come over a network: most of them wait for an answer, and the others compute.
const MOST_REMOTE: usize = 16;

/// The part of the memory that blocks on their way over a network may take.
const REMOTE_SHARE: usize = 4;

/// Slots for a graph: as many as there are cores; more where it reads objects behind URLs, so that the next blocks are
/// asked for while others are computed.
pub(crate) fn slots_for(graph: &Graph, memory: usize) -> usize {
    let remote = graph.layers.iter().filter(|layer| is_remote_source(layer));
    let Some(block) = remote.map(longest_block).max() else { return cores() };
    (memory / REMOTE_SHARE / block.max(1)).min(MOST_REMOTE).max(cores())
}

fn is_remote_source(layer: &Layer) -> bool {
    match &layer.kind {
        Kind::Source(Source { store: Store::Raw(raw), .. }) => is_remote(&raw.path),
        Kind::Source(Source { store: Store::Zarr(zarr), .. }) => is_remote(&zarr.path),
        Kind::Source(Source { store: Store::Hdf5 { path, .. }, .. }) => is_remote(path),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use bramble_graph::{Axis, DType, Grid, Pick, Raw};

    use super::*;

    /// A graph that reads 8000 float64 in blocks of 1000.
    fn reading(path: &str) -> Graph {
        let raw = Raw {
            path: path.into(),
            offset: 0,
            big_endian: false,
            fortran: false,
            deflated: None,
            size: 64_000,
            tag: None,
        };
        let source = Source {
            store: Store::Raw(raw),
            shape: vec![8000],
            selection: vec![Pick::ALL],
            decoded_chunks: None,
        };
        let layer = Layer {
            name: "read".into(),
            dtype: DType::Float64,
            grid: Grid::new([Axis::regular(8000, 1000)]),
            inputs: vec![],
            kind: Kind::Source(source),
            annotations: None,
        };
        Graph { layers: vec![layer], outputs: vec![0], annotations: vec![] }
    }

    #[test]
    fn reads_ahead_over_a_network_as_far_as_memory_goes() {
        let remote = reading("https://example.org/x.npy");
        assert_eq!(slots_for(&reading("/x.npy"), usize::MAX), cores());
        assert_eq!(slots_for(&remote, usize::MAX), MOST_REMOTE.max(cores()));
        assert_eq!(slots_for(&remote, 4 * 8000 * 9), 9.max(cores()));
        assert_eq!(slots_for(&remote, 1), cores());
    }
}
