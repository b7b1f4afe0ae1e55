//! Graphs become what tasks can be executed of.

use std::sync::Arc;

use bramble_graph::{Graph, Plan};
use bramble_runtime::{Kernels, RunError, TaskError};
use bramble_storage::SharedBytes;

use crate::protocol::Trouble;

/// A graph whose tasks can be executed.
pub(super) struct Prepared {
    pub(super) kernels: Arc<Kernels>,
    /// What its calls refer to.
    pub(super) program: Option<SharedBytes>,
}

/// Decodes a graph and prepares its layers.
///
/// # Errors
/// The layer that could not be prepared, and why.
pub(super) fn prepare(
    mut buffers: Vec<SharedBytes>,
    memory: u64,
    calls: bool,
    code_of: fn(&TaskError) -> &'static str,
) -> Result<Prepared, (String, Trouble)> {
    let trouble = |code: &str, message: String| Trouble { code: code.into(), message, thrown: None };
    let graph = buffers.first().map(|bytes| Graph::decode((**bytes).as_ref()));
    let graph = match graph {
        Some(Ok(graph)) => graph,
        Some(Err(error)) => return Err((String::new(), trouble("INVALID_GRAPH", error.to_string()))),
        None => return Err((String::new(), trouble("INVALID_GRAPH", "there is no graph".into()))),
    };
    let plan = Arc::new(Plan::within(&graph, memory));
    let mut stores = buffers.split_off(1);
    let program = (calls && !stores.is_empty()).then(|| stores.remove(0));
    match Kernels::new(&plan, &stores) {
        Ok(kernels) => Ok(Prepared { kernels: Arc::new(kernels), program }),
        Err(RunError::Prepare { layer, source }) => {
            let trouble = trouble(code_of(&source), source.to_string());
            Err((layer, trouble))
        }
        Err(error) => Err((String::new(), trouble("INTERNAL", error.to_string()))),
    }
}
