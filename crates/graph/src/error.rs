//! What can be wrong with a graph that came over a wire.

use crate::LayerId;

/// A graph that cannot be executed. Never worth a retry: the sender has to change it.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// The bytes are no graph.
    #[error("the graph could not be decoded")]
    Decode(#[from] rmp_serde::decode::Error),
    /// A layer contradicts itself or its inputs.
    #[error("layer {layer} ({name}): {problem}")]
    Layer {
        /// Its position.
        layer: LayerId,
        /// Its name.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// An output names no layer.
    #[error("output {output} of a graph of {layers} layers")]
    Output {
        /// The number that was given.
        output: LayerId,
        /// How many layers there are.
        layers: usize,
    },
}
