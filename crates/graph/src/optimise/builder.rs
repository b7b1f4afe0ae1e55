//! Builds the graph that a rewrite gives: the same layer twice is one layer, and what nothing reads is left out.

use std::collections::HashMap;

use crate::{Graph, Layer, LayerId};

/// Collects layers in topological order.
#[derive(Default)]
pub(super) struct Builder {
    layers: Vec<Layer>,
    known: HashMap<Vec<u8>, LayerId>,
}

impl Builder {
    /// Adds a layer, or finds the one that does the same.
    pub(super) fn add(&mut self, layer: Layer) -> LayerId {
        let key = content(&layer);
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        let id = LayerId::try_from(self.layers.len()).expect("a graph has fewer than 2^32 layers");
        self.layers.push(layer);
        self.known.insert(key, id);
        id
    }

    pub(super) fn layer(&self, id: LayerId) -> &Layer {
        &self.layers[id as usize]
    }

    /// The graph, without layers that no output leads to.
    pub(super) fn finish(self, outputs: Vec<LayerId>) -> Graph {
        let mut used = vec![false; self.layers.len()];
        for &output in &outputs {
            used[output as usize] = true;
        }
        for (id, layer) in self.layers.iter().enumerate().rev() {
            if used[id] {
                for &input in &layer.inputs {
                    used[input as usize] = true;
                }
            }
        }
        let mut renumbered = vec![0; self.layers.len()];
        let mut layers = Vec::new();
        for (id, mut layer) in self.layers.into_iter().enumerate() {
            if used[id] {
                renumbered[id] = LayerId::try_from(layers.len()).expect("fewer layers than before");
                for input in &mut layer.inputs {
                    *input = renumbered[*input as usize];
                }
                layers.push(layer);
            }
        }
        let outputs = outputs.into_iter().map(|output| renumbered[output as usize]).collect();
        Graph { layers, outputs, annotations: Vec::new() }
    }
}

/// What a layer does, without its name.
fn content(layer: &Layer) -> Vec<u8> {
    rmp_serde::to_vec(&(layer.dtype, &layer.grid, &layer.inputs, &layer.kind, layer.annotations))
        .expect("layers are plain data")
}

/// Rewrites layer by layer: `rewrite` gets each layer with its inputs renumbered, and gives its replacement.
pub(super) fn rebuild(
    graph: &Graph,
    mut rewrite: impl FnMut(&mut Builder, LayerId, Layer) -> LayerId,
) -> Graph {
    let mut builder = Builder::default();
    let mut replaced: Vec<LayerId> = Vec::with_capacity(graph.layers.len());
    for (old, layer) in (0..).zip(&graph.layers) {
        let mut layer = layer.clone();
        for input in &mut layer.inputs {
            *input = replaced[*input as usize];
        }
        replaced.push(rewrite(&mut builder, old, layer));
    }
    let outputs = graph.outputs.iter().map(|&output| replaced[output as usize]).collect();
    Graph { annotations: graph.annotations.clone(), ..builder.finish(outputs) }
}
