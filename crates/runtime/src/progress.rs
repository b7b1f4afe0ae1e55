//! How far a run is, told in batches so that a million tasks are not a million calls.

use std::time::{Duration, Instant};

use bramble_graph::{LayerId, Plan};

/// Time between two batches.
const INTERVAL: Duration = Duration::from_millis(50);

/// How far a layer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerProgress {
    /// Name of the layer.
    pub layer: String,
    /// Blocks made so far.
    pub done: u64,
    /// Blocks in all.
    pub total: u64,
}

/// Counts finished tasks.
#[derive(Debug)]
pub(crate) struct Progress {
    layers: Vec<Count>,
    told: Instant,
}

#[derive(Debug, Default)]
struct Count {
    done: u64,
    told: u64,
}

impl Progress {
    pub(crate) fn new(plan: &Plan) -> Progress {
        Progress { layers: plan.layers().iter().map(|_| Count::default()).collect(), told: Instant::now() }
    }

    pub(crate) fn count(&mut self, layer: LayerId) {
        self.layers[layer as usize].done += 1;
    }

    /// What is new, if it is time to tell.
    pub(crate) fn due(&mut self, plan: &Plan) -> Vec<LayerProgress> {
        if self.told.elapsed() < INTERVAL { Vec::new() } else { self.news(plan) }
    }

    /// What is new.
    pub(crate) fn news(&mut self, plan: &Plan) -> Vec<LayerProgress> {
        self.told = Instant::now();
        let mut news = Vec::new();
        for (id, count) in (0..).zip(&mut self.layers) {
            if count.done > count.told {
                count.told = count.done;
                let layer = plan.layer(id).layer.name.clone();
                news.push(LayerProgress { layer, done: count.done, total: plan.wanted_count(id) });
            }
        }
        news
    }
}
